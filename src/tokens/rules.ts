import { TOKEN_PAGE } from '../auth/assess.ts';
import { baseOf, currentOf, isOwnLook, workedMs } from '../auth/names.ts';
import { isEverything } from '../auth/scopes.ts';
import type { Annotation } from '../host.ts';
import { daysBetween } from '../lib/duration.ts';
import type { TokenRecord } from '../outpost/model.ts';
import type { ReportConfig } from './config.ts';

/**
 * What Outpost's page asks for, as far as a record tells. Expiry and scopes of one token are in
 * auth/assess.ts. https://outpost.run/docs/teams/access-tokens, Security Best Practices
 *
 * @param all the tokens beside which this one is judged.
 */
export function rulesFor(
  record: TokenRecord,
  all: readonly TokenRecord[],
  config: ReportConfig,
  nowMs: number,
): readonly Annotation[] {
  return [
    ...neverExpires(record),
    ...holdsAll(record, config),
    ...unused(record, config, nowMs),
    ...leftovers(record, all, config, nowMs),
  ];
}

function neverExpires({ name, expiresMs }: TokenRecord): readonly Annotation[] {
  if (expiresMs !== null) return [];
  return [
    {
      title: `The Outpost token "${name}" never expires`,
      message: `If it leaks, it works until somebody notices. Let \`token rotate\` replace it by one that lives for 30 days, or create one with an expiry in ${TOKEN_PAGE}.`,
    },
  ];
}

/** Of a token that is named, what is too much is told already. */
function holdsAll(
  { name, scopes }: TokenRecord,
  { tokenName }: ReportConfig,
): readonly Annotation[] {
  if (tokenName !== undefined || scopes === undefined || !isEverything(scopes)) return [];
  return [
    {
      title: `The Outpost token "${name}" holds all scopes`,
      message: `Create one with the scopes that it needs in ${TOKEN_PAGE}: a deploy needs \`service\`, and a push \`repo\`.`,
    },
  ];
}

/** A token that never worked counts from when it was made, where Outpost tells that. */
function unused(
  record: TokenRecord,
  { unusedWarningDays }: ReportConfig,
  nowMs: number,
): readonly Annotation[] {
  if (isOwnLook(record, nowMs)) return [];
  const usedMs = workedMs(record);
  const sinceMs = usedMs === null ? record.createdMs : usedMs;
  if (sinceMs === undefined || daysBetween(sinceMs, nowMs) < unusedWarningDays) return [];
  const days = daysBetween(sinceMs, nowMs);
  const what =
    usedMs === null ? `was made ${days} days ago and never used` : `was not used for ${days} days`;
  return [
    {
      title: `The Outpost token "${record.name}" ${what}`,
      message: `Revoke it in ${TOKEN_PAGE}, or with \`token revoke\`, if nothing needs it any more.`,
    },
  ];
}

/** Told once a family, with the token in use. One within its overlap is none. */
function leftovers(
  record: TokenRecord,
  all: readonly TokenRecord[],
  { overlapMs }: ReportConfig,
  nowMs: number,
): readonly Annotation[] {
  const family = all.filter(({ name }) => baseOf(name) === baseOf(record.name));
  const living = family.filter((one) => !isPast(one, nowMs));
  if (currentOf(living.length > 0 ? living : family, nowMs)?.name !== record.name) return [];
  const left = leftBeside(record, family, overlapMs, nowMs);
  if (left.length === 0) return [];
  const names = left.map(({ name }) => `"${name}"`).join(', ');
  return [
    {
      title: `Tokens are left over beside "${record.name}"`,
      message: `${names} should be gone: a rotation revokes the token before after \`overlap\`. Run the rotation again, or revoke ${left.length === 1 ? 'it' : 'them'} in ${TOKEN_PAGE}.`,
    },
  ];
}

/** Of a family, what a rotation should have revoked: all but this one, once the overlap is over. */
export function leftBeside(
  record: TokenRecord,
  family: readonly TokenRecord[],
  overlapMs: number,
  nowMs: number,
): readonly TokenRecord[] {
  const living = family.filter((one) => !isPast(one, nowMs));
  const youngestMs = Math.max(...living.map(({ createdMs = 0 }) => createdMs));
  return family.filter(
    (one) => one !== record && (isPast(one, nowMs) || nowMs - youngestMs > overlapMs),
  );
}

/** It has expired. */
export function isPast({ expiresMs }: TokenRecord, nowMs: number): boolean {
  return typeof expiresMs === 'number' && expiresMs <= nowMs;
}
