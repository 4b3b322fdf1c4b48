import { type LogPage, readLogPage } from './log-page.ts';
import type { Acceptance, Service, TokenFacts, TokenRecord } from './model.ts';
import { type Connection, createSender, isHtml, type Reply, refusedInSuccess } from './request.ts';
import { routes, tokenRoutes } from './routes.ts';
import { parseDeployAnswer, parseService, parseServicePage } from './service-wire.ts';
import { parseRepositoryNames, parseTokenFacts, parseTokenRecords } from './wire.ts';

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

/**
 * The requests that the steps make. No method throws, but for the signal's own reason: a Reply says
 * how it ended.
 */
export interface OutpostClient {
  tokenFacts(tokenName: string, maxSent?: number): Promise<Reply<TokenFacts>>;
  /** The tokens of the user, the first hundred. The request is inferred, not documented. */
  tokenRecords(): Promise<Reply<readonly TokenRecord[]>>;
  service(name: ServiceName, maxSent?: number): Promise<Reply<Service>>;
  /** All services of a namespace, page by page. */
  services(namespace: string, maxSent?: number): Promise<Reply<ServiceList>>;
  /** Names of a namespace's repositories, the first hundred: for suggestions. */
  repositories(namespace: string): Promise<Reply<readonly string[]>>;
  /**
   * Reads the latest lines of a service's log.
   *
   * @param into where the answer is put, MAX_LOG_BYTES long; the page is a part of it.
   * @param deadlineMs for this request alone; it may end after the run's own time.
   */
  logs(name: ServiceName, into: Buffer, deadlineMs?: number): Promise<Reply<LogPage>>;
  /**
   * Starts a deploy. The key is sent as Idempotency-Key; whether Outpost heeds it is not
   * documented.
   *
   * @param onSent is called each time that the call goes out.
   */
  deploy(
    target: ServiceName & { readonly branch: string },
    idempotencyKey: string,
    onSent?: () => void,
  ): Promise<Reply<Acceptance>>;
}

export interface OutpostConnection extends Connection {
  readonly deployPath: string;
}

/** A log may still be read when the run's time is up: it says why. */
const LOG_DEADLINE_MS = 5_000;
/** Of a longer answer, the rest is not read. */
export const MAX_LOG_BYTES = 4 * 1_048_576;
const MAX_PAGES = 50;
/** How often a read is sent before the run gives up on it. */
const MAX_READS_SENT = 5;
const MAX_DEPLOYS_SENT = 4;

export function createClient(connection: OutpostConnection): OutpostClient {
  const send = createSender(connection);

  async function services(
    namespace: string,
    maxSent = MAX_READS_SENT,
  ): Promise<Reply<ServiceList>> {
    const found: Service[] = [];
    for (let page = 1; ; page += 1) {
      const query = `per_page=100&page=${page}`;
      const reply = await send({
        route: routes.services,
        variables: { namespace },
        query,
        maxSent,
        parse: (text) => parseServicePage(text, page),
      });
      if (reply.kind !== 'value') return reply;
      found.push(...reply.value.services);
      if (!reply.value.more || page === MAX_PAGES)
        return { ...reply, value: { services: found, requests: page } };
    }
  }

  return {
    services,
    tokenFacts: (name, maxSent = MAX_READS_SENT) =>
      send({ route: routes.token, variables: { name }, maxSent, parse: parseTokenFacts }),
    tokenRecords: () =>
      send({
        route: tokenRoutes.list,
        variables: {},
        query: 'per_page=100',
        maxSent: 1,
        parse: parseTokenRecords,
      }),
    service: ({ namespace, service }, maxSent = MAX_READS_SENT) =>
      send({
        route: routes.service,
        variables: { namespace, service },
        maxSent,
        parse: (text) => parseService(text, service),
      }),
    repositories: (namespace) =>
      send({
        route: routes.repositories,
        variables: { namespace },
        query: 'per_page=100',
        maxSent: 1,
        parse: parseRepositoryNames,
      }),
    logs: ({ namespace, service }, into, deadlineMs = LOG_DEADLINE_MS) =>
      send({
        route: routes.logs,
        variables: { namespace, service },
        maxSent: 1,
        maxBytes: MAX_LOG_BYTES,
        deadlineMs,
        into,
        parseBytes: readLogPage,
      }),
    deploy: async ({ namespace, service, branch }, idempotencyKey, onSent) => {
      const reply = await send({
        route: { ...routes.deploy, path: connection.deployPath },
        variables: { namespace, service },
        body: JSON.stringify({ branch }),
        headers: { 'idempotency-key': idempotencyKey },
        maxSent: MAX_DEPLOYS_SENT,
        ...(onSent === undefined ? {} : { onSent }),
        // An HTML page is what a proxy or a login page sends: it proves nothing.
        parse: (text) => (isHtml(text) ? undefined : parseDeployAnswer(text)),
      });
      if (reply.kind !== 'value') return reply;
      const { value: answer, status } = reply;
      return answer.kind === 'accepted'
        ? { ...reply, value: answer.acceptance }
        : refusedInSuccess(status, {
            ...answer.refusal,
            requestId: answer.refusal.requestId ?? reply.requestId,
          });
    },
  };
}
