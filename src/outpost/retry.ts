import type { Method, Outcome } from './exchange.ts';

/** Waits grow from here: random(0..1) x min(BASE x 2^attempt, CAP), called full jitter. */
const BASE_MS = 500;
const CAP_MS = 20_000;
/** A Retry-After beyond this is not waited for. */
export const MAX_RETRY_AFTER_MS = 60_000;
/** Answers that say: not now. 520-524 are those of the edge before Outpost. */
const passingStatuses: ReadonlySet<number> = new Set([
  408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524,
]);

export interface Attempt {
  readonly method: Method;
  readonly outcome: Outcome;
  /**
   * A read whose 2xx answer was not what it should be; a page of a proxy may be gone at the next
   * try.
   */
  readonly misshapen: boolean;
  /** How often this request was sent, at least 1. */
  readonly sent: number;
  readonly maxSent: number;
  /** Retries that the whole run has left. */
  readonly budget: number;
  readonly retryAfterMs: number | undefined;
  /** Until the run's deadline. */
  readonly remainingMs: number;
  /** In [0, 1). */
  readonly random: number;
}

/**
 * Whether and when a request may be sent again. A deploy POST is sent again only when the first one
 * provably did nothing: it never left, or Outpost refused it for its rate (429). Everything else
 * that happens to a POST is for the follower to find out.
 *
 * @returns the delay in milliseconds, or undefined: do not send again.
 */
export function retryDelayMs(attempt: Attempt): number | undefined {
  if (attempt.budget <= 0 || !mayRepeat(attempt)) return undefined;
  const { outcome } = attempt;
  // A kept connection that the server had just closed: nothing is wrong, and a new one will do at
  // once.
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
  // GitHub refuses what is too fast with either. A 403 that names no time says no for good.
  const isLimit = (status: number): boolean =>
    status === 429 || (status === 403 && retryAfterMs !== undefined);
  if (method === 'POST') return outcome.kind === 'answer' && isLimit(outcome.status);
  if (outcome.kind === 'lost') return true;
  // Of a failure the status decides, also if its body broke off.
  const isSuccess = outcome.status >= 200 && outcome.status <= 299;
  if (outcome.kind === 'cut' && isSuccess) return true;
  return passingStatuses.has(outcome.status) || isLimit(outcome.status) || (misshapen && sent < 2);
}

/** So few requests left in the window are kept for the jobs that share the token. */
const RESERVED_REQUESTS = 3;
/**
 * Larger values of a reset header are a moment (epoch seconds), smaller ones a distance in seconds:
 * both are in use.
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
 * How long to pause where rate-limit headers say that the window is nearly used up. Their names
 * were lost from every copy of Outpost's page, so the usual ones are read, and none is needed.
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
 * Reads Retry-After in both its forms, seconds and HTTP date (RFC 9110, 10.2.3). What is neither,
 * or negative, counts as absent.
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
