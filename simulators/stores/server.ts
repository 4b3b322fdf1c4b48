import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import type { StoreFault, StoreFaultRule } from './faults.ts';
import { StoreFaults } from './faults.ts';
import type { StoreAnswer, StoreRequest, StoreService } from './http.ts';
import { Refusal } from './http.ts';
import type { OpenStoreRecord, RecordedStoreRequest, Watched } from './recorder.ts';
import { storeRecordOf } from './recorder.ts';

/** What all simulated stores have in common. */
export interface StoreServer {
  /** The address of the API, with its prefix and without a trailing slash. */
  readonly url: string;
  /** Every request, in order. */
  readonly requests: readonly RecordedStoreRequest[];
  /**
   * Makes the next matching request fail, or the next `times`. Rules add up, and apply in the order
   * they were set.
   */
  failNext(rule: StoreFaultRule): void;
  /** Removes all remaining faults. */
  mend(): Promise<void>;
  /** Handles the requests that a gateway gave up on. */
  catchUp(): void;
  /** From now on, records where requests have this secret. */
  watch(secret: Watched): void;
  /** Ends at once, even while requests hang. */
  close(): Promise<void>;
}

export interface StoreServerOptions {
  readonly now?: () => number;
  /** Called for an answer that never comes, so that a test's clock knows not to wait for it. */
  readonly hold?: (response: ServerResponse) => void;
  /** Secrets to look for in every request. */
  readonly watch?: readonly Watched[];
}

interface ServerContext {
  readonly service: StoreService;
  readonly prefix: string;
  readonly now: () => number;
  readonly hold: (response: ServerResponse) => void;
  readonly faults: StoreFaults;
  readonly watched: Watched[];
  readonly requests: OpenStoreRecord[];
  readonly late: (() => void)[];
  /** Ends every connection, and accepts no new ones. */
  goAway(): void;
}

/** Serves a store on a free loopback port. */
export async function serveStore(
  service: StoreService,
  prefix: string,
  options: StoreServerOptions,
): Promise<StoreServer> {
  const { now = Date.now, hold = () => undefined, watch = [] } = options;
  const sockets = new Set<Socket>();
  const goAway = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  const context: ServerContext = {
    service,
    prefix,
    now,
    hold,
    faults: new StoreFaults(),
    watched: [...watch],
    requests: [],
    late: [],
    goAway,
  };
  const server = createServer((message, response) => receive(context, message, response));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the store is not listening on a TCP port');
  const { port } = address;
  return {
    url: `http://127.0.0.1:${port}${prefix}`,
    requests: context.requests,
    failNext: (rule) => context.faults.add(rule),
    mend: async () => {
      context.faults.clear();
      if (!server.listening) await once(server.listen(port, '127.0.0.1'), 'listening');
    },
    catchUp: () => {
      for (const work of context.late.splice(0)) work();
    },
    watch: (secret) => context.watched.push(secret),
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      goAway();
      await closed;
    },
  };
}

function receive(context: ServerContext, message: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  message.on('data', (chunk: Buffer) => chunks.push(chunk));
  message.on('error', () => response.destroy());
  response.on('error', () => response.destroy());
  message.on('end', () => {
    const { path, request } = plainRequest(
      message,
      Buffer.concat(chunks).toString('utf8'),
      context.prefix,
    );
    response.setHeader('date', new Date(context.now()).toUTCString());
    const record = storeRecordOf(
      { request, path, atMs: context.now() },
      context.service,
      context.watched,
    );
    context.requests.push(record);
    serve(context, request, response, record, context.faults.next(request.method, path));
  });
}

function serve(
  context: ServerContext,
  request: StoreRequest,
  response: ServerResponse,
  record: OpenStoreRecord,
  fault: StoreFault | undefined,
): void {
  const outcome = outcomeOf(context, request, fault);
  if (outcome === 'hang' || outcome === 'reset') record.status = outcome;
  else send(response, record, outcome);
  if (outcome === 'reset') response.socket?.resetAndDestroy();
  if (outcome === 'hang') context.hold(response);
}

function outcomeOf(
  context: ServerContext,
  request: StoreRequest,
  fault: StoreFault | undefined,
): StoreAnswer | 'reset' | 'hang' {
  const { service } = context;
  switch (fault?.mode) {
    case undefined:
      return handled(service, request);
    case 'status':
      return statusAnswer(service, fault);
    case 'html':
      return htmlPage(fault.status ?? 502);
    case 'hang':
    case 'reset':
      return fault.mode;
    case 'applied-then-hang':
      handled(service, request);
      return 'hang';
    case 'applied-then-reset':
      handled(service, request);
      return 'reset';
    case 'late':
      context.late.push(() => handled(service, request));
      return { status: fault.status };
    case 'applied-then-away':
      handled(service, request);
      context.goAway();
      return 'reset';
  }
}

function handled(service: StoreService, request: StoreRequest): StoreAnswer {
  try {
    return service.handle(request);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

function statusAnswer(service: StoreService, fault: StoreFault & { mode: 'status' }): StoreAnswer {
  const documented = service.documented(fault.status);
  return {
    status: fault.status,
    headers: { ...documented.headers, ...fault.headers },
    body: 'body' in fault && fault.body !== undefined ? fault.body : documented.body,
  };
}

function htmlPage(status: number): StoreAnswer {
  const body = `<!DOCTYPE html>\n<html><head><title>${status}</title></head><body><h1>Something else answers here</h1></body></html>\n`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

function send(
  response: ServerResponse,
  record: OpenStoreRecord,
  { status, headers = {}, body }: StoreAnswer,
): void {
  record.status = status;
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  const type =
    typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  response.writeHead(status, {
    ...(body === undefined ? {} : { 'content-type': type }),
    ...headers,
  });
  response.end(text);
}

/**
 * The path as it was sent, and the request as the routes see it. A path outside of the prefix
 * matches no route.
 */
function plainRequest(
  message: IncomingMessage,
  body: string,
  prefix: string,
): { path: string; request: StoreRequest } {
  const [path = '', ...rest] = (message.url ?? '').split('?');
  const headers = Object.entries(message.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  const request: StoreRequest = {
    method: message.method ?? '',
    path: path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : '',
    query: new URLSearchParams(rest.join('?')),
    headers: Object.fromEntries(headers),
    body,
  };
  return { path, request };
}
