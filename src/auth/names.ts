/**
 * The names of a token that is replaced from time to time: `deploy`, and after that
 * `deploy-2026-11-24-081502-x7k2`. What they have in common is the base, which workflows go on to
 * name; the rest is when the token was made, and chance, so that no two runs make one name.
 */
const DATED = /^(.+)-(\d{4}-\d{2}-\d{2})-(\d{2})(\d{2})(\d{2})-[a-z0-9]{4}$/;
/**
 * The longest base to which a date can be put: the longest name is taken to be 100 characters, as
 * many products have it.
 */
export const MAX_BASE_LENGTH = 75;

/** `deploy` of `deploy-2026-11-24-081502-x7k2`, and of `deploy`. */
export function baseOf(name: string): string {
  return DATED.exec(name)?.[1] ?? name;
}

/**
 * When the rotation began that made it, as its name says: milliseconds since 1970, without the
 * fraction of the second.
 */
export function datedMs(name: string): number | undefined {
  const [, , date, hours, minutes, seconds] = DATED.exec(name) ?? [];
  const ms = Date.parse(`${date}T${hours}:${minutes}:${seconds}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

export function isDated(name: string): boolean {
  return DATED.test(name);
}

/**
 * @param wallMs milliseconds since 1970.
 * @param random in [0, 1).
 */
export function datedName(base: string, wallMs: number, random: number): string {
  const [date = '', time = ''] = new Date(wallMs).toISOString().split(/[T.]/);
  const chance = Math.floor(random * 36 ** 4)
    .toString(36)
    .padStart(4, '0');
  return `${base}-${date}-${time.replaceAll(':', '')}-${chance}`;
}

/**
 * No command about tokens takes longer, in milliseconds: what another run left unfinished is older.
 */
export const LONGEST_RUN_MS = 120_000;
/** A use so close to now is that of the request that looks. */
const OWN_LOOK_MS = 10_000;

interface Lived {
  readonly name: string;
  readonly createdMs: number | undefined;
  readonly lastUsedMs: number | null | undefined;
}

/**
 * When it was last used for work: milliseconds since 1970, null = never, undefined = not told. A
 * rotation tries the token that it made, and that is no work.
 */
export function workedMs({ name, createdMs, lastUsedMs }: Lived): number | null | undefined {
  if (typeof lastUsedMs !== 'number' || createdMs === undefined || !isDated(name))
    return lastUsedMs;
  return lastUsedMs - createdMs <= LONGEST_RUN_MS ? null : lastUsedMs;
}

/** Whether its last use is the very request that asked, so that no earlier one is known. */
export function isOwnLook({ lastUsedMs }: Lived, nowMs: number): boolean {
  return typeof lastUsedMs === 'number' && Math.abs(nowMs - lastUsedMs) <= OWN_LOOK_MS;
}

/**
 * The token that a pipeline holds, of several that are alive: the one used last, else the youngest.
 *
 * @param nowMs by Outpost's clock.
 */
export function currentOf<Member extends Lived>(
  family: readonly Member[],
  nowMs: number,
): Member | undefined {
  const used = (one: Member): number =>
    (isOwnLook(one, nowMs) ? one.lastUsedMs : workedMs(one)) ?? Number.NEGATIVE_INFINITY;
  return [...family].sort(
    (left, right) =>
      compare(used(right), used(left)) || compare(right.createdMs ?? 0, left.createdMs ?? 0),
  )[0];
}

/** Unlike a difference, also of two infinities. */
function compare(left: number, right: number): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
