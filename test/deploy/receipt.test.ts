import { describe, expect, test } from '@jest/globals';
import {
  attach,
  type Call,
  logReceipt,
  type Receipt,
  toReceipt,
  wasTaken,
} from '../../src/deploy/receipt.ts';
import type { Run } from '../../src/deploy/run.ts';
import { Failure, type FailureCode } from '../../src/lib/failure.ts';
import type { Acceptance, Deployment } from '../../src/outpost/model.ts';
import type { ErrorReply, Reply } from '../../src/outpost/reply.ts';
import { aDeployment, anAcceptance, aReceipt, aService } from '../support/build.ts';

type Refused = Extract<ErrorReply, { kind: 'refused' }>;

const planned = aReceipt().deploy;
const call: Call = { sentMs: 1, sentWallMs: 2, answeredWallMs: 3, earlyLook: undefined };
const receiptOf = (reply: Reply<Acceptance> | Failure) => toReceipt(planned, reply, call);
const nothingTold = anAcceptance();

function answered(fields: Partial<Acceptance>): Reply<Acceptance> {
  return {
    kind: 'value',
    status: 202,
    value: anAcceptance(fields),
    requestId: 'req_2',
    dateMs: 0,
    pauseMs: 0,
    isScarce: false,
  };
}

function refused(status: number, fields: Partial<Refused> = {}): Refused {
  return {
    kind: 'refused',
    status,
    refusal: { message: undefined, code: undefined, requestId: 'req_2' },
    html: false,
    retryAfterMs: undefined,
    location: undefined,
    challenge: undefined,
    ...fields,
  };
}

function cut(status: number): ErrorReply {
  return { kind: 'cut', status, headers: {}, reason: 'the response was cut off', isOverCap: false };
}

const misshapen: ErrorReply = {
  kind: 'misshapen',
  status: 200,
  html: true,
  keys: [],
  requestId: 'req_2',
};

test.each<[string, Reply<Acceptance>]>([
  ['accepted', answered({})],
  ['refused', refused(400)],
  ['unconfirmed', misshapen],
])(
  'the receipt of an answer that is %s keeps the deploy, the times, and the early look',
  (_, reply) => {
    const looked = { ...call, earlyLook: { atMs: 2, seen: aService({ phase: 'rolling' }) } };
    expect(toReceipt(planned, reply, looked)).toMatchObject({ deploy: planned, ...looked });
    expect(toReceipt(planned, reply, call).earlyLook).toBeUndefined();
  },
);

test('an answer from Outpost is accepted, with its details', () => {
  const told = { deploymentId: 'dep_1', endpoint: 'https://web.example' };
  expect(receiptOf(answered(told))).toMatchObject({
    requestId: 'req_2',
    answer: { kind: 'accepted', acceptance: anAcceptance(told), attached: false },
  });
});

test.each([200, 299])('a truncated %i answer is accepted, without details', (status) => {
  expect(receiptOf(cut(status))).toMatchObject({
    requestId: undefined,
    answer: { kind: 'accepted', acceptance: nothingTold, attached: false },
  });
});

describe('an answer that names the service', () => {
  test.each<[string, Partial<Acceptance>]>([
    ['not at all', {}],
    ['by both names', { namespace: 'acme', service: 'web' }],
    ['only by its namespace', { namespace: 'acme' }],
    ['by its own name alone', { service: 'web' }],
    ['in one string', { service: 'acme/web' }],
    ['in one string, next to a namespace', { namespace: 'team-1', service: 'acme/web' }],
    ['in another case', { namespace: 'ACME', service: 'Web' }],
    ['in one string, in another case', { service: 'Acme/WEB' }],
  ])('%s: it is ours', (_, told) => {
    expect(receiptOf(answered(told)).answer).toMatchObject({ kind: 'accepted' });
  });

  test('the workflow can write our service in upper case', () => {
    const target = { namespace: 'Acme', service: 'Web', branch: 'main', stage: 1 };
    const reply = answered({ namespace: 'acme', service: 'web' });
    expect(toReceipt({ ...planned, target }, reply, call).answer.kind).toBe('accepted');
  });

  test.each<[string, Partial<Acceptance>, string]>([
    ['of another namespace', { namespace: 'ada' }, 'ada/web'],
    ['of another namespace, with our name', { namespace: 'ada', service: 'web' }, 'ada/web'],
    ['of another name', { service: 'api' }, 'acme/api'],
    ['of another name, in our namespace', { namespace: 'acme', service: 'web-2' }, 'acme/web-2'],
    ['in one string', { service: 'ada/web' }, 'ada/web'],
    ['in one string, next to our namespace', { namespace: 'acme', service: 'ada/web' }, 'ada/web'],
  ])('as a different one, %s: rejected, and the failure names it', (_, told, name) => {
    expect(receiptOf(answered({ ...told, deploymentId: 'dep_1' }))).toMatchObject({
      requestId: 'req_2',
      answer: {
        kind: 'refused',
        failure: {
          code: 'wrong-service',
          attempted: 'Deploying acme/web',
          happened: `Outpost answered that it is deploying ${name}, which is a different service`,
          hint: expect.stringMatching(
            /may be rolling out now.*`acme`.*`deploy-path`.*\{namespace\}/,
          ),
          requestId: 'req_2',
        },
      },
    });
  });

  const anywhere = { namespace: undefined, service: 'web', branch: 'main', stage: 1 };

  test.each<[string, Partial<Acceptance>]>([
    ['by its own name alone', { service: 'Web' }],
    ['with a namespace', { namespace: 'ada', service: 'web' }],
    ['in one string', { service: 'ada/web' }],
  ])('without a namespace, any namespace is ours: %s', (_, told) => {
    const { answer } = toReceipt({ ...planned, target: anywhere }, answered(told), call);
    expect(answer.kind).toBe('accepted');
  });

  test('without a namespace, a different name is a different service', () => {
    const reply = answered({ namespace: 'ada', service: 'api' });
    expect(toReceipt({ ...planned, target: anywhere }, reply, call).answer).toMatchObject({
      failure: {
        happened: 'Outpost answered that it is deploying ada/api, which is a different service',
        hint: expect.stringContaining('whose namespace is `the right one`'),
      },
    });
  });

  test('a wrong service takes precedence over how the deploy ended', () => {
    expect(receiptOf(answered({ namespace: 'ada', failedWord: 'failed' })).answer).toMatchObject({
      failure: { code: 'wrong-service' },
    });
  });
});

describe('a deployment that has failed already', () => {
  const earlier = [aDeployment({ id: 'dep_0', phase: 'failed' }), aDeployment({ id: 'dep_9' })];
  const baseline = aService({ deployments: earlier });
  const answerOf = (told: Partial<Acceptance>) =>
    toReceipt({ ...planned, baseline }, answered(told), call).answer;

  test.each<[string, Partial<Acceptance>, string]>([
    [
      'of a known id',
      { deploymentId: 'dep_1', failedWord: 'FAILED' },
      'the deployment dep_1 is already FAILED',
    ],
    ['of no known id', { failedWord: 'error' }, 'the deployment is already error'],
  ])('%s is a failed rollout', (_, told, happened) => {
    expect(answerOf(told)).toMatchObject({
      kind: 'refused',
      failure: {
        code: 'rollout-failed',
        attempted: 'Deploying acme/web',
        happened: expect.stringContaining(happened),
        hint: expect.stringContaining('fix the cause'),
        requestId: 'req_2',
      },
    });
  });

  test('is ignored if it was there before the call', () => {
    expect(answerOf({ deploymentId: 'dep_0', failedWord: 'failed' }).kind).toBe('accepted');
  });
});

describe('a call that may have been accepted is unconfirmed', () => {
  test.each<[string, ErrorReply, string | undefined, string]>([
    ['lost', { kind: 'lost', reason: 'no answer', atOnce: false }, undefined, 'no answer'],
    ['not JSON', misshapen, 'req_2', 'the 200 response is an HTML page'],
    ['301', refused(301), 'req_2', 'Outpost answered 301'],
    ['302', refused(302, { location: '/acme/web' }), 'req_2', 'Outpost answered 302'],
    ['303', refused(303), 'req_2', 'Outpost answered 303'],
    ['408', refused(408), 'req_2', 'Outpost answered 408'],
    ['500', refused(500), 'req_2', 'Outpost answered 500'],
    ['503', refused(503), 'req_2', 'Outpost answered 503'],
    [
      '409 after an attempt with an unknown outcome',
      { ...refused(409), doubtful: true },
      'req_2',
      'Outpost answered 409',
    ],
  ])('%s', (_, reply, requestId, reason) => {
    expect(receiptOf(reply)).toMatchObject({
      requestId,
      answer: { kind: 'unconfirmed', reason: expect.stringContaining(reason) },
    });
  });
});

describe('a call that was not accepted is refused', () => {
  test.each<[string, ErrorReply, FailureCode]>([
    ['never sent', { kind: 'unsent', reason: 'no connection', passing: true }, 'unavailable'],
    ['300', refused(300), 'redirected'],
    ['307', refused(307), 'redirected'],
    ['308', refused(308), 'redirected'],
    ['an error in a success', refused(200), 'refused'],
    ['400', refused(400), 'refused'],
    ['401', refused(401), 'token-rejected'],
    ['404', refused(404), 'not-found'],
    ['409', refused(409), 'conflict'],
    ['499', refused(499), 'refused'],
    ['429', refused(429), 'rate-limited'],
    ['403 from the edge', refused(403, { challenge: { ray: 'ray-1' } }), 'forbidden'],
    ['503 from the edge', refused(503, { challenge: { ray: 'ray-1' } }), 'forbidden'],
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

  test('an error in a success response is quoted', () => {
    const refusal = { message: 'no such branch', code: 'invalid_branch', requestId: 'req_2' };
    expect(receiptOf(refused(200, { refusal }))).toMatchObject({
      requestId: 'req_2',
      answer: {
        failure: { happened: 'Outpost answered 200: "no such branch" (invalid_branch)' },
      },
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

describe('a deploy that an earlier attempt started is followed as accepted', () => {
  test.each<[string, readonly Deployment[], string | undefined]>([
    ['with the id of the live deployment', [aDeployment(), aDeployment({ id: 'dep_0' })], 'dep_1'],
    ['without an id if none is shown', [], undefined],
  ])('%s', (_, deployments, deploymentId) => {
    const baseline = aService({ deployments, endpoint: 'https://web.example' });
    expect(
      attach(planned, { sentMs: 1, sentWallMs: 2 }, { atMs: 3, seen: baseline }, baseline),
    ).toEqual({
      deploy: planned,
      sentMs: 1,
      sentWallMs: 2,
      answeredWallMs: 2,
      requestId: undefined,
      earlyLook: { atMs: 3, seen: baseline },
      answer: {
        kind: 'accepted',
        acceptance: anAcceptance({ deploymentId, endpoint: 'https://web.example' }),
        attached: true,
      },
    });
  });
});

describe('what is logged about a call', () => {
  const failure = new Failure({
    code: 'refused',
    attempted: '-',
    happened: 'it said no',
    hint: '-',
  });
  const accepted = { kind: 'accepted', acceptance: anAcceptance(), attached: false } as const;
  const unconfirmed = { kind: 'unconfirmed', reason: 'no answer' } as const;

  function said(fields: Partial<Receipt>, signal = new AbortController().signal): string[] {
    const lines: string[] = [];
    const host = { say: (line: string) => void lines.push(line) };
    const receipt = aReceipt(fields);
    expect(logReceipt(receipt, { host, signal } as unknown as Run)).toBe(receipt);
    return lines;
  }

  test.each<[string, Partial<Receipt>, string]>([
    ['accepted', { answer: accepted }, 'acme/web: deploy of branch main accepted (request req_1).'],
    [
      'accepted, without a request id',
      { answer: accepted, requestId: undefined },
      'acme/web: deploy of branch main accepted.',
    ],
    [
      'attached',
      { answer: { ...accepted, attached: true } },
      "acme/web: that rollout deployed this run's commit: an earlier attempt started it, so no new call is sent.",
    ],
    [
      'unconfirmed',
      { answer: unconfirmed },
      'acme/web: the deploy call got no clear answer: no answer (request req_1). Checking the service; the call is not sent again.',
    ],
    ['refused', { answer: { kind: 'refused', failure } }, 'acme/web: it said no (request req_1).'],
  ])('%s', (_, fields, line) => {
    expect(said(fields)).toEqual([line]);
  });

  test('after a cancel, there is no look and nothing is logged', () => {
    expect(said({ answer: unconfirmed }, AbortSignal.abort())).toEqual([]);
  });
});

test.each<[FailureCode, boolean]>([
  ['wrong-service', true],
  ['rollout-failed', true],
  ['not-found', false],
  ['unavailable', false],
])('of a call that ended in %s, Outpost took it: %s', (code, isTaken) => {
  const failure = new Failure({ code, attempted: '-', happened: '-', hint: '-' });
  expect(wasTaken(aReceipt({ answer: { kind: 'refused', failure } }))).toBe(isTaken);
});

test('an accepted call was taken, and one without a clear answer may have been', () => {
  const answers: readonly Receipt['answer'][] = [
    { kind: 'unconfirmed', reason: 'no answer' },
    { kind: 'accepted', acceptance: anAcceptance(), attached: false },
  ];
  expect(answers.map((answer) => wasTaken(aReceipt({ answer })))).toEqual([true, true]);
});

test('a redirect of the call says which input to set', () => {
  const { answer } = receiptOf({ ...refused(307), location: '/deploy/' } as ErrorReply);
  expect(answer).toMatchObject({
    failure: { hint: expect.stringContaining('set the input `deploy-path` to it') },
  });
});
