import { Failure } from '../../lib/failure.ts';
import type { Secret } from '../../lib/secret.ts';
import { type Plan, withStaleBaselines } from '../plan.ts';
import type { Run } from '../run.ts';
import type { Checkout } from './checkout.ts';
import { warnOfForce } from './force.ts';
import type { GitEnd } from './git.ts';
import { short } from './objects.ts';
import { isBehind, lacksHistory, pushFailure, refusesChunks } from './push-failure.ts';
import { movedMeanwhile, notFastForward, refusedUpload } from './rejections.ts';
import { commits, type Relation, relationTo } from './relation.ts';
import { type PushContext, repositoryName, withOutpost } from './remote.ts';
import { remoteLines, sendInAnyWay } from './send.ts';
import { isShallow, joinHistories } from './shallow.ts';
import { tipOnOutpost } from './tip.ts';

/** What a push did to its branch. */
export interface Pushed {
  /**
   * `moved`: this run moved the branch to the commit, or created it. `already-there`: it was
   * already at the commit. `skipped`: it is ahead of the commit and `non-fast-forward` is `skip`;
   * nothing was pushed, and nothing will be deployed.
   */
  readonly outcome: 'moved' | 'already-there' | 'skipped';
  readonly commit: string;
  readonly branch: string;
  /** The commit that the branch was at before; undefined = there was no such branch. */
  readonly formerCommit: string | undefined;
  /**
   * How many commits the former tip was ahead: the branch moved back by that many, or is still that
   * far ahead if the push was skipped. 0 = none; undefined = not known.
   */
  readonly newerCommits: number | undefined;
  /** Milliseconds since 1970. */
  readonly startWallMs: number;
  readonly endWallMs: number;
}

/**
 * Plan -> Pushed: pushes the checked-out commit to its branch on Outpost, and verifies it there.
 *
 * @returns undefined if there is nothing to push.
 * @throws Failure `push-refused`, `push-rejected`, `push-lost`
 */
export async function push(
  { config, checkout }: Plan,
  token: Secret,
  run: Run,
): Promise<Pushed | undefined> {
  if (checkout === undefined) return undefined;
  return await withOutpost(config, checkout, token, run, (context) => deliver(context, run));
}

/**
 * Where the pushed branch is now, to check that it is still where this run put it.
 *
 * @returns undefined = there is no such branch.
 * @throws Failure `push-refused`, `push-lost`
 */
export function readTip(
  { config }: Plan,
  checkout: Checkout,
  token: Secret,
  run: Run,
): Promise<string | undefined> {
  return withOutpost(config, checkout, token, run, (context) => tipOnOutpost(context, run));
}

/**
 * The plan after the push: with the commit that must be live in the end, and with baselines marked
 * stale.
 */
export function planAfterPush(plan: Plan, pushed: Pushed | undefined): Plan {
  if (pushed === undefined) return plan;
  const { branch, commit, outcome } = pushed;
  const deploys = plan.deploys.map((planned) => ({
    ...planned,
    commit: planned.target.branch === branch ? commit : undefined,
    wasPushedBefore: planned.target.branch === branch && outcome === 'already-there',
  }));
  return withStaleBaselines({ ...plan, deploys });
}

async function deliver(context: PushContext, run: Run): Promise<Pushed> {
  const { branch, checkout, config } = context;
  const { commit } = checkout;
  const name = repositoryName(context);
  const startWallMs = run.clock.wallMs();
  const formerCommit = await tipOnOutpost(context, run);
  const end = (outcome: Pushed['outcome'], newerCommits: number | undefined): Pushed => ({
    outcome,
    commit,
    branch,
    formerCommit,
    newerCommits,
    startWallMs,
    endWallMs: run.clock.wallMs(),
  });
  if (formerCommit === commit) {
    run.host.say(`${name}: ${branch} is already at ${short(commit)}.`);
    return end('already-there', 0);
  }
  if (formerCommit !== undefined) await joinHistories(context, formerCommit, run);
  // If only a fast-forward is allowed, git itself checks that it is one.
  const relation: Relation =
    formerCommit === undefined || config.nonFastForward === 'fail'
      ? { kind: 'behind' }
      : await relationTo(formerCommit, context, run);
  if (config.nonFastForward === 'skip' && relation.kind === 'ahead') {
    run.host.say(
      `${name}: ${branch} is already ${commits(relation.newerCommits)} ahead of ${short(commit)}; nothing is pushed.`,
    );
    return end('skipped', relation.newerCommits);
  }
  const isForced = config.nonFastForward === 'force';
  if (isForced) warnOfForce(relation, formerCommit, context, run);
  run.host.say(`${name}: pushing ${short(commit)} to ${branch}.`);
  await bring(context, isForced ? formerCommit : undefined, run);
  return end('moved', newerCommitsOf(relation));
}

function newerCommitsOf(relation: Relation): number | undefined {
  switch (relation.kind) {
    case 'behind':
      return 0;
    case 'ahead':
      return relation.newerCommits;
    case 'apart':
    case 'unknown':
      return undefined;
  }
}

/** @param lease the tip that the branch must still be at for a force push. */
async function bring(context: PushContext, lease: string | undefined, run: Run): Promise<void> {
  const { branch, checkout } = context;
  const { commit } = checkout;
  const name = repositoryName(context);
  const end = await sendInAnyWay(context, lease, run);
  run.host.quote(`${name} (git)`, remoteLines(end.stderr));
  // However git ended, ask Outpost: the connection may break after an accepted push, and then git's
  // own retry is rejected.
  let now: string | undefined;
  try {
    now = await tipOnOutpost(context, run);
  } catch (error) {
    if (end.status === 0 || run.signal.aborted) throw error;
    throw failureOf(end, context);
  }
  if (now !== commit) {
    if (end.status === 0) throw notThere(name, branch, commit, now);
    if (refusesChunks(end)) throw refusedUpload(context);
    if (now === undefined || !isBehind(end) || lacksHistory(end, isShallow(context)))
      throw failureOf(end, context);
    throw lease === undefined
      ? notFastForward(await relationTo(now, context, run), now, context)
      : movedMeanwhile(lease, now, context);
  }
  const despite = end.status === 0 ? '' : ', although git failed';
  run.host.say(`${name}: ${branch} is at ${short(commit)}${despite}.`);
}

function failureOf(end: GitEnd, context: PushContext): Failure {
  const { repository } = context;
  return pushFailure(end, `Pushing to ${repositoryName(context)}`, repository, isShallow(context));
}

function notThere(name: string, branch: string, commit: string, now: string | undefined): Failure {
  return new Failure({
    code: 'push-lost',
    attempted: `Pushing to ${name}`,
    happened: `git reported that it pushed ${short(commit)}, but ${branch} is ${now === undefined ? 'not there' : `at ${short(now)}`}`,
    hint: 'Something else moved the branch at the same time. Let only one job at a time push to it, and run this one again.',
  });
}
