import type { Service } from '../../outpost/model.ts';
import { isSameCommit } from '../target.ts';

/** `running` must hold from one look to another at least this far apart. */
export const SETTLE_MS = 5_000;
/**
 * A service may be missing this long after a deploy before it counts as gone (reads may lag behind
 * writes).
 */
export const MISSING_GRACE_MS = 30_000;
/** How long a deploy whose answer was lost is looked for. */
export const RECONCILE_MS = 60_000;

/** What one look at a service showed. */
export interface Observation {
  /** On the clock's nowMs. */
  readonly atMs: number;
  readonly seen: Service | 'missing';
}

/** How a followed deploy ended. `started` = it is certain that Outpost took it up. */
export type Ending =
  | 'deployed'
  | 'started'
  | 'failed'
  | 'stopped'
  | 'superseded'
  | 'rolled-back'
  | 'gone'
  /** The answer to the call was lost, and no deploy appeared. */
  | 'never-appeared';

/** All that is remembered from one look to the next. */
export interface Judgement {
  readonly baseline: Service;
  /**
   * Outpost accepted the call. Where its answer was lost, a deploy has to appear before it can be
   * followed.
   */
  readonly confirmed: boolean;
  /** What must run in the end; the commit where it is known. */
  readonly branch: string;
  readonly commit: string | undefined;
  /** Stop as soon as the deploy has certainly begun. */
  readonly untilStarted: boolean;
  readonly sentMs: number;
  /** When following began, on the clock's nowMs: the call itself may have taken long. */
  readonly sinceMs: number;
  /** The id of our deployment, once Outpost has told it. */
  readonly deploymentId: string | undefined;
  /** Something was seen that the baseline cannot explain: our deploy has begun. */
  readonly begun: boolean;
  /** When that was seen first. */
  readonly begunMs: number | undefined;
  readonly runningSinceMs: number | undefined;
  /** `updated_at` when it was first seen running after our deploy. */
  readonly runningStamp: string | undefined;
  /**
   * `updated_at` when the present stretch of running was first seen, and how often such a stretch
   * was broken off for another.
   */
  readonly settleStamp: string | undefined;
  readonly unsettled: number;
  readonly missingSinceMs: number | undefined;
  readonly last: Service | undefined;
  readonly ending: Ending | undefined;
}

export function openJudgement(
  start: Pick<
    Judgement,
    | 'baseline'
    | 'confirmed'
    | 'branch'
    | 'commit'
    | 'untilStarted'
    | 'sentMs'
    | 'sinceMs'
    | 'deploymentId'
  >,
): Judgement {
  return {
    ...start,
    begun: false,
    begunMs: undefined,
    runningSinceMs: undefined,
    runningStamp: undefined,
    settleStamp: undefined,
    unsettled: 0,
    missingSinceMs: undefined,
    last: undefined,
    ending: undefined,
  };
}

/**
 * Takes one look into account. Pure: the same looks always give the same ending.
 *
 * A deploy counts as deployed only when it has begun (a status `deploying`, a moved `updated_at` or
 * a new deployment id after the call, none of which the baseline explains) and `running` then held
 * for SETTLE_MS. A `running`, `failed` or `stopped` from before the deploy is no news. `degraded`
 * and statuses that nobody documented are waited on.
 */
export function judge(state: Judgement, { atMs, seen }: Observation): Judgement {
  if (state.ending !== undefined) return state;
  if (seen === 'missing') return judgeMissing(state, atMs);
  const looked = { ...state, last: seen, missingSinceMs: undefined };
  const taken = takenOver(looked, seen);
  if (taken !== undefined) return { ...looked, ending: taken };
  const begun = looked.begun || hasBegun(looked, seen);
  if (!begun) return waitForBeginning(looked, atMs);
  const ours = {
    ...looked,
    begun,
    begunMs: looked.begunMs ?? atMs,
    confirmed: true,
    deploymentId: looked.deploymentId ?? newId(looked, seen),
  };
  if (ours.untilStarted && seen.status !== 'failed' && seen.status !== 'stopped')
    return { ...ours, ending: 'started' };
  return judgeStatus(ours, seen, atMs);
}

function judgeMissing(state: Judgement, atMs: number): Judgement {
  const missingSinceMs = state.missingSinceMs ?? atMs;
  const gone = atMs - missingSinceMs >= MISSING_GRACE_MS;
  return { ...state, missingSinceMs, runningSinceMs: undefined, ending: gone ? 'gone' : undefined };
}

/** Whether somebody else's deployment, or the one before ours, is live now. */
function takenOver(state: Judgement, seen: Service): Ending | undefined {
  const { baseline, deploymentId } = state;
  if (
    deploymentId !== undefined &&
    seen.deploymentId !== undefined &&
    seen.deploymentId !== deploymentId
  ) {
    if (seen.deploymentId !== baseline.deploymentId) return 'superseded';
    // The one before ours is live again: news only when ours had been live or under way.
    return state.begun ? 'rolled-back' : undefined;
  }
  // Without ids: a deploy that begins after ours was running is not ours.
  const movedOn = state.runningStamp !== undefined && seen.updatedAt !== state.runningStamp;
  return deploymentId === undefined && seen.status === 'deploying' && movedOn
    ? 'superseded'
    : undefined;
}

/**
 * Another id than the baseline's. A baseline without one proves nothing: lists show no ids, so the
 * old one may be news.
 */
function newId({ baseline }: Judgement, seen: Service): string | undefined {
  return baseline.deploymentId !== undefined && seen.deploymentId !== baseline.deploymentId
    ? seen.deploymentId
    : undefined;
}

/** Whether this look shows what the baseline cannot explain. */
function hasBegun(state: Judgement, seen: Service): boolean {
  const { baseline, deploymentId, confirmed } = state;
  if (deploymentId !== undefined && seen.deploymentId !== undefined)
    return seen.deploymentId === deploymentId;
  // Where Outpost shows ids, only another id is another deployment: the old one's status may change
  // for reasons of its own.
  if (baseline.deploymentId !== undefined && seen.deploymentId !== undefined)
    return newId(state, seen) !== undefined;
  if (showsOurCommit(state, seen)) return true;
  // A stamp moves for other reasons too (scaling, a recovery), which is no sign of a call whose
  // arrival is in doubt.
  const moved =
    confirmed &&
    baseline.updatedAt !== undefined &&
    seen.updatedAt !== undefined &&
    seen.updatedAt !== baseline.updatedAt;
  // Another deploy was under way: its end moves the stamp too, and only a `deploying` with a new
  // stamp is a new deploy.
  if (baseline.status === 'deploying') return moved && seen.status === 'deploying';
  return seen.status === 'deploying' || moved;
}

/** The commit that was pushed runs, where another one ran before. */
function showsOurCommit({ baseline, commit }: Judgement, seen: Service): boolean {
  if (commit === undefined || seen.commit === undefined || baseline.commit === undefined)
    return false;
  return isSameCommit(seen.commit, commit) && !isSameCommit(baseline.commit, commit);
}

function waitForBeginning(state: Judgement, atMs: number): Judgement {
  const lost = !state.confirmed && atMs - state.sinceMs >= RECONCILE_MS;
  return lost ? { ...state, ending: 'never-appeared' } : state;
}

function judgeStatus(state: Judgement, seen: Service, atMs: number): Judgement {
  switch (seen.status) {
    case 'failed':
      return { ...state, ending: 'failed' };
    case 'stopped':
      return { ...state, ending: 'stopped' };
    case 'running':
      return lacksReplicas(seen)
        ? { ...state, runningSinceMs: undefined }
        : judgeRunning(state, seen, atMs);
    case 'deploying':
    case 'degraded':
    case 'unknown':
      return { ...state, runningSinceMs: undefined };
  }
}

/**
 * `running` with no replica ready, though the service wants one at all times. Scaled to zero (min
 * 0) is fine.
 */
function lacksReplicas(seen: Service): boolean {
  return seen.readyReplicas === 0 && (seen.minReplicas ?? 0) > 0;
}

/**
 * A platform that moves `updated_at` by itself must not keep a good deploy from being called one.
 */
const MAX_UNSETTLED = 5;

function judgeRunning(state: Judgement, seen: Service, atMs: number): Judgement {
  // Running at both looks, and something happened in between: it was not running all the time.
  const isSame = seen.updatedAt === state.settleStamp || state.unsettled >= MAX_UNSETTLED;
  const runningSinceMs = isSame ? (state.runningSinceMs ?? atMs) : atMs;
  const settled = atMs - runningSinceMs >= SETTLE_MS;
  return {
    ...state,
    runningSinceMs,
    runningStamp: state.runningStamp ?? seen.updatedAt,
    settleStamp: seen.updatedAt,
    unsettled: state.unsettled + (isSame || state.runningSinceMs === undefined ? 0 : 1),
    ending: !settled ? undefined : isOthers(state, seen) ? 'superseded' : 'deployed',
  };
}

/** Where Outpost shows which branch or commit runs, another one is another deploy's. */
function isOthers({ branch, commit }: Judgement, seen: Service): boolean {
  const otherBranch =
    seen.branch !== undefined && seen.branch.replace(/^refs\/heads\//, '') !== branch;
  return (
    otherBranch ||
    (commit !== undefined && seen.commit !== undefined && !isSameCommit(seen.commit, commit))
  );
}
