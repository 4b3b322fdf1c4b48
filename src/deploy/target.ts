/** One service to deploy, and the branch it is deployed from. */
export interface Target {
  readonly namespace: string;
  readonly service: string;
  readonly branch: string;
}

/** `namespace/service`. */
export function fullName({
  namespace,
  service,
}: {
  readonly namespace: string;
  readonly service: string;
}): string {
  return `${namespace}/${service}`;
}

/** Targets by namespace, so that one list request serves all services of one. */
export function byNamespace<T extends { readonly namespace: string }>(
  targets: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const target of targets)
    groups.set(target.namespace, [...(groups.get(target.namespace) ?? []), target]);
  return groups;
}

/** Whether two ids may mean one commit: either may be abbreviated, as git does it. */
export function isSameCommit(one: string, other: string): boolean {
  const [left, right] = [one.toLowerCase(), other.toLowerCase()] as const;
  return (
    left === right ||
    (Math.min(left.length, right.length) >= 7 && (left.startsWith(right) || right.startsWith(left)))
  );
}
