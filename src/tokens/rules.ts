import { TOKEN_PAGE } from '../auth/assess.ts';
import { baseOf, currentOf, isOwnLook, workedMs } from '../auth/names.ts';
import { isEverything } from '../auth/scopes.ts';
import type { Annotation } from '../host.ts';
import { daysBetween } from '../lib/duration.ts';
import type { TokenRecord } from '../outpost/model.ts';
import type { ReportConfig } from './config.ts';

/**
 * Outpost's recommendations, as far as a record shows whether they're met. auth/assess.ts checks
 * the expiry and scopes of one token. https://outpost.run/docs/teams/access-tokens, Security Best
 * Practices
 *
 * @param all the tokens that this one is compared with.
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
      message: `If it leaks, it works until somebody notices. Replace it with \`token rotate\`, which creates one that expires after 30 days, or create one with an expiry in ${TOKEN_PAGE}.`,
    },
  ];
}

/** If `token-name` is set, the check of scopes has already reported this. */
function holdsAll(
  { name, scopes }: TokenRecord,
  { tokenName }: ReportConfig,
): readonly Annotation[] {
  if (tokenName !== undefined || scopes === undefined || !isEverything(scopes)) return [];
  return [
    {
      title: `The Outpost token "${name}" has all scopes`,
      message: `Create one with only the scopes that you need in ${TOKEN_PAGE}: a deploy needs \`service\`, and a push needs \`repo\`.`,
    },
  ];
}

/** A token that was never used counts from its creation, if Outpost shows when that was. */
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
    usedMs === null
      ? `was created ${days} days ago and never used`
      : `hasn't been used for ${days} days`;
  return [
    {
      title: `The Outpost token "${record.name}" ${what}`,
      message: `If nobody needs it anymore, revoke it in ${TOKEN_PAGE} or with \`token revoke\`.`,
    },
  ];
}

/** Reported once per family, with the token in use. A token within its overlap isn't a leftover. */
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
      title: `Old tokens are left over beside "${record.name}"`,
      message: `${names} should be gone: a rotation revokes the old token once \`overlap\` is over. Run the rotation again, or revoke ${left.length === 1 ? 'it' : 'them'} in ${TOKEN_PAGE}.`,
    },
  ];
}

/**
 * What a rotation should have revoked: all of the family but this one, once the overlap is over.
 */
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

/** Whether it has expired. */
export function isPast({ expiresMs }: TokenRecord, nowMs: number): boolean {
  return typeof expiresMs === 'number' && expiresMs <= nowMs;
}
