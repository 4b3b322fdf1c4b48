import { parseMomentMs } from '../lib/duration.ts';

/** A moment as Outpost wrote it; the precision depends on the format. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly ms: number;
  /** The precision of the format, in milliseconds. */
  readonly precisionMs: number;
}

/** Numbers from here on are milliseconds: as seconds they would be in the year 5138. */
const FIRST_MS = 100_000_000_000;

/** Reads RFC 3339, or a count of seconds or milliseconds since 1970. */
export function parseMoment(written: string | number | null | undefined): Moment | undefined {
  const text = String(written);
  if (/^\d{9,13}(?:\.\d+)?$/.test(text)) return fromCount(Number(text));
  // Some servers write UTC without saying so.
  const ms = parseMomentMs(text) ?? parseMomentMs(`${text}Z`);
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  return ms === undefined ? undefined : { ms, precisionMs: 10 ** Math.max(0, 3 - fraction.length) };
}

function fromCount(count: number): Moment | undefined {
  if (count === 0) return undefined;
  if (count >= FIRST_MS) return { ms: Math.floor(count), precisionMs: 1 };
  if (Number.isInteger(count)) return { ms: count * 1_000, precisionMs: 1_000 };
  // By way of microseconds: in binary 2158738684.877 x 1000 is a little less than its milliseconds.
  return { ms: Math.floor(Math.round(count * 1_000_000) / 1_000), precisionMs: 1 };
}

/**
 * Whether two values may be the same moment, compared at the coarser precision. Outpost may write
 * seconds in a list and milliseconds in a single read.
 */
export function isSameMoment(one: Moment, other: Moment): boolean {
  const precisionMs = Math.max(one.precisionMs, other.precisionMs);
  return Math.floor(one.ms / precisionMs) === Math.floor(other.ms / precisionMs);
}
