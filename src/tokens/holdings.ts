import { isDated, LONGEST_RUN_MS } from '../auth/names.ts';
import type { TokenRecord } from '../outpost/model.ts';

// Which token a secret holds. No store shows that, so it's derived from when the secret was
// written, or from the name in the variable beside it. If neither decides, every possible token
// counts.

/** What is known about one secret. */
export interface PlaceEvidence {
  readonly place: string;
  /** When it was last written, by Outpost's clock: milliseconds since 1970; undefined = unknown. */
  readonly writtenMs: number | undefined;
  /** The value of the variable beside it; only used if the time is unknown. */
  readonly named: string | undefined;
}

export interface Holding {
  readonly place: string;
  /** The active tokens that it may hold; one = it holds that one, empty = it holds none of them. */
  readonly candidates: readonly TokenRecord[];
  /** Since when it has held it; undefined = unknown. */
  readonly sinceMs: number | undefined;
}

/** The clocks of two systems, rounded to seconds, differ by less than this. */
const TOLERANCE_MS = 5_000;

/** Evidence + the active tokens of a family -> what the place may hold. */
export function holdingOf(
  { place, writtenMs, named }: PlaceEvidence,
  living: readonly TokenRecord[],
): Holding {
  if (writtenMs === undefined) {
    // Before it changes the secret, a rotation writes the name without a date.
    const one = living.find(({ name }) => name === named && isDated(name));
    return one === undefined
      ? { place, candidates: living, sinceMs: undefined }
      : { place, candidates: [one], sinceMs: endOfRun(one) };
  }
  const made = living.filter(
    ({ createdMs }) => createdMs === undefined || createdMs <= writtenMs + TOLERANCE_MS,
  );
  // Written within minutes of a token's creation: the rotation that made the token wrote it.
  const fitting = made.filter(
    ({ createdMs }) =>
      createdMs !== undefined && writtenMs - createdMs <= LONGEST_RUN_MS + TOLERANCE_MS,
  );
  const isTold = made.every(({ createdMs }) => createdMs !== undefined);
  return { place, candidates: fitting.length === 1 && isTold ? fitting : made, sinceMs: writtenMs };
}

function endOfRun({ createdMs }: TokenRecord): number | undefined {
  return createdMs === undefined ? undefined : createdMs + LONGEST_RUN_MS;
}

/** The token that all places hold, if that is certain. */
export function heldBy(holdings: readonly Holding[]): TokenRecord | undefined {
  const [first, ...others] = holdings.map(({ candidates }) =>
    candidates.length === 1 ? candidates[0] : undefined,
  );
  return others.every((one) => one?.name === first?.name) ? first : undefined;
}

/** An active token other than the stored one. */
export interface Retirement {
  readonly name: string;
  /** When nobody needs it anymore: milliseconds since 1970. */
  readonly dueMs: number;
}

/**
 * When each active token may be revoked, once all places hold `kept`.
 *
 * @param holdings what the places held before this run.
 * @param nowMs by Outpost's clock.
 */
export function retirements(
  living: readonly TokenRecord[],
  kept: string,
  holdings: readonly Holding[],
  overlapMs: number,
  nowMs: number,
): readonly Retirement[] {
  const held = new Map(
    holdings.flatMap(({ candidates }) => candidates.map((one) => [one.name, one] as const)),
  );
  const others = living.filter(({ name }) => name !== kept);
  if (overlapMs === 0) return others.map(({ name }) => ({ name, dueMs: nowMs }));
  const youngestHeldMs = Math.max(
    ...[...held.values()].map(({ createdMs = Infinity }) => createdMs),
  );
  return others.map(({ name, createdMs }) => {
    if (held.has(name)) return { name, dueMs: nowMs + overlapMs };
    // Newer than anything the places may hold: it was never stored, so nobody has it.
    if (createdMs !== undefined && createdMs > youngestHeldMs) return { name, dueMs: nowMs };
    return { name, dueMs: sinceAll(holdings, nowMs) + overlapMs };
  });
}

/** Since when every place has held the same token as now. */
function sinceAll(holdings: readonly Holding[], nowMs: number): number {
  return Math.max(...holdings.map(({ sinceMs }) => sinceMs ?? nowMs));
}
