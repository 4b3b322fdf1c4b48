import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { BUNDLE_GOAL } from '../../scripts/bench/sizes.ts';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const bundle = (name: string): string => readFileSync(`${dist}/${name}/index.js`, 'utf8');

test.each(readdirSync(dist))(
  'dist/%s is a single readable file without dynamic imports',
  (name) => {
    const files = readdirSync(`${dist}/${name}`).filter((file) => file.endsWith('.js'));
    // The pre and post steps are copies of the same file under other names.
    expect(files).toEqual(name === 'github' ? ['index.js', 'post.js', 'pre.js'] : ['index.js']);
    for (const other of files.filter((file) => file !== 'index.js')) {
      expect(readFileSync(`${dist}/${name}/${other}`, 'utf8')).toBe("import './index.js';\n");
    }
    const text = bundle(name);
    expect(text).not.toMatch(/\bimport\(/);
    expect(text.split('\n').length).toBeGreaterThan(text.length / 200);
  },
);

test.each(['github', 'token'])('the bundle %s, which runners download, stays small', (name) => {
  expect(statSync(`${dist}/${name}/index.js`).size).toBeLessThan(BUNDLE_GOAL);
});

test('only the token program contains the code that writes secrets', () => {
  for (const name of ['github', 'cli'])
    expect(bundle(name)).not.toMatch(/xsalsa20|blake2b|encrypted_value|actions\/secrets/);
  expect(bundle('token')).toMatch(/xsalsa20.*encrypted_value/s);
});

test('no bundle contains libsodium, which only the tests use', () => {
  for (const name of readdirSync(dist))
    expect(bundle(name)).not.toMatch(/libsodium|WebAssembly\.(?:instantiate|Module)/);
});

test.each(['github', 'cli', 'token'])(
  'the bundle %s contains the stand-in instead of undici',
  (name) => {
    const text = bundle(name);
    expect(text).not.toMatch(/lib\/web\/fetch|class WebSocket|MockAgent/);
    expect(text).toContain('undici is not bundled');
  },
);

test.each([
  ['github', ['@actions/core', '@actions/http-client', 'tunnel', 'zod']],
  ['cli', ['@actions/http-client', 'tunnel', 'zod']],
  [
    'token',
    ['@actions/core', '@actions/http-client', '@noble/ciphers', '@noble/hashes', 'tunnel', 'zod'],
  ],
])('the licenses of the packages bundled in %s are next to it', (name, packages) => {
  const licences = readFileSync(`${dist}/${name}/licenses.txt`, 'utf8');
  for (const one of packages) expect(licences).toContain(one);
});

test('no bundle contains a path from the machine that built it', () => {
  for (const name of readdirSync(dist))
    expect(bundle(name)).not.toMatch(/\/home\/|\/root\/|\/work\/|[A-Z]:\\\\Users/);
});
