import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that should never hear of the token: it keeps all that it is told. */
export interface Stranger {
  readonly origin: string;
  /** Each request as text: its first line and its headers as they came. */
  readonly heard: readonly string[];
  close(): Promise<unknown>;
}

/** Starts a server on another port, which answers everything as if nothing were amiss. */
export async function startStranger(): Promise<Stranger> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}\n${request.rawHeaders.join('\n')}`);
    request.resume();
    response.writeHead(401, { 'www-authenticate': 'Basic realm="Outpost"' }).end();
  });
  // What a proxy is asked for https.
  server.on('connect', (request, socket) => {
    heard.push(`CONNECT ${request.url}\n${request.rawHeaders.join('\n')}`);
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${portOf(server)}`, heard, close: () => closed(server) };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function closed(server: Server): Promise<unknown> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}
