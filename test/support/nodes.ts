import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface NodeBinary {
  readonly path: string;
  /** Such as `v24.21.0`. */
  readonly version: string;
}

/**
 * The Node that runs the tests, and the one installed on this machine. npm puts its own first on
 * PATH.
 */
export function nodes(): readonly NodeBinary[] {
  const installed = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, process.platform === 'win32' ? 'node.exe' : 'node'))
    .find((path) => existsSync(path));
  const paths = installed === undefined ? [process.execPath] : [process.execPath, installed];
  const versionOf = (path: string): string =>
    path === process.execPath
      ? process.version
      : execFileSync(path, ['--version'], { encoding: 'utf8' }).trim();
  const found = paths.map((path) => ({ path, version: versionOf(path) }));
  return found.filter(
    ({ version }, index) => found.findIndex((other) => other.version === version) === index,
  );
}
