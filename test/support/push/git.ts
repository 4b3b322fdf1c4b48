import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test } from '@jest/globals';
import { noteSkip } from '../skips.ts';

/**
 * The `test` of a file that needs git. If git is missing, its tests are skipped and a line says so.
 */
export const gitTest: typeof test.concurrent.skip = canServe()
  ? test.concurrent
  : skipLoudly('git http-backend');

/**
 * The same for tests that send signals or replace programs with shell scripts. Windows supports
 * neither.
 */
export const posixGitTest: typeof test.concurrent.skip =
  process.platform === 'win32' ? skipLoudly('POSIX signals and scripts of a shell') : gitTest;

function canServe(): boolean {
  // Without CGI variables, an installed git http-backend answers with an error. If it isn't
  // installed, there is no answer.
  const { stdout } = spawnSync('git', ['http-backend'], {
    env: { PATH: process.env['PATH'] },
    encoding: 'utf8',
  });
  return (stdout ?? '').startsWith('Status: 500');
}

/** @param missing what the tests need and this machine doesn't have. */
export function skipLoudly(missing: string): typeof test.concurrent.skip {
  noteSkip([missing]);
  return test.concurrent.skip;
}

/** A repository that only this test uses. */
export interface Repository {
  readonly folder: string;
  /** Runs git there, without this machine's settings. @throws when it fails. */
  git(...args: readonly string[]): string;
  /** Commits a file and returns the commit's hash. */
  commit(name: string, content: string | Buffer): string;
}

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** A temporary folder that is removed after the tests of the file. */
export function temporaryFolder(name = 'outpost-pushed-'): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  folders.push(folder);
  return folder;
}

/** git in a folder. */
export function repositoryAt(folder: string): Repository {
  const git = (...args: readonly string[]): string => {
    return execFileSync('git', args, {
      cwd: folder,
      env: plainEnvironment(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  };
  return {
    folder,
    git,
    commit: (name, content) => {
      writeFileSync(join(folder, name), content);
      git('add', '--', name);
      git('commit', '--quiet', '--message', `Change ${name}`);
      return git('rev-parse', 'HEAD');
    },
  };
}

let template: Repository | undefined;

/** A repository with the branch main and three commits, which the CI system clones. */
export function newOrigin(): Repository {
  template ??= firstOrigin();
  const folder = temporaryFolder();
  cpSync(template.folder, folder, { recursive: true });
  return repositoryAt(folder);
}

function firstOrigin(): Repository {
  const origin = repositoryAt(temporaryFolder());
  origin.git('init', '--quiet', '--template=');
  origin.git('symbolic-ref', 'HEAD', 'refs/heads/main');
  for (const name of ['one', 'two', 'three']) origin.commit(name, `${name}\n`);
  // Lets a shallow clone fetch any commit, as on GitHub and GitLab.
  origin.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  return origin;
}

/** Clones the origin into a new folder. */
export function cloneOf(origin: Repository, ...options: readonly string[]): Repository {
  const folder = temporaryFolder();
  origin.git('clone', '--quiet', ...options, `file://${origin.folder}`, folder);
  return repositoryAt(folder);
}

/** What the CI system reports about a checkout: its folder and the commit that is built. */
export function at(repository: Repository): { readonly folder: string; readonly commit: string } {
  return { folder: repository.folder, commit: repository.git('rev-parse', 'HEAD') };
}

function plainEnvironment(): Readonly<Record<string, string | undefined>> {
  const roles = ['AUTHOR', 'COMMITTER'].flatMap((role) => [
    [`GIT_${role}_NAME`, 'Ada'],
    [`GIT_${role}_EMAIL`, 'ada@outpost.example'],
  ]);
  return {
    PATH: process.env['PATH'],
    HOME: devNull,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_TERMINAL_PROMPT: '0',
    ...Object.fromEntries(roles),
  };
}
