import type { Clock } from '../clock.ts';
import { forms, type Operation, urlFor } from './dialects.ts';
import type { Http, Outcome } from './exchange.ts';
import type { Acceptance, Refusal, Service, TokenFacts } from './model.ts';
import { parseRetryAfterMs, pauseMs, retryDelayMs } from './retry.ts';
import {
  parseAcceptance,
  parseLogLines,
  parseRefusal,
  parseRepositoryNames,
  parseService,
  parseServicePage,
  parseTokenFacts,
} from './wire.ts';

/** How a question to Outpost ended, after every retry that it was worth. */
export type Reply<Value> =
  | {
      readonly kind: 'value';
      readonly value: Value;
      readonly requestId: string | undefined;
      readonly dateMs: number | undefined;
      readonly pauseMs: number;
    }
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
  | { readonly kind: 'misshapen'; readonly status: number; readonly html: boolean; readonly requestId: string | undefined }
  | Exclude<Outcome, { kind: 'answer' }>;

/** The services of a namespace, and how many requests it took to list them. */
export interface ServiceList {
  readonly services: readonly Service[];
  readonly requests: number;
}

/** A service by its full name. */
export interface ServiceName {
  readonly namespace: string;
  readonly service: string;
}

/** The questions that the steps ask. No method throws, but for the signal's own reason: a Reply says how it ended. */
export interface OutpostClient {
  tokenFacts(tokenName: string, maxSent?: number): Promise<Reply<TokenFacts>>;
  service(name: ServiceName, maxSent?: number): Promise<Reply<Service>>;
  /** All services of a namespace, page by page. */
  services(namespace: string, maxSent?: number): Promise<Reply<ServiceList>>;
  /** Names of a namespace's repositories, the first hundred: for suggestions. */
  repositories(namespace: string): Promise<Reply<readonly string[]>>;
  /** @param deadlineMs for this request alone; it may end after the run's own time. */
  logs(name: ServiceName, deadlineMs?: number): Promise<Reply<readonly string[]>>;
  /** Starts a deploy. The key is sent as Idempotency-Key; whether Outpost heeds it is not documented. */
  deploy(target: ServiceName & { readonly branch: string }, idempotencyKey: string): Promise<Reply<Acceptance>>;
  close(): void;
}

export interface Connection {
  readonly origin: URL;
  readonly deployPath: string;
  readonly http: Http;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** End of the run on the clock's nowMs. */
  readonly deadlineMs: number;
  /** In [0, 1); for the jitter of retries. */
  readonly random: () => number;
}

const READ_DEADLINE_MS = 15_000;
const DEPLOY_DEADLINE_MS = 60_000;
/** A log may still be read when the run's time is up: it says why. */
const LOG_DEADLINE_MS = 5_000;
const MAX_JSON_BYTES = 1_048_576;
const MAX_LOG_BYTES = 4 * 1_048_576;
const MAX_PAGES = 50;
/** How often a read is sent before the run gives up on it. */
const MAX_READS_SENT = 5;
const MAX_DEPLOYS_SENT = 4;
/** Retries of the whole run: an outage must not become a storm. */
const RETRY_BUDGET = 30;

interface Question<Value> {
  readonly operation: Operation;
  readonly variables: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxSent: number;
  /** Instead of the operation's own, and of what is left of the run. */
  readonly deadlineMs?: number;
  readonly parse: (text: string) => Value | undefined;
}

export function createClient(connection: Connection): OutpostClient {
  let budget = RETRY_BUDGET;

  async function ask<Value>(question: Question<Value>): Promise<Reply<Value>> {
    const { method } = forms[question.operation];
    for (let sent = 1; ; sent += 1) {
      const outcome = await sendOnce(connection, question);
      const reply = toReply(outcome, question.parse, connection.clock.wallMs());
      const delayMs = retryDelayMs({
        method,
        outcome,
        misshapen: reply.kind === 'misshapen',
        sent,
        maxSent: question.maxSent,
        budget,
        retryAfterMs: reply.kind === 'refused' ? reply.retryAfterMs : undefined,
        remainingMs: connection.deadlineMs - connection.clock.nowMs(),
        random: connection.random(),
      });
      if (reply.kind === 'value') budget = RETRY_BUDGET;
      if (reply.kind === 'value' || delayMs === undefined) return reply;
      budget -= 1;
      await connection.clock.sleep(delayMs, connection.signal);
    }
  }

  async function services(namespace: string, maxSent = MAX_READS_SENT): Promise<Reply<ServiceList>> {
    const found: Service[] = [];
    for (let page = 1; ; page += 1) {
      const query = `per_page=100&page=${page}`;
      const reply = await ask({
        operation: 'services',
        variables: { namespace },
        query,
        maxSent,
        parse: (text) => parseServicePage(text, page),
      });
      if (reply.kind !== 'value') return reply;
      found.push(...reply.value.services);
      if (!reply.value.more || page === MAX_PAGES) return { ...reply, value: { services: found, requests: page } };
    }
  }

  return {
    services,
    tokenFacts: (name, maxSent = MAX_READS_SENT) => ask({ operation: 'token', variables: { name }, maxSent, parse: parseTokenFacts }),
    service: ({ namespace, service }, maxSent = MAX_READS_SENT) =>
      ask({ operation: 'service', variables: { namespace, service }, maxSent, parse: (text) => parseService(text, service) }),
    repositories: (namespace) =>
      ask({ operation: 'repositories', variables: { namespace }, query: 'per_page=100', maxSent: 1, parse: parseRepositoryNames }),
    logs: ({ namespace, service }, deadlineMs = LOG_DEADLINE_MS) =>
      ask({ operation: 'logs', variables: { namespace, service }, maxSent: 1, parse: parseLogLines, deadlineMs }),
    deploy: ({ namespace, service, branch }, idempotencyKey) =>
      ask({
        operation: 'deploy',
        variables: { namespace, service },
        body: JSON.stringify({ branch }),
        headers: { 'idempotency-key': idempotencyKey },
        maxSent: MAX_DEPLOYS_SENT,
        // An HTML page is what a proxy or a login page sends: it proves nothing.
        parse: (text) => (isHtml(text) ? undefined : parseAcceptance(text)),
      }),
    close: () => connection.http.close(),
  };
}

function sendOnce(connection: Connection, question: Question<unknown>): Promise<Outcome> {
  const { operation, variables, query, body, headers } = question;
  const form = forms[operation];
  const url = urlFor(connection.origin, operation === 'deploy' ? connection.deployPath : form.path, variables);
  if (query !== undefined) url.search = query;
  const remainingMs = Math.max(1, connection.deadlineMs - connection.clock.nowMs());
  const deadlineMs = question.deadlineMs ?? Math.min(form.method === 'POST' ? DEPLOY_DEADLINE_MS : READ_DEADLINE_MS, remainingMs);
  return connection.http.send(
    {
      method: form.method,
      url,
      ...(body === undefined ? {} : { body }),
      ...(headers === undefined ? {} : { headers }),
      maxBytes: operation === 'logs' ? MAX_LOG_BYTES : MAX_JSON_BYTES,
      deadlineMs,
    },
    connection.signal,
  );
}

function toReply<Value>(outcome: Outcome, parse: (text: string) => Value | undefined, wallMs: number): Reply<Value> {
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
  return { kind: 'value', value, requestId, dateMs: Number.isNaN(dateMs) ? undefined : dateMs, pauseMs: pauseMs(header, wallMs) };
}

function isHtml(text: string): boolean {
  return /^\s*</.test(text);
}
