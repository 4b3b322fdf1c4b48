import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MAX_BYTES, makeArchive } from '../release/archive.ts';
import type { Row } from './measure.ts';

/**
 * The goals, in bytes. A test fails if a bundle is larger. The archive is larger than its goal, and
 * docs/dev/performance.md says why.
 */
export const BUNDLE_GOAL = 450_000;
const ARCHIVE_GOAL = 120_000;

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}

/**
 * The sizes of what a runner or a job downloads and Node reads. The archive is made from the
 * current commit, not from the files in the folder.
 */
export function sizes(): readonly Row[] {
  const bundles = readdirSync(DIST).map((name) => {
    const { size } = statSync(`${DIST}/${name}/index.js`);
    return {
      what: `bundle dist/${name}/index.js`,
      measured: kilobytes(size),
      goal: `at most ${kilobytes(BUNDLE_GOAL)}`,
      from: `${size} bytes`,
    };
  });
  const { bytes, entries } = makeArchive('archive');
  const from = `${bytes.length} bytes, ${entries.length} files; more than ${kilobytes(MAX_BYTES)} is not released`;
  const goal = `at most ${kilobytes(ARCHIVE_GOAL)}`;
  return [
    ...bundles,
    { what: 'release archive, gzipped', measured: kilobytes(bytes.length), goal, from },
  ];
}
