import { type AddressInfo, createServer as createRawServer } from 'node:net';
import { createServer, setDefaultCACertificates } from 'node:tls';
import { beforeAll, expect, test } from '@jest/globals';
import { Secret } from '../../src/lib/secret.ts';
import type { Outcome } from '../../src/outpost/exchange.ts';
import { createHttp } from '../../src/outpost/http.ts';
import { createAuthority } from '../faults/certificate.ts';
import { atEnd, knowErrorsOfNode, TOKEN, withStillTime } from '../support/build.ts';

beforeAll(knowErrorsOfNode);
withStillTime();

function send(method: 'GET' | 'POST', port: number): Promise<Outcome> {
  const http = createHttp(new Secret(TOKEN), 'outpost-deploy-action/test');
  atEnd(() => http.close());
  const url = new URL(`https://localhost:${port}/deploy`);
  return http.send(
    { method, url, maxBytes: 1_000, deadlineMs: 5_000 },
    new AbortController().signal,
  );
}

test('a call that arrived before TLS broke is lost, not unsent', async () => {
  const authority = createAuthority();
  setDefaultCACertificates([authority.cert]);
  const identity = authority.issue({
    host: 'localhost',
    notAfter: new Date(Date.now() + 86_400_000),
  });
  let arrived = '';
  // With TLS 1.2, an unencrypted record in a connection causes an error with the same name as an
  // answer without any TLS.
  const server = createServer({ ...identity, maxVersion: 'TLSv1.2' });
  const raw = createRawServer((socket) => {
    server.emit('connection', socket);
    server.once('secureConnection', (secure) =>
      secure.on('data', (data: Buffer) => {
        arrived += data.toString();
        socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
      }),
    );
  });
  raw.listen(0, 'localhost');
  await new Promise((resolve) => raw.once('listening', resolve));
  atEnd(() => raw.close());
  const outcome = await send('POST', (raw.address() as AddressInfo).port);
  expect(arrived).toMatch(/^POST \/deploy HTTP/);
  expect(outcome).toMatchObject({ kind: 'lost' });
});

test('says that the server does not speak TLS', async () => {
  const server = createRawServer((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  );
  server.listen(0, 'localhost');
  await new Promise((resolve) => server.once('listening', resolve));
  atEnd(() => server.close());
  expect(await send('GET', (server.address() as AddressInfo).port)).toEqual({
    kind: 'unsent',
    reason: 'the server does not speak TLS on this port (check the port)',
    passing: false,
  });
});
