import { answer, deployed, inTurn, lasting, prove, quick, type Row, under } from './row.ts';

// Rate limits, what is known about the token, and HTTP behavior that is not a fault at all.

const notDeployed = { status: 'failed', posts: 0 } as const;
const limited = (retryAfter: string) => answer(429, '{}', { 'retry-after': retryAfter });
const DAY_MS = 86_400_000;

prove([
  ...inTurn(
    ['1', 'Wed, 21 Oct 2015 07:28:00 GMT', 'soon', '-5', '1.5', ''].flatMap(
      (retryAfter): readonly Row[] => [
        {
          id: 'F27',
          fault: `429 for reads, Retry-After "${retryAfter}"`,
          scenario: under({ on: 'service.get', times: 3, do: limited(retryAfter) }),
          ...deployed,
        },
        {
          id: 'F27',
          fault: `429 for the deploy, Retry-After "${retryAfter}"`,
          scenario: under({ on: 'service.deploy', do: limited(retryAfter) }),
          ...deployed,
          posts: 2,
          accepted: 1,
        },
      ],
    ),
  ),
  ...inTurn(
    ['31536000', 'Fri, 31 Dec 2999 23:59:59 GMT'].flatMap((retryAfter): readonly Row[] => [
      {
        id: 'F27',
        fault: `429 for reads, Retry-After "${retryAfter}"`,
        scenario: under({ on: 'service.get', times: 'always', do: limited(retryAfter) }),
        ...notDeployed,
        exit: 8,
        code: 'rate-limited',
        says: /Outpost asks you to wait \d{6,} minutes/,
        atMost: 2,
      },
      {
        id: 'F27',
        fault: `429 for the deploy, Retry-After "${retryAfter}"`,
        scenario: under({ on: 'service.deploy', times: 'always', do: limited(retryAfter) }),
        exit: 8,
        status: 'failed',
        code: 'rate-limited',
        accepted: 0,
      },
    ]),
  ),
  {
    id: 'F27',
    fault: '429 beyond the deadline of the run',
    scenario: under({ on: 'service.get', times: 'always', do: limited('50') }),
    inputs: { timeout: '40s' },
    ...notDeployed,
    exit: 8,
    code: 'rate-limited',
    atMost: 2,
  },
  {
    id: 'F27',
    fault: '429 for polls, again and again',
    // Each 429 halves the pace, down to one look in 30 s. The sixth comes after 102 s.
    scenario: {
      ...lasting(150_000),
      faults: [{ on: 'service.get', skip: 1, times: 6, do: limited('3') }],
    },
    ...deployed,
    atMost: 14,
    says: /Cannot see the rollout right now: Outpost answered 429/,
  },
  {
    id: 'F57',
    fault: 'a token that has expired',
    scenario: quick,
    expiresInHours: -24,
    ...notDeployed,
    exit: 3,
    code: 'token-expired',
  },
  {
    id: 'F57',
    fault: 'a token that expires in an hour',
    scenario: quick,
    expiresInHours: 0.99,
    ...deployed,
    says: /The token expires in 59 minutes, on .* UTC\. Regenerate it/,
  },
  ...inTurn(
    [
      'null',
      '"0001-01-01T00:00:00Z"',
      '"soon"',
      '"2026-02-29"',
      '"12/11/2026"',
      '4102444800',
      '{"at":1}',
      '[]',
    ].map(
      (expires): Row => ({
        id: 'F57',
        fault: `expires_at is ${expires}`,
        scenario: under({
          on: 'token.list',
          times: 'always',
          do: answer(200, `[{"name":"rehearsal","scopes":["service"],"expires_at":${expires}}]`),
        }),
        ...deployed,
        silentOn: /expired|1970/,
      }),
    ),
  ),
  ...[600_000, -600_000].map(
    (clockOffsetMs): Row => ({
      id: 'F58',
      fault: `Outpost's clock differs by ${clockOffsetMs / 60_000} minutes`,
      scenario: { ...quick, clockOffsetMs },
      ...deployed,
      says: /clock is 10 minutes off from Outpost's/,
    }),
  ),
  {
    id: 'F58',
    fault: "a token that has expired by the local clock, but not by Outpost's",
    scenario: { ...quick, clockOffsetMs: -3 * DAY_MS },
    expiresInHours: -24,
    ...deployed,
  },
  ...inTurn(
    ([200, 201, 202, 204] as const).map(
      (status): Row => ({
        id: 'F59',
        fault: `${status} to the deploy`,
        scenario: { ...quick, deployAnswer: { status, body: 'none' } },
        ...deployed,
      }),
    ),
  ),
  ...inTurn(
    (['empty-object', 'text', 'ids', 'service'] as const).map(
      (body): Row => ({
        id: 'F59',
        fault: `a response to the deploy in the form ${body}`,
        scenario: { ...quick, deploymentInfo: true, deployAnswer: { body } },
        ...deployed,
      }),
    ),
  ),
  {
    id: 'F60',
    fault: 'every connection is closed after a poll',
    scenario: under({ on: 'service.get', skip: 1, times: 'always', do: { kind: 'close-idle' } }),
    ...deployed,
    atMost: 14,
  },
  ...inTurn(
    ([100, 103] as const).map(
      (status): Row => ({
        id: 'F61',
        fault: `${status} before every response`,
        scenario: under({ on: '*', times: 'always', do: { kind: 'early', status } }),
        ...deployed,
      }),
    ),
  ),
]);
