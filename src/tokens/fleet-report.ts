import { daysBetween, formatDistance, formatMoment } from '../lib/duration.ts';
import type { TokenRecord } from '../outpost/model.ts';
import { CREDENTIAL, type Fleet } from './fleet.ts';
import { asTable } from './inventory.ts';
import type { CredentialExpiry } from './stores/found-secret.ts';

/** The fleet for people. Names are untrusted text. */
export function fleetLines({ secrets, unread, credentialExpiry, nowMs }: Fleet): readonly string[] {
  const rows = secrets.map(({ place, writtenMs, held, leftovers }) => [
    place,
    writtenMs === undefined ? 'unknown' : formatMoment(writtenMs),
    held?.name ?? 'unknown',
    leftOf(held, nowMs),
    leftovers.join(', ') || 'none',
  ]);
  const table = asTable([['PLACE', 'WRITTEN', 'TOKEN', 'EXPIRES', 'LEFTOVERS'], ...rows]);
  return [
    ...table,
    ...unread.map(({ place, because }) => `not checked: ${place} (${because})`),
    `${CREDENTIAL} expires: ${momentOf(credentialExpiry)}`,
  ];
}

function leftOf(held: TokenRecord | undefined, nowMs: number): string {
  if (held?.expiresMs === null) return 'never';
  return held?.expiresMs === undefined ? 'unknown' : formatDistance(nowMs, held.expiresMs);
}

function momentOf(ms: CredentialExpiry): string {
  if (ms === null) return 'never';
  return ms === undefined ? 'unknown' : formatMoment(ms);
}

/** The fleet for programs: times in RFC 3339; null = never, undefined = unknown. */
export function fleetJson({ secrets, unread, credentialExpiry, nowMs }: Fleet) {
  const instant = (ms: CredentialExpiry): string | null | undefined =>
    typeof ms === 'number' ? new Date(ms).toISOString() : ms;
  const daysLeft = (ms: CredentialExpiry): number | undefined =>
    typeof ms === 'number' ? daysBetween(nowMs, ms) : undefined;
  return {
    secrets: secrets.map(({ repository, place, writtenMs, held, leftovers, warnings }) => ({
      repository,
      place,
      written_at: instant(writtenMs),
      token: held?.name,
      expires_at: instant(held?.expiresMs),
      days_left: daysLeft(held?.expiresMs),
      leftovers,
      findings: warnings.map(({ title }) => title),
    })),
    unread: unread.map(({ repository, place, because }) => ({ repository, place, because })),
    store_credential: {
      expires_at: instant(credentialExpiry),
      days_left: daysLeft(credentialExpiry),
    },
  };
}
