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

interface Lived {
  readonly createdMs: number | undefined;
  readonly lastUsedMs: number | null | undefined;
}

/**
 * The token that a pipeline most likely holds: the youngest that was ever used, else the youngest.
 */
export function currentOf<Member extends Lived>(family: readonly Member[]): Member | undefined {
  const byAge = [...family].sort((left, right) => (right.createdMs ?? 0) - (left.createdMs ?? 0));
  return byAge.find(({ lastUsedMs }) => typeof lastUsedMs === 'number') ?? byAge[0];
}
