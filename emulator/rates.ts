import { ApiError } from './errors.ts';

/** The limits of a plan, per credential. */
interface RateLimit {
  readonly perMinute: number;
  readonly perSecond: number;
}

export const ratePlans = ['none', 'free', 'team', 'enterprise'] as const;
export type RatePlan = (typeof ratePlans)[number];

/** Documented on the page "API overview"; `none` is the emulator's own. */
const limits: Readonly<Record<Exclude<RatePlan, 'none'>, RateLimit>> = {
  free: { perMinute: 60, perSecond: 10 },
  team: { perMinute: 300, perSecond: 30 },
  enterprise: { perMinute: 1000, perSecond: 100 },
};

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

/** Counts requests per credential over a sliding minute and a sliding second. */
export class RateMeter {
  readonly #limit: RateLimit | undefined;
  readonly #servedAtMs = new Map<string, number[]>();

  constructor(plan: RatePlan) {
    this.#limit = plan === 'none' ? undefined : limits[plan];
  }

  /**
   * Counts one request and returns the headers that every answer carries; throws the 429 if it's
   * one too many. The documents mention headers, but not their names: these are the common ones,
   * with `Reset` in epoch seconds.
   */
  count(credential: string, nowMs: number): Readonly<Record<string, string>> {
    if (this.#limit === undefined) return {};
    const recent = (this.#servedAtMs.get(credential) ?? []).filter(
      (timeMs) => timeMs > nowMs - MINUTE_MS,
    );
    this.#servedAtMs.set(credential, recent);
    const waitMs = waitOf(recent, this.#limit, nowMs);
    if (waitMs > 0) {
      const headers = {
        ...headersOf(recent, this.#limit, nowMs),
        'retry-after': String(Math.ceil(waitMs / SECOND_MS)),
      };
      const { perMinute, perSecond } = this.#limit;
      const message = `Rate limit exceeded: ${perMinute} requests per minute and ${perSecond} per second are allowed for one credential.`;
      throw new ApiError(429, 'rate_limited', message, headers);
    }
    recent.push(nowMs);
    return headersOf(recent, this.#limit, nowMs);
  }
}

function waitOf(recent: readonly number[], limit: RateLimit, nowMs: number): number {
  const oldestOfMinute = recent.at(-limit.perMinute);
  const oldestOfSecond = recent.at(-limit.perSecond);
  const minuteWaitMs =
    recent.length < limit.perMinute || oldestOfMinute === undefined
      ? 0
      : oldestOfMinute + MINUTE_MS - nowMs;
  const secondWaitMs =
    recent.length < limit.perSecond || oldestOfSecond === undefined
      ? 0
      : oldestOfSecond + SECOND_MS - nowMs;
  return Math.max(minuteWaitMs, secondWaitMs, 0);
}

function headersOf(
  recent: readonly number[],
  limit: RateLimit,
  nowMs: number,
): Readonly<Record<string, string>> {
  return {
    'x-ratelimit-limit': String(limit.perMinute),
    'x-ratelimit-remaining': String(Math.max(0, limit.perMinute - recent.length)),
    'x-ratelimit-reset': String(Math.ceil(((recent[0] ?? nowMs) + MINUTE_MS) / SECOND_MS)),
  };
}
