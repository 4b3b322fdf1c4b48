import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from '@jest/globals';

export interface LintRun {
  readonly exitStatus: number | null;
  /** Everything that the linter printed. */
  readonly output: string;
}

/**
 * Runs a linter without anything from the environment that could change its findings, such as a
 * user's configuration or a token for going online.
 */
export function lint(program: string, args: readonly string[], folder: string): LintRun {
  const { PATH, HOME, SystemRoot } = process.env;
  const env = { PATH, HOME, SystemRoot, NO_COLOR: '1' };
  const { status, stdout, stderr, error } = spawnSync(program, [...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  return { exitStatus: status, output: `${stdout}${stderr}` };
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files. It's removed after the test. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-lint-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
