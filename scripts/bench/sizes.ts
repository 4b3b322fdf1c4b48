import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { makeArchive } from '../release/archive.ts';
import type { Row } from './measure.ts';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}

/** What a runner or a job downloads and a Node reads. The archive is that of the commit at hand, whatever the folder holds. */
export function sizes(): readonly Row[] {
  const bundles = readdirSync(DIST).map((name) => {
    const { size } = statSync(`${DIST}/${name}/index.js`);
    return { what: `bundle dist/${name}/index.js`, measured: kilobytes(size), goal: 'at most 450 kB', from: `${size} bytes` };
  });
  const { bytes, entries } = makeArchive('archive');
  const from = `${bytes.length} bytes, ${entries.length} files`;
  return [...bundles, { what: 'release archive, gzipped', measured: kilobytes(bytes.length), goal: 'at most 120 kB', from }];
}
