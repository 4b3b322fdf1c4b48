import { describe, expect, test } from '@jest/globals';
import { attach, toReceipt } from '../../src/deploy/receipt.ts';
import { Failure, type FailureCode } from '../../src/lib/failure.ts';
import type { Acceptance } from '../../src/outpost/model.ts';
import type { ErrorReply, Reply } from '../../src/outpost/request.ts';
import { aReceipt, aService } from '../support/build.ts';

const planned = aReceipt().deploy;
const times = { sentMs: 1, sentWallMs: 2, answeredWallMs: 3 };
const receiptOf = (reply: Reply<Acceptance> | Failure) => toReceipt(planned, reply, times);

function refused(status: number): ErrorReply {
  return {
    kind: 'refused',
    status,
    refusal: { message: undefined, code: undefined, requestId: 'req_2' },
    html: false,
    retryAfterMs: undefined,
    location: undefined,
  };
}

function cut(status: number): ErrorReply {
  return { kind: 'cut', status, headers: {}, reason: 'the answer was cut', isOverCap: false };
}

const misshapen: ErrorReply = { kind: 'misshapen', status: 200, html: true, requestId: 'req_2' };

test('keeps the deploy and the times', () => {
  expect(receiptOf(refused(400))).toMatchObject({ deploy: planned, ...times });
});

test('an answer that Outpost gave is accepted, with what it tells', () => {
  const value = { deploymentId: 'dep_1', endpoint: 'https://web.example' };
  const reply = { kind: 'value', value, requestId: 'req_2', dateMs: 0, pauseMs: 0 } as const;
  expect(receiptOf(reply)).toMatchObject({
    requestId: 'req_2',
    answer: { kind: 'accepted', acceptance: value, attached: false },
  });
});

test.each([200, 299])('a cut answer %i is accepted, and tells nothing more', (status) => {
  expect(receiptOf(cut(status))).toMatchObject({
    requestId: undefined,
    answer: {
      kind: 'accepted',
      acceptance: { deploymentId: undefined, endpoint: undefined },
      attached: false,
    },
  });
});

describe('what may have been accepted is unconfirmed', () => {
  test.each<[string, ErrorReply, string | undefined, string]>([
    ['lost', { kind: 'lost', reason: 'no answer', atOnce: false }, undefined, 'no answer'],
    ['no JSON', misshapen, 'req_2', 'the answer 200 is an HTML page'],
    ['408', refused(408), 'req_2', 'Outpost answered 408'],
    ['500', refused(500), 'req_2', 'Outpost answered 500'],
    ['503', refused(503), 'req_2', 'Outpost answered 503'],
    ['cut 199', cut(199), undefined, 'the answer was cut'],
    ['cut 300', cut(300), undefined, 'the answer was cut'],
    ['cut 399', cut(399), undefined, 'the answer was cut'],
    ['cut 408', cut(408), undefined, 'the answer was cut'],
    ['cut 500', cut(500), undefined, 'the answer was cut'],
  ])('%s', (_, reply, requestId, reason) => {
    expect(receiptOf(reply)).toMatchObject({
      requestId,
      answer: { kind: 'unconfirmed', reason: expect.stringContaining(reason) },
    });
  });
});

describe('what was not accepted is refused', () => {
  test.each<[string, ErrorReply, FailureCode]>([
    ['never sent', { kind: 'unsent', reason: 'no connection', passing: true }, 'unavailable'],
    ['302', refused(302), 'redirected'],
    ['401', refused(401), 'token-rejected'],
    ['404', refused(404), 'not-found'],
    ['409', refused(409), 'conflict'],
    ['499', refused(499), 'refused'],
    ['cut 400', cut(400), 'unavailable'],
    ['cut 499', cut(499), 'unavailable'],
  ])('%s', (_, reply, code) => {
    const { answer } = receiptOf(reply);
    expect(answer).toMatchObject({
      kind: 'refused',
      failure: { code, attempted: 'Deploying acme/web' },
    });
  });

  test('a failed call says that nothing was deployed', () => {
    expect(receiptOf({ kind: 'unsent', reason: 'no connection', passing: true })).toMatchObject({
      answer: { failure: { hint: expect.stringMatching(/^It was not deployed\./) } },
    });
  });

  test('a call that was not found says where to look', () => {
    expect(receiptOf(refused(404))).toMatchObject({
      requestId: 'req_2',
      answer: { failure: { hint: expect.stringContaining('`deploy-path` and `origin`') } },
    });
  });

  test('a run that ended before the call', () => {
    const failure = new Failure({ code: 'timed-out', attempted: '-', happened: '-', hint: '-' });
    expect(receiptOf(failure)).toMatchObject({
      requestId: undefined,
      answer: { kind: 'refused', failure },
    });
  });
});

test('a deploy that is under way already is followed as accepted', () => {
  const baseline = aService({ deploymentId: 'dep_1', endpoint: 'https://web.example' });
  expect(attach({ ...planned, baseline }, { sentMs: 1, sentWallMs: 2 })).toEqual({
    deploy: { ...planned, baseline },
    sentMs: 1,
    sentWallMs: 2,
    answeredWallMs: 2,
    requestId: undefined,
    answer: {
      kind: 'accepted',
      acceptance: { deploymentId: 'dep_1', endpoint: 'https://web.example' },
      attached: true,
    },
  });
});
