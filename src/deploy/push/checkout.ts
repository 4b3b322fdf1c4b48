import { resolve } from 'node:path';
import { Failure } from '../../lib/failure.ts';
import type { Run } from '../run.ts';
import { type GitEnd, readingEnvironment, runGit } from './git.ts';

/** The repository that a commit is pushed from. It is only ever read. */
export interface Checkout {
  readonly folder: string;
  /** All 40 (or 64) hex digits. */
  readonly commit: string;
  readonly objectsFolder: string;
  /** The list of commits whose parents are not here; undefined where the history is whole. */
  readonly shallowFile: string | undefined;
  /** Where the CI system cloned from, when that is https. */
  readonly originUrl: string | undefined;
  readonly objectFormat: string;
}

/** git 2.31 (March 2021) was the first to take settings from GIT_CONFIG_COUNT. */
const OLDEST_GIT = [2, 31] as const;
const READ_DEADLINE_MS = 60_000;

/**
 * Looks at the checkout before anything is asked of Outpost.
 *
 * @throws Failure `push-not-possible` with the line to add or the command to run.
 */
export async function examineCheckout(run: Run): Promise<Checkout> {
  const { folder, commit } = run.host.context;
  const git = (...args: readonly string[]): Promise<GitEnd> =>
    runGit({
      args,
      cwd: folder,
      env: readingEnvironment(),
      timeoutMs: READ_DEADLINE_MS,
      signal: run.signal,
    });
  assertVersion(await git('--version'));
  const where = await git(
    'rev-parse',
    '--git-path',
    'objects',
    '--git-path',
    'shallow',
    '--is-shallow-repository',
    '--show-object-format',
  );
  if (where.status !== 0) throw noRepository(where, folder);
  const [objects = '', shallow = '', isShallow, objectFormat = 'sha1'] = where.stdout
    .trim()
    .split('\n');
  const wanted = commit ?? 'HEAD';
  const found = await git(
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${wanted}^{commit}`,
  );
  if (found.status !== 0) throw noCommit(wanted);
  const origin = await git('config', '--get', 'remote.origin.url');
  const hexCommit = found.stdout.trim();
  await noticeLeftOut(hexCommit, git, run);
  return {
    folder,
    commit: hexCommit,
    objectsFolder: resolve(folder, objects),
    shallowFile: isShallow === 'true' ? resolve(folder, shallow) : undefined,
    originUrl: publicUrl(origin.stdout.trim()),
    objectFormat,
  };
}

/**
 * An https address without a user name: what can be fetched without a secret, if the repository is
 * public.
 */
function publicUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, username, password } = new URL(url);
  return protocol === 'https:' && username === '' && password === '' ? url : undefined;
}

function assertVersion(end: GitEnd): void {
  if (end.trouble === 'timed-out')
    throw notPossible(
      'git did not answer within a minute',
      'Look at what keeps this machine busy, and run the job again.',
    );
  const [, major, minor] = /git version (\d+)\.(\d+)/.exec(end.stdout) ?? [];
  if (end.trouble === 'not-installed' || major === undefined) {
    throw notPossible(
      'git is not installed here',
      'Install git in this job (on GitHub-hosted runners it is there; `apk add git` on Alpine images).',
    );
  }
  const [oldestMajor, oldestMinor] = OLDEST_GIT;
  if (
    Number(major) > oldestMajor ||
    (Number(major) === oldestMajor && Number(minor) >= oldestMinor)
  )
    return;
  throw notPossible(
    `git ${major}.${minor} is too old to be given a secret safely`,
    `Use an image with git ${OLDEST_GIT.join('.')} or later.`,
  );
}

function noRepository(end: GitEnd, folder: string): Failure {
  if (/dubious ownership/.test(end.stderr)) {
    return notPossible(
      'git does not trust the checkout, for it belongs to another user',
      `Run \`git config --global --add safe.directory ${folder}\` in a step before this one.`,
    );
  }
  return notPossible(
    'there is no checkout of the repository here',
    'Add `- uses: actions/checkout` with `fetch-depth: 0` before this step; on GitLab set `GIT_STRATEGY: clone`.',
  );
}

function noCommit(wanted: string): Failure {
  return notPossible(
    `the commit ${wanted} is not in the checkout`,
    'Check out the commit that this run builds: `fetch-depth: 0` on GitHub, `GIT_DEPTH: "0"` on GitLab, and no other `ref`.',
  );
}

function notPossible(happened: string, hint: string): Failure {
  return new Failure({
    code: 'push-not-possible',
    attempted: 'Preparing the push',
    happened,
    hint,
  });
}

/**
 * Submodules and LFS files are other stores than the repository: a push does not bring them along.
 */
async function noticeLeftOut(
  commit: string,
  git: (...args: readonly string[]) => Promise<GitEnd>,
  { host }: Run,
): Promise<void> {
  const modules = await git('cat-file', '-e', `${commit}:.gitmodules`);
  if (modules.status === 0) {
    host.notice({
      title: 'Submodules are not pushed',
      message:
        'The repository has submodules. Outpost gets the commit that names them, not their files.',
    });
  }
  const attributes = await git('cat-file', 'blob', `${commit}:.gitattributes`);
  if (attributes.status === 0 && /filter=lfs/.test(attributes.stdout)) {
    host.notice({
      title: 'LFS files are not pushed',
      message: 'The repository keeps files in Git LFS. Outpost gets the pointers, not the files.',
    });
  }
}
