import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readingEnvironment } from '../../lib/git-program.ts';
import type { Config } from '../config.ts';
import type { Run } from '../run.ts';
import { type GitEnd, runGit } from './git.ts';
import { noticeLeftOut } from './left-out.ts';
import { type LocalRepository, locate } from './locate.ts';
import { inSandbox, reading } from './sandbox.ts';
import { commitToPush, notPossible } from './source.ts';

/** The repository that a commit is pushed from. It is only ever read. */
export interface Checkout extends LocalRepository {
  /** What is pushed: all 40 (or 64) hex digits. */
  readonly commit: string;
  /** Where the CI system cloned from, when that is https. */
  readonly originUrl: string | undefined;
}

/** git 2.31 (March 2021) was the first to take settings from GIT_CONFIG_COUNT. */
const OLDEST_GIT = [2, 31] as const;
const READ_DEADLINE_MS = 60_000;

/**
 * Checks the checkout before the first request to Outpost.
 *
 * @throws Failure `push-not-possible` with the line to add or the command to run.
 */
export async function examineCheckout(
  { checkoutFolder: folder }: Config,
  run: Run,
): Promise<Checkout> {
  await assertVersion(run);
  if (!existsSync(folder)) throw noRepository('', folder, run);
  const place = await locate(folder, run);
  if ('status' in place) throw noRepository(place.stderr, folder, run);
  const { head } = place;
  if (head === undefined) throw noCommit('HEAD');
  return await inSandbox(place, run, async (sandbox) => {
    const git = reading(sandbox, run);
    if ((await git('cat-file', '-e', `${head}^{commit}`)).status !== 0) throw noCommit(head);
    const commit = await commitToPush(place, head, git, run);
    const origin = await git('config', '--file', place.configFile, '--get', 'remote.origin.url');
    await noticeLeftOut(commit, git, run);
    return { ...place, commit, originUrl: publicUrl(origin.stdout.trim()) };
  });
}

/**
 * An https URL without a user name: can be fetched without a secret if the repository is public.
 */
function publicUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, username, password } = new URL(url);
  return protocol === 'https:' && username === '' && password === '' ? url : undefined;
}

async function assertVersion(run: Run): Promise<void> {
  const end: GitEnd = await runGit({
    args: ['--version'],
    cwd: '.',
    env: readingEnvironment(process.env),
    timeoutMs: READ_DEADLINE_MS,
    signal: run.signal,
  });
  if (end.trouble === 'timed-out')
    throw notPossible(
      'git did not answer within a minute',
      'Check what is keeping this machine busy, and run the job again.',
    );
  const [, major, minor] = /^git version (\d{1,4})\.(\d{1,4})/.exec(end.stdout) ?? [];
  if (end.trouble === 'not-installed' || major === undefined) {
    throw notPossible(
      'git is not installed here',
      'Install git in this job (`apk add git` on Alpine images). GitHub-hosted runners already have it.',
    );
  }
  const [oldestMajor, oldestMinor] = OLDEST_GIT;
  if (
    Number(major) > oldestMajor ||
    (Number(major) === oldestMajor && Number(minor) >= oldestMinor)
  )
    return;
  throw notPossible(
    `git ${major}.${minor} is too old to be given a token safely`,
    `Use an image with git ${OLDEST_GIT.join('.')} or later.`,
  );
}

function noRepository(
  stderr: string,
  folder: string,
  { host }: Run,
): ReturnType<typeof notPossible> {
  const workspace = resolve(host.context.folder);
  if (stderr.includes('dubious ownership')) {
    return notPossible(
      'git does not trust the checkout, because it belongs to another user',
      `Run \`git config --global --add safe.directory ${folder}\` in a step before this one.`,
    );
  }
  return notPossible(
    `there is no checkout of the repository ${folder === workspace ? 'here' : `in ${folder}`}`,
    'Add `- uses: actions/checkout` with `fetch-depth: 0` before this step; on GitLab set `GIT_STRATEGY: clone`. If the checkout is in another folder, set `working-directory` to it.',
  );
}

function noCommit(wanted: string): ReturnType<typeof notPossible> {
  return notPossible(
    `the commit ${wanted} is not in the checkout`,
    'Check out the commit with its history: `fetch-depth: 0` on GitHub, `GIT_DEPTH: "0"` on GitLab.',
  );
}
