import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Certificate } from './certificate.ts';

/** A complete answer of the emulator, before the relay passes it on. */
export interface Whole {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Relay {
  readonly port: number;
  readonly paths: readonly string[];
  close(): Promise<void>;
}

/**
 * A server in front of an emulator that passes its answers on in another form, with TLS if there is
 * a certificate. It's for tests about the bytes of an answer, which a scenario (JSON) can't
 * express.
 */
export async function startRelay(
  origin: string,
  handOn: (
    whole: Whole,
    socket: Socket,
    response: ServerResponse,
    path: string,
  ) => void = handOnAsIs,
  certificate?: Certificate,
): Promise<Relay> {
  const paths: string[] = [];
  const sockets = new Set<Socket>();
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = incoming.url ?? '/';
    paths.push(path);
    handOn(await ask(origin, incoming), incoming.socket, response, path);
  };
  // A client may abandon a request. Then an error while serving it doesn't matter.
  const listener = (incoming: IncomingMessage, response: ServerResponse): void =>
    void serve(incoming, response).catch(() => response.destroy());
  const server =
    certificate === undefined
      ? createServer(listener)
      : createSecureServer({ ...certificate }, listener);
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    paths,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function handOnAsIs({ status, headers, body }: Whole, _: Socket, response: ServerResponse): void {
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.end(body);
}

async function ask(origin: string, incoming: IncomingMessage): Promise<Whole> {
  const sent = await bytesOf(incoming);
  const { method, url, headers } = incoming;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(
      new URL(url ?? '/', origin),
      {
        ...(method === undefined ? {} : { method }),
        // As any gateway does. The emulator refuses a port that isn't its own.
        headers: { ...headers, host: new URL(origin).host },
        agent: false,
      },
      resolve,
    );
    outgoing.on('error', reject);
    outgoing.end(sent);
  });
  const type = answer.headers['content-type'];
  return {
    status: answer.statusCode ?? 0,
    headers: type === undefined ? {} : { 'content-type': type },
    body: await bytesOf(answer),
  };
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
