import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

/**
 * Everything third-party that goes into this program, or onto the machines that build it, is listed
 * by name and with a reason.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

interface Locked {
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};
/** The tables in the toolchain decision: names in the first column, the reason in the second. */
const reasons =
  readFileSync(join(root, 'docs/dev/decisions/0001-toolchain.md'), 'utf8').match(/^\| `.*\|$/gm) ??
  [];
const explained = new Map(
  reasons.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => [
      name,
      row.split('|')[2] ?? '',
    ]),
  ),
);

/**
 * The lock file's packages by name. A package nested in another one is listed under the same name
 * again.
 */
const locked = Object.entries(lock.packages)
  .filter(([path]) => path.includes('node_modules/'))
  .map(([path, entry]) => ({
    name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    ...entry,
  }));
const atRuntime = [
  ...new Set(locked.filter(({ dev }) => dev !== true).map(({ name }) => name)),
].sort();

test('the programs have five runtime dependencies', () => {
  expect(Object.keys(manifest.dependencies)).toEqual([
    '@actions/core',
    '@actions/http-client',
    '@noble/ciphers',
    '@noble/hashes',
    'zod',
  ]);
});

test('the transitive dependencies are known, and undici is the stand-in', () => {
  expect(atRuntime).toEqual([
    ...[
      '@actions/core',
      '@actions/exec',
      '@actions/http-client',
      '@actions/io',
      '@noble/ciphers',
      '@noble/hashes',
    ],
    ...['tunnel', 'undici', 'zod'],
  ]);
  expect(lock.packages['node_modules/undici']).toMatchObject({
    resolved: 'tools/undici',
    link: true,
  });
});

test('their licenses are next to the bundles that contain them', () => {
  const named = new Map(readdirSync(join(root, 'dist')).map((name) => [name, licensesOf(name)]));
  const all = new Set([...named.values()].flat());
  expect(atRuntime.filter((name) => !all.has(name))).toEqual([]);
  const known = new Set([...atRuntime, 'outpost-deploy-action']);
  expect([...all].filter((name) => !known.has(name))).toEqual([]);
});

test('every package in the lockfile has a checksum and comes from the registry', () => {
  const others = locked.filter(
    ({ integrity, link, resolved }) =>
      link !== true && (integrity === undefined || !fromRegistry(resolved)),
  );
  expect(others.map(({ name }) => name)).toEqual([]);
});

test('each package with an install script is allowed or denied by name; two are allowed', () => {
  const scripted = [
    ...new Set(
      locked.filter(({ hasInstallScript }) => hasInstallScript === true).map(({ name }) => name),
    ),
  ];
  expect(Object.keys(manifest.allowScripts).sort()).toEqual(scripted.sort());
  expect(scripted.filter((name) => manifest.allowScripts[name])).toEqual(['node', 'unrs-resolver']);
});

test('docs/dev/decisions/0001-toolchain.md explains every direct dependency and nothing else', () => {
  const direct = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  expect([...explained.keys()].sort()).toEqual(direct.sort());
  expect([...explained.values()].filter((reason) => reason.trim().length < 5)).toEqual([]);
});

/** The names in ncc's licenses.txt. Each is alone on a line, with the kind of license below it. */
function licensesOf(bundle: string): readonly string[] {
  if (!readdirSync(join(root, 'dist', bundle)).includes('licenses.txt')) return [];
  const text = readFileSync(join(root, 'dist', bundle, 'licenses.txt'), 'utf8');
  return [...text.matchAll(/^((?:@[a-z-]+\/)?[a-z][a-z-]*)\n(?=[A-Z])/gm)].map(
    ([, name = '']) => name,
  );
}

/**
 * The lock file contains no download addresses, so npm uses the registry that the machine is
 * configured for. `integrity` pins the content.
 */
function fromRegistry(resolved: string | undefined): boolean {
  return resolved === undefined;
}
