import type { Service } from '../../outpost/model.ts';
import { isSameMoment, type Moment } from '../../outpost/moment.ts';
import { isSameCommit } from '../target.ts';
import type { Ending, Judgement, Memory, Observation, Start, Strength } from './judgement.ts';
import {
  hasStrongSign,
  isForeign,
  isIncomplete,
  isOtherLive,
  newId,
  type Own,
  ownDeployment,
  weakSigns,
} from './signs.ts';

/**
 * How long a service may be missing after a deploy before it counts as gone (reads may lag behind
 * writes).
 */
export const MISSING_GRACE_MS = 30_000;
/** How long to look for a deploy whose answer was lost. */
export const RECONCILE_MS = 60_000;
/**
 * A platform that changes `updated_at` on its own must not keep a good deploy from succeeding.
 */
const MAX_RESTARTS = 5;

/**
 * Takes one look into account. Pure: the same looks always give the same judgement. What counts for
 * and against a deploy is in docs/dev/decisions/0005-verdict.md.
 */
export function judge(judgement: Judgement, observation: Observation): Judgement {
  if (judgement.kind === 'ended') return judgement;
  if (observation.kind === 'health') return judgeHealth(judgement, observation);
  const { atMs, seen, isBeforeAnswer = false } = observation;
  if (seen === 'missing') return orLost(judgeMissing(judgement, atMs), atMs);
  const { wasOtherLive } = judgement.memory;
  const looked = remember(judgement, seen, atMs);
  const memory = isBeforeAnswer ? { ...looked, wasOtherLive } : looked;
  const next = { ...judgement, memory };
  const judged =
    judgeDeployment(next, seen) ?? judgeTakenOver(next, seen) ?? judgePhase(next, seen, atMs);
  return orLost(judged, atMs);
}

function ended(judgement: Judgement, ending: Ending, strength: Strength): Judgement {
  const { start, memory } = judgement;
  return { start, memory, kind: 'ended', ending, strength };
}

function waiting({ start, memory }: Judgement): Judgement {
  return { start, memory, kind: 'waiting' };
}

/** Gives up on a call whose answer was lost if no deploy appears. */
function orLost(judgement: Judgement, atMs: number): Judgement {
  const { start, memory } = judgement;
  const isLost = !memory.confirmed && atMs - start.sinceMs >= RECONCILE_MS;
  return isLost && judgement.kind !== 'ended'
    ? ended(judgement, 'never-appeared', 'weak')
    : judgement;
}

function judgeHealth(judgement: Judgement, { atMs, holds }: { atMs: number; holds: boolean }) {
  const sinceMs = judgement.memory.healthySinceMs ?? atMs;
  const healthySinceMs = holds ? sinceMs : undefined;
  const next = { ...judgement, memory: { ...judgement.memory, healthySinceMs } };
  return holds && atMs - sinceMs >= judgement.start.stableForMs
    ? ended(next, 'deployed', 'decisive')
    : next;
}

function judgeMissing(judgement: Judgement, atMs: number): Judgement {
  const missingSinceMs = judgement.memory.missingSinceMs ?? atMs;
  const next = waiting({ ...judgement, memory: { ...judgement.memory, missingSinceMs } });
  return atMs - missingSinceMs >= MISSING_GRACE_MS ? ended(next, 'gone', 'weak') : next;
}

function remember({ start, memory }: Judgement, seen: Service, atMs: number): Memory {
  const ownId = memory.ownId ?? newId(ownOf(start, memory), seen);
  const own = ownOf(start, { ownId });
  const hasSign = hasStrongSign(own, seen, memory.isCalm, memory.wasOtherLive);
  const signMs = memory.signMs ?? (hasSign ? atMs : undefined);
  const isCalm = memory.isCalm || seen.phase !== 'rolling';
  return {
    ...memory,
    confirmed: memory.confirmed || signMs !== undefined || ownId !== undefined,
    ownId,
    wasOwnShown: memory.wasOwnShown || ownDeployment(own, seen) !== undefined,
    wasOtherLive: memory.wasOtherLive || isOtherLive(own, seen),
    isCalm,
    isWell: memory.isWell || (seen.phase !== 'failed' && isCalm),
    signMs,
    weak: new Set([...memory.weak, ...weakSigns(own, seen, memory.isCalm)]),
    firstRunning:
      memory.firstRunning ??
      (signMs !== undefined && seen.phase === 'running' && !isIncomplete(own, seen)
        ? seen.updatedAt
        : undefined),
    missingSinceMs: undefined,
    last: seen,
  };
}

function ownOf({ baseline, pushedCommit }: Start, { ownId }: Pick<Memory, 'ownId'>): Own {
  return { baseline, ownId, pushedCommit };
}

/** Our deployment's own status decides. */
function judgeDeployment(judgement: Judgement, seen: Service): Judgement | undefined {
  const own = ownDeployment(ownOf(judgement.start, judgement.memory), seen);
  if (own?.phase === 'failed') return ended(judgement, 'failed', 'decisive');
  // If the service itself has failed, the two contradict each other: keep polling.
  if (own?.phase !== 'succeeded' || seen.phase === 'failed') return undefined;
  return proven(judgement, seen, 'deployed', 'decisive');
}

/** Another deployment, or the previous one, is live now. */
function judgeTakenOver(judgement: Judgement, seen: Service): Judgement | undefined {
  const { start, memory } = judgement;
  const { ownId, firstRunning } = memory;
  if (isForeign(ownOf(start, memory), seen)) {
    const known = new Set(start.baseline.deployments.map(({ id }) => id));
    if (seen.deployments.some(({ id }) => !known.has(id)))
      return ended(judgement, 'superseded', 'strong');
    // The previous one is live again: that only means something if ours was shown before.
    return memory.wasOwnShown ? ended(judgement, 'rolled-back', 'strong') : undefined;
  }
  // Without ids: a rollout that starts after ours was running is not ours.
  const movedOn =
    firstRunning !== undefined &&
    seen.updatedAt !== undefined &&
    !isSameMoment(seen.updatedAt, firstRunning);
  return ownId === undefined && seen.phase === 'rolling' && movedOn
    ? ended(judgement, 'superseded', 'strong')
    : undefined;
}

function judgePhase(judgement: Judgement, seen: Service, atMs: number): Judgement {
  const { start, memory } = judgement;
  // A status under another deployment says nothing about ours.
  if (isForeign(ownOf(start, memory), seen)) return waiting(judgement);
  switch (seen.phase) {
    case 'failed':
      // A service that had failed before may keep showing that while ours is built.
      if (!memory.isWell) return waiting(judgement);
      if (memory.signMs !== undefined) return ended(judgement, 'failed', 'strong');
      return memory.confirmed ? ended(judgement, 'failed', 'weak') : waiting(judgement);
    case 'idle':
      return judgeIdle(judgement, seen, atMs);
    case 'running':
      return isIncomplete(ownOf(start, memory), seen)
        ? waiting(judgement)
        : judgeHolding(judgement, seen, atMs);
    case 'rolling':
    case 'unknown':
      return waiting(judgement);
  }
}

/** Idle after a rollout: fine if the service may have zero replicas; otherwise it was stopped. */
function judgeIdle(judgement: Judgement, seen: Service, atMs: number): Judgement {
  const { minReplicas } = seen;
  if (judgement.memory.signMs === undefined || minReplicas === undefined) return waiting(judgement);
  return minReplicas > 0
    ? ended(judgement, 'stopped', 'weak')
    : judgeHolding(judgement, seen, atMs);
}

/** It runs, or is scaled to zero: does it stay that way, and is it ours? */
function judgeHolding(judgement: Judgement, seen: Service, atMs: number): Judgement {
  const { start, memory } = judgement;
  // Stryker disable next-line ConditionalExpression: for the compiler; a waiting one has no phase
  const settling = judgement.kind === 'settling' ? judgement : undefined;
  const before = settling?.phase === seen.phase ? settling : undefined;
  const restarts = before?.restarts ?? 0;
  // Running in both polls, but with a change in between: it was not running all the time.
  const isSame =
    before !== undefined && (isSameStamp(before.stamp, seen.updatedAt) || restarts >= MAX_RESTARTS);
  const sinceMs = isSame ? before.sinceMs : atMs;
  const next: Judgement = {
    start,
    memory,
    kind: 'settling',
    phase: seen.phase,
    sinceMs,
    stamp: seen.updatedAt,
    restarts: restarts + (before === undefined || isSame ? 0 : 1),
  };
  if (atMs - sinceMs < start.stableForMs) return next;
  const ending = seen.phase === 'idle' ? 'scaled-to-zero' : 'deployed';
  if (memory.signMs !== undefined) return proven(next, seen, ending, 'strong') ?? next;
  const isEnough =
    start.proof === 'updated-at' && memory.confirmed && memory.weak.has('updated-at');
  return isEnough ? (proven(next, seen, ending, 'weak') ?? next) : next;
}

function isSameStamp(one: Moment | undefined, other: Moment | undefined): boolean {
  return one === undefined || other === undefined ? one === other : isSameMoment(one, other);
}

/** The deploy succeeded if the right commit runs. undefined = that is not known. */
function proven(
  judgement: Judgement,
  seen: Service,
  ending: Ending,
  strength: Strength,
): Judgement | undefined {
  const { branch, pushedCommit, runCommit, proof } = judgement.start;
  if (isOther(seen, branch, pushedCommit)) return ended(judgement, 'superseded', 'strong');
  if (proof !== 'commit' || runCommit === undefined) return ended(judgement, ending, strength);
  if (seen.commit === undefined)
    return pushedCommit === undefined ? undefined : ended(judgement, ending, strength);
  return isSameCommit(seen.commit, runCommit)
    ? ended(judgement, ending, strength)
    : ended(judgement, 'commit-mismatch', 'strong');
}

/** If Outpost shows the branch or commit, a different one belongs to another deploy. */
function isOther(seen: Service, branch: string, pushedCommit: string | undefined): boolean {
  const otherBranch =
    seen.branch !== undefined && seen.branch.replace(/^refs\/heads\//, '') !== branch;
  return (
    otherBranch ||
    (pushedCommit !== undefined &&
      seen.commit !== undefined &&
      !isSameCommit(seen.commit, pushedCommit))
  );
}
