import type { IncomingMessage } from 'node:http';
import { HttpClient } from '@actions/http-client';
import type { Secret } from '../lib/secret.ts';
import { codeOf, outcomeOfError } from './connection-errors.ts';
import type { Exchange, Http, Outcome } from './exchange.ts';

/**
 * The only importer of @actions/http-client, used for sockets, TLS, proxies (https_proxy, no_proxy)
 * and keep-alive. Four of its habits are kept out: it follows redirects with the token (off), a
 * header given to the client goes to every host (ours goes with the request), its readBody() never
 * settles on a cut body (we read the stream), and it has no deadline for the whole exchange.
 *
 * @param token undefined = requests that carry none, to the services' own endpoints.
 */
export function createHttp(token: Secret | undefined, userAgent: string): Http {
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
    // A kept connection may be dead already. A read that finds out is repeated; a POST that does
    // has an answer that is lost.
    if (client === undefined || exchange.method === 'POST') client = newClient();
    const headers = {
      // Compressed answers would have to be capped after decompression; asking for none is simpler.
      'accept-encoding': 'identity',
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` }),
      ...(exchange.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...exchange.headers,
    };
    const request = client.request(
      exchange.method,
      exchange.url.href,
      exchange.body ?? null,
      headers,
    );
    return await settle(request, exchange, signal);
  }

  return {
    send,
    close: () => {
      for (const one of clients) one.dispose();
    },
  };
}

/** Waits for the answer and its body, within the exchange's deadline and until the signal. */
async function settle(
  request: ReturnType<HttpClient['request']>,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<Outcome> {
  let message: IncomingMessage | undefined;
  let onEnd = (): void => undefined;
  const deadline = startDeadline(exchange.deadlineMs, () => onEnd());
  let onAbort = (): void => undefined;
  const stopped = new Promise<Outcome>((resolve, reject) => {
    onEnd = (): void => {
      const reason = `no complete answer within ${Math.max(1, Math.round(exchange.deadlineMs / 1000))} s`;
      resolve(
        message === undefined ? { kind: 'lost', reason, atOnce: false } : cut(message, reason),
      );
    };
    onAbort = (): void => {
      deadline.stop();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  const read = request.then(
    (response) => {
      message = response.message;
      return readAnswer(message, exchange, deadline);
    },
    (error: unknown) => outcomeOfError(error, exchange.method),
  );
  try {
    return await Promise.race([read, stopped]);
  } finally {
    deadline.stop();
    signal.removeEventListener('abort', onAbort);
    // After a deadline or an abort nobody reads the rest of the answer, and its socket must not be
    // used again.
    if (message?.readableEnded === false) message.destroy();
  }
}

interface Deadline {
  /**
   * Stands still until `work` is done: the time that whoever takes the answer needs is not the
   * server's.
   */
  standStillFor(work: Promise<void>): Promise<void>;
  stop(): void;
  /** Nobody waits for the answer any more. */
  readonly isOver: boolean;
}

function startDeadline(ms: number, onEnd: () => void): Deadline {
  let leftMs = ms;
  let sinceMs = performance.now();
  let isOver = false;
  const end = (): void => {
    isOver = true;
    onEnd();
  };
  let timer = setTimeout(end, leftMs);
  return {
    standStillFor: async (work) => {
      clearTimeout(timer);
      leftMs -= performance.now() - sinceMs;
      await work;
      sinceMs = performance.now();
      // A negative time is one that Node warns of, on standard error, which a runner reads ahead of
      // the masks.
      if (!isOver) timer = setTimeout(end, Math.max(1, leftMs));
    },
    stop: () => {
      isOver = true;
      clearTimeout(timer);
    },
    get isOver() {
      return isOver;
    },
  };
}

async function readAnswer(
  message: IncomingMessage,
  { maxBytes, take }: Exchange,
  deadline: Deadline,
): Promise<Outcome> {
  // Decoded as it comes: of a log of megabytes there is then no second copy in bytes.
  const decoder = new TextDecoder();
  const { statusCode: status = 0, headers } = message;
  let body = '';
  let bytes = 0;
  const keep = async (text: string): Promise<void> => {
    if (take !== undefined && status >= 200 && status <= 299)
      await deadline.standStillFor(take(text));
    else body += text;
  };
  try {
    for await (const chunk of message) {
      // Whoever asked has gone on: what comes now must not be taken.
      if (deadline.isOver) return cut(message, 'nobody waits for it');
      bytes += (chunk as Buffer).length;
      if (bytes > maxBytes)
        return { ...cut(message, `its body is over ${maxBytes} bytes`), isOverCap: true };
      await keep(decoder.decode(chunk as Buffer, { stream: true }));
    }
  } catch (error) {
    return cut(message, `the answer was cut (${codeOf(error)})`);
  }
  if (!message.complete || deadline.isOver) return cut(message, 'the answer was cut');
  await keep(decoder.decode());
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
