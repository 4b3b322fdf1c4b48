import { createServer, type Socket } from 'node:net';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/failure.ts';
import type { Exchange, Http, Outcome } from '../../src/outpost/exchange.ts';
import { createHttp } from '../../src/outpost/http.ts';
import { Secret } from '../../src/secret.ts';
import { aServer, atEnd, knowErrorsOfNode, TOKEN } from '../support/build.ts';

beforeAll(knowErrorsOfNode);

const noSignal = new AbortController().signal;

function anHttp(): Http {
  const http = createHttp(new Secret(TOKEN), 'outpost-deploy-action/test');
  atEnd(() => http.close());
  return http;
}

function send(origin: URL, fields: Partial<Exchange> = {}, { signal = noSignal, http = anHttp() } = {}): Promise<Outcome> {
  return http.send({ method: 'GET', url: new URL('/acme/service/web', origin), maxBytes: 1_000, deadlineMs: 5_000, ...fields }, signal);
}

/** A label of a name has at most 63 characters: no name server is asked for this one. */
const impossibleHost = new URL(`http://${'x'.repeat(64)}.example`);

/** Tells when a server's socket is closed, which a test does not do by itself before its end. */
function aWatch(): { readonly closed: Promise<string>; watch(socket: Socket): void } {
  let tell: (how: string) => void = () => undefined;
  const closed = new Promise<string>((resolve) => {
    tell = resolve;
  });
  return { closed, watch: (socket) => void socket.on('close', () => tell('closed')) };
}

/** An address of this machine on which nobody listens. */
async function nowhere(): Promise<URL> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
}

describe('nothing was sent', () => {
  test('a refused connection', async () => {
    expect(await send(await nowhere())).toEqual({ kind: 'unsent', reason: 'the connection was refused', passing: true });
  });

  test('a host name that there cannot be', async () => {
    expect(await send(impossibleHost)).toEqual({ kind: 'unsent', reason: 'the host name cannot be resolved', passing: true });
  });
});

describe.each(['GET', 'POST'] as const)('%s was sent, and no answer came', (method) => {
  const body = method === 'POST' ? { body: '{}' } : {};

  test('the connection is reset before the answer', async () => {
    const { origin } = await aServer((_, __, socket) => socket.resetAndDestroy());
    expect(await send(origin, { method, ...body })).toEqual({ kind: 'lost', reason: 'the connection broke (ECONNRESET)', atOnce: true });
  });

  test('the connection is closed before the answer', async () => {
    const { origin } = await aServer((_, __, socket) => socket.end());
    expect(await send(origin, { method, ...body })).toEqual({ kind: 'lost', reason: 'the connection broke (ECONNRESET)', atOnce: true });
  });

  test('the server hangs until the deadline', async () => {
    const { origin } = await aServer(() => undefined);
    expect(await send(origin, { method, ...body, deadlineMs: 50 })).toEqual({
      kind: 'lost',
      reason: expect.stringContaining('no complete answer within'),
      atOnce: false,
    });
  });

  test('what comes is no HTTP', async () => {
    const { origin } = await aServer((_, __, socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    expect(await send(origin, { method, ...body })).toMatchObject({ kind: 'lost', reason: expect.stringContaining('HPE_'), atOnce: false });
  });

  test('headers without end', async () => {
    const { origin } = await aServer((_, __, socket) => socket.end(`HTTP/1.1 200 OK\r\nx-long: ${'x'.repeat(100_000)}\r\n\r\n`));
    expect(await send(origin, { method, ...body })).toMatchObject({ kind: 'lost', reason: "the answer's headers are too large" });
  });
});

describe('an answer without its end: its status is known, its body is not used', () => {
  test('cut in the middle, with a content-length', async () => {
    const { origin } = await aServer((response, _, socket) => {
      response.writeHead(200, { 'content-length': '100', 'x-request-id': 'req_1' });
      response.write('{"name":"web"}', () => socket.destroy());
    });
    expect(await send(origin)).toMatchObject({
      kind: 'cut',
      status: 200,
      headers: { 'x-request-id': 'req_1' },
      reason: expect.stringContaining('the answer was cut'),
    });
  });

  test('cut in the middle, chunked', async () => {
    const { origin } = await aServer((response, _, socket) => {
      response.writeHead(202);
      response.write('{"name":"web"}', () => socket.destroy());
    });
    expect(await send(origin)).toMatchObject({ kind: 'cut', status: 202, reason: expect.stringContaining('the answer was cut') });
  });

  test('a hang in the middle, until the deadline', async () => {
    const { origin } = await aServer((response) => response.writeHead(200).write('{'));
    expect(await send(origin, { deadlineMs: 50 })).toMatchObject({
      kind: 'cut',
      status: 200,
      reason: expect.stringContaining('no complete answer within'),
    });
  });

  test('a drip that never ends is no life sign: the deadline is for the whole answer, and closes its connection', async () => {
    const { closed, watch } = aWatch();
    const { origin } = await aServer((response, _, socket) => {
      watch(socket);
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 5);
      socket.on('close', () => clearInterval(drip));
    });
    expect(await send(origin, { deadlineMs: 60 })).toMatchObject({ kind: 'cut', status: 200 });
    await expect(closed).resolves.toBe('closed');
  });

  test.each([
    ['with a content-length', { 'content-length': '1001' }],
    ['chunked', {}],
  ])('a body over the cap, %s', async (_, headers) => {
    const { origin } = await aServer((response) => response.writeHead(200, headers).end('x'.repeat(1_001)));
    expect(await send(origin)).toMatchObject({ kind: 'cut', status: 200, reason: 'its body is over 1000 bytes' });
  });

  test('a body without end is left at the cap', async () => {
    const { closed, watch } = aWatch();
    const { origin } = await aServer((response, _, socket) => {
      watch(socket);
      const pour = (): void => {
        while (!socket.destroyed && response.write('x'.repeat(10_000)));
        if (!socket.destroyed) response.once('drain', pour);
      };
      pour();
    });
    expect(await send(origin)).toMatchObject({ kind: 'cut', reason: 'its body is over 1000 bytes' });
    await expect(closed).resolves.toBe('closed');
  });
});

describe('an answer that is taken piece by piece', () => {
  test('the time of whoever takes it does not count', async () => {
    const { origin } = await aServer((response) => response.end('x'.repeat(900)));
    const taken: string[] = [];
    const take = async (text: string): Promise<void> => {
      taken.push(text);
      await new Promise((resolve) => setTimeout(resolve, 600));
    };
    const warnings: string[] = [];
    const onWarning = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', onWarning);
    expect(await send(origin, { deadlineMs: 500, take })).toMatchObject({ kind: 'answer', status: 200, body: '' });
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
    expect(taken.join('')).toBe('x'.repeat(900));
  });

  test('after the deadline nothing more of it is taken', async () => {
    const { origin } = await aServer((response) => {
      response.write('one');
      const later = setInterval(() => response.write('more'), 20);
      response.on('close', () => clearInterval(later));
    });
    const taken: string[] = [];
    expect(await send(origin, { deadlineMs: 300, take: async (text) => void taken.push(text) })).toMatchObject({ kind: 'cut' });
    const { length } = taken;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(taken).toHaveLength(length);
  });

  test('what is no success is not taken: it is the answer', async () => {
    const { origin } = await aServer((response) => response.writeHead(404).end('no'));
    const taken: string[] = [];
    expect(await send(origin, { take: async (text) => void taken.push(text) })).toMatchObject({ kind: 'answer', status: 404, body: 'no' });
    expect(taken).toEqual([]);
  });
});

describe('a cancel', () => {
  const cancelled = new Failure({ code: 'interrupted', attempted: 'Running', happened: 'the job was cancelled', hint: 'Look.' });

  test.each([
    ['before the answer', () => undefined],
    [
      'in the middle of the answer',
      (response: { writeHead(status: number): { write(text: string): unknown } }) => void response.writeHead(200).write('{'),
    ],
  ])('%s ends the request at once, with its reason', async (_, answer) => {
    const controller = new AbortController();
    const { origin } = await aServer((response) => {
      answer(response);
      setTimeout(() => controller.abort(cancelled), 20);
    });
    // Its own deadline lies beyond the end of this test.
    await expect(send(origin, { deadlineMs: 60_000 }, { signal: controller.signal })).rejects.toBe(cancelled);
  });

  test('after a cancel nothing is sent', async () => {
    const { origin, received } = await aServer((response) => response.end());
    await expect(send(origin, { method: 'POST', body: '{}' }, { signal: AbortSignal.abort(cancelled) })).rejects.toBe(cancelled);
    expect(received).toEqual([]);
  });
});

test('no outcome holds the token', async () => {
  const { origin } = await aServer((_, { headers }, socket) => socket.end(`${headers.authorization}\r\n\r\n`));
  const outcomes = [await send(origin), await send(await nowhere()), await send(new URL(`http://user:${TOKEN}@outpost.invalid`))];
  expect(JSON.stringify(outcomes)).not.toContain(TOKEN.slice(7, 17));
});
