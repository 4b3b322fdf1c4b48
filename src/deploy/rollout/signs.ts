import type { Deployment, Service } from '../../outpost/model.ts';
import { isSameMoment } from '../../outpost/moment.ts';
import { isSameCommit } from '../target.ts';

/** Signs that can have other causes than our deploy. */
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
 * An id that is new since the call. Without ids in the baseline, the old one may also look new.
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
 * Whether a poll shows a rollout that started after the call and that the baseline cannot explain:
 * a rolling status of our deployment or of the service; a new target version next to the active
 * ones; or our deployment or commit is live after another one was seen after the call's answer.
 *
 * @param isCalm the service was seen without a rolling status, before the call or since, so that
 *     one now is new.
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

/** A missing count is never fewer, and nothing is fewer than it. */
function isFewer(one: number | undefined, other: number | undefined): boolean {
  return (one ?? Number.POSITIVE_INFINITY) < (other ?? 0);
}

/**
 * Fewer replicas are ready than the minimum, or other versions are still active: the rollout is not
 * over. Scaled to zero is fine if the minimum is 0.
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
