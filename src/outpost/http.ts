import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { getProxyUrl, HttpClient } from '@actions/http-client';
import type { Secret } from '../lib/secret.ts';
import { codeOf, outcomeOfError } from './connection-errors.ts';
import { RefusedAddress, requestDirectly } from './direct-request.ts';
import type { Exchange, Http, Outcome } from './exchange.ts';

/**
 * The only importer of @actions/http-client, used for sockets, TLS, proxies (https_proxy, no_proxy)
 * and keep-alive. Works around four of its problems: it follows redirects with the token (turned
 * off), sends client headers to every host (ours are per request), its readBody() never settles if
 * the body is cut off (we read the stream), and it has no deadline for the whole exchange.
 *
 * @param token undefined = requests that carry none, to the services' own endpoints.
 */
export function createHttp(token: Secret | undefined, userAgent: string): Http {
  // The package that it uses for proxies with a password is old. Node would print a warning to
  // stderr, which GitHub may read before the masks.
  process.noDeprecation = true;
  const clients = new Set<HttpClient>();
  const newClient = (): HttpClient => {
    const client = new HttpClient(userAgent, [], {
      allowRedirects: false,
      allowRetries: false,
      keepAlive: true,
      maxSockets: 20,
    });
    clients.add(client);
    return client;
  };
  let client: HttpClient | undefined;

  async function send(exchange: Exchange, signal: AbortSignal): Promise<Outcome> {
    signal.throwIfAborted();
    // A keep-alive connection may already be dead. A read can be retried, but a POST on it would
    // lose its answer.
    if (client === undefined || exchange.method === 'POST') client = newClient();
    const headers = {
      'user-agent': userAgent,
      // Compressed answers would have to be capped after decompression; asking for none is simpler.
      'accept-encoding': 'identity',
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` }),
      ...(exchange.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...exchange.headers,
    };
    const { method, url, body, refuses } = exchange;
    if (refuses !== undefined && getProxyUrl(url.href) === '') {
      const direct = requestDirectly(exchange, refuses, headers);
      try {
        return await settle(direct.response, exchange, signal);
      } finally {
        direct.destroy();
      }
    }
    const request = client.requestRaw(infoOf(client, method, url, headers), body ?? null);
    return await settle(
      request.then(({ message }) => message),
      exchange,
      signal,
    );
  }

  return {
    send,
    close: () => {
      for (const one of clients) one.dispose();
    },
  };
}

/**
 * The same as the client's own, but without the brackets of an IPv6 address: Node takes them as
 * part of a name.
 */
function infoOf(
  client: HttpClient,
  method: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
): Parameters<HttpClient['requestRaw']>[0] {
  const isSecure = url.protocol === 'https:';
  const options = {
    method,
    headers,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
    agent: client.getAgent(url.href),
  };
  return { parsedUrl: url, httpModule: isSecure ? https : http, options };
}

/** Waits for the answer and its body, within the exchange's deadline and until the signal. */
async function settle(
  response: Promise<IncomingMessage>,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<Outcome> {
  let message: IncomingMessage | undefined;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => undefined;
  const stopped = new Promise<Outcome>((resolve, reject) => {
    timer = setTimeout(() => {
      const reason = `no complete response within ${Math.max(1, Math.round(exchange.deadlineMs / 1000))} s`;
      resolve(
        message === undefined ? { kind: 'lost', reason, atOnce: false } : cut(message, reason),
      );
    }, exchange.deadlineMs);
    onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  const read = response.then(
    (answered) => {
      message = answered;
      if (!isOver) return readAnswer(message, exchange);
      message.destroy();
      return cut(message, 'the run no longer waits for it');
    },
    (error: unknown): Outcome =>
      error instanceof RefusedAddress
        ? { kind: 'unsent', reason: error.message, passing: false, refused: true }
        : outcomeOfError(error, exchange.method),
  );
  try {
    return await Promise.race([read, stopped]);
  } finally {
    isOver = true;
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    // After a deadline or an abort, nobody reads the rest of the answer, and its socket must not be
    // reused.
    if (message?.readableEnded === false) message.destroy();
  }
}

async function readAnswer(
  message: IncomingMessage,
  { maxBytes, into }: Exchange,
): Promise<Outcome> {
  const { statusCode: status = 0, headers } = message;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const data of message) {
      const chunk = data as Buffer;
      const isOverCap = length + chunk.length > maxBytes;
      if (into !== undefined) chunk.copy(into, length);
      else if (!isOverCap) chunks.push(chunk);
      if (isOverCap)
        return into === undefined
          ? { ...cut(message, `the response is larger than ${maxBytes} bytes`), isOverCap }
          : { kind: 'answer', status, headers, body: into, isCut: true };
      length += chunk.length;
    }
  } catch (error) {
    return cut(message, `the response was cut off (${codeOf(error)})`);
  }
  if (!message.complete) return cut(message, 'the response was cut off');
  const body = into?.subarray(0, length) ?? Buffer.concat(chunks);
  return { kind: 'answer', status, headers, body };
}

function cut(message: IncomingMessage, reason: string): Extract<Outcome, { kind: 'cut' }> {
  return {
    kind: 'cut',
    status: message.statusCode ?? 0,
    headers: message.headers,
    reason,
    isOverCap: false,
  };
}
