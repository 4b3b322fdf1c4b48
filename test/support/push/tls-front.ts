import { type Server as HttpServer, request } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Certificate } from '../../faults/certificate.ts';

/** A TLS address in front of an emulator. */
export interface TlsFront {
  readonly origin: string;
  /** Where incoming connections are forwarded to. Set it before the first connection. */
  target: string;
  close(): Promise<unknown>;
}

/** Part of the first message of a client that offers HTTP/2. git offers it; Node doesn't. */
const OFFERS_HTTP2 = Buffer.from('\u0002h2');

/**
 * Presents one certificate to Node and another to git, so that a test can make either of them the
 * only one that distrusts the server.
 */
export async function startTlsFront(forNode: Certificate, forGit: Certificate): Promise<TlsFront> {
  const front = { target: '' };
  const sockets = new Set<Socket>();
  const serverOf = (certificate: Certificate): HttpServer =>
    createSecureServer({ ...certificate, ALPNProtocols: ['http/1.1'] }, (incoming, response) => {
      const { method, url, headers } = incoming;
      const onward = request(new URL(url ?? '/', front.target), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      incoming.pipe(onward);
    });
  const [node, git] = [serverOf(forNode), serverOf(forGit)];
  const door = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', (hello: Buffer) => {
      socket.pause();
      socket.unshift(hello);
      (hello.includes(OFFERS_HTTP2) ? git : node).emit('connection', socket);
    });
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  return Object.assign(front, {
    origin: `https://localhost:${(door.address() as AddressInfo).port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => door.close(resolve));
    },
  });
}
