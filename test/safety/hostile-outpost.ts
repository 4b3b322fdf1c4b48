import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The places where foreign text enters a run. `index` tells apart the services (or the entries of a
 * list) that carry it.
 *
 * - `refusal`, `code`, `refusal id`: fields of an error body, for a read or a deploy call.
 * - `request header`: x-request-id of a deploy call that was accepted.
 * - `scope`, `last used`: fields of the token's record; `token refusal` is the error in its place.
 * - `name`: names of services in a list.
 */
export type Channel =
  | 'log'
  | 'refusal'
  | 'code'
  | 'refusal id'
  | 'request header'
  | 'endpoint'
  | 'status'
  | 'deployment'
  | 'commit'
  | 'scope'
  | 'last used'
  | 'token refusal'
  | 'name';

/**
 * The text that Outpost returns there, or undefined for the usual value. It gets the presented
 * token, so that it can behave like a careless server.
 */
export type Says = (channel: Channel, index: number, token: string) => string | undefined;

export interface HostileOptions {
  readonly says: Says;
  /** Services s0, s1, ... of the namespace acme. */
  readonly services: number;
  /** Number of scopes that the token has in addition to `service`. */
  readonly scopes?: number;
  /** The lines of each service's log. A Buffer is used as the whole body. */
  readonly log?: (index: number, token: string) => readonly string[] | Buffer;
  /** How a service's rollout ends. Default: every rollout fails. */
  readonly ending?: (index: number) => 'failed' | 'superseded' | 'running' | 'refused';
}

export interface HostileOutpost {
  readonly origin: string;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly requestId?: string;
}

/**
 * An Outpost that returns the given text in every field that a client may show. It's for text that
 * no emulation of a good server would send. In the namespaces n0, n1, ..., every read of a service
 * is refused. The namespaces l0, l1, ... don't contain the services, but list ten others.
 */
export async function startHostileOutpost(options: HostileOptions): Promise<HostileOutpost> {
  const looks = new Map<number, number>();
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => send(response, answerTo(request, options, looks)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, { status, body, requestId }: Answer): void {
  if (requestId !== undefined) response.setHeader('x-request-id', requestId);
  response.writeHead(status, {
    'content-type': Buffer.isBuffer(body) ? 'text/plain' : 'application/json',
  });
  response.end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
}

function answerTo(
  request: IncomingMessage,
  options: HostileOptions,
  looks: Map<number, number>,
): Answer {
  const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
  const say = (channel: Channel, index = 0): string | undefined =>
    options.says(channel, index, token);
  const path = (request.url ?? '').replace(/\?.*$/, '');
  const at = (pattern: RegExp): number | undefined => {
    const match = pattern.exec(path);
    return match === null ? undefined : Number(match[1] ?? 0);
  };
  const posted = at(/^\/auth\/v1\/v1\/services\/s(\d+)\/deploy$/);
  if (posted !== undefined) return deployAnswer(posted, options, say, looks);
  if (path.startsWith('/auth/v1/pat/')) return tokenRecord(options, say);
  const refusing = at(/^\/n(\d+)\/service/);
  if (refusing !== undefined) return { status: 403, body: refusalOf(refusing, say) };
  const listing = at(/^\/l(\d+)\/services$/);
  if (listing !== undefined) return { status: 200, body: { data: namesOf(listing, say) } };
  const logged = at(/^\/acme\/service\/s(\d+)\/logs$/);
  if (logged !== undefined) {
    const lines = options.log?.(logged, token) ?? ['nothing to see'];
    return { status: 200, body: Buffer.isBuffer(lines) ? lines : { data: lines } };
  }
  const one = at(/^\/acme\/service\/s(\d+)$/);
  if (one !== undefined) return { status: 200, body: serviceOf(one, options, say, looks) };
  if (path !== '/acme/services')
    return { status: 404, body: { error: { code: 'not_found', message: 'no such thing' } } };
  const all = Array.from({ length: options.services }, (_, index) =>
    serviceOf(index, options, say, looks),
  );
  return { status: 200, body: { data: all } };
}

type Say = (channel: Channel, index?: number) => string | undefined;

function refusalOf(index: number, say: Say): unknown {
  return {
    error: {
      message: say('refusal', index),
      code: say('code', index),
      request_id: say('refusal id', index),
    },
  };
}

function namesOf(list: number, say: Say): readonly unknown[] {
  return Array.from({ length: 10 }, (_, place) => ({
    name: say('name', list * 10 + place) ?? `service-${place}`,
    status: 'running',
  }));
}

function tokenRecord({ scopes = 0 }: HostileOptions, say: Say): Answer {
  const message = say('token refusal');
  if (message !== undefined) return { status: 403, body: { error: { message } } };
  const held = [
    'service',
    ...Array.from({ length: scopes }, (_, index) => say('scope', index) ?? `scope-${index}`),
  ];
  return {
    status: 200,
    body: { name: 'ci', scopes: held, expires_at: null, last_used_at: say('last used') ?? null },
  };
}

function deployAnswer(
  index: number,
  { ending }: HostileOptions,
  say: Say,
  looks: Map<number, number>,
): Answer {
  if (ending?.(index) === 'refused') return { status: 422, body: refusalOf(index, say) };
  looks.set(index, 0);
  const requestId = say('request header', index);
  return {
    status: 202,
    body: { id: 'dep_ours' },
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/**
 * Before the deploy, the status is the server's own words or `running`. After it, the reads show in
 * turn `deploying`, the server's own words, and the ending.
 */
function serviceOf(
  index: number,
  { ending = () => 'failed' }: HostileOptions,
  say: Say,
  looks: Map<number, number>,
): unknown {
  const look = looks.get(index);
  if (look !== undefined) looks.set(index, look + 1);
  const end = ending(index);
  const words = say('status', index);
  const status =
    look === undefined
      ? (words ?? 'running')
      : look === 0
        ? 'deploying'
        : look === 1
          ? (words ?? 'deploying')
          : end;
  const isTheirs = end === 'superseded' && look !== undefined && look > 1;
  return {
    name: `s${index}`,
    status: status === 'superseded' ? 'running' : status,
    updated_at: `2026-01-01T00:00:0${Math.min(9, look ?? 0)}Z`,
    endpoint: say('endpoint', index),
    deployment: {
      id:
        look === undefined
          ? 'dep_before'
          : isTheirs
            ? (say('deployment', index) ?? 'dep_theirs')
            : 'dep_ours',
      commit: say('commit', index),
    },
  };
}
