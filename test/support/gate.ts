import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach } from '@jest/globals';

/** A request that a gate holds back. */
export interface Held {
  /** Resolves when a request has arrived and is being held. */
  readonly reached: Promise<void>;
  release(): void;
}

/**
 * A proxy in front of a server that forwards every request and holds the one it was told to hold. A
 * VirtualClock treats the held request as work in progress: time stands still until it's released,
 * so nothing times out in the meantime.
 */
export interface Gate {
  readonly origin: string;
  /**
   * @param index which request through this gate, from 0.
   * @param moment `before` = the server doesn't get it until it is released; `after` = the server
   *     has handled it, and its answer is held.
   */
  hold(index: number, moment: 'before' | 'after'): Held;
}

/** Gates in front of several servers, with one count of all requests. */
export interface Gates {
  /** One for each server, in the order of `targets`. */
  readonly origins: readonly string[];
  /** How many requests have arrived. */
  count(): number;
  hold(index: number, moment: 'before' | 'after'): Held;
}

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

interface Stop {
  readonly moment: 'before' | 'after';
  reach(): void;
  readonly released: Promise<void>;
}

/** Returns `GET /path` as the server behind the gate knows it. */
export type Translate = (request: string) => string;

/** Opens a gate that closes when the test ends. */
export async function gateBefore(target: string, translate?: Translate): Promise<Gate> {
  const { origins, hold } = await gatesBefore([target], translate);
  return { origin: origins[0] ?? '', hold };
}

/** Opens gates that close when the test ends. */
export async function gatesBefore(
  targets: readonly string[],
  translate: Translate = (same) => same,
): Promise<Gates> {
  const stops = new Map<number, Stop>();
  let count = 0;
  const listenBefore = (target: string): Promise<string> =>
    listen((message, response) => {
      const stop = stops.get(count);
      count += 1;
      pass(target, translate, message, response, stop).catch(() => response.destroy());
    });
  return {
    origins: await Promise.all(targets.map(listenBefore)),
    count: () => count,
    hold: (index, moment) => {
      const [reached, reach] = signal();
      const [released, release] = signal();
      stops.set(index, { moment, reach, released });
      return { reached, release };
    },
  };
}

/** Serves until the test ends. */
async function listen(serve: RequestListener): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer(serve);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function pass(
  target: string,
  translate: Translate,
  message: IncomingMessage,
  response: ServerResponse,
  stop: Stop | undefined,
): Promise<void> {
  const body = await bytesOf(message);
  if (stop?.moment === 'before') await waitAt(stop);
  const [method, path] = translate(`${message.method} ${message.url}`).split(' ');
  const outgoing = request(`${target}${path}`, { method, headers: message.headers, agent: false });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  const text = await bytesOf(answer);
  if (stop?.moment === 'after') await waitAt(stop);
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  response.end(text);
}

function signal(): readonly [Promise<void>, () => void] {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return [given, give];
}

async function waitAt(stop: Stop): Promise<void> {
  stop.reach();
  await stop.released;
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
