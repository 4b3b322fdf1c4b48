import { posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import { git } from './git.ts';

/**
 * What a runner downloads before each job. .gitattributes selects what goes in, and this list
 * repeats it file by file. So the release stops if an extra file gets into dist, or a line of
 * .gitattributes lets in too much. A new action needs its folder and its bundle here.
 */
const ALLOWED: readonly RegExp[] = [
  /^(?:LICENSE|README\.md|SECURITY\.md)$/,
  /^(?:rotate\/)?action\.yml$/,
  bundle('github', 'index|pre|post'),
  bundle('token', 'index'),
];

/**
 * A larger archive isn't released. This is a limit, not the goal: the goal is lower, in
 * scripts/bench/sizes.ts. The archive has two programs (docs/dev/decisions/0012-rotation.md), and
 * every job waits for both, so it must not grow unnoticed.
 */
export const MAX_BYTES = 240_000;

export interface Entry {
  readonly path: string;
  readonly size: number;
  /** The type as tar writes it: `0` is a file, `2` a link. */
  readonly type: string;
  readonly data: Buffer;
}

export interface Archive {
  readonly entries: readonly Entry[];
  readonly bytes: Buffer;
}

function bundle(name: string, programs: string): RegExp {
  return new RegExp(`^dist/${name}/(?:(?:${programs})\\.js|licenses\\.txt|package\\.json)$`);
}

/** The archive as GitHub makes it from a tag, with the `export-ignore` rules of .gitattributes. */
export function makeArchive(prefix: string): Archive {
  const tar = git(['archive', '--format=tar', `--prefix=${prefix}/`, 'HEAD']);
  const entries = readTar(tar).map((entry) => ({
    ...entry,
    path: entry.path.slice(prefix.length + 1),
  }));
  return { entries, bytes: gzipSync(tar, { level: 9 }) };
}

export function checkArchive({ entries, bytes }: Archive): readonly string[] {
  const paths = new Set(entries.map(({ path }) => path));
  const foreign = entries.filter(({ path }) => !ALLOWED.some((pattern) => pattern.test(path)));
  const links = entries.filter(({ type }) => type !== '0');
  const lost = entries.flatMap((entry) => namedPaths(entry).filter((path) => !paths.has(path)));
  const bundles = new Set(
    [...paths].filter((path) => path.startsWith('dist/')).map((path) => posix.dirname(path)),
  );
  const needed = [
    'action.yml',
    'rotate/action.yml',
    'LICENSE',
    ...[...bundles].map((folder) => `${folder}/licenses.txt`),
  ];
  return [
    ...foreign.map(
      ({ path }) =>
        `The archive holds ${path}, which no runner needs (scripts/release/archive.ts, .gitattributes).`,
    ),
    ...links.map(({ path }) => `The archive holds ${path}, which is no plain file.`),
    ...lost.map((path) => `The archive lacks ${path}, which a file in it names.`),
    ...needed.filter((path) => !paths.has(path)).map((path) => `The archive lacks ${path}.`),
    ...(bytes.length > MAX_BYTES
      ? [`The archive has ${bytes.length} bytes, more than ${MAX_BYTES}.`]
      : []),
  ];
}

/** The files that an action.yml runs, and the ones that a bundle's script imports. */
function namedPaths({ path, data }: Entry): readonly string[] {
  const folder = posix.dirname(path);
  const text = (): string => data.toString('utf8');
  const patterns: readonly (readonly [RegExp, RegExp])[] = [
    [/(?:^|\/)action\.yml$/, /^ +(?:pre|main|post): *(\S+)$/gm],
    [/\.js$/, /^import (?:.* from )?'(\.[^']+)';$/gm],
  ];
  const found = patterns
    .filter(([files]) => files.test(path))
    .flatMap(([, names]) => [...text().matchAll(names)]);
  return found.map(([, name = '']) => posix.join(folder, name));
}

/**
 * Reads a tar file in git's format: a header of 512 bytes, then the data padded to a multiple of
 * 512.
 */
function readTar(tar: Buffer): readonly Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < tar.length && tar[at] !== 0; ) {
    const field = (start: number, length: number): string => {
      const text = tar.toString('utf8', at + start, at + start + length);
      return text.includes('\0') ? text.slice(0, text.indexOf('\0')) : text;
    };
    const size = Number.parseInt(field(124, 12), 8);
    const type = field(156, 1);
    const folder = field(345, 155);
    const path = `${folder === '' ? '' : `${folder}/`}${field(0, 100)}`;
    // g is a comment with the commit's ID, 5 is a folder.
    if (type !== 'g' && type !== '5')
      entries.push({ path, size, type, data: tar.subarray(at + 512, at + 512 + size) });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return entries;
}
