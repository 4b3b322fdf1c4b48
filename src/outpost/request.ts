import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../lib/clock.ts';
import { type Exchange, type Http, type Outcome, textOf } from './exchange.ts';
import { type ErrorReply, isUndone, type Reply, toReply } from './reply.ts';
import { retryDelayMs } from './retry.ts';
import { urlFor, type WrittenRoute } from './routes.ts';

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
/** Retries of the whole run, so that an outage does not cause a flood of requests. */
const RETRY_BUDGET = 30;

export type ApiRequest<Value> = BareRequest & (TextReader<Value> | BytesReader<Value>);

/** Reads a 2xx answer; undefined = without the expected content. */
export interface TextReader<Value> {
  readonly parse: (text: string) => Value | undefined;
}

/** The same for a large answer. */
interface BytesReader<Value> {
  readonly into: NonNullable<Exchange['into']>;
  /** @param isCut the body is longer than this. */
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
  /** The same while the server answers with 5xx. */
  readonly maxSentToFailing?: number;
  /** Don't retry an answer without the expected content. */
  readonly mayBeMisshapen?: boolean;
  /** Called each time it is sent. */
  readonly onSent?: () => void;
  /** Called with the headers of each answer, whatever its status. */
  readonly onHeaders?: (headers: IncomingHttpHeaders) => void;
  readonly maxBytes?: number;
  /** Replaces the default, and the time that is left for the run. */
  readonly deadlineMs?: number;
}

/** Sends a request, with retries if useful. Throws nothing but the signal's own reason. */
export type SendRequest = <Value>(request: ApiRequest<Value>) => Promise<Reply<Value>>;

/** One retry budget, shared by all requests of the connection. */
export function createSender(connection: Connection): SendRequest {
  let budget = RETRY_BUDGET;
  const ask = createAsker(connection);
  return async function send<Value>(request: ApiRequest<Value>): Promise<Reply<Value>> {
    const { method } = request.route;
    const before: ErrorReply[] = [];
    for (let sent = 1; ; sent += 1) {
      const { outcome, reply } = await ask(request);
      const delayMs = retryDelayMs({
        method,
        outcome,
        misshapen: reply.kind === 'misshapen' && request.mayBeMisshapen !== true,
        sent,
        maxSent: maxSentAfter(reply, request),
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

function maxSentAfter(
  reply: Reply<unknown>,
  { maxSent, maxSentToFailing = maxSent }: BareRequest,
): number {
  if (reply.kind !== 'refused') return maxSent;
  // A challenge for browsers would come again on a retry.
  if (reply.challenge !== undefined) return 1;
  return reply.status >= 500 ? maxSentToFailing : maxSent;
}

interface Asked<Value> {
  readonly outcome: Outcome;
  readonly reply: Reply<Value>;
}

/**
 * Sends once, and once more if a read redirects to the same address with or without a trailing
 * slash, as some frameworks do. That is the same API on the same origin, so the token may go there.
 * No other redirect is followed.
 */
function createAsker(
  connection: Connection,
): <Value>(request: ApiRequest<Value>) => Promise<Asked<Value>> {
  /** Paths that redirect to their slash twin. */
  const twinned = new Set<string>();
  return async function ask<Value>(request: ApiRequest<Value>): Promise<Asked<Value>> {
    const { method, path } = request.route;
    const read = (body: Buffer, isCut?: boolean): Value | undefined =>
      'parse' in request ? request.parse(textOf(body)) : request.parseBytes(body, isCut);
    const askAt = async (template: string): Promise<Asked<Value> & { readonly url: URL }> => {
      const url = urlFor(connection.origin, template, request.variables);
      request.onSent?.();
      const outcome = await sendOnce(connection, request, url);
      if ('headers' in outcome) request.onHeaders?.(outcome.headers);
      return { outcome, reply: toReply(outcome, read, url, connection.clock), url };
    };
    if (twinned.has(path)) return askAt(slashTwin(path));
    const asked = await askAt(path);
    if (method !== 'GET' || !leadsToTwin(asked.reply, asked.url)) return asked;
    twinned.add(path);
    return askAt(slashTwin(path));
  };
}

function withDoubt<Value>(last: Reply<Value>, before: readonly ErrorReply[]): Reply<Value> {
  return last.kind === 'value' || before.every(isUndone) ? last : { ...last, doubtful: true };
}

function leadsToTwin(reply: Reply<unknown>, { pathname }: URL): boolean {
  return (
    reply.kind === 'refused' &&
    reply.status >= 301 &&
    reply.status <= 308 &&
    reply.location === slashTwin(pathname)
  );
}

function slashTwin(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : `${path}/`;
}

function sendOnce(
  connection: Connection,
  request: ApiRequest<unknown>,
  address: URL,
): Promise<Outcome> {
  const { route, query, body, headers, maxBytes = MAX_JSON_BYTES } = request;
  const url = new URL(address);
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
