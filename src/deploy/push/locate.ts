import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readingEnvironment } from '../../lib/git-program.ts';
import type { Run } from '../run.ts';
import { type GitEnd, runGit } from './git.ts';

/** The parts of a checkout that our own repository can borrow. */
export interface LocalRepository {
  readonly folder: string;
  /** The commit that is checked out, all 40 (or 64) hex digits; undefined = there is none yet. */
  readonly head: string | undefined;
  readonly objectsFolder: string;
  /** The list of commits whose parents are not here; undefined if the history is complete. */
  readonly shallowFile: string | undefined;
  readonly configFile: string;
  readonly objectFormat: string;
}

const READ_DEADLINE_MS = 60_000;

/** Whether the folder is in a checkout. Does not run git. */
export function isInCheckout(folder: string, { host }: Pick<Run, 'host'>): boolean {
  if (existsSync(join(folder, '.git'))) return true;
  const parent = dirname(folder);
  return parent !== folder && folder !== topFolder(host) && isInCheckout(parent, { host });
}

/**
 * In a CI job, the checkout is never above the workspace. On the shell host, the working directory
 * may be anywhere in a checkout.
 */
function topFolder({ context }: Run['host']): string | undefined {
  return context.host === 'shell' ? undefined : context.folder;
}

/**
 * `git rev-parse`, which reads no objects: the only command that runs in the checkout itself, with
 * the checkout's own settings.
 */
export function revParse(folder: string, run: Run, ...args: readonly string[]): Promise<GitEnd> {
  const top = topFolder(run.host);
  const ceiling = top === undefined ? {} : { GIT_CEILING_DIRECTORIES: dirname(top) };
  return runGit({
    args: ['rev-parse', ...args],
    cwd: folder,
    env: { ...readingEnvironment(process.env), ...ceiling },
    timeoutMs: READ_DEADLINE_MS,
    signal: run.signal,
  });
}

/** @returns how git ended if it finds no repository or does not trust it. */
export async function locate(folder: string, run: Run): Promise<LocalRepository | GitEnd> {
  const where = await revParse(
    folder,
    run,
    '--git-path',
    'objects',
    '--git-path',
    'shallow',
    '--git-path',
    'config',
    '--is-shallow-repository',
    '--show-object-format',
  );
  if (where.status !== 0) return where;
  const [objects = '', shallow = '', config = '', isShallow, objectFormat = 'sha1'] = where.stdout
    .trim()
    .split('\n');
  const head = await revParse(folder, run, '--verify', '--quiet', 'HEAD');
  return {
    folder,
    head: head.status === 0 ? head.stdout.trim() : undefined,
    objectsFolder: resolve(folder, objects),
    shallowFile: isShallow === 'true' ? resolve(folder, shallow) : undefined,
    configFile: resolve(folder, config),
    objectFormat,
  };
}
