import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Secret } from '../../src/lib/secret.ts';
import type { Outcome } from '../../src/outpost/exchange.ts';
import { createHttp } from '../../src/outpost/http.ts';
import { atEnd, knowErrorsOfNode, TOKEN, withStillTime } from '../support/build.ts';
import { needs } from '../support/gitlab/needs.ts';

beforeAll(knowErrorsOfNode);
withStillTime();

async function listen(server: Server): Promise<URL> {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

function deploy(url: URL): Promise<Outcome> {
  const http = createHttp(new Secret(TOKEN), 'outpost-deploy-action/test');
  atEnd(() => http.close());
  return http.send(
    { method: 'POST', url, body: '{}', maxBytes: 1_000, deadlineMs: 5_000 },
    new AbortController().signal,
  );
}

const withOpenssl = needs('openssl');

describe('an unsafe connection is not used', () => {
  withOpenssl(
    'a self-signed certificate: nothing was sent, and a retry does not help',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'certificate-'));
      atEnd(() => rmSync(directory, { recursive: true }));
      const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
      const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:P-256',
          '-nodes',
          '-days',
          '1',
          ...subject,
          '-keyout',
          key,
          '-out',
          cert,
        ],
        {
          stdio: 'ignore',
        },
      );
      let requests = 0;
      const server = createSecureServer(
        { key: readFileSync(key), cert: readFileSync(cert) },
        (_, response) => {
          requests += 1;
          response.end();
        },
      );
      atEnd(() => server.close());
      expect(await deploy(await listen(server))).toEqual({
        kind: 'unsent',
        reason: 'its TLS certificate is self-signed',
        passing: false,
      });
      expect(requests).toBe(0);
    },
  );

  test('an interrupted handshake: nothing was sent, and a retry may help', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.end()));
    atEnd(() => server.close());
    expect(await deploy(await listen(server))).toEqual({
      kind: 'unsent',
      reason: 'the connection closed during the TLS handshake',
      passing: true,
    });
  });
});
