import { TOKEN_PAGE } from '../auth/assess.ts';
import { isUnknownForm } from '../auth/lookup.ts';
import { formatDistance, formatMoment } from '../lib/duration.ts';
import { Failure } from '../lib/failure.ts';
import { failureOf } from '../outpost/errors.ts';
import type { TokenRecord } from '../outpost/model.ts';
import { nowOf, type TokenRun, UNCHANGED, wholeList } from './run.ts';

export interface Inventory {
  readonly records: readonly TokenRecord[];
  /** Milliseconds since 1970, by Outpost's clock. */
  readonly nowMs: number;
}

/** @throws Failure of the request; `unexpected-answer` if this Outpost doesn't list tokens. */
export async function readInventory(run: TokenRun): Promise<Inventory> {
  const reply = await run.tokens.list();
  const attempted = 'Listing the tokens';
  if (reply.kind === 'value')
    return { records: wholeList(reply.value, attempted), nowMs: nowOf(reply, run.clock) };
  if (!isUnknownForm(reply)) throw failureOf(reply, { attempted, undone: UNCHANGED });
  throw new Failure({
    code: 'unexpected-answer',
    attempted,
    happened:
      "this Outpost doesn't have the request that lists tokens, which its documentation doesn't describe",
    hint: `Look in ${TOKEN_PAGE}, set \`token-name\` to one token, or set \`list-form\` to the right request.`,
  });
}

/** Soonest expiry first; tokens that never expire, or may not, come last. */
export function soonestFirst(records: readonly TokenRecord[]): readonly TokenRecord[] {
  const rank = ({ expiresMs }: TokenRecord): number =>
    expiresMs ?? (expiresMs === null ? Number.MAX_VALUE : Number.MAX_VALUE / 2);
  return [...records].sort(
    (left, right) => rank(left) - rank(right) || left.name.localeCompare(right.name, 'en'),
  );
}

/** A table for people. Names are untrusted text. */
export function inventoryTable({ records, nowMs }: Inventory): readonly string[] {
  const moment = (ms: number | null | undefined): string => {
    if (ms === null) return 'never';
    return ms === undefined ? 'unknown' : `${formatMoment(ms)} (${formatDistance(nowMs, ms)})`;
  };
  const rows = soonestFirst(records).map(({ name, scopes, createdMs, expiresMs, lastUsedMs }) => [
    name,
    scopes?.join(',') ?? 'unknown',
    createdMs === undefined ? 'unknown' : formatMoment(createdMs),
    moment(expiresMs),
    moment(lastUsedMs),
  ]);
  return asTable([['NAME', 'SCOPES', 'CREATED', 'EXPIRES', 'LAST USED'], ...rows]);
}

/** Rows of cells -> lines with columns. */
export function asTable(all: readonly (readonly string[])[]): readonly string[] {
  const widths = all.reduce<number[]>(
    (most, row) => row.map((cell, column) => Math.max(most[column] ?? 0, cell.length)),
    [],
  );
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** The same for programs: times in RFC 3339, null = never, absent = unknown. */
export function inventoryJson({ records }: Inventory): string {
  const moment = (ms: number | null | undefined): string | null | undefined =>
    typeof ms === 'number' ? new Date(ms).toISOString() : ms;
  const tokens = soonestFirst(records).map(
    ({ name, scopes, createdMs, expiresMs, lastUsedMs }) => ({
      name,
      scopes,
      created_at: moment(createdMs),
      expires_at: moment(expiresMs),
      last_used_at: moment(lastUsedMs),
    }),
  );
  return JSON.stringify({ tokens }, undefined, 2);
}
