import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The test's end of a connection, known by the ports at both ends: two connections to different
 * servers may share one.
 */
interface Connection {
  readonly socket: Socket;
  /** Its server speaks HTTP, so that it's known when it works on an answer. */
  isHttp: boolean;
  /** Answers that are not complete. */
  readonly open: Set<ServerResponse>;
}

/** What a process says of its end of a connection. */
export interface ClientSocket {
  readonly port: number;
  readonly serverPort: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** It keeps the process running; one in a pool of idle connections doesn't. */
  readonly isRef: boolean;
  /** Its counts are of what is encrypted at one end, and of what is not at the other. */
  readonly isTls: boolean;
}

const connections = new Map<string, Connection>();
const held = new WeakSet<object>();
const listeners = new Set<() => void>();

/** A connection by the port of its client and that of its server. */
export function nameOf(port: number | undefined, serverPort: number | undefined): string {
  return `${port} to ${serverPort}`;
}

/**
 * Calls `onChange` whenever a server of this process gets or completes a request, or loses a
 * connection.
 */
export function watchConnections(onChange: () => void): () => void {
  if (listeners.size === 0) {
    subscribe('net.server.socket', onConnection);
    subscribe('http.server.request.start', onRequest);
  }
  listeners.add(onChange);
  return () => {
    listeners.delete(onChange);
    // Channels belong to the process, which runs many test files; this module is loaded anew for
    // each of them.
    if (listeners.size > 0) return;
    unsubscribe('net.server.socket', onConnection);
    unsubscribe('http.server.request.start', onRequest);
  };
}

const changed = (): void => {
  for (const listener of listeners) listener();
};

/** From now on, time may pass though this answer is not complete, or this connection silent. */
export function hold(kept: ServerResponse | Socket): void {
  held.add(kept);
  changed();
}

/**
 * This answer was written to its connection by hand, so that Node takes its request for an open
 * one.
 */
export function answered(response: ServerResponse): void {
  const { socket } = response.req;
  connections.get(nameOf(socket.remotePort, socket.localPort))?.open.delete(response);
  changed();
}

/** Whether nothing is on its way between the two ends, and this end only waits. */
export function isQuiet({
  port,
  serverPort,
  bytesRead,
  bytesWritten,
  isRef,
  isTls,
}: ClientSocket): boolean {
  const connection = connections.get(nameOf(port, serverPort));
  // Another process serves it, or this end is closed and the other doesn't know yet.
  if (connection === undefined) return !isRef;
  const { socket, isHttp, open } = connection;
  if (socket.writableEnded) return false;
  if (!isTls && (socket.bytesWritten !== bytesRead || socket.bytesRead !== bytesWritten))
    return false;
  // Answers come in order: behind the first one, the others wait for it.
  const [first] = open;
  return isHttp ? first === undefined || held.has(first) : held.has(socket);
}

/** Requests that are open, and not held: what a test that doesn't end waits for. */
export function openRequests(): readonly string[] {
  return [...connections].flatMap(([name, { open }]) =>
    [...open].map(
      (response) =>
        `${response.req.method} ${response.req.url} from port ${name}${held.has(response) ? ' (held)' : ''}`,
    ),
  );
}

function onConnection(message: unknown): void {
  const { socket } = message as { readonly socket: Socket };
  const { remotePort, localPort } = socket;
  if (remotePort === undefined) return;
  const name = nameOf(remotePort, localPort);
  const connection = { socket, isHttp: false, open: new Set<ServerResponse>() };
  connections.set(name, connection);
  socket.once('close', () => {
    if (connections.get(name) === connection) connections.delete(name);
    changed();
  });
}

function onRequest(message: unknown): void {
  const { request, response } = message as {
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
  };
  const connection = connections.get(nameOf(request.socket.remotePort, request.socket.localPort));
  if (connection === undefined) return;
  connection.isHttp = true;
  connection.open.add(response);
  response.once('close', () => {
    connection.open.delete(response);
    changed();
  });
  changed();
}
