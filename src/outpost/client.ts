import { parseDeployAnswer } from './deploy-wire.ts';
import { textOf } from './exchange.ts';
import type { ReadForm } from './forms.ts';
import { parseCreation, parseJob } from './job-wire.ts';
import { type LogPage, readLogPage } from './log-page.ts';
import type {
  Acceptance,
  Deployment,
  Job,
  JobName,
  Refusal,
  Service,
  ServiceName,
} from './model.ts';
import { type ErrorReply, isHtml, type Reply, refusedInSuccess, toReply } from './reply.ts';
import { type Connection, createSender, type SendRequest } from './request.ts';
import { routes, urlFor, type WrittenRoute } from './routes.ts';
import { parseDeployment, parseService, parseServicePage } from './service-wire.ts';
import { parseJson, parseRepositoryNames } from './wire.ts';
import type { StatusWords } from './words.ts';

/** The services of a namespace, and how many requests it took to list them. */
export interface ServiceList {
  readonly services: readonly Service[];
  readonly requests: number;
}

/** An answer as it came. */
export interface Looked {
  readonly reply: Reply<unknown>;
  /** Of a failure too; empty where there was none. */
  readonly text: string;
  /** The names of its headers about limits. */
  readonly limits: readonly string[];
}

/**
 * The requests that the steps make. No method throws, except for the signal's own reason: a Reply
 * says how it ended.
 */
export interface OutpostClient {
  /** Where it reads services. */
  readonly form: ReadForm;
  /** The same, reading services elsewhere. */
  at(form: ReadForm): OutpostClient;
  /** Whether Outpost accepts the token, from a request that needs nothing else. */
  user(): Promise<Reply<unknown>>;
  service(name: ServiceName, maxSent?: number): Promise<Reply<Service>>;
  /**
   * The same for a form that may be wrong.
   *
   * @param isLikely an answer without the service may be a temporary fault.
   */
  tryService(name: ServiceName, isLikely: boolean): Promise<Reply<Service>>;
  /** One deployment, if the form has an address for it. */
  deployment(name: ServiceName, id: string): Promise<Reply<Deployment>>;
  /** All services of a namespace, page by page; of the token's owner if the path has none. */
  services(namespace: string | undefined, maxSent?: number): Promise<Reply<ServiceList>>;
  /** One plain GET, sent once, to an address that may not exist. */
  look(path: string, variables: Readonly<Record<string, string>>): Promise<Looked>;
  /** Names of a namespace's repositories, the first hundred: for suggestions. */
  repositories(namespace: string): Promise<Reply<readonly string[]>>;
  /**
   * Reads the latest lines of a service's log.
   *
   * @param into where the answer is put, MAX_LOG_BYTES long; the page is a part of it.
   * @param deadlineMs for this request alone; it may end after the run's own time.
   */
  logs(name: ServiceName, into: Buffer, deadlineMs?: number): Promise<Reply<LogPage>>;
  /** Creates a job of that name; the body is the user's. Sent again only if nothing was done. */
  createJob(name: JobName, body: Readonly<Record<string, unknown>>): Promise<Reply<unknown>>;
  job(name: JobName, maxSent?: number): Promise<Reply<Job>>;
  /** The same of a job's log as `logs` of a service's. */
  jobLogs(name: JobName, into: Buffer, deadlineMs?: number): Promise<Reply<LogPage>>;
  /**
   * Starts a deploy. The key is sent as Idempotency-Key; whether Outpost honors it is not
   * documented.
   *
   * @param onSent called each time the call is sent.
   */
  deploy(
    target: ServiceName & { readonly branch: string },
    idempotencyKey: string,
    onSent?: () => void,
  ): Promise<Reply<Acceptance>>;
}

export interface OutpostConnection extends Connection {
  readonly deployPath: string;
  readonly form: ReadForm;
  /** Additional words for a service's status. */
  readonly words?: StatusWords;
}

/** A log may still be read after the run's timeout, because it shows what went wrong. */
const LOG_DEADLINE_MS = 5_000;
/** The rest of a longer answer is not read. */
export const MAX_LOG_BYTES = 4 * 1_048_576;
const MAX_PAGES = 50;
/** How often a read is sent before the run gives up on it. */
const MAX_READS_SENT = 5;
const MAX_DEPLOYS_SENT = 4;
const MAX_LOOK_BYTES = 262_144;
const LOOK_DEADLINE_MS = 15_000;
/** After this many tries, a form that answers 5xx is skipped. */
const MAX_SENT_TO_FAILING = 3;

export function createClient(connection: OutpostConnection): OutpostClient {
  return clientAt(connection.form, connection, createSender(connection));
}

function clientAt(form: ReadForm, connection: OutpostConnection, send: SendRequest): OutpostClient {
  const { deployPath, words } = connection;
  const get = (path: string): WrittenRoute => ({ method: 'GET', path });

  async function services(
    namespace: string | undefined,
    maxSent = MAX_READS_SENT,
  ): Promise<Reply<ServiceList>> {
    const found: Service[] = [];
    for (let page = 1; ; page += 1) {
      const query = `per_page=100&page=${page}`;
      const reply = await send({
        route: get(form.list ?? form.service),
        variables: variablesOf({ namespace }),
        query,
        maxSent,
        parse: (text) => parseServicePage(text, page, namespace, words),
      });
      if (reply.kind !== 'value') return reply;
      found.push(...reply.value.services);
      if (!reply.value.more || page === MAX_PAGES)
        return { ...reply, value: { services: found, requests: page } };
    }
  }

  function logs(
    path: string,
    variables: Readonly<Record<string, string>>,
    into: Buffer,
    deadlineMs = LOG_DEADLINE_MS,
  ): Promise<Reply<LogPage>> {
    const maxBytes = MAX_LOG_BYTES;
    const asked = { route: get(path), variables, maxSent: 1, maxBytes, deadlineMs };
    return send({ ...asked, into, parseBytes: readLogPage });
  }

  return {
    form,
    at: (other) => clientAt(other, connection, send),
    services,
    user: () => send({ route: routes.user, variables: {}, maxSent: 2, parse: parseJson }),
    service: (name, maxSent = MAX_READS_SENT) =>
      send({
        route: get(form.service),
        variables: variablesOf(name),
        maxSent,
        parse: (text) => parseService(text, name, words),
      }),
    tryService: (name, isLikely) =>
      send({
        route: get(form.service),
        variables: variablesOf(name),
        maxSent: MAX_READS_SENT,
        maxSentToFailing: MAX_SENT_TO_FAILING,
        mayBeMisshapen: !isLikely,
        parse: (text) => parseService(text, name, words),
      }),
    deployment: (name, id) =>
      send({
        route: get(form.deployment ?? ''),
        variables: { ...variablesOf(name), id },
        maxSent: 1,
        parse: (text) => parseDeployment(text, id),
      }),
    look: async (path, variables) => {
      const { origin, http, clock, signal } = connection;
      const url = urlFor(origin, path, variables);
      const outcome = await http.send(
        { method: 'GET', url, maxBytes: MAX_LOOK_BYTES, deadlineMs: LOOK_DEADLINE_MS },
        signal,
      );
      const names = 'headers' in outcome ? Object.keys(outcome.headers) : [];
      return {
        reply: toReply(outcome, (body) => parseJson(textOf(body)), url, clock),
        text: outcome.kind === 'answer' ? textOf(outcome.body) : '',
        limits: names.filter((name) => /^(?:x-)?ratelimit-[a-z-]{1,30}$|^retry-after$/.test(name)),
      };
    },
    repositories: (namespace) =>
      send({
        route: routes.repositories,
        variables: { namespace },
        query: 'per_page=100',
        maxSent: 1,
        parse: parseRepositoryNames,
      }),
    logs: (name, into, deadlineMs) => logs(form.logs, variablesOf(name), into, deadlineMs),
    createJob: async ({ namespace, job }, body) => {
      const reply = await send({
        route: routes.createJob,
        variables: { namespace },
        body: JSON.stringify({ ...body, name: job }),
        maxSent: MAX_DEPLOYS_SENT,
        parse: parseCreation,
      });
      return reply.kind === 'value' && reply.value.refusal !== undefined
        ? refused(reply, reply.value.refusal)
        : reply;
    },
    job: (name, maxSent = MAX_READS_SENT) =>
      send({
        route: get(form.job ?? ''),
        variables: { ...name },
        maxSent,
        parse: (text) => parseJob(text, name.job),
      }),
    jobLogs: (name, into, deadlineMs) =>
      logs(`${form.job?.replace(/\/$/, '')}/logs`, { ...name }, into, deadlineMs),
    deploy: async ({ branch, ...name }, idempotencyKey, onSent) => {
      const reply = await send({
        route: { ...routes.deploy, path: deployPath },
        variables: variablesOf(name),
        body: JSON.stringify({ branch }),
        headers: { 'idempotency-key': idempotencyKey },
        maxSent: MAX_DEPLOYS_SENT,
        ...(onSent === undefined ? {} : { onSent }),
        // An HTML page is what a proxy or a login page sends: it proves nothing.
        parse: (text) => (isHtml(text) ? undefined : parseDeployAnswer(text)),
      });
      if (reply.kind !== 'value') return reply;
      const { value: answer } = reply;
      return answer.kind === 'accepted'
        ? { ...reply, value: answer.acceptance }
        : refused(reply, answer.refusal);
    },
  };
}

/** A successful HTTP status with a refusal in the body. */
function refused(
  { status, requestId }: { readonly status: number; readonly requestId: string | undefined },
  refusal: Refusal,
): ErrorReply {
  return refusedInSuccess(status, { ...refusal, requestId: refusal.requestId ?? requestId });
}

function variablesOf(name: Partial<ServiceName>): Readonly<Record<string, string>> {
  const { namespace = '', service = '' } = name;
  return { namespace, service };
}
