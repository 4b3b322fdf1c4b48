import type { TokenFacts } from '../outpost/model.ts';

/** https://outpost.run/docs/teams/access-tokens; a wider scope covers a narrower one. */
const coveredBy: Readonly<Record<string, readonly string[]>> = { 'repo:read': ['repo'] };
/** The scopes on that page. What other words grant is not known. */
export const documented: ReadonlySet<string> = new Set([
  'repo',
  'repo:read',
  'machine',
  'service',
  'job',
  'admin:org',
  'admin:ssh_key',
]);

/** Scopes as far as they are known. */
export interface ScopeVerdict {
  readonly missing: readonly string[];
  readonly excess: readonly string[];
  /** Why they could not be compared, as a clause. */
  readonly unchecked: string | undefined;
}

/** An undocumented scope may grant what is needed, so then nothing counts as missing. */
export function compareScopes(
  needed: readonly string[] | undefined,
  facts: TokenFacts | undefined,
  untold: string | undefined,
): ScopeVerdict {
  if (needed === undefined) return { missing: [], excess: [], unchecked: undefined };
  const held = facts?.scopes;
  if (held === undefined) {
    const unchecked =
      facts === undefined
        ? (untold ?? '`token-name` is not set')
        : facts.unread?.includes('scopes') === true
          ? 'Outpost shows its scopes in a form that this version cannot read'
          : 'Outpost does not show its scopes';
    return { missing: [], excess: [], unchecked };
  }
  const lacking = needed.filter((scope) => !covers(held, scope));
  const strange = held.filter((scope) => !documented.has(scope));
  const isUnclear = lacking.length > 0 && strange.length > 0;
  const excess = held.filter(
    (scope) =>
      !(isUnclear && !documented.has(scope)) &&
      !needed.some((one) => one === scope || coveredBy[one]?.includes(scope)),
  );
  return isUnclear
    ? {
        missing: [],
        excess,
        unchecked: `what its scope ${listed(strange)} grants is not documented`,
      }
    : { missing: lacking, excess, unchecked: undefined };
}

function covers(held: readonly string[], scope: string): boolean {
  return held.includes(scope) || (coveredBy[scope]?.some((wider) => held.includes(wider)) ?? false);
}

/** `service`, `repo` */
export function listed(scopes: readonly string[]): string {
  return scopes.length === 0 ? 'nothing' : scopes.map((scope) => `\`${scope}\``).join(', ');
}

/** Whether these are all documented scopes, or a word for all. */
export function isEverything(held: readonly string[]): boolean {
  return held.includes('*') || [...documented].every((scope) => covers(held, scope));
}
