import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { type Input, inputs } from '../../src/inputs.ts';
import { outputs } from '../../src/outputs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('action.yml and the README tables are what `npm run docs` writes', () => {
  expect(execFileSync(process.execPath, ['scripts/docs.ts', '--check'], { cwd: root, encoding: 'utf8' })).toBe('');
});

test('docs/messages.md holds every sentence of the program', () => {
  expect(execFileSync(process.execPath, ['scripts/messages.ts', '--check'], { cwd: root, encoding: 'utf8' })).toBe('');
});

test.each(inputs as readonly Input[])('the input $name can be read by a person', ({ name, description, kind, choices }) => {
  expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  expect(description.length).toBeGreaterThan(20);
  expect(description).toMatch(/[.)]$/);
  expect(choices !== undefined).toBe(kind === 'choice');
});

test('action.yml has no expression in a description: the runner would evaluate it', () => {
  expect(readFileSync(`${root}/action.yml`, 'utf8')).not.toContain('${{');
});

test('action.yml names node24 and a bundle that is there', () => {
  const action = readFileSync(`${root}/action.yml`, 'utf8');
  expect(action).toMatch(/using: node24/);
  for (const [, path] of action.matchAll(/^ {2}(?:main|pre|post): (\S+)$/gm)) expect(readFileSync(`${root}/${path}`, 'utf8')).not.toBe('');
  expect(outputs.map(({ name }) => name).every((name) => action.includes(`\n  ${name}:\n`))).toBe(true);
});
