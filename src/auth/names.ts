/**
 * The names of a token that is rotated: `deploy`, and after that `deploy-2026-11-24-081502-x7k2`.
 * The common part is the base, which workflows keep using. The rest is when the token was created,
 * plus random characters, so that no two runs create the same name.
 */
const DATED = /^(.+)-(\d{4}-\d{2}-\d{2})-(\d{2})(\d{2})(\d{2})-[a-z0-9]{4}$/;
/**
 * The longest base that leaves room for a date, assuming that names can have 100 characters, as in
 * many products.
 */
export const MAX_BASE_LENGTH = 75;

/** `deploy` of `deploy-2026-11-24-081502-x7k2`, and of `deploy`. */
export function baseOf(name: string): string {
  return DATED.exec(name)?.[1] ?? name;
}

/**
 * When the rotation that created it started, according to its name: milliseconds since 1970,
 * without the fraction of the second.
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
 * The longest time that a token command can take, in milliseconds: leftovers of other runs are
 * older.
 */
export const LONGEST_RUN_MS = 120_000;
/** A use this recent is the request that just read it. */
const OWN_LOOK_MS = 10_000;

interface Lived {
  readonly name: string;
  readonly createdMs: number | undefined;
  readonly lastUsedMs: number | null | undefined;
}

/**
 * When it was last used for real work: milliseconds since 1970, null = never, undefined = not
 * known. A rotation tries the token that it created, which does not count.
 */
export function workedMs({ name, createdMs, lastUsedMs }: Lived): number | null | undefined {
  if (typeof lastUsedMs !== 'number' || createdMs === undefined || !isDated(name))
    return lastUsedMs;
  return lastUsedMs - createdMs <= LONGEST_RUN_MS ? null : lastUsedMs;
}

/** Whether its last use is this very request, so that no earlier use is known. */
export function isOwnLook({ lastUsedMs }: Lived, nowMs: number): boolean {
  return typeof lastUsedMs === 'number' && Math.abs(nowMs - lastUsedMs) <= OWN_LOOK_MS;
}

/**
 * The living token that a pipeline uses: the one used last, otherwise the newest.
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

/** Unlike subtraction, this also works for two infinities. */
function compare(left: number, right: number): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
