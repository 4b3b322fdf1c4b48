import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/lib/failure.ts';
import { Secret } from '../../src/lib/secret.ts';
import type { Exchange, Http, Outcome } from '../../src/outpost/exchange.ts';
import { createHttp } from '../../src/outpost/http.ts';
import {
  aServer,
  atEnd,
  knowErrorsOfNode,
  nextTurn,
  TOKEN,
  until,
  withStillTime,
} from '../support/build.ts';

beforeAll(knowErrorsOfNode);

const time = withStillTime();

const noSignal = new AbortController().signal;

function anHttp(): Http {
  const http = createHttp(new Secret(TOKEN), 'outpost-deploy-action/test');
  atEnd(() => http.close());
  return http;
}

function send(
  origin: URL,
  fields: Partial<Exchange> = {},
  { signal = noSignal, http = anHttp() } = {},
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

/** Starts `send`, and tells whether it has ended yet. */
function begin(
  origin: URL,
  fields: Partial<Exchange>,
): { readonly outcome: Promise<Outcome>; isOver(): boolean } {
  let isOver = false;
  const outcome = send(origin, fields).finally(() => {
    isOver = true;
  });
  return { outcome, isOver: () => isOver };
}

/** Resolves with the answer to the next request, once the client under test has its headers. */
function nextAnswer(): Promise<IncomingMessage> {
  return new Promise((resolve) => {
    const onAnswer = (message: unknown): void => {
      unsubscribe('http.client.response.finish', onAnswer);
      // Lets the client continue first.
      setImmediate(() => resolve((message as { readonly response: IncomingMessage }).response));
    };
    subscribe('http.client.response.finish', onAnswer);
  });
}

/** Lets the server send something, and waits until the client has received it. */
async function hear({ socket }: IncomingMessage, say: () => void): Promise<void> {
  const before = socket.bytesRead;
  say();
  await until(() => socket.bytesRead > before);
  await nextTurn();
}

/** A label has at most 63 characters, so no name server is asked for this one. */
const impossibleHost = new URL(`http://${'x'.repeat(64)}.example`);

/** Resolves when a server's socket is closed. The test itself doesn't close it before its end. */
function aWatch(): { readonly closed: Promise<string>; watch(socket: Socket): void } {
  let tell: (how: string) => void = () => undefined;
  const closed = new Promise<string>((resolve) => {
    tell = resolve;
  });
  return { closed, watch: (socket) => void socket.on('close', () => tell('closed')) };
}

/**
 * The port of a service that nobody runs any more. A port that was free a moment ago may be in use
 * by another test.
 */
const nowhere = new URL('http://127.0.0.1:9');

describe('nothing was sent', () => {
  test('a refused connection', async () => {
    expect(await send(nowhere)).toEqual({
      kind: 'unsent',
      reason: 'the connection was refused',
      passing: true,
    });
  });

  test('an impossible host name', async () => {
    expect(await send(impossibleHost)).toEqual({
      kind: 'unsent',
      reason: 'the host name cannot be resolved',
      passing: true,
    });
  });
});

describe.each(['GET', 'POST'] as const)('%s was sent, but no answer arrived', (method) => {
  const body = method === 'POST' ? { body: '{}' } : {};

  test('the connection is reset before the answer', async () => {
    const { origin } = await aServer((_, __, socket) => socket.resetAndDestroy());
    expect(await send(origin, { method, ...body })).toEqual({
      kind: 'lost',
      reason: 'the connection broke (ECONNRESET)',
      atOnce: true,
    });
  });

  test('the connection is closed before the answer', async () => {
    const { origin } = await aServer((_, __, socket) => socket.end());
    expect(await send(origin, { method, ...body })).toEqual({
      kind: 'lost',
      reason: 'the connection broke (ECONNRESET)',
      atOnce: true,
    });
  });

  test('the server hangs until the deadline', async () => {
    const { origin, received } = await aServer(() => undefined);
    const { outcome, isOver } = begin(origin, { method, ...body, deadlineMs: 50_000 });
    await until(() => received.length === 1);
    time.advance(49_999);
    await nextTurn();
    expect(isOver()).toBe(false);
    time.advance(1);
    expect(await outcome).toEqual({
      kind: 'lost',
      reason: 'no complete response within 50 s',
      atOnce: false,
    });
  });

  test('the answer is not HTTP', async () => {
    const { origin } = await aServer((_, __, socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    expect(await send(origin, { method, ...body })).toMatchObject({
      kind: 'lost',
      reason: expect.stringContaining('HPE_'),
      atOnce: false,
    });
  });

  test('endless headers', async () => {
    const { origin } = await aServer((_, __, socket) =>
      socket.end(`HTTP/1.1 200 OK\r\nx-long: ${'x'.repeat(100_000)}\r\n\r\n`),
    );
    expect(await send(origin, { method, ...body })).toMatchObject({
      kind: 'lost',
      reason: 'the response headers are too large',
    });
  });
});

describe('an incomplete answer: its status is known, but its body is not used', () => {
  test('cut in the middle, with a content-length', async () => {
    const { origin } = await aServer((response, _, socket) => {
      response.writeHead(200, { 'content-length': '100', 'x-request-id': 'req_1' });
      response.write('{"name":"web"}', () => socket.destroy());
    });
    expect(await send(origin)).toMatchObject({
      kind: 'cut',
      status: 200,
      headers: { 'x-request-id': 'req_1' },
      reason: expect.stringContaining('the response was cut off'),
    });
  });

  test('cut in the middle, chunked', async () => {
    const { origin } = await aServer((response, _, socket) => {
      response.writeHead(202);
      response.write('{"name":"web"}', () => socket.destroy());
    });
    expect(await send(origin)).toMatchObject({
      kind: 'cut',
      status: 202,
      reason: expect.stringContaining('the response was cut off'),
    });
  });

  test('hangs in the middle until the deadline', async () => {
    const { origin } = await aServer((response) => response.writeHead(200).write('{'));
    const answer = nextAnswer();
    const { outcome, isOver } = begin(origin, { deadlineMs: 50_000 });
    await answer;
    time.advance(49_999);
    await nextTurn();
    expect(isOver()).toBe(false);
    time.advance(1);
    expect(await outcome).toMatchObject({
      kind: 'cut',
      status: 200,
      reason: 'no complete response within 50 s',
    });
  });

  test('the deadline also ends a slow endless body and closes its connection', async () => {
    const { closed, watch } = aWatch();
    let drip = (): void => undefined;
    const { origin } = await aServer((response, _, socket) => {
      watch(socket);
      response.writeHead(200).write(' ');
      drip = () => void response.write(' ');
    });
    const begun = nextAnswer();
    const { outcome, isOver } = begin(origin, { deadlineMs: 60_000 });
    const answer = await begun;
    for (let second = 1; second < 60; second += 1) {
      await hear(answer, drip);
      time.advance(1_000);
    }
    await hear(answer, drip);
    expect(isOver()).toBe(false);
    time.advance(1_000);
    expect(await outcome).toMatchObject({ kind: 'cut', status: 200 });
    await expect(closed).resolves.toBe('closed');
  });

  test.each([
    ['with a content-length', { 'content-length': '1001' }],
    ['chunked', {}],
  ])('a body over the limit, %s', async (_, headers) => {
    const { origin } = await aServer((response) =>
      response.writeHead(200, headers).end('x'.repeat(1_001)),
    );
    expect(await send(origin)).toMatchObject({
      kind: 'cut',
      status: 200,
      reason: 'the response is larger than 1000 bytes',
    });
  });

  test('an endless body is dropped at the limit', async () => {
    const { closed, watch } = aWatch();
    const { origin } = await aServer((response, _, socket) => {
      watch(socket);
      const pour = (): void => {
        while (!socket.destroyed && response.write('x'.repeat(10_000)));
        if (!socket.destroyed) response.once('drain', pour);
      };
      pour();
    });
    expect(await send(origin)).toMatchObject({
      kind: 'cut',
      reason: 'the response is larger than 1000 bytes',
    });
    await expect(closed).resolves.toBe('closed');
  });
});

describe('an answer that may be partial', () => {
  test('a body over the limit is cut there, and its connection is closed', async () => {
    const { closed, watch } = aWatch();
    const { origin } = await aServer((response, _, socket) => {
      watch(socket);
      response.write(`${'x'.repeat(999)}é${'y'.repeat(100)}`);
    });
    expect(await send(origin, { into: Buffer.alloc(1_000) })).toMatchObject({
      kind: 'answer',
      status: 200,
      body: Buffer.concat([Buffer.alloc(999, 'x'), Buffer.from('é').subarray(0, 1)]),
      isCut: true,
    });
    await expect(closed).resolves.toBe('closed');
  });

  test('a body of exactly the limit is complete', async () => {
    const { origin } = await aServer((response) => response.end('x'.repeat(1_000)));
    const outcome = await send(origin, { into: Buffer.alloc(1_000) });
    expect(outcome).toMatchObject({ kind: 'answer', body: Buffer.alloc(1_000, 'x') });
    expect(outcome).not.toHaveProperty('isCut');
  });
});

describe('a cancel', () => {
  const cancelled = new Failure({
    code: 'interrupted',
    attempted: 'Running',
    happened: 'the job was cancelled',
    hint: 'Look.',
  });

  test.each([
    ['before the answer', false],
    ['in the middle of the answer', true],
  ])('%s ends the request at once, with its reason', async (_, answers) => {
    const controller = new AbortController();
    const { origin, received } = await aServer((response) => {
      if (answers) response.writeHead(200).write('{');
    });
    const answer = nextAnswer();
    // Time stands still, so the request's own deadline never comes.
    const outcome = send(origin, {}, { signal: controller.signal });
    await (answers ? answer : until(() => received.length === 1));
    controller.abort(cancelled);
    await expect(outcome).rejects.toBe(cancelled);
  });

  test('nothing is sent after a cancel', async () => {
    const { origin, received } = await aServer((response) => response.end());
    await expect(
      send(origin, { method: 'POST', body: '{}' }, { signal: AbortSignal.abort(cancelled) }),
    ).rejects.toBe(cancelled);
    expect(received).toEqual([]);
  });
});

test('no outcome contains the token', async () => {
  const { origin } = await aServer((_, { headers }, socket) =>
    socket.end(`${headers.authorization}\r\n\r\n`),
  );
  const outcomes = [
    await send(origin),
    await send(nowhere),
    await send(new URL(`http://user:${TOKEN}@outpost.invalid`)),
  ];
  expect(JSON.stringify(outcomes)).not.toContain(TOKEN.slice(7, 17));
});
