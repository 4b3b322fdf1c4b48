import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that should never receive the token. It records every request. */
export interface Stranger {
  readonly origin: string;
  /** Each request as text: its request line and its headers, as received. */
  readonly heard: readonly string[];
  close(): Promise<unknown>;
}

/** Starts a server on another port that answers everything as if all were well. */
export async function startStranger(): Promise<Stranger> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}\n${request.rawHeaders.join('\n')}`);
    request.resume();
    response.writeHead(401, { 'www-authenticate': 'Basic realm="Outpost"' }).end();
  });
  // The request that a proxy gets for https.
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
