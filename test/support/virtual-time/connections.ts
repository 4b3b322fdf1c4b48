import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The test's end of a connection, identified by the ports at both ends. One port isn't enough,
 * since two connections to different servers may share it.
 */
interface Connection {
  readonly socket: Socket;
  /** Its server speaks HTTP, so we know when the server is working on an answer. */
  isHttp: boolean;
  /** Answers that aren't complete yet. */
  readonly open: Set<ServerResponse>;
}

/** What a process reports about its end of a connection. */
export interface ClientSocket {
  readonly port: number;
  readonly serverPort: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Whether it keeps the process running. An idle connection in a pool doesn't. */
  readonly isRef: boolean;
  /** If true, one end counts encrypted bytes and the other end plain ones. */
  readonly isTls: boolean;
}

const connections = new Map<string, Connection>();
const held = new WeakSet<object>();
const listeners = new Set<() => void>();

/** Identifies a connection by its client's port and its server's port. */
export function nameOf(port: number | undefined, serverPort: number | undefined): string {
  return `${port} to ${serverPort}`;
}

/**
 * Calls `onChange` whenever a server of this process receives or completes a request, or loses a
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
    // Diagnostics channels belong to the process, which runs many test files. This module is loaded
    // again for each of them.
    if (listeners.size > 0) return;
    unsubscribe('net.server.socket', onConnection);
    unsubscribe('http.server.request.start', onRequest);
  };
}

const changed = (): void => {
  for (const listener of listeners) listener();
};

/**
 * From now on, time may pass even though this answer is incomplete or this connection is silent.
 */
export function hold(kept: ServerResponse | Socket): void {
  held.add(kept);
  changed();
}

/**
 * Call it for an answer that was written to the socket directly. Node would still count its request
 * as open.
 */
export function answered(response: ServerResponse): void {
  const { socket } = response.req;
  connections.get(nameOf(socket.remotePort, socket.localPort))?.open.delete(response);
  changed();
}

/** Whether nothing is in transit between the two ends and this end only waits. */
export function isQuiet({
  port,
  serverPort,
  bytesRead,
  bytesWritten,
  isRef,
  isTls,
}: ClientSocket): boolean {
  const connection = connections.get(nameOf(port, serverPort));
  // Another process serves it, or this end is closed and the other end doesn't know yet.
  if (connection === undefined) return !isRef;
  const { socket, isHttp, open } = connection;
  if (socket.writableEnded) return false;
  if (!isTls && (socket.bytesWritten !== bytesRead || socket.bytesRead !== bytesWritten))
    return false;
  // Answers are sent in order, so the others wait behind the first one.
  const [first] = open;
  return isHttp ? first === undefined || held.has(first) : held.has(socket);
}

/** Open requests, for the error about a test that doesn't end. */
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
