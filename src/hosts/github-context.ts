import type { Context, ProposedMerge, TestedRun } from '../host.ts';
import type { Environment } from './environment.ts';
import { type GithubEvent, readEvent } from './github-event.ts';
import { hazardsOf } from './hazards.ts';

/** Their ref is a merge that GitHub makes. Only the event has the real branch and commit. */
const pullRequestTriggers: ReadonlySet<string> = new Set([
  'pull_request',
  'pull_request_target',
  'pull_request_review',
  'pull_request_review_comment',
]);

/** The branch and commit of one trigger. */
interface Subject
  extends Pick<Context, 'branch' | 'branchless' | 'commit' | 'proposedMerge' | 'testedRun'> {}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
export function readGithubContext(env: Environment): Context {
  const event = readEvent(env['GITHUB_EVENT_PATH']);
  const trigger = env['GITHUB_EVENT_NAME'] ?? 'unknown';
  const repository = env['GITHUB_REPOSITORY'] ?? '';
  const isTag = env['GITHUB_REF_TYPE'] === 'tag';
  const subject = subjectOf(trigger, event, env);
  const run = [
    'GITHUB_REPOSITORY',
    'GITHUB_RUN_ID',
    'GITHUB_RUN_ATTEMPT',
    'GITHUB_JOB',
    'GITHUB_ACTION',
  ].map((name) => env[name] ?? '');
  return {
    host: 'github',
    ...subject,
    tag: isTag ? env['GITHUB_REF_NAME'] : undefined,
    commitUrl:
      subject.commit === undefined
        ? undefined
        : `${env['GITHUB_SERVER_URL'] ?? 'https://github.com'}/${repository}/commit/${subject.commit}`,
    trigger,
    fromFork: isFromFork(trigger, event, repository),
    onProtectedRef: undefined,
    environment: undefined,
    hazards: hazardsOf(env),
    folder: env['GITHUB_WORKSPACE'] || process.cwd(),
    isRerun: Number(env['GITHUB_RUN_ATTEMPT'] ?? '1') > 1,
    fromDependabot: env['GITHUB_ACTOR'] === 'dependabot[bot]',
    runId: env['GITHUB_RUN_ID'] || undefined,
    runKey: ['github', ...run].join(':'),
  };
}

function subjectOf(trigger: string, event: GithubEvent | undefined, env: Environment): Subject {
  const commit = env['GITHUB_SHA'] || undefined;
  const plain = { branchless: undefined, commit, proposedMerge: undefined, testedRun: undefined };
  if (trigger === 'workflow_run') return subjectOfRun(event, commit);
  if (pullRequestTriggers.has(trigger) || event?.pull_request != null)
    return subjectOfPullRequest(event, commit, env);
  // Its ref is a temporary branch that GitHub makes for the queue and deletes later.
  if (trigger === 'merge_group')
    return { ...plain, branch: undefined, branchless: 'this run is for a merge queue' };
  return { ...plain, branch: branchOfRef(env) };
}

/** A ref that isn't a branch, such as `refs/pull/7/merge`, also has a name. */
function branchOfRef(env: Environment): string | undefined {
  const ref = env['GITHUB_REF'];
  if (env['GITHUB_REF_TYPE'] === 'tag' || (ref && !ref.startsWith('refs/heads/'))) return undefined;
  return env['GITHUB_REF_NAME'] || undefined;
}

const UNREADABLE = "the file that says what started this run (GITHUB_EVENT_PATH) can't be read";

/**
 * This run is about what the other run tested. GITHUB_REF and GITHUB_SHA name the default branch
 * instead.
 */
function subjectOfRun(event: GithubEvent | undefined, ownCommit: string | undefined): Subject {
  const run = event?.workflow_run;
  const commit = run?.head_sha || undefined;
  const branch = run?.head_branch || undefined;
  const testedRun: TestedRun = { conclusion: run?.conclusion || undefined, commit, ownCommit };
  return {
    branch,
    branchless:
      run == null ? UNREADABLE : "the workflow that triggered this one didn't run for a branch",
    commit,
    proposedMerge: undefined,
    testedRun,
  };
}

function subjectOfPullRequest(
  event: GithubEvent | undefined,
  ownCommit: string | undefined,
  env: Environment,
): Subject {
  const request = event?.pull_request;
  const plain = { branch: undefined, commit: ownCommit, testedRun: undefined };
  const ownMerge: ProposedMerge = {
    sourceCommit: request?.head.sha || undefined,
    sourceRef: undefined,
    mergeCommit: ownCommit,
  };
  if (request == null) return { ...plain, branchless: UNREADABLE, proposedMerge: ownMerge };
  if (request.merged === true || request.merged_at != null)
    // It's about the base branch as it is now, including what others have pushed since.
    return {
      ...plain,
      branch: request.base?.ref || env['GITHUB_BASE_REF'] || undefined,
      branchless: undefined,
      proposedMerge: undefined,
    };
  if (request.state === 'closed')
    return {
      ...plain,
      branchless: 'this pull request was closed without a merge',
      commit: ownMerge.sourceCommit ?? ownCommit,
      proposedMerge: ownMerge,
    };
  return {
    ...plain,
    branch: request.head.ref || env['GITHUB_HEAD_REF'] || undefined,
    branchless: undefined,
    // GITHUB_SHA is a merge that GitHub makes for each run. The commit on the branch is the head.
    commit: ownMerge.sourceCommit ?? ownCommit,
    proposedMerge: ownMerge,
  };
}

/**
 * A different or deleted (null) head repository is a fork. If the event can't be read, a trigger
 * that forks can cause counts as a fork's.
 */
function isFromFork(trigger: string, event: GithubEvent | undefined, repository: string): boolean {
  const base = event?.repository?.full_name ?? repository;
  if (event?.pull_request != null) return event.pull_request.head.repo?.full_name !== base;
  if (event?.workflow_run != null) return event.workflow_run.head_repository?.full_name !== base;
  return trigger === 'workflow_run';
}
