/** The first polls, in milliseconds after the call, so that a rollout of two seconds is seen. */
const FIRST_LOOKS_MS = [300, 1_000, 2_000] as const;
const FIRST_MINUTE_MS = 60_000;
/** For one or two services, in the first minute. */
const QUICK_MS = 3_000;
const USUAL_MS = 5_000;
const LONGEST_MS = 30_000;
/** The longest pause that Outpost can ask for. */
const MAX_PAUSE_MS = 60_000;
const LOG_MS = 10_000;

/** What a poll says about the rate limit. */
export interface LookCost {
  /** How many requests it took. */
  readonly requests: number;
  /** The pause that Outpost asks for. */
  readonly pauseMs: number;
  /** A 429, or less than a quarter of the window is left. */
  readonly isScarce: boolean;
}

/**
 * When to poll next. With logs, at most 30 requests in the first minute and 18 in each later one,
 * out of the 60 per minute that the free plan allows for all jobs of a token. Halved each time that
 * Outpost reports scarcity; log reads stop first.
 */
export interface Pace {
  readonly startMs: number;
  readonly looks: number;
  /** How often the pace was halved. */
  readonly halvings: number;
  readonly nextLookMs: number;
  /** Infinity = no log is read any more. */
  readonly nextLogMs: number;
}

export function openPace(nowMs: number): Pace {
  const [firstMs] = FIRST_LOOKS_MS;
  return {
    startMs: nowMs,
    looks: 0,
    halvings: 0,
    nextLookMs: nowMs + firstMs,
    nextLogMs: nowMs + QUICK_MS,
  };
}

/**
 * @param services how many are still followed.
 * @param heldAtMs when all of them have kept running for long enough: the next poll can then end
 *     the run, so it does not wait for its usual turn. Infinity = some do not run yet.
 */
export function afterLook(
  pace: Pace,
  cost: LookCost,
  services: number,
  nowMs: number,
  heldAtMs = Number.POSITIVE_INFINITY,
): Pace {
  const looks = pace.looks + 1;
  const halvings = pace.halvings + (cost.isScarce ? 1 : 0);
  const firstMs = FIRST_LOOKS_MS[looks];
  const isQuick = services <= 2 && nowMs - pace.startMs < FIRST_MINUTE_MS;
  const usualMs = (isQuick ? QUICK_MS : USUAL_MS) * 2 ** halvings * Math.max(1, cost.requests);
  const isSlowed = halvings > 0 || cost.requests > 1;
  const turnMs =
    firstMs === undefined || isSlowed
      ? Math.min(usualMs, LONGEST_MS * Math.max(1, cost.requests))
      : Math.max(0, pace.startMs + firstMs - nowMs);
  const waitMs = isSlowed || heldAtMs <= nowMs ? turnMs : Math.min(turnMs, heldAtMs - nowMs);
  return {
    ...pace,
    looks,
    halvings,
    nextLookMs: nowMs + Math.max(waitMs, Math.min(cost.pauseMs, MAX_PAUSE_MS)),
    nextLogMs: halvings > 0 ? Number.POSITIVE_INFINITY : pace.nextLogMs,
  };
}

export function afterLog(pace: Pace, nowMs: number): Pace {
  return {
    ...pace,
    nextLogMs: pace.nextLogMs === Number.POSITIVE_INFINITY ? pace.nextLogMs : nowMs + LOG_MS,
  };
}
