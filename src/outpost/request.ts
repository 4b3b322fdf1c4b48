import type { Clock } from '../lib/clock.ts';
import type { Exchange, Http, Outcome } from './exchange.ts';
import type { Refusal } from './model.ts';
import { parseRetryAfterMs, pauseMs, retryDelayMs } from './retry.ts';
import { urlFor, type WrittenRoute } from './routes.ts';
import { parseRefusal } from './wire.ts';

/** How a request to Outpost ended, after every retry that it was worth. */
export type Reply<Value> = Answered<Value> | ErrorReply;

interface Answered<Value> {
  readonly kind: 'value';
  readonly value: Value;
  readonly requestId: string | undefined;
  readonly dateMs: number | undefined;
  readonly pauseMs: number;
}

/**
 * Without the value. `doubtful` = so it ended the last time that it was sent; what became of it
 * before is not known.
 */
export type ErrorReply = Ending & { readonly doubtful?: true };

type Ending =
  /** An answer that is no success. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly refusal: Refusal;
      readonly html: boolean;
      readonly retryAfterMs: number | undefined;
      readonly location: string | undefined;
    }
  /** A 2xx answer that does not hold what was asked for. */
  | {
      readonly kind: 'misshapen';
      readonly status: number;
      readonly html: boolean;
      readonly requestId: string | undefined;
    }
  | Exclude<Outcome, { kind: 'answer' }>;

export interface Connection {
  readonly origin: URL;
  readonly http: Http;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** End of the run on the clock's nowMs. */
  readonly deadlineMs: number;
  /** In [0, 1); for the jitter of retries. */
  readonly random: () => number;
}

const READ_DEADLINE_MS = 15_000;
const CHANGE_DEADLINE_MS = 60_000;
const MAX_JSON_BYTES = 1_048_576;
/** Retries of the whole run: an outage must not become a storm. */
const RETRY_BUDGET = 30;

export interface ApiRequest<Value> {
  readonly route: WrittenRoute;
  /** One path segment each. */
  readonly variables: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxSent: number;
  readonly maxBytes?: number;
  /** Instead of the route's own, and of what is left of the run. */
  readonly deadlineMs?: number;
  readonly take?: Exchange['take'];
  /** Reads a 2xx answer; undefined = it does not hold what was asked for. */
  readonly parse: (text: string) => Value | undefined;
}

/** Asks, and asks again where that is worth it. Throws nothing but the signal's own reason. */
export type SendRequest = <Value>(request: ApiRequest<Value>) => Promise<Reply<Value>>;

/** One retry budget, shared by all that is asked over the connection. */
export function createSender(connection: Connection): SendRequest {
  let budget = RETRY_BUDGET;
  return async function send<Value>(request: ApiRequest<Value>): Promise<Reply<Value>> {
    const { method } = request.route;
    const before: ErrorReply[] = [];
    for (let sent = 1; ; sent += 1) {
      const outcome = await sendOnce(connection, request);
      const reply = toReply(outcome, request.parse, connection.clock.wallMs());
      const delayMs = retryDelayMs({
        method,
        outcome,
        misshapen: reply.kind === 'misshapen',
        sent,
        maxSent: request.maxSent,
        budget,
        retryAfterMs: reply.kind === 'refused' ? reply.retryAfterMs : undefined,
        remainingMs: connection.deadlineMs - connection.clock.nowMs(),
        random: connection.random(),
      });
      if (reply.kind === 'value') budget = RETRY_BUDGET;
      if (reply.kind === 'value' || delayMs === undefined) return withDoubt(reply, before);
      before.push(reply);
      budget -= 1;
      await connection.clock.sleep(delayMs, connection.signal);
    }
  };
}

function withDoubt<Value>(last: Reply<Value>, before: readonly ErrorReply[]): Reply<Value> {
  return last.kind === 'value' || before.every(isUndone) ? last : { ...last, doubtful: true };
}

/**
 * Whether a change was provably not made: each time that it was sent, it never left or was refused.
 */
export function isUndone(reply: ErrorReply): boolean {
  if (reply.doubtful === true) return false;
  return (
    reply.kind === 'unsent' ||
    (reply.kind === 'refused' && reply.status < 500 && reply.status !== 408)
  );
}

function sendOnce(connection: Connection, request: ApiRequest<unknown>): Promise<Outcome> {
  const { route, variables, query, body, headers, take, maxBytes = MAX_JSON_BYTES } = request;
  const url = urlFor(connection.origin, route.path, variables);
  if (query !== undefined) url.search = query;
  const remainingMs = Math.max(1, connection.deadlineMs - connection.clock.nowMs());
  const deadlineMs =
    request.deadlineMs ??
    Math.min(route.method === 'GET' ? READ_DEADLINE_MS : CHANGE_DEADLINE_MS, remainingMs);
  return connection.http.send(
    {
      method: route.method,
      url,
      ...(body === undefined ? {} : { body }),
      ...(headers === undefined ? {} : { headers }),
      ...(take === undefined ? {} : { take }),
      maxBytes,
      deadlineMs,
    },
    connection.signal,
  );
}

function toReply<Value>(
  outcome: Outcome,
  parse: (text: string) => Value | undefined,
  wallMs: number,
): Reply<Value> {
  if (outcome.kind !== 'answer') return outcome;
  const { status, headers, body } = outcome;
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const requestId = header('x-request-id');
  if (status < 200 || status > 299) {
    const refusal = parseRefusal(body);
    return {
      kind: 'refused',
      status,
      refusal: { ...refusal, requestId: refusal.requestId ?? requestId },
      html: isHtml(body),
      retryAfterMs: parseRetryAfterMs(header('retry-after'), wallMs),
      location: header('location'),
    };
  }
  const value = parse(body);
  if (value === undefined) return { kind: 'misshapen', status, html: isHtml(body), requestId };
  const dateMs = Date.parse(header('date') ?? '');
  return {
    kind: 'value',
    value,
    requestId,
    dateMs: Number.isNaN(dateMs) ? undefined : dateMs,
    pauseMs: pauseMs(header, wallMs),
  };
}

/** A page of a proxy or a login. */
export function isHtml(text: string): boolean {
  return /^\s*</.test(text);
}
