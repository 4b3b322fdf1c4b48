import type { Clock } from '../lib/clock.ts';
import { type Outcome, textOf } from './exchange.ts';
import type { Refusal } from './model.ts';
import { isScarce, parseRetryAfterMs, pauseMs } from './retry.ts';
import { capScalar } from './scalar-wire.ts';
import { keysOf, parseRefusal } from './wire.ts';

/** How a request to Outpost ended, after all retries. */
export type Reply<Value> = Answered<Value> | ErrorReply;

interface Answered<Value> {
  readonly kind: 'value';
  readonly status: number;
  readonly value: Value;
  readonly requestId: string | undefined;
  readonly dateMs: number | undefined;
  readonly pauseMs: number;
  /** Less than a quarter of the rate limit's window is left. */
  readonly isScarce: boolean;
}

/**
 * Without the value. `doubtful` = this is how the last try ended; an earlier try may have taken
 * effect.
 */
export type ErrorReply = Ending & { readonly doubtful?: true };

/**
 * https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response/
 */
export interface Challenge {
  /** The edge's own id of the request. */
  readonly ray: string | undefined;
}

type Ending =
  /** An answer that is not a success. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly refusal: Refusal;
      readonly html: boolean;
      readonly retryAfterMs: number | undefined;
      /** The target of a redirect: only the path on the same host, otherwise the full URL. */
      readonly location: string | undefined;
      /** A proxy in front of Outpost answered with a challenge for browsers. */
      readonly challenge: Challenge | undefined;
    }
  /** A 2xx answer without the expected content. */
  | {
      readonly kind: 'misshapen';
      readonly status: number;
      readonly html: boolean;
      /** The names of its fields; untrusted text. */
      readonly keys: readonly string[];
      readonly requestId: string | undefined;
    }
  | Exclude<Outcome, { kind: 'answer' }>;

const NO_BODY = Buffer.alloc(0);

/**
 * What an outcome means to the caller.
 *
 * @param read parses the body of a success; undefined = without the expected content.
 * @param url the requested URL.
 */
export function toReply<Value>(
  outcome: Outcome,
  read: (body: Buffer, isCut?: boolean) => Value | undefined,
  url: URL,
  clock: Clock,
): Reply<Value> {
  const wallMs = clock.wallMs();
  if (outcome.kind === 'unsent' || outcome.kind === 'lost') return outcome;
  const { status, headers } = outcome;
  const isSuccess = status >= 200 && status <= 299;
  if (outcome.kind === 'cut' && isSuccess) return outcome;
  // For a failure the status decides, even if its body was cut off or is too long.
  const { body, isCut } = outcome.kind === 'cut' ? { body: NO_BODY } : outcome;
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const shown = (name: string): string | undefined => capScalar(header(name) ?? '') || undefined;
  const requestId = shown('x-request-id');
  if (!isSuccess) {
    const text = textOf(body);
    const refusal = parseRefusal(text);
    return {
      kind: 'refused',
      status,
      refusal: { ...refusal, requestId: refusal.requestId ?? requestId },
      html: isHtml(text),
      retryAfterMs: parseRetryAfterMs(header('retry-after'), wallMs),
      location: locationOf(header('location'), url),
      challenge: header('cf-mitigated') === undefined ? undefined : { ray: shown('cf-ray') },
    };
  }
  const value = read(body, isCut);
  if (value === undefined) {
    const text = textOf(body);
    return { kind: 'misshapen', status, html: isHtml(text), keys: keysOf(text), requestId };
  }
  const dateMs = Date.parse(header('date') ?? '');
  return {
    kind: 'value',
    status,
    value,
    requestId,
    dateMs: Number.isNaN(dateMs) ? undefined : dateMs,
    pauseMs: pauseMs(header, wallMs),
    isScarce: isScarce(header),
  };
}

function locationOf(header: string | undefined, asked: URL): string | undefined {
  if (header === undefined || !URL.canParse(header, asked.href)) return undefined;
  const url = new URL(header, asked);
  return url.origin === asked.origin ? url.pathname : url.href;
}

/** A refusal in the body of an answer with a successful HTTP status. */
export function refusedInSuccess(status: number, refusal: Refusal): ErrorReply {
  return {
    kind: 'refused',
    status,
    refusal,
    html: false,
    retryAfterMs: undefined,
    location: undefined,
    challenge: undefined,
  };
}

/** A page of a proxy or a login. */
export function isHtml(text: string): boolean {
  return /^\s*</.test(text);
}

/**
 * Whether a change was provably not made: each try never left this machine or was refused.
 */
export function isUndone(reply: ErrorReply): boolean {
  if (reply.doubtful === true) return false;
  if (reply.kind !== 'refused') return reply.kind === 'unsent';
  // Some servers redirect to another page after they made the change.
  const mayFollowSuccess = reply.status >= 301 && reply.status <= 303;
  return (
    reply.challenge !== undefined ||
    (reply.status < 500 && reply.status !== 408 && !mayFollowSuccess)
  );
}
