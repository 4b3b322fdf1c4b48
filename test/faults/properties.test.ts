import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findLeaks } from '../../simulators/runner/leaks.ts';
import { Failure } from '../../src/lib/failure.ts';
import { Secret } from '../../src/lib/secret.ts';
import { createClient, type OutpostClient } from '../../src/outpost/client.ts';
import { failureOf } from '../../src/outpost/errors.ts';
import { createHttp } from '../../src/outpost/http.ts';
import { linesIn } from '../../src/outpost/log-lines.ts';
import type { Reply } from '../../src/outpost/reply.ts';
import {
  aFakeClock,
  aForm,
  aServer,
  atEnd,
  knowErrorsOfNode,
  TOKEN,
  withStillTime,
} from '../support/build.ts';

// Through real sockets and all of src/outpost: whatever bytes arrive, the result is a Reply, and
// what a run would report about it is a Failure.

beforeAll(knowErrorsOfNode);
withStillTime();

type Respond = (response: ServerResponse, socket: Socket) => void;

/** A client of a server that answers as told. */
async function aClient(): Promise<{
  readonly client: OutpostClient;
  answerWith(respond: Respond): void;
}> {
  let respond: Respond = (response) => response.end();
  const { origin } = await aServer((response, _, socket) => respond(response, socket));
  const clock = aFakeClock();
  const http = createHttp(new Secret(TOKEN), 'outpost-deploy-action/test');
  atEnd(() => http.close());
  const client = createClient({
    origin,
    deployPath: '/auth/v1/v1/services/{service}/deploy',
    form: aForm(),
    http,
    clock,
    signal: new AbortController().signal,
    deadlineMs: 60_000,
    random: () => 0.5,
  });
  return {
    client,
    answerWith: (next) => {
      respond = next;
    },
  };
}

const web = { namespace: 'acme', service: 'web' };
const questions: readonly ((client: OutpostClient) => Promise<Reply<unknown>>)[] = [
  (client) => client.service(web),
  (client) => client.services('acme'),
  (client) => client.logs(web, Buffer.alloc(4 * 1_048_576)),
  (client) => client.deploy({ ...web, branch: 'main' }, 'key'),
];

const jsonBytes = fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text));
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
  jsonBytes,
  fc
    .tuple(jsonBytes, fc.uint8Array({ maxLength: 8 }))
    .map(([json, tail]) => Buffer.concat([json, tail])),
);
const statuses = fc.oneof(
  fc.constantFrom(200, 201, 204, 301, 400, 401, 403, 404, 409, 422, 429, 500, 503),
  fc.integer({ min: 200, max: 599 }),
);
const headers = fc.dictionary(
  fc.constantFrom(
    'content-type',
    'retry-after',
    'x-ratelimit-remaining',
    'x-ratelimit-reset',
    'x-request-id',
    'location',
    'content-encoding',
    'date',
  ),
  fc.oneof(
    fc.constantFrom(
      'application/json',
      'gzip',
      '0',
      '-1',
      '99999999999999999999',
      'NaN',
      'Fri, 31 Dec 2999 23:59:59 GMT',
      '//evil.example',
    ),
    fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
      maxLength: 40,
    }),
  ),
);

function expectAnswerable(reply: Reply<unknown>): void {
  expect(['value', 'refused', 'misshapen', 'lost', 'cut', 'unsent']).toContain(reply.kind);
  if (reply.kind === 'value') return;
  const failure = failureOf(reply, { attempted: 'Asking', notFound: 'Look.' });
  expect(failure).toBeInstanceOf(Failure);
  expect(failure.message).not.toBe('');
  expect(findLeaks(`${failure.message}\n${failure.hint}`, TOKEN)).toEqual([]);
}

test('any status, headers, and bytes give a Reply, and nothing throws', async () => {
  const { client, answerWith } = await aClient();
  await fc.assert(
    fc.asyncProperty(statuses, headers, bytes, async (status, fields, body) => {
      answerWith((response) => {
        response.writeHead(status, fields);
        response.end(body);
      });
      for (const ask of questions) expectAnswerable(await ask(client));
    }),
    { numRuns: 60 },
  );
});

test('any bytes instead of HTTP, or after the start of a response, give a Reply', async () => {
  const { client, answerWith } = await aClient();
  const begins = fc.constantFrom(
    '',
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
  );
  await fc.assert(
    fc.asyncProperty(begins, bytes, async (begin, rest) => {
      answerWith((_, socket) => socket.end(Buffer.concat([Buffer.from(begin), rest])));
      for (const ask of questions) expectAnswerable(await ask(client));
    }),
    { numRuns: 30 },
  );
});

const logTexts = fc.array(
  fc.string({
    unit: fc.oneof(
      fc.constantFrom('é', '✓', '😀', '\r', ' ', '\u2028'),
      fc.string({ minLength: 1, maxLength: 1 }),
    ),
    maxLength: 20,
  }),
  {
    minLength: 1,
    maxLength: 12,
  },
);

test('a log gives the same lines no matter how its bytes are split into chunks', async () => {
  const { client, answerWith } = await aClient();
  const lines = async (respond: Respond): Promise<unknown> => {
    answerWith(respond);
    const reply = await client.logs(web, Buffer.alloc(4 * 1_048_576));
    return reply.kind === 'value' ? [...linesIn(reply.value.lines)] : reply;
  };
  await fc.assert(
    fc.asyncProperty(
      logTexts,
      fc.boolean(),
      fc.boolean(),
      fc.array(fc.nat(400), { maxLength: 8 }),
      async (texts, asJson, framed, cuts) => {
        const body = Buffer.from(asJson ? JSON.stringify({ data: texts }) : texts.join('\n'));
        const whole = await lines((response) => response.end(body));
        const borders = [...cuts.map((cut) => cut % (body.length + 1)), 0, body.length].sort(
          (left, right) => left - right,
        );
        const chunks = borders.slice(1).map((end, index) => body.subarray(borders[index], end));
        const inChunks = await lines((response) => {
          if (framed) response.writeHead(200, { 'content-length': body.length });
          sendEach(response, chunks);
        });
        expect(inChunks).toEqual(whole);
        expect(Array.isArray(whole)).toBe(true);
      },
    ),
    { numRuns: 150 },
  );
});

/** One chunk at a time, each in its own packet. */
function sendEach(response: ServerResponse, [first, ...rest]: readonly Buffer[]): void {
  if (first === undefined) return void response.end();
  response.write(first, () => setImmediate(sendEach, response, rest));
}
