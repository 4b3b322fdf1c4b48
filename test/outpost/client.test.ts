import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Clock } from '../../src/lib/clock.ts';
import { Secret } from '../../src/lib/secret.ts';
import {
  createClient,
  type OutpostClient,
  type OutpostConnection,
} from '../../src/outpost/client.ts';
import { createHttp } from '../../src/outpost/http.ts';
import { isUndone } from '../../src/outpost/reply.ts';
import {
  aFakeClock,
  aForm,
  anAcceptance,
  aServer,
  atEnd,
  type FakeClock,
  knowErrorsOfNode,
  type Received,
  TOKEN,
  withStillTime,
} from '../support/build.ts';

beforeAll(knowErrorsOfNode);
withStillTime();

type Answer = (response: ServerResponse, request: Received, socket: Socket) => void;

const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(JSON.stringify(body));
const html: Answer = (response) => response.writeHead(200).end('<html>log in</html>');
const reset: Answer = (_, __, socket) => socket.resetAndDestroy();
const web = { namespace: 'acme', service: 'web' };
const running = json(200, { name: 'web', status: 'running' });

interface Scene {
  readonly client: OutpostClient;
  readonly clock: FakeClock;
  readonly received: readonly Received[];
}

/** A client of a server that gives these answers one after the other, and repeats the last one. */
async function aScene(
  answers: readonly Answer[],
  fields: Partial<OutpostConnection> = {},
): Promise<Scene> {
  const clock = aFakeClock();
  let count = 0;
  const { origin, received } = await aServer((...exchange) => {
    answers[Math.min(count++, answers.length - 1)]?.(...exchange);
  });
  const http = createHttp(new Secret(TOKEN), 'outpost-deploy-action/test');
  const deployPath = '/auth/v1/v1/services/{service}/deploy';
  const signal = new AbortController().signal;
  const client = createClient({
    origin,
    deployPath,
    form: aForm(),
    http,
    clock,
    signal,
    deadlineMs: 900_000,
    random: () => 0.5,
    ...fields,
  });
  atEnd(() => http.close());
  return { client, clock, received };
}

const deploy = ({ client }: Scene) => client.deploy({ ...web, branch: 'main' }, 'key-1');

describe('requests', () => {
  test.each<[string, (client: OutpostClient) => Promise<unknown>, string]>([
    ['one service', (client) => client.service(web), 'GET /acme/service/web'],
    ['all services', (client) => client.services('acme'), 'GET /acme/services?per_page=100&page=1'],
    [
      'the log',
      (client) => client.logs(web, Buffer.alloc(4 * 1_048_576)),
      'GET /acme/service/web/logs',
    ],
    [
      'a deploy',
      (client) => client.deploy({ ...web, branch: 'main' }, 'key-1'),
      'POST /auth/v1/v1/services/web/deploy',
    ],
  ])('%s', async (_, ask, line) => {
    const { client, received } = await aScene([json(404, {})]);
    await ask(client);
    expect(received.map(({ method, path }) => `${method} ${path}`)).toEqual([line]);
  });

  test('a deploy sends the documented body and the key of the run', async () => {
    const scene = await aScene([json(202, { id: 'dep_1' }, { 'x-request-id': 'req_1' })]);
    expect(await deploy(scene)).toMatchObject({
      kind: 'value',
      value: { deploymentId: 'dep_1' },
      requestId: 'req_1',
    });
    expect(scene.received).toMatchObject([
      { body: '{"branch":"main"}', headers: { 'idempotency-key': 'key-1' } },
    ]);
  });

  test('another deploy path can include the namespace', async () => {
    const scene = await aScene([json(202, {})], {
      deployPath: '/{namespace}/service/{service}/deploy',
    });
    await deploy(scene);
    expect(scene.received[0]?.path).toBe('/acme/service/web/deploy');
  });

  test("an answer includes the server's date and how long to pause", async () => {
    const headers = {
      date: 'Thu, 01 Jan 2026 00:10:00 GMT',
      'x-ratelimit-remaining': '2',
      'x-ratelimit-reset': '9',
    };
    const { client } = await aScene([json(200, { name: 'web' }, headers)]);
    expect(await client.service(web)).toMatchObject({
      kind: 'value',
      dateMs: Date.parse('2026-01-01T00:10:00Z'),
      pauseMs: 9_000,
    });
  });

  test.each<[string, Readonly<Record<string, string>>, boolean]>([
    ['less than a quarter', { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '14' }, true],
    ['a quarter', { 'ratelimit-limit': '60', 'ratelimit-remaining': '15' }, false],
    ['an unknown part', {}, false],
  ])(
    'an answer includes its status, and that %s of the limit is left',
    async (_, headers, isScarce) => {
      const { client } = await aScene([json(203, { name: 'web' }, headers)]);
      expect(await client.service(web)).toMatchObject({ kind: 'value', status: 203, isScarce });
    },
  );

  test('a refusal has its message, the wait, and a request id, if need be from the header', async () => {
    const body = { error: { code: 'rate_limited', message: 'slow down' } };
    const { client } = await aScene([
      json(429, body, { 'retry-after': '120', 'x-request-id': 'req_2' }),
    ]);
    expect(await client.logs(web, Buffer.alloc(4 * 1_048_576))).toEqual({
      kind: 'refused',
      status: 429,
      refusal: { message: 'slow down', code: 'rate_limited', requestId: 'req_2' },
      html: false,
      retryAfterMs: 120_000,
      location: undefined,
    });
  });
});

/** A status and the start of a body that never ends. */
const cut =
  (status: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response, _, socket) =>
    response
      .writeHead(status, { ...headers, 'content-length': '99' })
      .write('{"error":', () => socket.destroy());
/** A body larger than one mebibyte. */
const overlong =
  (status: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(JSON.stringify({ message: 'x'.repeat(1_048_577) }));

describe('the status of a failure counts, even if the body is unusable', () => {
  const headers = {
    'x-request-id': 'req_3',
    'retry-after': '90',
    location: '/login',
    'cf-mitigated': 'challenge',
    'cf-ray': 'ray-1',
  };
  const told = {
    refusal: { message: undefined, code: undefined, requestId: 'req_3' },
    html: false,
    retryAfterMs: 90_000,
    location: '/login',
    challenge: { ray: 'ray-1' },
  };
  const statuses = [301, 400, 401, 403, 404, 409, 422, 429, 500, 503];

  test.each(statuses)('a truncated %d', async (status) => {
    const { client } = await aScene([cut(status, headers)]);
    expect(await client.service(web, 1)).toEqual({ kind: 'refused', status, ...told });
  });

  test.each(statuses)('a %d that is too long', async (status) => {
    const { client } = await aScene([overlong(status, headers)]);
    expect(await client.service(web, 1)).toEqual({ kind: 'refused', status, ...told });
  });

  test.each<[string, Answer]>([
    ['was cut', cut(404)],
    ['is too long', overlong(404)],
  ])('so a 404 that %s is not retried', async (_, answer) => {
    const { client, received } = await aScene([answer]);
    expect(await client.service(web)).toMatchObject({ kind: 'refused', status: 404 });
    expect(received).toHaveLength(1);
  });

  test.each<[string, Answer, boolean]>([
    ['was cut', cut(200), false],
    ['is too long', overlong(200), true],
  ])('a success that %s has no usable value', async (_, answer, isOverCap) => {
    const { client } = await aScene([answer]);
    expect(await client.service(web, 1)).toMatchObject({ kind: 'cut', status: 200, isOverCap });
  });
});

test.each<[string, string | undefined, string | undefined]>([
  ['a path', '/login', '/login'],
  ['without its query, which can contain secrets', '/login?next=s3cret#s3cret', '/login'],
  ['another host', 'https://login.example/cb', 'https://login.example/cb'],
  ['another host without its scheme', '//login.example/cb', 'http://login.example/cb'],
  ['not a URL', 'http://', undefined],
  ['nowhere', undefined, undefined],
])('the target of a redirect: %s', async (_, location, read) => {
  const { client } = await aScene([json(302, {}, location === undefined ? {} : { location })]);
  expect(await client.service(web)).toMatchObject({ kind: 'refused', status: 302, location: read });
});

test('an edge challenge is not retried, because it is not an outage', async () => {
  const scene = await aScene([json(503, {}, { 'cf-mitigated': 'challenge' })]);
  expect(await scene.client.service(web)).toMatchObject({ kind: 'refused', status: 503 });
  expect(scene.received).toHaveLength(1);
});

describe('an edge challenge', () => {
  test.each<[string, Readonly<Record<string, string>>, object | undefined]>([
    ['with a ray id', { 'cf-mitigated': 'challenge', 'cf-ray': 'ray-1' }, { ray: 'ray-1' }],
    ['without one', { 'cf-mitigated': 'challenge' }, { ray: undefined }],
    ['needs more than a ray id, which every answer has', { 'cf-ray': 'ray-1' }, undefined],
  ])('%s', async (_, headers, challenge) => {
    for (const status of [403, 503]) {
      const { client } = await aScene([json(status, {}, headers)]);
      expect(await client.service(web, 1)).toMatchObject({ kind: 'refused', status, challenge });
    }
  });
});

describe('all services of a namespace', () => {
  const page = (number: number, total: number): Answer =>
    json(200, {
      data: [{ name: `s${number}`, status: 'running' }],
      pagination: { page: number, total_pages: total },
    });

  test('are read page by page', async () => {
    const { client, received } = await aScene([page(1, 3), page(2, 3), page(3, 3)]);
    expect(await client.services('acme')).toMatchObject({
      kind: 'value',
      value: { services: [{ name: 's1' }, { name: 's2' }, { name: 's3' }], requests: 3 },
    });
    expect(received.map(({ path }) => path.split('&')[1])).toEqual(['page=1', 'page=2', 'page=3']);
  });

  test('a refused page fails the whole read', async () => {
    const { client } = await aScene([page(1, 2), json(403, {})]);
    expect(await client.services('acme')).toMatchObject({ kind: 'refused', status: 403 });
  });
});

describe('a read is retried', () => {
  test.each<[string, readonly Answer[], readonly number[]]>([
    ['after a 503', [json(503, {}), running], [250]],
    [
      'with increasing waits',
      [json(503, {}), json(502, {}), json(500, {}), running],
      [250, 500, 1_000],
    ],
    [
      'after the time that Outpost asks for',
      [json(429, {}, { 'retry-after': '7' }), running],
      [7_000],
    ],
    ['once after an unexpected page', [html, running], [250]],
    [
      'after a truncated body',
      [
        (response, _, socket) =>
          response.writeHead(200, { 'content-length': '99' }).write('{', () => socket.destroy()),
        running,
      ],
      [250],
    ],
    ['at once if its connection broke at once', [reset, running], [0]],
  ])('%s', async (_, answers, slept) => {
    const { client, clock } = await aScene(answers);
    expect(await client.service(web)).toMatchObject({
      kind: 'value',
      value: { phase: 'running' },
    });
    expect(clock.slept).toEqual(slept);
  });

  test('after a kept connection went stale: at once, on a new one', async () => {
    const stale: Answer = (response, request, socket) =>
      (request.connection === 1 ? reset : running)(response, request, socket);
    const { client, clock, received } = await aScene([running, stale]);
    await client.service(web);
    expect(await client.service(web, 1)).toMatchObject({ kind: 'value' });
    expect([received.map(({ connection }) => connection), clock.slept]).toEqual([[1, 1, 2], [0]]);
  });

  test.each<[string, Answer, number]>([
    ['five times at most', json(503, {}), 5],
    ['never after a 404', json(404, {}), 1],
    ['never after a 401', json(401, {}), 1],
    ['twice at most if the answer is unexpected', html, 2],
  ])('%s', async (_, answer, times) => {
    const { client, received } = await aScene([answer]);
    expect(await client.service(web)).not.toMatchObject({ kind: 'value' });
    expect(received).toHaveLength(times);
  });

  test('at most thirty times per run without a success in between', async () => {
    const { client, received } = await aScene([json(503, {})]);
    for (let asked = 0; asked < 20; asked += 1) await client.service(web);
    expect(received).toHaveLength(20 + 30);
  });

  test('a success resets that budget', async () => {
    const outage = Array.from({ length: 35 }, () => json(503, {}));
    const { client, received } = await aScene([...outage, running, json(503, {})]);
    for (let asked = 0; asked < 8; asked += 1) await client.service(web);
    expect(received).toHaveLength(36);
    for (let asked = 0; asked < 20; asked += 1) await client.service(web);
    expect(received).toHaveLength(36 + 20 + 30);
  });

  test('not beyond the end of the run', async () => {
    const { client, received } = await aScene([json(429, {}, { 'retry-after': '50' })], {
      deadlineMs: 50_000,
    });
    expect(await client.service(web)).toMatchObject({ kind: 'refused', retryAfterMs: 50_000 });
    expect(received).toHaveLength(1);
  });
});

describe('a deploy is retried', () => {
  test('after a 429, because nothing was done', async () => {
    const scene = await aScene([json(429, {}, { 'retry-after': '3' }), json(202, {})]);
    expect(await deploy(scene)).toMatchObject({ kind: 'value' });
    expect(scene.received.map(({ headers }) => headers['idempotency-key'])).toEqual([
      'key-1',
      'key-1',
    ]);
    expect(scene.clock.slept).toEqual([3_000]);
  });

  test('four times at most', async () => {
    const scene = await aScene([json(429, {})]);
    expect(await deploy(scene)).toMatchObject({ kind: 'refused', status: 429 });
    expect(scene.received).toHaveLength(4);
  });

  test.each<[string, Answer, object]>([
    [
      'after a 500, because Outpost may have accepted it',
      json(500, {}),
      { kind: 'refused', status: 500 },
    ],
    ['after a 503', json(503, {}, { 'retry-after': '1' }), { kind: 'refused', status: 503 }],
    [
      'after a 409, because the caller waits for the other deploy',
      json(409, {}),
      { kind: 'refused', status: 409 },
    ],
    ['if its connection broke', reset, { kind: 'lost', atOnce: true }],
    [
      'if its answer is an HTML page, which proves nothing',
      html,
      { kind: 'misshapen', status: 200, html: true },
    ],
    [
      'after a redirect',
      json(307, {}, { location: '/elsewhere' }),
      { kind: 'refused', status: 307, location: '/elsewhere' },
    ],
    [
      'after an error in a success response',
      json(200, { error: { code: 'rate_limited', message: 'slow down' } }),
      { kind: 'refused', status: 200 },
    ],
    ['after a truncated 429', cut(429), { kind: 'refused', status: 429 }],
    [
      'if its answer was truncated',
      (response, _, socket) => response.writeHead(202).write('{', () => socket.destroy()),
      { kind: 'cut', status: 202 },
    ],
  ])('never %s', async (_, answer, reply) => {
    const scene = await aScene([answer]);
    expect(await deploy(scene)).toMatchObject(reply);
    expect([scene.received.length, scene.clock.slept]).toEqual([1, []]);
  });

  test('never, even if the connection broke without an answer', async () => {
    const scene = await aScene([running, reset]);
    await scene.client.service(web);
    expect(await deploy(scene)).toMatchObject({ kind: 'lost', atOnce: true });
    expect(scene.received.map(({ method, connection }) => `${method} ${connection}`)).toEqual([
      'GET 1',
      'POST 2',
    ]);
  });
});

test.each([202, 200, 201, 204])(
  'a deploy answered with %d and no body is accepted',
  async (status) => {
    const scene = await aScene([(response) => response.writeHead(status).end()]);
    expect(await deploy(scene)).toMatchObject({
      kind: 'value',
      value: anAcceptance(),
      status,
    });
  },
);

describe('a success response with an error is a refusal', () => {
  const header = { 'x-request-id': 'req_header' };

  test.each<[string, unknown, object]>([
    [
      'the documented form, with the request id from the body',
      { error: { code: 'invalid_branch', message: 'no such branch', request_id: 'req_body' } },
      { code: 'invalid_branch', message: 'no such branch', requestId: 'req_body' },
    ],
    [
      'text, with the request id from the header',
      { error: 'no such branch' },
      { code: undefined, message: 'no such branch', requestId: 'req_header' },
    ],
    [
      'success: false',
      { success: false, message: 'no such branch' },
      { code: undefined, message: 'no such branch', requestId: 'req_header' },
    ],
  ])('%s', async (_, body, refusal) => {
    for (const status of [200, 202]) {
      const reply = await deploy(await aScene([json(status, body, header)]));
      expect(reply).toEqual({
        kind: 'refused',
        status,
        refusal,
        html: false,
        retryAfterMs: undefined,
        location: undefined,
        challenge: undefined,
      });
      expect(reply.kind !== 'value' && isUndone(reply)).toBe(true);
    }
  });
});

test('a cancel ends the wait for the next try, with its reason', async () => {
  const controller = new AbortController();
  const reason = new Error('cancelled');
  const clock = aFakeClock();
  const cancelling: Clock = {
    ...clock,
    sleep: (ms, signal) => {
      controller.abort(reason);
      return clock.sleep(ms, signal);
    },
  };
  const { client, received } = await aScene([json(503, {})], {
    signal: controller.signal,
    clock: cancelling,
  });
  await expect(client.service(web)).rejects.toBe(reason);
  expect([received.length, clock.slept]).toEqual([1, []]);
});
