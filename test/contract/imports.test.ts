import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const src = fileURLToPath(new URL('../../src', import.meta.url));

/** Words that stand for the parts of the program; the first pattern that a file matches is its part. */
const parts: readonly (readonly [string, RegExp])[] = [
  ['entry', /^(github|cli|token|emulator|github-step|cli-run|token-run|command-host)\.ts$/],
  ['main', /^(main|live|early|open-run|token-main)\.ts$/],
  ['tokens', /^tokens\//],
  ['stores', /^stores\//],
  ['steps', /^steps\//],
  ['outpost', /^outpost\//],
  ['hosts', /^hosts\//],
  ['emulator', /^emulator\//],
  ['leaf', /^[a-z-]+\.ts$/],
];

/** Who may import whom: one way, from the entries down. A leaf is a file of src/ itself below main: types, failure, secret, clock ... */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  // The entries wait at the top level; what they wait for is in a file of its own, so that the bundler can join all modules into one.
  // token-run.ts names the defaults that a CI system gives, as a type.
  entry: ['entry', 'main', 'tokens', 'hosts', 'emulator', 'leaf'],
  // live.ts and early.ts are shorter lines beside main.ts, and open-run.ts gives all three their ports.
  main: ['main', 'steps', 'tokens', 'outpost', 'leaf'],
  // The steps of the commands about tokens: they take the reading of inputs and of the token from those of a deploy.
  tokens: ['tokens', 'stores', 'steps', 'outpost', 'leaf'],
  // Stores ask as Outpost is asked: one way to send, to wait and to read.
  stores: ['stores', 'outpost', 'leaf'],
  steps: ['steps', 'outpost', 'leaf'],
  outpost: ['outpost', 'leaf'],
  hosts: ['hosts', 'leaf'],
  emulator: ['emulator', 'leaf'],
  // run.ts names the client among the ports of a run, as a type.
  leaf: ['leaf', 'outpost'],
};

/** Foreign packages, each with its one importer or part. */
const packages: Readonly<Record<string, RegExp>> = {
  '@actions/core': /^hosts\/github\.ts$/,
  '@actions/http-client': /^outpost\/http\.ts$/,
  'zod/mini': /^(outpost\/(token-)?wire|stores\/wire|hosts\/github)\.ts$/,
  '@noble/ciphers/salsa.js': /^stores\/seal\.ts$/,
  '@noble/hashes/blake2.js': /^stores\/seal\.ts$/,
};

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replaceAll('\\', '/'));

function partOf(file: string): string {
  return parts.find(([, pattern]) => pattern.test(file))?.[0] ?? 'nothing';
}

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(src, file), 'utf8');
  const late = /\bimport\((?:\/\*.*?\*\/ )?'([^']+)'\)/g;
  return [...text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'/gms), ...text.matchAll(late)].map((match) => match[1] ?? '');
}

test.each(files)('%s imports only downwards', (file) => {
  for (const specifier of importsOf(file)) {
    if (specifier.startsWith('node:') || specifier.endsWith('package.json')) continue;
    const owner = packages[specifier];
    if (owner !== undefined) expect(file).toMatch(owner);
    else {
      expect(specifier).toMatch(/^\.\.?\//);
      const target = relative(src, join(src, dirname(file), specifier)).replaceAll('\\', '/');
      expect(mayImport[partOf(file)]).toContain(partOf(target));
    }
  }
});

test('no file of src is long enough to hold a second subject', () => {
  const long = files.filter((file) => statSync(join(src, file)).isFile() && readFileSync(join(src, file), 'utf8').split('\n').length > 221);
  expect(long).toEqual([]);
});

test('a leaf that imports from outpost/ takes types alone', () => {
  for (const file of files.filter((one) => partOf(one) === 'leaf')) {
    for (const [statement] of readFileSync(join(src, file), 'utf8').matchAll(/^import\b[^;]*?from '\.\/outpost[^']*'/gms))
      expect(statement).toMatch(/^import type /);
  }
});

test('the emulator takes nothing of the client but the search for near names', () => {
  const taken = files
    .filter((file) => partOf(file) === 'emulator')
    .flatMap((file) => importsOf(file).filter((specifier) => specifier.startsWith('../')));
  expect([...new Set(taken)]).toEqual(['../nearest.ts']);
});

test('everything is written through src/stdout.ts; the command tells misuse on standard error, and the emulator is a program of its own', () => {
  const writers = files.filter((file) =>
    /\bconsole\.|process\.std(?:out|err)\b/.test(readFileSync(join(src, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')),
  );
  expect(writers.filter((file) => partOf(file) !== 'emulator' && file !== 'emulator.ts').sort()).toEqual(['command-host.ts', 'stdout.ts']);
});

test('the picture in docs/architecture.md has these arrows and no other', () => {
  const picture = readFileSync(join(src, '../docs/architecture.md'), 'utf8').split('```mermaid')[1]?.split('```')[0] ?? '';
  const drawn = [...picture.matchAll(/^ {2}(\w+) (?:-->|-\.->)(?:\|[^|]*\|)? (\w+)$/gm)].map(([, from, to]) => `${from} -> ${to}`);
  const allowed = Object.entries(mayImport).flatMap(([from, all]) => all.filter((to) => to !== from).map((to) => `${from} -> ${to}`));
  expect(drawn.sort()).toEqual(allowed.sort());
});
