import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { AggregatedResult } from '@jest/reporters';
import type { Skip } from './skips.ts';

const SLOWEST = 5;
/** What `.ci/programs` installs. */
const BY_SCRIPT: ReadonlySet<string> = new Set([
  'act',
  'actionlint',
  'gitleaks',
  'shellcheck',
  'zizmor',
]);

/**
 * Ends a run with what people want to know about it: how long it took, what was slowest, what
 * couldn't be tested, and the counts.
 */
export default class SummaryReporter {
  readonly #folder = mkdtempSync(join(tmpdir(), 'outpost-skips-'));
  readonly #skips = join(this.#folder, 'skips');

  constructor() {
    // Not imported from skips.ts, because that needs the globals of a test.
    process.env['OUTPOST_TEST_SKIPS'] = this.#skips;
  }

  onRunComplete(_contexts: unknown, results: AggregatedResult): void {
    // The tests of a file that failed to load aren't counted, so count the file.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const lines = [timeLine(results), skipLine(results, this.#read()), ''].filter(
      (line) => line !== undefined,
    );
    process.stdout.write(
      `\n${lines.join('\n')}${results.numPassedTests} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}\n`,
    );
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #read(): readonly Skip[] {
    if (!existsSync(this.#skips)) return [];
    const lines = readFileSync(this.#skips, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Skip);
  }
}

/** `Took 190 s. Slowest: test/release/release.test.ts 20 s, ...` */
function timeLine({ startTime, testResults }: AggregatedResult): string {
  const files = testResults.map(({ testFilePath, perfStats }) => ({
    path: relative('.', testFilePath),
    ms: perfStats.runtime,
  }));
  const slowest = files.sort((left, right) => right.ms - left.ms).slice(0, SLOWEST);
  return `Took ${seconds(Date.now() - startTime)}. Slowest: ${slowest.map(({ path, ms }) => `${path} ${seconds(ms)}`).join(', ')}.`;
}

/**
 * One line for everything that this machine lacks: how many tests were skipped, and how to install
 * what they need.
 */
function skipLine({ testResults }: AggregatedResult, skips: readonly Skip[]): string | undefined {
  if (skips.length === 0) return undefined;
  const counts = new Map<string, number>();
  for (const { testFilePath, numPendingTests } of testResults) {
    const missing = [
      ...new Set(
        skips.filter(({ testPath }) => testPath === testFilePath).flatMap((skip) => skip.missing),
      ),
    ];
    if (missing.length > 0)
      counts.set(missing.join(' and '), (counts.get(missing.join(' and ')) ?? 0) + numPendingTests);
  }
  const all = [...counts].map(([missing, count]) => `${missing} (${count})`).join(', ');
  const names = new Set(skips.flatMap(({ missing }) => missing));
  const byScript = [...names].some((name) => BY_SCRIPT.has(name));
  const others = [...names].filter((name) => !BY_SCRIPT.has(name));
  const ways = [
    ...(byScript ? ['`bash .ci/programs FOLDER`, with FOLDER/bin on the PATH'] : []),
    ...(others.length > 0 ? [`the system's packages for ${others.join(', ')}`] : []),
  ];
  return `Not tested here, for want of programs (number of tests): ${all}. To install: ${ways.join('; ')}.`;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
