import { describe, expect, test } from '@jest/globals';
import type { FailureCode } from '../../src/lib/failure.ts';
import { describeReply, failureOf } from '../../src/outpost/errors.ts';

type ErrorReply = Parameters<typeof failureOf>[0];
type Refused = Extract<ErrorReply, { kind: 'refused' }>;

function refused(
  status: number,
  fields: Partial<Omit<Refused, 'refusal'>> & { message?: string; code?: string } = {},
): Refused {
  const { message, code, ...rest } = fields;
  return {
    kind: 'refused',
    status,
    refusal: { message, code, requestId: 'req_7' },
    html: false,
    retryAfterMs: undefined,
    location: undefined,
    challenge: undefined,
    ...rest,
  };
}

const failure = (reply: ErrorReply) =>
  failureOf(reply, { attempted: 'Reading acme/web', notFound: 'Check the name.' });

describe('what an answer means', () => {
  test.each<[string, Refused, FailureCode, RegExp]>([
    [
      '401',
      refused(401),
      'token-rejected',
      /revoked, expired or mistyped\. If a rotation replaced it .* run the job again\. Otherwise regenerate it/,
    ],
    [
      '401 that says expired',
      refused(401, { message: 'Token EXPIRED' }),
      'token-expired',
      /has expired\. Regenerate it/,
    ],
    [
      '401 with a code that says expired',
      refused(401, { code: 'token_expired' }),
      'token-expired',
      /has expired/,
    ],
    [
      '403',
      refused(403),
      'forbidden',
      /role Maintainer or above, and a token with the scope `service`/,
    ],
    [
      '403 that names a scope',
      refused(403, { message: 'missing scope' }),
      'token-scope-missing',
      /is missing a scope.*scope `service`/,
    ],
    [
      '403 as an HTML page',
      refused(403, { html: true }),
      'forbidden',
      /comes from a firewall or proxy in front of Outpost/,
    ],
    ...[403, 503, 429].map((status): [string, Refused, FailureCode, RegExp] => [
      `${status} with a challenge: the edge blocks this runner, and Outpost is not down`,
      refused(status, { html: true, challenge: { ray: '8f1e2d3c4b5a6978-FRA' } }),
      'forbidden',
      /blocks this runner \(a Cloudflare challenge, ray 8f1e2d3c4b5a6978-FRA\)\..*use another runner/,
    ]),
    [
      '403 with a challenge without a ray id',
      refused(403, { challenge: { ray: undefined } }),
      'forbidden',
      /blocks this runner \(a Cloudflare challenge\)/,
    ],
    [
      '401 is still about the token, even with a challenge',
      refused(401, { challenge: { ray: undefined } }),
      'token-rejected',
      /revoked, expired or mistyped/,
    ],
    [
      '200 whose body is an error',
      refused(200, { message: 'no such branch' }),
      'refused',
      /Fix what the message describes/,
    ],
    [
      '404: only the caller knows what may be misspelled',
      refused(404),
      'not-found',
      /^Check the name\.$/,
    ],
    ['409', refused(409), 'conflict', /Another change to the service is in progress/],
    ['422', refused(422), 'refused', /Fix what the message describes/],
    ['400', refused(400), 'refused', /Fix what the message describes/],
    ['405', refused(405), 'refused', /Fix what the message describes/],
    [
      '429',
      refused(429, { retryAfterMs: 30_000 }),
      'rate-limited',
      /^Nothing was deployed\. Run the job again later/,
    ],
    [
      '429 with a long wait',
      refused(429, { retryAfterMs: 61_000 }),
      'rate-limited',
      /Outpost asks you to wait 2 minutes\./,
    ],
    ...[407, 408, 425, 500, 502, 503, 504, 520].map(
      (status): [string, Refused, FailureCode, RegExp] => [
        `${status}`,
        refused(status),
        'unavailable',
        /Nothing was deployed.*run the job again/,
      ],
    ),
    [
      '301: the token is not sent to the new address',
      refused(301, { location: 'https://www.outpost.run/secret?x=1' }),
      'redirected',
      /redirects to https:\/\/www\.outpost\.run\. Redirects are never followed with a token\. Set the input `origin`/,
    ],
    ['302 to nowhere', refused(302), 'redirected', /redirects\. Redirects are never followed/],
    [
      '308 to another path of the same host',
      refused(308, { location: '/login' }),
      'redirected',
      /^The address redirects to \/login on the same host\. .*Redirects are never followed with a token\. Check the input `origin`\.$/,
    ],
  ])('%s', (_, reply, code, hint) => {
    expect(failure(reply)).toMatchObject({
      code,
      attempted: 'Reading acme/web',
      requestId: 'req_7',
      hint: expect.stringMatching(hint),
    });
  });

  test('after a redirect to another path, only the caller knows which input to set', () => {
    const moved = 'Write it into `deploy-path`.';
    const hintOf = (location: string | undefined) =>
      failureOf(refused(307, { location }), { attempted: 'Deploying acme/web', moved }).hint;
    expect(hintOf('/v2/deploy')).toMatch(
      / redirects to \/v2\/deploy .*Write it into `deploy-path`\.$/,
    );
    expect(hintOf('https://www.outpost.run/v2/deploy')).not.toContain(moved);
    expect(hintOf(undefined)).not.toContain(moved);
  });

  test('shows only the origin of a redirect: the rest can contain secrets', () => {
    expect(
      failure(refused(302, { location: 'https://user:pw@login.example/cb?code=s3cret' })).hint,
    ).not.toMatch(/pw|s3cret/);
  });

  test.each<[string, ErrorReply, FailureCode, string, RegExp]>([
    [
      'an HTML page instead of JSON',
      { kind: 'misshapen', status: 200, html: true, keys: [], requestId: 'req_8' },
      'unexpected-answer',
      'the 200 response is an HTML page, not the expected JSON',
      /proxy or login page between/,
    ],
    [
      'an unexpected shape',
      { kind: 'misshapen', status: 200, html: false, keys: [], requestId: undefined },
      'unexpected-answer',
      'the 200 response is not what Outpost documents, not the expected JSON',
      /Check the input `origin`/,
    ],
    [
      'no connection',
      { kind: 'unsent', reason: 'the connection was refused', passing: true },
      'unavailable',
      'Outpost cannot be reached: the connection was refused',
      /^Nothing was deployed/,
    ],
    [
      'no answer',
      { kind: 'lost', reason: 'no complete response within 15 s', atOnce: false },
      'unavailable',
      'Outpost cannot be reached: no complete response within 15 s',
      /the network of this runner/,
    ],
    [
      'a truncated answer',
      {
        kind: 'cut',
        status: 200,
        headers: {},
        reason: 'the response was cut off',
        isOverCap: false,
      },
      'unavailable',
      'Outpost cannot be reached: the response was cut off',
      /the status of Outpost/,
    ],
  ])('%s', (_, reply, code, happened, hint) => {
    expect(failure(reply)).toMatchObject({ code, happened, hint: expect.stringMatching(hint) });
  });
});

describe('how a refusal is described', () => {
  test.each([
    [
      'everything',
      refused(404, { message: 'no such service', code: 'not_found' }),
      'Outpost answered 404 Not Found: "no such service" (not_found)',
    ],
    ['no message', refused(500), 'Outpost answered 500 Internal Server Error'],
    [
      'a status without a name',
      refused(418, { message: 'teapot' }),
      'Outpost answered 418: "teapot"',
    ],
    ['a page', refused(502, { html: true }), 'Outpost answered 502 Bad Gateway with an HTML page'],
    [
      'an error in a success response',
      refused(200, { message: 'no such branch', code: 'invalid_branch' }),
      'Outpost answered 200: "no such branch" (invalid_branch)',
    ],
    [
      'a challenge',
      refused(403, { html: true, challenge: { ray: 'ray-1' } }),
      'Outpost answered 403 Forbidden with an HTML page',
    ],
    [
      'only a code',
      refused(422, { code: 'bad_branch' }),
      'Outpost answered 422 Unprocessable Content (bad_branch)',
    ],
  ])('%s', (_, reply, told) => {
    expect(describeReply(reply)).toBe(told);
    expect(failure(reply).happened).toBe(told);
  });
});
