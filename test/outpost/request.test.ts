import { describe, expect, test } from '@jest/globals';
import { failureOf } from '../../src/outpost/errors.ts';
import { type ErrorReply, isHtml, isUndone, refusedInSuccess } from '../../src/outpost/reply.ts';

type Refused = Extract<ErrorReply, { kind: 'refused' }>;

function refused(status: number, fields: Partial<Refused> = {}): ErrorReply {
  return {
    kind: 'refused',
    status,
    refusal: { message: undefined, code: undefined, requestId: undefined },
    html: false,
    retryAfterMs: undefined,
    location: undefined,
    challenge: undefined,
    ...fields,
  };
}

const unsent: ErrorReply = { kind: 'unsent', reason: 'no connection', passing: true };
const challenge = { ray: 'ray-1' };

describe('a change that was certainly not made', () => {
  test.each<[string, ErrorReply]>([
    ['it was never sent', unsent],
    ...[400, 401, 403, 404, 405, 409, 422, 425, 429, 499].map((status): [string, ErrorReply] => [
      `${status}`,
      refused(status),
    ]),
    ['307: Outpost wants the same request elsewhere', refused(307)],
    ['308', refused(308)],
    ['300', refused(300)],
    ['304', refused(304)],
    ['an error in a success response', refused(200)],
    ['403 with a challenge: it did not reach Outpost', refused(403, { challenge })],
    ['503 with a challenge', refused(503, { challenge })],
    ['302 with a challenge', refused(302, { challenge })],
  ])('%s', (_, reply) => {
    expect(isUndone(reply)).toBe(true);
  });
});

describe('a change that may have been made', () => {
  test.each<[string, ErrorReply]>([
    ['no answer arrived', { kind: 'lost', reason: 'no answer', atOnce: true }],
    [
      'the response was cut off',
      { kind: 'cut', status: 200, headers: {}, reason: 'cut', isOverCap: false },
    ],
    [
      'an HTML page, which proves nothing',
      { kind: 'misshapen', status: 200, html: true, keys: [], requestId: undefined },
    ],
    ['301: some servers redirect after making the change', refused(301)],
    ['302', refused(302)],
    ['303', refused(303)],
    ['408', refused(408)],
    ...[500, 501, 502, 503, 504, 520, 599].map((status): [string, ErrorReply] => [
      `${status}`,
      refused(status),
    ]),
    [
      'a refusal, after an earlier attempt with an unknown outcome',
      { ...refused(409), doubtful: true },
    ],
    ['no connection, after an earlier attempt', { ...unsent, doubtful: true }],
    ['a challenge, after an earlier attempt', { ...refused(403, { challenge }), doubtful: true }],
  ])('%s', (_, reply) => {
    expect(isUndone(reply)).toBe(false);
  });
});

test('an error in a success response keeps only the status and the message', () => {
  const refusal = { message: 'no such branch', code: 'invalid_branch', requestId: 'req_1' };
  const reply = refusedInSuccess(202, refusal);
  expect(reply).toEqual(refused(202, { refusal }));
  expect(failureOf(reply, { attempted: 'Deploying acme/web' })).toMatchObject({
    code: 'refused',
    happened: 'Outpost answered 202: "no such branch" (invalid_branch)',
    requestId: 'req_1',
  });
});

test.each([
  ['<html>', true],
  ['\n <!doctype html>', true],
  ['<?xml version="1.0"?>', true],
  ['{"a":"<html>"}', false],
  ['limit < 10', false],
  ['', false],
])('%j is a page: %s', (text, isPage) => {
  expect(isHtml(text)).toBe(isPage);
});
