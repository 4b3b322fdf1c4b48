import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const bundle = (name: string): string => readFileSync(`${dist}/${name}/index.js`, 'utf8');

test.each(readdirSync(dist))('dist/%s is one file, readable, without a dynamic import', (name) => {
  const files = readdirSync(`${dist}/${name}`).filter((file) => file.endsWith('.js'));
  // The pre and post steps are the same file by other names.
  expect(files).toEqual(name === 'github' ? ['index.js', 'post.js', 'pre.js'] : ['index.js']);
  for (const other of files.filter((file) => file !== 'index.js')) {
    expect(readFileSync(`${dist}/${name}/${other}`, 'utf8')).toBe("import './index.js';\n");
  }
  const text = bundle(name);
  expect(text).not.toMatch(/\bimport\(/);
  expect(text.split('\n').length).toBeGreaterThan(text.length / 200);
});

test('the bundle that a runner downloads stays small', () => {
  expect(statSync(`${dist}/github/index.js`).size).toBeLessThan(450_000);
});

test('undici is not in the bundle, and its stand-in is', () => {
  const text = bundle('github');
  expect(text).not.toMatch(/lib\/web\/fetch|class WebSocket|MockAgent/);
  expect(text).toContain('undici is not bundled');
});

test('the licences of what is bundled are beside it', () => {
  const licences = readFileSync(`${dist}/github/licenses.txt`, 'utf8');
  for (const name of ['@actions/core', '@actions/http-client', 'tunnel', 'zod']) expect(licences).toContain(name);
});

test('a bundle names no file of the machine that built it', () => {
  for (const name of readdirSync(dist)) expect(bundle(name)).not.toMatch(/\/home\/|\/root\/|\/work\/|[A-Z]:\\\\Users/);
});
