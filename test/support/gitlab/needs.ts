import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from '@jest/globals';
import { noteSkip } from '../skips.ts';

/**
 * The `test` of a file that needs these programs. If one is missing, every test of the file is
 * skipped and counted as skipped, and a line on stderr says why. Without it, a skip would look like
 * a success.
 */
export function needs(...programs: readonly string[]): typeof test.skip {
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length === 0) return test;
  noteSkip(missing);
  return test.skip;
}

function isThere(program: string): boolean {
  const names = process.platform === 'win32' ? [program, `${program}.exe`] : [program];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.some((folder) => names.some((name) => isExecutable(join(folder, name))));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
