import { test } from '@jest/globals';
import { needs } from './gitlab/needs.ts';

const onWindows = process.platform === 'win32';

/**
 * What Windows has not. A signal ends a process at once there, whatever it would have said to it,
 * and `-pid` is no group.
 */
const MISSING = onWindows ? ['POSIX signals and process groups'] : [];

/**
 * The `test` of what sends signals, or a shell's children: where there are none, it is skipped and
 * counted, and a line says so.
 */
export function needsPosix(...programs: readonly string[]): typeof test.skip {
  return needs(...programs, ...MISSING);
}

/** The same for `test.concurrent`. */
export function needsPosixAtOnce(): typeof test.concurrent.skip {
  needs(...MISSING);
  return onWindows ? test.concurrent.skip : test.concurrent;
}
