// `npm run coverage`: which lines of src/ run in tests. Tests that start a bundle start the sources
// in its place (test/support/program.ts), in processes that tell what ran, so that what those tests
// do is counted too.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Counts, countsOf, type FileCoverage, placesOf } from './coverage/counts.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/**
 * These run what is shipped (and what other programs make of it), or look at documents: no line of
 * src/ of theirs could be counted.
 */
const elsewhere = '/test/(?:act|contract|examples|gitlab|linters|release)/';
const least = { lines: 95, branches: 90 } as const;

rmSync(join(root, 'coverage'), { recursive: true, force: true });
const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  '--runInBand',
];
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/c8/bin/c8.js',
    process.execPath,
    ...jest,
    `--testPathIgnorePatterns=${elsewhere}`,
    '--testTimeout=60000',
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, OUTPOST_TEST_ENTRY: 'src' } },
);

const report = JSON.parse(
  readFileSync(join(root, 'coverage/coverage-final.json'), 'utf8'),
) as Record<string, FileCoverage>;
const files = Object.values(report).map((coverage) =>
  countsOf(coverage, readFileSync(coverage.path, 'utf8')),
);
const percent = ([hit, all]: readonly [number, number]): number =>
  all === 0 ? 100 : (100 * hit) / all;
const sum = (key: 'lines' | 'branches'): [number, number] =>
  files.reduce<[number, number]>(
    ([hit, all], file) => [hit + file[key][0], all + file[key][1]],
    [0, 0],
  );

function row(
  name: string,
  lines: Counts['lines'],
  branches: Counts['branches'],
  missed: string,
): string {
  return `${name.padEnd(40)} ${percent(lines).toFixed(1).padStart(6)} ${percent(branches).toFixed(1).padStart(6)}  ${missed}\n`;
}
const rows = files.map((file) =>
  row(file.path.slice(root.length), file.lines, file.branches, placesOf(file.missed)),
);
process.stdout.write(
  `${'file'.padEnd(40)} lines% branch%  lines that did not run\n${rows.sort().join('')}`,
);
process.stdout.write(row('all', sum('lines'), sum('branches'), ''));
const enough = percent(sum('lines')) >= least.lines && percent(sum('branches')) >= least.branches;
process.exitCode = status === 0 && enough ? 0 : 1;
