import type { ChildProcessByStdio } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { takePushed, writeRules } from './git-hooks.ts';
import type { Repository } from './repositories.ts';

export type GitChild = ChildProcessByStdio<Writable, Readable, null>;

const OWN_GROUP = process.platform !== 'win32';
const SOMEBODY = { NAME: 'Somebody else', EMAIL: 'somebody@outpost.example' };

/**
 * The bare repositories of a world, in a private temporary folder. The folder and the repositories
 * are created on first use, so that a world without git repositories doesn't need git.
 */
export class GitStore {
  readonly #children = new Set<GitChild>();
  #root: string | undefined;
  #closed = false;

  /** The temporary folder, if there is one yet. */
  get root(): string | undefined {
    return this.#root;
  }

  /** The folder of a repository, created on first use. */
  open(repository: Repository): string {
    if (this.#closed) throw new Error('the emulated Outpost is closed');
    this.#root ??= mkdtempSync(join(tmpdir(), 'outpost-git-'));
    const folder = folderIn(this.#root, repository);
    if (!existsSync(folder)) {
      this.#git(['init', '--quiet', '--bare', '--template=', folder]);
      // Written directly, since git before 2.28 has no option for it.
      writeFileSync(join(folder, 'HEAD'), `ref: refs/heads/${repository.record.default_branch}\n`);
      writeRules(folder, repository.rules);
    }
    return folder;
  }

  /** The commit of a branch. */
  branchCommit(repository: Repository, branch: string): string | undefined {
    const folder = this.#folderOf(repository);
    if (folder === undefined || branch.includes('\0')) return undefined;
    const { status, stdout } = this.#run([
      '-C',
      folder,
      'show-ref',
      '--verify',
      '--hash',
      `refs/heads/${branch}`,
    ]);
    return status === 0 ? stdout.trim() : undefined;
  }

  hasBranches(repository: Repository): boolean {
    const folder = this.#folderOf(repository);
    return (
      folder !== undefined &&
      this.#git(['-C', folder, 'for-each-ref', '--count=1', 'refs/heads']) !== ''
    );
  }

  /** Points a branch to a commit of the repository; `null` removes it. */
  moveBranch(repository: Repository, branch: string, commit: string | null): void {
    const ref = `refs/heads/${branch}`;
    this.#git([
      '-C',
      this.open(repository),
      'update-ref',
      ...(commit === null ? ['-d', ref] : [ref, commit]),
    ]);
  }

  /**
   * Adds a commit to a branch, like somebody else's push, or starts the branch with it; returns the
   * commit.
   */
  addCommit(repository: Repository, branch: string, nowMs: number): string {
    const folder = this.open(repository);
    const parent = this.branchCommit(repository, branch);
    const tree = parent === undefined ? this.#git(['-C', folder, 'mktree']) : `${parent}^{tree}`;
    const ancestry = parent === undefined ? [] : ['-p', parent];
    const commit = this.#git(
      ['-C', folder, 'commit-tree', tree, ...ancestry, '-m', `A change of ${branch}`],
      authorship(nowMs),
    );
    this.moveBranch(repository, branch, commit);
    return commit;
  }

  /** Whether a push has changed the repository since the last call. */
  takePushed(repository: Repository): boolean {
    const folder = this.#folderOf(repository);
    return folder !== undefined && takePushed(folder);
  }

  /**
   * Starts git with only PATH from our environment. Closing the store ends it, and everything it
   * started.
   */
  start(args: readonly string[], variables: Readonly<Record<string, string>>): GitChild {
    const env = { ...this.#environment(), ...variables };
    const child = spawn('git', args, {
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: OWN_GROUP,
    });
    this.#children.add(child);
    child.once('close', () => this.#children.delete(child));
    return child;
  }

  /** Ends a git process, and everything it started. */
  kill(child: GitChild): void {
    try {
      if (OWN_GROUP && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
    } catch {
      // It ended in the meantime.
    }
  }

  /** Kills what is still running and removes the temporary folder. */
  async close(): Promise<void> {
    this.#closed = true;
    const ends = [...this.#children].map((child) => once(child, 'close'));
    for (const child of this.#children) this.kill(child);
    await Promise.allSettled(ends);
    if (this.#root !== undefined)
      rmSync(this.#root, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  }

  #folderOf(repository: Repository): string | undefined {
    const folder = this.#root === undefined ? '' : folderIn(this.#root, repository);
    return folder !== '' && existsSync(folder) ? folder : undefined;
  }

  #git(args: readonly string[], variables: Readonly<Record<string, string>> = {}): string {
    const { status, stdout, stderr, error } = this.#run(args, variables);
    if (status !== 0)
      throw new Error(
        `git ${args[0] === '-C' ? args[2] : args[0]} failed: ${error?.message ?? stderr}`,
      );
    return stdout.trim();
  }

  #run(args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
    return spawnSync('git', args, {
      env: { ...this.#environment(), ...variables },
      encoding: 'utf8',
      input: '',
    });
  }

  #environment(): Readonly<Record<string, string>> {
    return {
      PATH: process.env['PATH'] ?? '',
      LC_ALL: 'C',
      HOME: this.#root ?? devNull,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: devNull,
    };
  }
}

/** Named by the ID, since a name may not be safe in every file system. */
function folderIn(root: string, { record }: Repository): string {
  return join(root, `${record.id}.git`);
}

function authorship(nowMs: number): Readonly<Record<string, string>> {
  const date = `${Math.floor(nowMs / 1_000)} +0000`;
  const roles = ['AUTHOR', 'COMMITTER'].flatMap((role) => [
    [`GIT_${role}_NAME`, SOMEBODY.NAME],
    [`GIT_${role}_EMAIL`, SOMEBODY.EMAIL],
    [`GIT_${role}_DATE`, date],
  ]);
  return Object.fromEntries(roles);
}
