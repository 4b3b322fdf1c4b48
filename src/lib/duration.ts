const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * Reads a duration as people write it: `90s`, `15m`, `1h30m`. Each unit at most once, largest
 * first.
 *
 * @returns milliseconds, or undefined when the text is no such duration (a bare number has no unit
 *     and is refused).
 */
export function parseDurationMs(text: string): number | undefined {
  const match = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/.exec(text);
  if (match === null || text === '') return undefined;
  const [hours, minutes, seconds] = match.slice(1).map((digits) => Number(digits ?? 0));
  return (hours ?? 0) * HOUR_MS + (minutes ?? 0) * MINUTE_MS + (seconds ?? 0) * SECOND_MS;
}

/** Milliseconds as a person reads them: `0 s`, `42 s`, `3 m 05 s`, `1 h 30 m`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / SECOND_MS));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60)
    return seconds % 60 === 0
      ? `${minutes} m`
      : `${minutes} m ${String(seconds % 60).padStart(2, '0')} s`;
  return minutes % 60 === 0
    ? `${minutes / 60} h`
    : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} m`;
}

/**
 * Distance to a moment in whole words: `in 3 days`, `in 5 hours`, `2 days ago`, `now`. Days are
 * rounded down: 2.9 days left are 2.
 */
export function formatDistance(fromMs: number, toMs: number): string {
  const distanceMs = Math.abs(toMs - fromMs);
  const [amount, unit] =
    distanceMs >= DAY_MS
      ? [Math.floor(distanceMs / DAY_MS), 'day']
      : distanceMs >= HOUR_MS
        ? [Math.floor(distanceMs / HOUR_MS), 'hour']
        : [Math.floor(distanceMs / MINUTE_MS), 'minute'];
  if (amount === 0) return 'now';
  const words = `${amount} ${unit}${amount === 1 ? '' : 's'}`;
  return toMs > fromMs ? `in ${words}` : `${words} ago`;
}

/** Whole days from one moment to another, rounded down; negative when the second is past. */
export function daysBetween(fromMs: number, toMs: number): number {
  return Math.floor((toMs - fromMs) / DAY_MS);
}

/** A moment with its zone, to the minute: `2026-12-15 10:00 UTC`. */
export function formatMoment(wallMs: number): string {
  return `${new Date(wallMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?([Zz]|[+-]\d{2}:\d{2}))?$/;

/**
 * Reads an RFC 3339 moment with an explicit zone, or a bare date (midnight UTC). `Date.parse` alone
 * is no judge: it takes a missing zone for local time and turns 30 February into 2 March.
 *
 * @returns milliseconds since 1970, or undefined when the text is no such moment.
 */
export function parseMomentMs(text: string): number | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = match.slice(1, 4).map(Number) as [number, number, number];
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (Number(match[4] ?? 0) > 23 || month < 1 || month > 12 || day < 1 || day > daysInMonth)
    return undefined;
  const moment = Date.parse(text.toUpperCase().replace(' ', 'T'));
  return Number.isNaN(moment) ? undefined : moment;
}
