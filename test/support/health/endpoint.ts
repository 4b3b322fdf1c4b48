import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hold } from '../virtual-time/connections.ts';

/** A request as a service's endpoint received it. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** The public address of a service, served on this machine. */
export interface Endpoint {
  /** Without a trailing slash. */
  readonly url: string;
  readonly asked: readonly Asked[];
}

/**
 * Answers the request with this number, counted from 1. It may break the socket, or use `hang` to
 * leave the request open.
 */
export type Answer = (response: ServerResponse, path: string, number: number) => void;

/**
 * Runs a test with its own endpoint. A hook can't close it, since the tests of a file run side by
 * side.
 */
export async function withEndpoint<Result>(
  answer: Answer,
  use: (endpoint: Endpoint) => Promise<Result>,
): Promise<Result> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    // A client that hangs up in the middle of a large body is not the server's fault.
    response.on('error', () => undefined);
    asked.push({ path: request.url ?? '', headers: request.headers });
    answer(response, request.url ?? '', asked.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Answers with a status and a short text. */
export function text(response: ServerResponse, status: number, body = 'ok'): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(body);
}

/** Gives no answer, on purpose. Time goes on meanwhile. */
export const hang: Answer = (response) => hold(response);
