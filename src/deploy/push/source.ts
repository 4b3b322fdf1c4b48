import type { ProposedMerge, TestedRun } from '../../host.ts';
import { Failure } from '../../lib/failure.ts';
import type { Run } from '../run.ts';
import { type LocalRepository, revParse } from './locate.ts';
import { type CommitFacts, isAncestor, readCommit, short } from './objects.ts';
import type { Git } from './sandbox.ts';

/** How far back to look for a temporary merge below commits made by the job. */
const MAX_STEPS = 50;
/** More commits than any job makes. */
const MAX_OWN_COMMITS = 200;

/**
 * The commit to push: the one that is checked out. If that is the temporary merge that a CI system
 * creates for a pull or merge request, the head of the source branch instead: each run gets a new
 * merge, so the next push would not be a fast-forward.
 *
 * @throws Failure `push-not-possible`
 */
export async function commitToPush(
  place: LocalRepository,
  head: string,
  git: Git,
  run: Run,
): Promise<string> {
  const { proposedMerge, testedRun, commit } = run.host.context;
  if (testedRun !== undefined) await requireTested(place, head, testedRun, git, run);
  const pushed =
    proposedMerge === undefined ? head : await sourceOf(place, head, proposedMerge, git, run);
  if (commit !== undefined && pushed !== commit)
    run.host.say(
      `The checkout is at ${short(pushed)}, but this run was started for ${short(commit)}. Pushing ${short(pushed)}.`,
    );
  return pushed;
}

async function sourceOf(
  place: LocalRepository,
  head: string,
  proposed: ProposedMerge,
  git: Git,
  run: Run,
): Promise<string> {
  const source = proposed.sourceCommit ?? (await tracked(proposed.sourceRef, place, run));
  const merge = await temporaryMerge(head, proposed, source, git);
  if (merge === undefined) return head;
  if (merge !== head) throw onTop(head, merge);
  if (source === undefined) throw unknownSource(merge);
  if ((await readCommit(git, source)) === undefined) throw missingSource(merge, source);
  return source;
}

/** The temporary merge that is checked out, or that the job's own commits are based on. */
async function temporaryMerge(
  head: string,
  proposed: ProposedMerge,
  source: string | undefined,
  git: Git,
): Promise<string | undefined> {
  let commit: string | undefined = head;
  for (let step = 0; step < MAX_STEPS && commit !== undefined && commit !== source; step += 1) {
    const facts: CommitFacts | undefined = await readCommit(git, commit);
    if (facts === undefined) return undefined;
    if (isTemporary(commit, facts, proposed, source, commit === head)) return commit;
    [commit] = facts.parents;
  }
  return undefined;
}

/** Jenkins fetches the source branch to a remote-tracking ref, but does not give its commit id. */
async function tracked(
  ref: string | undefined,
  { folder }: LocalRepository,
  run: Run,
): Promise<string | undefined> {
  if (ref === undefined) return undefined;
  const end = await revParse(folder, run, '--verify', '--quiet', '--end-of-options', ref);
  return end.status === 0 ? end.stdout.trim() : undefined;
}

function isTemporary(
  commit: string,
  { parents, subject }: CommitFacts,
  { mergeCommit }: ProposedMerge,
  source: string | undefined,
  isHead: boolean,
): boolean {
  if (commit === mergeCommit) return true;
  if (parents.length < 2) return false;
  // GitHub's message for it. A job may also check out the merge of another run by its ref.
  if (/^Merge [0-9a-f]{40,64} into [0-9a-f]{40,64}$/.test(subject)) return true;
  if (source !== undefined) return parents.includes(source);
  // Without facts, a checked-out merge may be one; merges below it are normal history.
  return isHead && mergeCommit === undefined;
}

/**
 * On `workflow_run` the checkout is the current tip of the default branch, unless `ref` is set.
 * Only the tested commit, and commits that this job made on top of it, may be pushed.
 */
async function requireTested(
  { folder }: LocalRepository,
  head: string,
  { commit: tested, ownCommit }: TestedRun,
  git: Git,
  run: Run,
): Promise<void> {
  if (tested === head) return;
  if (tested === undefined || !(await isAncestor(git, tested, head)))
    throw notTested(head, tested, 'which does not contain it');
  const between = await git(
    'rev-list',
    `--max-count=${MAX_OWN_COMMITS}`,
    '--end-of-options',
    `${tested}..${head}`,
  );
  const own = between.stdout.split('\n').filter((line) => line !== '');
  const remotes = await revParse(folder, run, '--remotes');
  // Commits that the job did not make: the one that started the run, and the fetched branches.
  const others = new Set([ownCommit, ...remotes.stdout.split('\n')]);
  if (between.status !== 0 || own.length >= MAX_OWN_COMMITS || own.some((one) => others.has(one)))
    throw notTested(head, tested, 'which contains later commits that were not tested');
}

function notTested(head: string, tested: string | undefined, because: string): Failure {
  return notPossible(
    `the workflow before this one tested ${tested === undefined ? 'an unknown commit' : short(tested)}, and the checkout is at ${short(head)}, ${because}`,
    'Check out the tested commit with its history: add `ref: ${{ github.event.workflow_run.head_sha }}` and `fetch-depth: 0` to `actions/checkout`.',
  );
}

const CHECK_OUT_SOURCE =
  'Check out the head of the source branch instead, with its history: on GitHub `ref: ${{ github.event.pull_request.head.sha }}` and `fetch-depth: 0` for `actions/checkout`, on GitLab a merge request pipeline without merged results, on Jenkins the strategy "The current pull request revision".';

function onTop(head: string, merge: string): Failure {
  return notPossible(
    `the checkout is at ${short(head)}, which contains the temporary merge ${short(merge)} that the CI system made for this run`,
    CHECK_OUT_SOURCE,
  );
}

function unknownSource(merge: string): Failure {
  return notPossible(
    `the checkout is at ${short(merge)}, a temporary merge that the CI system made for this run, and the head of the source branch is not known`,
    CHECK_OUT_SOURCE,
  );
}

function missingSource(merge: string, source: string): Failure {
  return notPossible(
    `the checkout is at ${short(merge)}, a temporary merge that the CI system made for this run, and the commit ${source}, the head of the source branch, is not in the checkout`,
    CHECK_OUT_SOURCE,
  );
}

/** @param hint the line to add or the command to run. */
export function notPossible(happened: string, hint: string): Failure {
  return new Failure({
    code: 'push-not-possible',
    attempted: 'Preparing the push',
    happened,
    hint,
  });
}
