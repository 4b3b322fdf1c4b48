import { beforeAll, describe, expect, test } from '@jest/globals';
import { Secret } from '../../src/lib/secret.ts';
import type { Exchange, Http, Outcome } from '../../src/outpost/exchange.ts';
import { createHttp } from '../../src/outpost/http.ts';
import { aServer, atEnd, knowErrorsOfNode, TOKEN, withStillTime } from '../support/build.ts';

beforeAll(knowErrorsOfNode);
withStillTime();

const noSignal = new AbortController().signal;

function anHttp(token = TOKEN): Http {
  const http = createHttp(new Secret(token), 'outpost-deploy-action/test');
  atEnd(() => http.close());
  return http;
}

function send(
  http: Http,
  origin: URL,
  fields: Partial<Exchange> = {},
  signal = noSignal,
): Promise<Outcome> {
  return http.send(
    {
      method: 'GET',
      url: new URL('/acme/service/web', origin),
      maxBytes: 1_000,
      deadlineMs: 5_000,
      ...fields,
    },
    signal,
  );
}

describe('what is sent', () => {
  test('each read sends the token, asks for uncompressed JSON, and identifies itself', async () => {
    const { origin, received } = await aServer((response) => response.end('{}'));
    await send(anHttp(), origin);
    expect(received).toMatchObject([
      {
        method: 'GET',
        path: '/acme/service/web',
        body: '',
        headers: {
          authorization: `Bearer ${TOKEN}`,
          accept: 'application/json',
          'accept-encoding': 'identity',
          'user-agent': 'outpost-deploy-action/test',
        },
      },
    ]);
    expect(received[0]?.headers).not.toHaveProperty('content-type');
  });

  test('a deploy sends its body with type and length, and its own headers', async () => {
    const { origin, received } = await aServer((response) => response.end());
    await send(anHttp(), origin, {
      method: 'POST',
      body: '{"branch":"größe"}',
      headers: { 'idempotency-key': 'k1' },
    });
    expect(received).toMatchObject([
      {
        method: 'POST',
        body: '{"branch":"größe"}',
        headers: {
          'content-type': 'application/json',
          'content-length': '20',
          'idempotency-key': 'k1',
          authorization: `Bearer ${TOKEN}`,
        },
      },
    ]);
  });
});

describe('what is received', () => {
  test.each([200, 202, 204, 400, 401, 404, 429, 500, 503])(
    '%d is an answer, with its headers',
    async (status) => {
      const { origin } = await aServer((response) =>
        response.writeHead(status, { 'x-request-id': 'req_1' }).end(status === 204 ? '' : 'body'),
      );
      expect(await send(anHttp(), origin)).toMatchObject({
        kind: 'answer',
        status,
        headers: { 'x-request-id': 'req_1' },
        body: Buffer.from(status === 204 ? '' : 'body'),
      });
    },
  );

  test('a character split across two chunks is joined', async () => {
    const { origin } = await aServer((response) => {
      const bytes = Buffer.from('größe');
      response.write(bytes.subarray(0, 3));
      setImmediate(() => response.end(bytes.subarray(3)));
    });
    expect(await send(anHttp(), origin)).toMatchObject({
      kind: 'answer',
      body: Buffer.from('größe'),
    });
  });

  test('a body of exactly the limit is an answer', async () => {
    const { origin } = await aServer((response) => response.end('x'.repeat(1_000)));
    expect(await send(anHttp(), origin)).toMatchObject({
      kind: 'answer',
      body: Buffer.alloc(1_000, 'x'),
    });
  });
});

describe('a redirect is an answer like any other', () => {
  test.each([301, 302, 303, 307, 308])(
    '%d: the token never goes where it points, not even to another port of the same host',
    async (status) => {
      const other = await aServer((response) => response.end('{}'));
      const { origin, received } = await aServer((response) =>
        response.writeHead(status, { location: `${other.origin.href}login` }).end(),
      );
      const http = anHttp();
      for (const exchange of [{}, { method: 'POST' as const, body: '{}' }]) {
        expect(await send(http, origin, exchange)).toMatchObject({
          kind: 'answer',
          status,
          headers: { location: `${other.origin.href}login` },
        });
      }
      expect(received).toHaveLength(2);
      expect(other.received).toEqual([]);
    },
  );
});

describe('connections', () => {
  test('consecutive reads share one connection', async () => {
    const { origin, received } = await aServer((response) => response.end('{}'));
    const http = anHttp();
    for (let sent = 0; sent < 3; sent += 1) await send(http, origin);
    expect(received.map(({ connection }) => connection)).toEqual([1, 1, 1]);
  });

  test('a deploy opens a new one, because a dead one would lose its answer', async () => {
    const { origin, received } = await aServer((response) => response.end('{}'));
    const http = anHttp();
    await send(http, origin);
    await send(http, origin, { method: 'POST', body: '{}' });
    await send(http, origin);
    expect(received.map((request) => request.connection)).toEqual([1, 2, 2]);
  });

  test('a connection whose answer was not fully read is not reused', async () => {
    const { origin, received } = await aServer((response, { path }) =>
      response.end(path === '/long' ? 'x'.repeat(100_000) : '{}'),
    );
    const http = anHttp();
    expect(await send(http, origin, { url: new URL('/long', origin) })).toMatchObject({
      kind: 'cut',
    });
    expect(await send(http, origin)).toMatchObject({ kind: 'answer', body: Buffer.from('{}') });
    expect(received.map(({ connection }) => connection)).toEqual([1, 2]);
  });
});
