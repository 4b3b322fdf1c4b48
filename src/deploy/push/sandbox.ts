import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../lib/failure.ts';
import { type Run, remainingMs } from '../run.ts';
import { type GitEnd, offlineEnvironment, runGit } from './git.ts';
import type { LocalRepository } from './locate.ts';

/** Runs git in our own repository, with the run's deadline. */
export type Git = (...args: readonly string[]) => Promise<GitEnd>;

/**
 * An empty bare repository that borrows a checkout's objects, so that settings, hooks and helpers
 * of the checkout have no effect, and nothing is written to it. Deleted after the task.
 */
export async function inSandbox<Result>(
  place: LocalRepository,
  run: Run,
  task: (folder: string) => Promise<Result>,
): Promise<Result> {
  // Only readable by this user.
  const folder = mkdtempSync(join(process.env['RUNNER_TEMP'] || tmpdir(), 'outpost-push-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  // Also if the process exits without returning here.
  process.once('exit', remove);
  try {
    await fill(folder, place, run);
    return await task(folder);
  } finally {
    remove();
    process.removeListener('exit', remove);
  }
}

/** Only reads locally: a missing object is not fetched. */
export function reading(folder: string, run: Run): Git {
  return (...args) =>
    runGit({
      args,
      cwd: folder,
      env: offlineEnvironment(folder),
      timeoutMs: Math.max(1, remainingMs(run)),
      signal: run.signal,
    });
}

async function fill(folder: string, place: LocalRepository, run: Run): Promise<void> {
  const end = await reading(folder, run)(
    'init',
    '--quiet',
    '--bare',
    '--template=',
    `--object-format=${place.objectFormat}`,
    '.',
  );
  if (end.status !== 0)
    throw new Failure({
      code: 'push-not-possible',
      attempted: 'Reading the checkout',
      happened: `git could not create an empty repository in ${folder}`,
      hint: 'Check that the temporary folder of this job is writable and not full.',
    });
  mkdirSync(join(folder, 'objects', 'info'), { recursive: true });
  writeFileSync(join(folder, 'objects', 'info', 'alternates'), `${place.objectsFolder}\n`);
  if (place.shallowFile !== undefined) cpSync(place.shallowFile, join(folder, 'shallow'));
}
