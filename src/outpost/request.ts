import type { Clock } from '../lib/clock.ts';
import { type Exchange, type Http, type Outcome, textOf } from './exchange.ts';
import type { Refusal } from './model.ts';
import { isScarce, parseRetryAfterMs, pauseMs, retryDelayMs } from './retry.ts';
import { urlFor, type WrittenRoute } from './routes.ts';
import { parseRefusal } from './wire.ts';

/** How a request to Outpost ended, after every retry that it was worth. */
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
 * Without the value. `doubtful` = so it ended the last time that it was sent; what became of it
 * before is not known.
 */
export type ErrorReply = Ending & { readonly doubtful?: true };

/** https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response/ */
export interface Challenge {
  /** The edge's own id of the request. */
  readonly ray: string | undefined;
}

type Ending =
  /** An answer that is no success. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly refusal: Refusal;
      readonly html: boolean;
      readonly retryAfterMs: number | undefined;
      /** Where a redirect leads: the path alone on the same host, else the whole address. */
      readonly location: string | undefined;
      /** An edge before Outpost answered in its place, with a challenge for browsers. */
      readonly challenge: Challenge | undefined;
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
const NO_BODY = Buffer.alloc(0);

export type ApiRequest<Value> = BareRequest & (TextReader<Value> | BytesReader<Value>);

/** Reads a 2xx answer; undefined = it does not hold what was asked for. */
export interface TextReader<Value> {
  readonly parse: (text: string) => Value | undefined;
}

/** The same, of a large answer. */
interface BytesReader<Value> {
  readonly into: NonNullable<Exchange['into']>;
  /** @param isCut the body goes on behind this. */
  readonly parseBytes: (body: Buffer, isCut?: boolean) => Value | undefined;
}

/** A request, without what reads the answer. */
export interface BareRequest {
  readonly route: WrittenRoute;
  /** One path segment each. */
  readonly variables: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxSent: number;
  /** Called each time that it goes out. */
  readonly onSent?: () => void;
  readonly maxBytes?: number;
  /** Instead of the route's own, and of what is left of the run. */
  readonly deadlineMs?: number;
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
      request.onSent?.();
      const outcome = await sendOnce(connection, request);
      const reply = toReply(outcome, request, connection);
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
  if (reply.kind !== 'refused') return reply.kind === 'unsent';
  // A redirect to another page is what some servers send after they did what was asked.
  const mayFollowSuccess = reply.status >= 301 && reply.status <= 303;
  return (
    reply.challenge !== undefined ||
    (reply.status < 500 && reply.status !== 408 && !mayFollowSuccess)
  );
}

function sendOnce(connection: Connection, request: ApiRequest<unknown>): Promise<Outcome> {
  const { route, variables, query, body, headers, maxBytes = MAX_JSON_BYTES } = request;
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
      ...('into' in request ? { into: request.into } : {}),
      maxBytes,
      deadlineMs,
    },
    connection.signal,
  );
}

function toReply<Value>(
  outcome: Outcome,
  request: ApiRequest<Value>,
  { origin, clock }: Connection,
): Reply<Value> {
  const wallMs = clock.wallMs();
  if (outcome.kind === 'unsent' || outcome.kind === 'lost') return outcome;
  const { status, headers } = outcome;
  const isSuccess = status >= 200 && status <= 299;
  if (outcome.kind === 'cut' && isSuccess) return outcome;
  // Of a failure the status decides, also if its body broke off or is too long.
  const { body, isCut } = outcome.kind === 'cut' ? { body: NO_BODY } : outcome;
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const requestId = header('x-request-id');
  if (!isSuccess) {
    const text = textOf(body);
    const refusal = parseRefusal(text);
    return {
      kind: 'refused',
      status,
      refusal: { ...refusal, requestId: refusal.requestId ?? requestId },
      html: isHtml(text),
      retryAfterMs: parseRetryAfterMs(header('retry-after'), wallMs),
      location: locationOf(
        header('location'),
        urlFor(origin, request.route.path, request.variables),
      ),
      challenge: header('cf-mitigated') === undefined ? undefined : { ray: header('cf-ray') },
    };
  }
  const value = 'parse' in request ? request.parse(textOf(body)) : request.parseBytes(body, isCut);
  if (value === undefined)
    return { kind: 'misshapen', status, html: isHtml(textOf(body)), requestId };
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

/** A refusal that stands in the body of an answer which HTTP calls a success. */
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
