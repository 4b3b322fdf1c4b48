import { test } from '@jest/globals';
import { needs } from './gitlab/needs.ts';

const onWindows = process.platform === 'win32';

/**
 * What Windows lacks. There, a signal ends a process at once, without running its signal handlers,
 * and `-pid` doesn't mean a process group.
 */
const MISSING = onWindows ? ['POSIX signals and process groups'] : [];

/**
 * The `test` for tests that send signals or use a shell's child processes. On systems without them,
 * the test is skipped and counted, and a line says so.
 */
export function needsPosix(...programs: readonly string[]): typeof test.skip {
  return needs(...programs, ...MISSING);
}

/** The same for `test.concurrent`. */
export function needsPosixAtOnce(): typeof test.concurrent.skip {
  needs(...MISSING);
  return onWindows ? test.concurrent.skip : test.concurrent;
}
