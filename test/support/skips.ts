import { appendFileSync } from 'node:fs';
import { expect } from '@jest/globals';

/** Tests of one file that can't run on this machine, for want of these. */
export interface Skip {
  readonly testPath: string;
  readonly missing: readonly string[];
}

/**
 * The variable in which the reporter names the file that collects skips; its workers inherit it.
 */
export const SKIPS_FILE = 'OUTPOST_TEST_SKIPS';

/**
 * Says on stderr, and to the reporter for its last line, what the tests of this file lack: silence
 * would look like success.
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
