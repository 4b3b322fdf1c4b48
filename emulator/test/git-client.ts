import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from '@jest/globals';
import { noteSkip } from '../../test/support/skips.ts';
import type { Emulator } from '../server.ts';

export interface GitRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A temporary repository, and the git client that works in it. */
export interface Checkout {
  readonly folder: string;
  /** Runs git in the repository. With a credential, every request presents it, even the first. */
  git(args: readonly string[], credential?: Credential): Promise<GitRun>;
  /** Commits a file and returns the commit. */
  commit(content: string | Buffer): Promise<string>;
}

export interface Credential {
  readonly user: string;
  readonly token: string;
}

const folders: string[] = [];

/**
 * `test` for cases that need git. Without git, they're skipped, and a line in the output says so.
 */
export function needsGit(): typeof test.skip {
  // Without the CGI variables, `git http-backend` answers with an error status. No answer at all
  // means that it isn't installed.
  const { stdout } = spawnSync('git', ['http-backend'], {
    env: { PATH: process.env['PATH'] },
    encoding: 'utf8',
  });
  if ((stdout ?? '').startsWith('Status: 500')) return test;
  noteSkip(['git http-backend']);
  return test.skip;
}

afterEach(() => {
  for (const folder of folders.splice(0))
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** A temporary folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'git-client-'));
  folders.push(folder);
  return folder;
}

/** A repository with the branch main and one commit. */
export async function newCheckout(): Promise<Checkout> {
  const folder = temporaryFolder();
  let commits = 0;
  const checkout: Checkout = {
    folder,
    git: (args, credential) => runGit(folder, args, credential),
    commit: async (content) => {
      writeFileSync(join(folder, `file-${commits++}`), content);
      await checkout.git(['add', '.']);
      await checkout.git(['commit', '--quiet', '--message', `commit ${commits}`]);
      return (await checkout.git(['rev-parse', 'HEAD'])).out.trim();
    },
  };
  await checkout.git(['init', '--quiet']);
  await checkout.git(['symbolic-ref', 'HEAD', 'refs/heads/main']);
  await checkout.commit('one');
  return checkout;
}

/** The documented form of a clone URL. */
export function cloneUrl({ origin }: Pick<Emulator, 'origin'>, fullName = 'acme/web'): string {
  return `${origin}/${fullName}.git`;
}

export function headerOf({ user, token }: Credential): string {
  return `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`;
}

function runGit(
  folder: string,
  args: readonly string[],
  credential: Credential | undefined,
): Promise<GitRun> {
  const settings: Record<string, string> = {
    'gc.auto': '0',
    'core.compression': '0',
    // Newer clients mask control characters, but these tests check what the server sends.
    'sideband.allowControlCharacters': 'true',
    'http.followRedirects': 'false',
    ...(credential === undefined
      ? {}
      : { 'http.extraHeader': `Authorization: ${headerOf(credential)}` }),
  };
  const entries = Object.entries(settings).flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  const person = ['AUTHOR', 'COMMITTER'].flatMap((role) => [
    [`GIT_${role}_NAME`, 'Ada'],
    [`GIT_${role}_EMAIL`, 'ada@outpost.example'],
  ]);
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: String(Object.keys(settings).length),
    ...Object.fromEntries([...entries, ...person]),
  };
  return new Promise((resolve) => {
    execFile('git', [...args], { cwd: folder, env }, (error, out, err) => {
      resolve({
        code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
        out,
        err,
      });
    });
  });
}
