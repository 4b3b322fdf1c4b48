import type { Method, Outcome } from './exchange.ts';

/** Waits grow from here: random(0..1) x min(BASE x 2^attempt, CAP), called full jitter. */
const BASE_MS = 500;
const CAP_MS = 20_000;
/** The run does not wait for a longer Retry-After. */
export const MAX_RETRY_AFTER_MS = 60_000;
/** Temporary failures. 520-524 come from the proxy in front of Outpost. */
const passingStatuses: ReadonlySet<number> = new Set([
  408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524,
]);

export interface Attempt {
  readonly method: Method;
  readonly outcome: Outcome;
  /**
   * A read with an unexpected 2xx answer; a proxy's page may be gone on the next try.
   */
  readonly misshapen: boolean;
  /** How often this request was sent; at least 1. */
  readonly sent: number;
  readonly maxSent: number;
  /** Retries left for the whole run. */
  readonly budget: number;
  readonly retryAfterMs: number | undefined;
  /** Until the run's deadline. */
  readonly remainingMs: number;
  /** In [0, 1). */
  readonly random: number;
}

/**
 * Whether and when to send a request again. A deploy POST is sent again only if the first one
 * provably did nothing: it never left this machine, or was rate limited (429). In all other cases,
 * following the rollout shows what happened.
 *
 * @returns the delay in milliseconds, or undefined: do not send again.
 */
export function retryDelayMs(attempt: Attempt): number | undefined {
  if (attempt.budget <= 0 || !mayRepeat(attempt)) return undefined;
  const { outcome } = attempt;
  // The server had just closed a keep-alive connection: nothing is wrong, so retry immediately.
  // Stryker disable next-line ConditionalExpression,LogicalOperator,StringLiteral: only what was
  // lost has `atOnce`, and mayRepeat refuses a POST that was lost
  const wasClosed = attempt.method !== 'POST' && outcome.kind === 'lost' && outcome.atOnce;
  if (wasClosed && attempt.sent === 1) return 0;
  if (attempt.sent >= attempt.maxSent) return undefined;
  if (attempt.retryAfterMs !== undefined) {
    const waitMs = attempt.retryAfterMs;
    return waitMs <= MAX_RETRY_AFTER_MS && waitMs < attempt.remainingMs ? waitMs : undefined;
  }
  const delayMs = Math.round(attempt.random * Math.min(BASE_MS * 2 ** (attempt.sent - 1), CAP_MS));
  return delayMs < attempt.remainingMs ? delayMs : undefined;
}

function mayRepeat({ method, outcome, misshapen, sent, retryAfterMs }: Attempt): boolean {
  if (outcome.kind === 'unsent') return outcome.passing;
  // GitHub uses both for rate limits. A 403 without a time is final.
  const isLimit = (status: number): boolean =>
    status === 429 || (status === 403 && retryAfterMs !== undefined);
  if (method === 'POST') return outcome.kind === 'answer' && isLimit(outcome.status);
  if (outcome.kind === 'lost') return true;
  // For a failure the status decides, even if its body was cut off.
  const isSuccess = outcome.status >= 200 && outcome.status <= 299;
  if (outcome.kind === 'cut' && isSuccess) return true;
  return passingStatuses.has(outcome.status) || isLimit(outcome.status) || (misshapen && sent < 2);
}

/** This many requests in the window are left for other jobs that share the token. */
const RESERVED_REQUESTS = 3;
/**
 * Larger values of a reset header are a moment (epoch seconds), smaller ones a number of seconds
 * from now: both are in use.
 */
const EPOCH_FROM = 1_000_000_000;

/** Reads a header of an answer by its lower-case name. */
type HeaderReader = (name: string) => string | undefined;

function limitNumber(header: HeaderReader, name: 'limit' | 'remaining' | 'reset'): number {
  return Number(header(`x-ratelimit-${name}`) || header(`ratelimit-${name}`) || Number.NaN);
}

/** Whether less than a quarter of the window is left for all jobs that share the token. */
export function isScarce(header: HeaderReader): boolean {
  return limitNumber(header, 'remaining') < limitNumber(header, 'limit') / 4;
}

/**
 * How long to pause if rate-limit headers say that the window is almost used up. Outpost's docs do
 * not show their names, so the common ones are read; none is required.
 */
export function pauseMs(header: HeaderReader, wallMs: number): number {
  const reset = limitNumber(header, 'reset');
  if (
    !(limitNumber(header, 'remaining') <= RESERVED_REQUESTS) ||
    // Stryker disable next-line EqualityOperator: a reset in no time is a pause of no time
    !(reset >= 0)
  )
    return 0;
  const delayMs = reset >= EPOCH_FROM ? reset * 1000 - wallMs : reset * 1000;
  return Math.min(Math.max(0, delayMs), MAX_RETRY_AFTER_MS);
}

/**
 * Reads Retry-After in both forms, seconds and HTTP date (RFC 9110, 10.2.3). Anything else, or a
 * negative value, counts as absent.
 *
 * @returns milliseconds from now.
 */
export function parseRetryAfterMs(header: string | undefined, wallMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,10}$/.test(header.trim())) return Number(header) * 1000;
  if (!/^[A-Z][a-z]{2}, /.test(header)) return undefined;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - wallMs);
}
