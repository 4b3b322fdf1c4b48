import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Context, ProposedMerge } from '../host.ts';
import { findGit, readingEnvironment } from '../lib/git-program.ts';
import type { Environment } from './environment.ts';
import { hazardsOf } from './hazards.ts';

/**
 * Reads the checkout in the working directory, if there is one and git is installed. Some CI
 * systems say which branch a detached checkout is from.
 */
export function readShellContext(env: Environment, workingDirectory: string | undefined): Context {
  const checkout = resolve(workingDirectory ?? '.');
  const git = (...args: readonly string[]): string | undefined => askGit(env, checkout, args);
  const system = systemOf(env);
  // One call for both lines: starting git takes as long as everything else here.
  const [head, ref] = git('rev-parse', 'HEAD', '--symbolic-full-name', 'HEAD')?.split('\n') ?? [];
  const branch = system.branch ?? /^refs\/heads\/(.+)$/.exec(ref ?? '')?.[1];
  const isDetached = head !== undefined && branch === undefined;
  return {
    host: 'shell',
    branch,
    branchless: undefined,
    tag: system.tag ?? (isDetached ? git('describe', '--tags', '--exact-match') : undefined),
    commit: system.proposedMerge?.sourceCommit ?? head,
    proposedMerge: system.proposedMerge,
    testedRun: undefined,
    commitUrl: undefined,
    trigger: 'shell',
    fromFork: system.fromFork,
    fromDependabot: false,
    onProtectedRef: undefined,
    environment: undefined,
    hazards: hazardsOf(env),
    folder: process.cwd(),
    isRerun: false,
    // Jenkins, Bitbucket.
    runId: env['BUILD_NUMBER'] || env['BITBUCKET_BUILD_NUMBER'] || undefined,
    runKey: `shell:${randomUUID()}`,
  };
}

/** What the environment of another CI system says. */
interface System {
  readonly branch: string | undefined;
  readonly tag: string | undefined;
  readonly proposedMerge: ProposedMerge | undefined;
  readonly fromFork: boolean;
}

function systemOf(env: Environment): System {
  if (env['JENKINS_URL'] && env['BRANCH_NAME']) return jenkins(env);
  if (env['BITBUCKET_BUILD_NUMBER']) return bitbucket(env);
  return { branch: undefined, tag: undefined, proposedMerge: undefined, fromFork: false };
}

/**
 * A multibranch pipeline. For a pull request, BRANCH_NAME is `PR-7` (or `MR-7`), and its head is
 * fetched under that name. CHANGE_BRANCH is the branch.
 * https://plugins.jenkins.io/branch-api/, https://plugins.jenkins.io/github-branch-source/
 */
function jenkins(env: Environment): System {
  const isChange = Boolean(env['CHANGE_ID']);
  const tag = env['TAG_NAME'] || undefined;
  const name = env['BRANCH_NAME'];
  return {
    branch: isChange ? env['CHANGE_BRANCH'] || undefined : tag === undefined ? name : undefined,
    tag,
    proposedMerge: isChange
      ? {
          sourceCommit: undefined,
          sourceRef: `refs/remotes/origin/${name}`,
          mergeCommit: undefined,
        }
      : undefined,
    fromFork: Boolean(env['CHANGE_FORK']),
  };
}

/**
 * Pull request pipelines merge the destination into the source branch before the build.
 * https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
 */
function bitbucket(env: Environment): System {
  const isChange = Boolean(env['BITBUCKET_PR_ID']);
  return {
    branch: env['BITBUCKET_BRANCH'] || undefined,
    tag: env['BITBUCKET_TAG'] || undefined,
    proposedMerge: isChange
      ? {
          sourceCommit: env['BITBUCKET_COMMIT'] || undefined,
          sourceRef: undefined,
          mergeCommit: undefined,
        }
      : undefined,
    fromFork: false,
  };
}

function askGit(env: Environment, cwd: string, args: readonly string[]): string | undefined {
  const program = findGit(env['PATH']);
  if (program === undefined) return undefined;
  try {
    return (
      execFileSync(program, args, {
        cwd,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        env: readingEnvironment(env),
        timeout: 5_000,
      }).trim() || undefined
    );
  } catch {
    // Not a repository: the inputs must say everything.
    return undefined;
  }
}
