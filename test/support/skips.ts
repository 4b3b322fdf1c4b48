import { appendFileSync } from 'node:fs';
import { expect } from '@jest/globals';

/** Tests of one file that can't run on this machine, because these are missing. */
export interface Skip {
  readonly testPath: string;
  readonly missing: readonly string[];
}

/**
 * The variable with the path of the file in which the reporter collects skips. Its workers inherit
 * it.
 */
export const SKIPS_FILE = 'OUTPOST_TEST_SKIPS';

/**
 * Reports what the tests of this file lack, on stderr and to the reporter for its last line.
 * Otherwise a skipped test would look like a passing one.
 */
export function noteSkip(missing: readonly string[]): void {
  const { testPath = 'this file' } = expect.getState();
  process.stderr.write(
    `SKIPPED, NOT TESTED: tests of ${testPath.split(/[\\/]/).at(-1)} need ${missing.join(', ')}.\n`,
  );
  const file = process.env[SKIPS_FILE];
  const skip: Skip = { testPath, missing };
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(skip)}\n`);
}
