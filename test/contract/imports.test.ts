import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
const src = join(root, 'src');

/**
 * The layers of src/, from top to bottom. Each may import from itself and from those below it.
 * `programs` and `host` are files directly in src/.
 */
const rooms = [
  'programs',
  'args',
  'deploy',
  'tokens',
  'hosts',
  'run',
  'auth',
  'host',
  'inputs',
  'report',
  'output',
  'outpost',
  'lib',
] as const;
type Room = (typeof rooms)[number];
const programs = ['cli.ts', 'github.ts', 'token.ts'];

/** Third-party packages, each with the files that may import it. */
const packages: Readonly<Record<string, RegExp>> = {
  '@actions/core': /^hosts\/github\.ts$/,
  '@actions/http-client': /^outpost\/http\.ts$/,
  'zod/mini':
    /^(outpost\/((service|token|record|deploy|job|scalar)-)?wire|tokens\/stores\/wire|hosts\/github-event)\.ts$/,
  '@noble/ciphers/salsa.js': /^tokens\/stores\/seal\.ts$/,
  '@noble/hashes/blake2.js': /^tokens\/stores\/seal\.ts$/,
};

/** A table has one subject, however long it is. */
const tables = ['inputs/table.ts', 'inputs/token-table.ts'];

function filesOf(folder: string): readonly string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return all.filter((file) => file.endsWith('.ts')).map((file) => file.replaceAll('\\', '/'));
}

const files = filesOf(src);

function roomOf(file: string): Room {
  const [folder = ''] = file.split('/');
  const name = programs.includes(file) ? 'programs' : file === 'host.ts' ? 'host' : folder;
  const room = rooms.find((one) => one === name);
  if (room === undefined) throw new Error(`src/${file} is in no room`);
  return room;
}

function specifiersOf(path: string): readonly string[] {
  const text = readFileSync(path, 'utf8');
  const late = /\bimport\((?:\/\*.*?\*\/ )?'([^']+)'\)/g;
  return [
    ...text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'/gms),
    ...text.matchAll(late),
  ].map((match) => match[1] ?? '');
}

/** The files of src/ that a file imports. */
function importsOf(file: string): readonly string[] {
  const own = specifiersOf(join(src, file)).filter(
    (specifier) => specifier.startsWith('.') && !specifier.endsWith('package.json'),
  );
  return own.map((specifier) =>
    relative(src, join(src, dirname(file), specifier)).replaceAll('\\', '/'),
  );
}

test('src/ only holds the programs and host.ts; everything else is in a room', () => {
  expect(files.filter((file) => !file.includes('/')).sort()).toEqual(
    [...programs, 'host.ts'].sort(),
  );
  expect([...new Set(files.map(roomOf))].sort()).toEqual([...rooms].sort());
});

test.each(files)('%s only imports from its own room and the rooms below', (file) => {
  const above = importsOf(file).filter(
    (target) => rooms.indexOf(roomOf(target)) < rooms.indexOf(roomOf(file)),
  );
  expect(above).toEqual([]);
});

test.each(files)('%s only imports packages that it is allowed to import', (file) => {
  for (const specifier of specifiersOf(join(src, file))) {
    if (specifier.startsWith('node:') || specifier.startsWith('.')) continue;
    expect(file).toMatch(packages[specifier] ?? /^no file imports it$/);
  }
});

test('there are no circular imports', () => {
  const visited = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (visited.has(file)) return;
    visited.add(file);
    for (const target of importsOf(file)) visit(target, [...path, file]);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

test('only tables are longer than 260 lines', () => {
  const long = files.filter(
    (file) =>
      !tables.includes(file) && readFileSync(join(src, file), 'utf8').split('\n').length > 261,
  );
  expect(long).toEqual([]);
});

test('an exported name has one meaning', () => {
  const byName = new Map<string, string[]>();
  for (const file of files) {
    const text = readFileSync(join(src, file), 'utf8');
    const declared = text.matchAll(
      /^export (?:async )?(?:function|const|class|interface|type) (\w+)/gm,
    );
    // A schema and its type have the same name.
    for (const name of new Set([...declared].map(([, one = '']) => one)))
      byName.set(name, [...(byName.get(name) ?? []), file]);
  }
  expect([...byName].filter(([, places]) => places.length > 1)).toEqual([]);
});

test('the emulator imports nothing from the client', () => {
  const folder = join(root, 'emulator');
  const foreign = filesOf(folder)
    .filter((file) => !file.startsWith('test/'))
    .flatMap((file) =>
      specifiersOf(join(folder, file)).filter((specifier) => !/^(?:node:|\.\/)/.test(specifier)),
    );
  expect(foreign).toEqual([]);
});

test('only output/stdout.ts writes to the console', () => {
  const code = (file: string): string =>
    readFileSync(join(src, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  const writers = files.filter((file) => /\bconsole\.|process\.std(?:out|err)\b/.test(code(file)));
  expect(writers).toEqual(['output/stdout.ts']);
});

test('the diagram in docs/dev/architecture.md shows these rooms in this order', () => {
  const picture =
    readFileSync(join(root, 'docs/dev/architecture.md'), 'utf8')
      .split('```mermaid')[1]
      ?.split('```')[0] ?? '';
  const drawn = [...picture.matchAll(/^ {2}(\w+) --> (\w+)$/gm)].map(([, from, to]) => [from, to]);
  expect(drawn).toEqual(rooms.slice(1).map((room, index) => [rooms[index], room]));
});
