import type { Deployment, Service } from '../../outpost/model.ts';
import { isSameMoment } from '../../outpost/moment.ts';
import { isSameCommit } from '../target.ts';

/** What may have other reasons than our deploy. */
export type WeakSign =
  | 'updated-at'
  | 'replicas'
  | 'version'
  | 'changed-with-call'
  | 'earlier-rollout';

/** The service before the call, and what is known of our deployment. */
export interface Own {
  readonly baseline: Service;
  readonly ownId: string | undefined;
  /** The commit that was pushed for it. */
  readonly pushedCommit: string | undefined;
}

export function ownDeployment({ ownId }: Own, seen: Service): Deployment | undefined {
  return seen.deployments.find(({ id }) => id === ownId);
}

/**
 * An id that is new since the call. A baseline without ids proves nothing: the old one may be news.
 */
export function newId({ baseline }: Own, seen: Service): string | undefined {
  const known = new Set(baseline.deployments.map(({ id }) => id));
  return known.size === 0 ? undefined : seen.deployments.find(({ id }) => !known.has(id))?.id;
}

/** Deployments are shown, and ours is not among them. */
export function isForeign(own: Own, seen: Service): boolean {
  if (seen.deployments.length === 0 || ownDeployment(own, seen) !== undefined) return false;
  return own.ownId !== undefined || own.baseline.deployments.length > 0;
}

/** Our deployment, or the commit that was pushed for it, is the live one. */
export function isOwnLive(own: Own, seen: Service): boolean {
  const [live] = seen.deployments;
  return (
    (live !== undefined && live.id === own.ownId) ||
    (own.pushedCommit !== undefined &&
      seen.commit !== undefined &&
      isSameCommit(seen.commit, own.pushedCommit))
  );
}

/** Another deployment than ours, or another commit, is the live one. */
export function isOtherLive(own: Own, seen: Service): boolean {
  const [live] = seen.deployments;
  return (
    (own.ownId !== undefined && live !== undefined && live.id !== own.ownId) ||
    (own.pushedCommit !== undefined &&
      seen.commit !== undefined &&
      !isSameCommit(seen.commit, own.pushedCommit))
  );
}

/**
 * Whether a look shows what the baseline cannot explain, the rollout of a deploy that began after
 * the call: a rolling status, of our deployment or of the service; another target version beside
 * those that serve; or our deployment or commit live where another one was seen after the call's
 * answer.
 *
 * @param isCalm the service was seen without a rolling status since before the call, so that one
 *     now is news.
 * @param isOtherSeen another deployment or commit was live after the call's answer.
 */
export function hasStrongSign(
  own: Own,
  seen: Service,
  isCalm: boolean,
  isOtherSeen: boolean,
): boolean {
  return (
    ownDeployment(own, seen)?.phase === 'rolling' ||
    (seen.phase === 'rolling' && isCalm) ||
    (isNewVersion(own, seen) && seen.activeVersions !== undefined) ||
    (isOtherSeen && isOwnLive(own, seen))
  );
}

function isNewVersion({ baseline }: Own, { version }: Service): boolean {
  return baseline.version !== undefined && version !== undefined && version !== baseline.version;
}

export function weakSigns(own: Own, seen: Service, isCalm: boolean): readonly WeakSign[] {
  const { baseline } = own;
  const before = baseline.updatedAt;
  const moved =
    before !== undefined && seen.updatedAt !== undefined && !isSameMoment(before, seen.updatedAt);
  const dipped = isFewer(seen.readyReplicas, baseline.readyReplicas);
  const changed =
    newId(own, seen) !== undefined || (isOwnLive(own, seen) && !isOwnLive(own, baseline));
  return [
    ...(moved ? (['updated-at'] as const) : []),
    ...(dipped ? (['replicas'] as const) : []),
    ...(isNewVersion(own, seen) ? (['version'] as const) : []),
    ...(changed ? (['changed-with-call'] as const) : []),
    ...(seen.phase === 'rolling' && !isCalm ? (['earlier-rollout'] as const) : []),
  ];
}

/** A count that is not shown is not fewer, and nothing is fewer than it. */
function isFewer(one: number | undefined, other: number | undefined): boolean {
  return (one ?? Number.POSITIVE_INFINITY) < (other ?? 0);
}

/**
 * Fewer replicas are ready than the service wants at all times, or other versions than the new one
 * serve too: the rollout is not over. Scaled to zero (at least 0) is fine.
 */
export function isIncomplete(own: Own, seen: Service): boolean {
  const { readyReplicas, minReplicas, version, activeVersions } = seen;
  if (isFewer(readyReplicas, minReplicas)) return true;
  if (ownDeployment(own, seen)?.phase === 'rolling') return true;
  return (
    (activeVersions !== undefined &&
      version !== undefined &&
      activeVersions.some((active) => active !== version)) ||
    (activeVersions?.length === 0 && (minReplicas ?? 1) > 0)
  );
}
