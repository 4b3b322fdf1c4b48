import type { Rehearsal } from './scenario.ts';
import type { TokenRequest } from './tokens.ts';
import { isoTime } from './vocabulary.ts';

const HOUR_MS = 3_600_000;

/** The token that a rehearsal needs. Its expiry counts from now. */
export function rehearsalToken({ token }: Rehearsal, nowMs: number): TokenRequest {
  const { name = 'rehearsal', scopes, expiresInDays, expiresAt } = token;
  if (expiresAt === undefined)
    return { name, scopes, ...(expiresInDays === undefined ? {} : { expiresInDays }) };
  const hoursFromNow = expiresAt === 'past' ? -24 : expiresAt;
  return { name, scopes, expiresAt: isoTime(nowMs + hoursFromNow * HOUR_MS) };
}
