import type { ServiceName } from '../outpost/model.ts';

/** One service to deploy, and the branch it is deployed from. */
export interface Target extends ServiceName {
  readonly branch: string;
  /** 1 is the first; a stage starts when the previous one is deployed and healthy. */
  readonly stage: number;
}

/** `namespace/service`, or the name alone. */
export function fullName({ namespace, service }: ServiceName): string {
  return namespace === undefined ? service : `${namespace}/${service}`;
}

/** How many stages there are. */
export function stageCount(targets: readonly Pick<Target, 'stage'>[]): number {
  return Math.max(0, ...targets.map(({ stage }) => stage));
}

/** Targets by namespace, so that one list request covers all services in it. */
export function byNamespace<T extends Pick<ServiceName, 'namespace'>>(
  targets: readonly T[],
): ReadonlyMap<string | undefined, readonly T[]> {
  const groups = new Map<string | undefined, T[]>();
  for (const target of targets)
    groups.set(target.namespace, [...(groups.get(target.namespace) ?? []), target]);
  return groups;
}

/** Whether two ids may be the same commit: either one may be abbreviated. */
export function isSameCommit(one: string, other: string): boolean {
  const [left, right] = [one.toLowerCase(), other.toLowerCase()] as const;
  return (
    left === right ||
    (Math.min(left.length, right.length) >= 7 && (left.startsWith(right) || right.startsWith(left)))
  );
}
