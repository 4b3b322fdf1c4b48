import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { expect, test } from '@jest/globals';
import { anchorsOf, linksOf, repositoryFiles, root } from '../support/documents.ts';

/**
 * When a file refers to another place in this repository, that place must exist. Uses no network.
 */
const files = repositoryFiles().filter((path) => existsSync(join(root, path)));
const documents = files.filter((path) => path.endsWith('.md'));

test.each(documents)('relative links in %s lead to existing files and headings', (document) => {
  const local = linksOf(document).filter((target) => !/^[a-z]+:|\$\{/.test(target));
  expect(
    local.filter((target) => {
      const [path = '', anchor] = target.split('#');
      return !exists(path === '' ? document : posix.join(dirname(document), path), anchor);
    }),
  ).toEqual([]);
});

test('GitHub URLs of this repository in any text or message lead to existing files and headings', () => {
  const pattern =
    /(?:github\.com\/outpost\/deploy-action\/(?:blob|tree)|raw\.githubusercontent\.com\/outpost\/deploy-action)\/(?:main|v[0-9.]+)\/([\w./-]*[\w/-])(?:#([\w-]+))?/g;
  const named = namesIn(files, pattern);
  expect(named.length).toBeGreaterThan(20);
  expect(lostOf(named)).toEqual([]);
});

test('the README has at most 250 lines and the headings that messages link to', () => {
  expect(readFileSync(join(root, 'README.md'), 'utf8').trimEnd().split('\n').length).toBeLessThan(
    251,
  );
  const named = namesIn(files, /github\.com\/outpost\/deploy-action()#([\w-]+)/g).filter(
    ({ anchor }) => anchor !== 'readme',
  );
  expect(lostOf(named.map((one) => ({ ...one, path: 'README.md' })))).toEqual([]);
});

test('documents that comments in code, workflows, and examples mention exist', () => {
  const others = files.filter((path) => /\.(?:ts|mjs|js|yml|sh)$/.test(path));
  // Skips pages on other sites, whose path may also begin with docs/.
  const named = namesIn(others, /(?<![\w./:-])(docs\/[\w./-]*[\w/-])(?:#([\w-]+))?/g);
  expect(named.length).toBeGreaterThan(20);
  expect(lostOf(named)).toEqual([]);
});

interface Named {
  readonly file: string;
  readonly path: string;
  readonly anchor: string | undefined;
}

/** The pattern's matches: the path is the first group, the heading the second. */
function namesIn(paths: readonly string[], pattern: RegExp): readonly Named[] {
  return paths
    .filter((path) => !/\.(?:png|json)$/.test(path))
    .flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(pattern)].map(
        ([, path = '', anchor]) => ({ file, path, anchor }),
      ),
    );
}

function lostOf(named: readonly Named[]): readonly string[] {
  return named
    .filter(({ path, anchor }) => !exists(path, anchor))
    .map(({ file, path, anchor }) => `${file}: ${path}${anchor === undefined ? '' : `#${anchor}`}`);
}

function exists(path: string, anchor: string | undefined): boolean {
  return (
    existsSync(join(root, path)) &&
    (anchor === undefined || !path.endsWith('.md') || anchorsOf(path).includes(anchor))
  );
}
