import { describe, expect, test } from '@jest/globals';
import { assessToken } from '../../src/auth/assess.ts';
import type { Config } from '../../src/deploy/config.ts';
import type { FailureCode } from '../../src/lib/failure.ts';
import type { TokenFacts } from '../../src/outpost/model.ts';
import { aConfig } from '../support/build.ts';

const nowMs = Date.parse('2026-12-01T10:00:00Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function facts(fields: Partial<TokenFacts> = {}): TokenFacts {
  return { scopes: ['service'], expiresMs: nowMs + 60 * DAY_MS, lastUsedMs: undefined, ...fields };
}

function assess(
  told: TokenFacts | undefined,
  config: Partial<Config> = {},
  needed: readonly string[] = ['service'],
) {
  return assessToken(aConfig(config), needed, told, nowMs);
}

describe('scopes', () => {
  test.each<[string, readonly string[], readonly string[], readonly string[], readonly string[]]>([
    ['exactly what is needed', ['service'], ['service'], [], []],
    ['nothing', ['service'], [], ['service'], []],
    ['a different one', ['service'], ['machine'], ['service'], ['machine']],
    ['more than is needed', ['service'], ['service', 'admin:org'], [], ['admin:org']],
    ['an undocumented scope is shown', ['service'], ['service', 'volume'], [], ['volume']],
    ['repo covers repo:read and is not excess', ['repo:read'], ['repo'], [], []],
    ['repo:read does not cover repo', ['repo'], ['repo:read'], ['repo'], ['repo:read']],
    ['an undocumented scope may include it', ['service'], ['*'], [], []],
    ['so may one in another case', ['service'], ['Service'], [], []],
    ['known scopes next to it count', ['service'], ['svc:write', 'job'], [], ['job']],
  ])('%s', (_, needed, held, missing, excess) => {
    expect(assess(facts({ scopes: held }), {}, needed).report).toMatchObject({
      needed,
      held,
      missing,
      excess,
    });
  });

  test('scopes that Outpost does not show are neither missing nor excess', () => {
    expect(assess(undefined)).toMatchObject({
      report: { held: undefined, missing: [], excess: [] },
      stop: undefined,
      warnings: [],
    });
    expect(assess(facts({ scopes: undefined })).stop).toBeUndefined();
  });
});

describe('what stops the run', () => {
  test.each<[string, TokenFacts, Partial<Config>, FailureCode, string, RegExp]>([
    [
      'a missing scope',
      facts({ scopes: ['repo'] }),
      {},
      'token-scope-missing',
      'it is missing the scope `service` (it has `repo`)',
      /create a token with the scope `service` and store it as OUTPOST_TOKEN/,
    ],
    [
      'no scopes at all',
      facts({ scopes: [] }),
      {},
      'token-scope-missing',
      'it is missing the scope `service` (it has nothing)',
      /Settings > Access Tokens/,
    ],
    [
      'an expiry in the past',
      facts({ expiresMs: nowMs - 2 * DAY_MS }),
      {},
      'token-expired',
      'it expired on 2026-11-29 10:00 UTC (2 days ago)',
      /^Regenerate it/,
    ],
    [
      'an expiry right now',
      facts({ expiresMs: nowMs }),
      {},
      'token-expired',
      'it expired on 2026-12-01 10:00 UTC (now)',
      /^Regenerate it/,
    ],
    [
      'an expiry before the end of the run',
      facts({ expiresMs: nowMs + 900_000 }),
      { timeoutMs: 900_000 },
      'token-expires-during-run',
      "it expires on 2026-12-01 10:15 UTC, before this run's timeout, so the run could not follow the rollout to the end",
      /^Regenerate it/,
    ],
    [
      'more than is needed, if that is an error',
      facts({ scopes: ['service', 'admin:org'] }),
      { leastPrivilege: 'error' },
      'token-scope-excess',
      'it has `admin:org`, which this run does not need, and `least-privilege` is `error`',
      /with only the scope `service`/,
    ],
    [
      'the worst problem comes first',
      facts({ scopes: [], expiresMs: nowMs - 1 }),
      {},
      'token-scope-missing',
      'it is missing the scope `service` (it has nothing)',
      /create a token/,
    ],
  ])('%s', (_, told, config, code, happened, hint) => {
    expect(assess(told, config).stop).toMatchObject({
      code,
      exitStatus: 3,
      attempted: 'Checking the token',
      happened,
      hint: expect.stringMatching(hint),
    });
  });

  test.each<[string, TokenFacts | undefined, Partial<Config>]>([
    ['an expiry just after the run', facts({ expiresMs: nowMs + 900_001 }), { timeoutMs: 900_000 }],
    ['a token that never expires', facts({ expiresMs: null }), {}],
    [
      'an expiry that only the user set, because Outpost decides',
      undefined,
      { tokenExpiresMs: nowMs - DAY_MS },
    ],
    [
      'such an expiry during the run',
      facts({ expiresMs: undefined }),
      { tokenExpiresMs: nowMs + 1 },
    ],
    [
      'more than is needed, if that is a warning',
      facts({ scopes: ['service', 'repo'] }),
      { leastPrivilege: 'warn' },
    ],
  ])('not: %s', (_, told, config) => {
    expect(assess(told, config).stop).toBeUndefined();
  });
});

describe('warnings', () => {
  test.each<[string, TokenFacts | undefined, Partial<Config>, string]>([
    [
      'an expiry within the warning period',
      facts({ expiresMs: nowMs + 14 * DAY_MS - 1 }),
      { expiryWarningDays: 14 },
      'The token expires in 13 days, on 2026-12-15 09:59 UTC. Regenerate it in Settings > Access Tokens and store the new value as OUTPOST_TOKEN.',
    ],
    [
      'an expiry that the user set',
      undefined,
      { tokenExpiresMs: nowMs + 5 * HOUR_MS },
      'The token expires in 5 hours, on 2026-12-01 15:00 UTC. Regenerate it',
    ],
    [
      'a user-set expiry in the past, but the token still works',
      undefined,
      { tokenExpiresMs: nowMs - DAY_MS },
      'The input `token-expires` is set to 2026-11-30 10:00 UTC, which is in the past, but Outpost still accepts the token. Update the input.',
    ],
    [
      'more than is needed',
      facts({ scopes: ['service', 'repo', 'machine'] }),
      {},
      'The token also has `repo`, `machine`, which this run does not need. In Settings > Access Tokens, create one with fewer scopes, or set `least-privilege: off`.',
    ],
  ])('%s', (_, told, config, message) => {
    const { warnings } = assess(told, config);
    expect(warnings.map((warning) => warning.message)).toEqual([expect.stringContaining(message)]);
  });

  test.each<[string, TokenFacts | undefined, Partial<Config>]>([
    ['a later expiry', facts({ expiresMs: nowMs + 14 * DAY_MS }), { expiryWarningDays: 14 }],
    [
      'a token that never expires, no matter what the user set',
      facts({ expiresMs: null }),
      { tokenExpiresMs: nowMs + DAY_MS },
    ],
    [
      "the expiry from Outpost takes precedence over the user's",
      facts(),
      { tokenExpiresMs: nowMs + DAY_MS },
    ],
    ['nothing known', undefined, {}],
    [
      'an expiry from Outpost in the past, which stops the run',
      facts({ expiresMs: nowMs - 1 }),
      {},
    ],
    [
      'more than is needed, if the check is off',
      facts({ scopes: ['service', 'repo'] }),
      { leastPrivilege: 'off' },
    ],
  ])('not: %s', (_, told, config) => {
    expect(assess(told, config).warnings).toEqual([]);
  });
});

describe('the report', () => {
  test.each<[string, TokenFacts | undefined, object, readonly string[]]>([
    [
      'everything is known',
      facts({
        scopes: ['service', 'repo'],
        expiresMs: nowMs + 2.5 * DAY_MS,
        lastUsedMs: nowMs - HOUR_MS,
      }),
      {
        name: 'ci',
        expires_at: '2026-12-03T22:00:00.000Z',
        days_left: 2,
        last_used_at: '2026-12-01T09:00:00.000Z',
      },
      [
        'needed     `service`',
        'held       `service`, `repo`',
        'excess     `repo`',
        'expires    2026-12-03 22:00 UTC (in 2 days)',
        'last used  2026-12-01 09:00 UTC (1 hour ago)',
      ],
    ],
    [
      'a token that never expires and was never used',
      facts({ scopes: [], expiresMs: null, lastUsedMs: null }),
      { expires_at: null, days_left: undefined, last_used_at: null },
      [
        'needed     `service`',
        'held       nothing',
        'missing    `service`',
        'expires    never',
        'last used  never',
      ],
    ],
    [
      'nothing is known',
      undefined,
      { expires_at: undefined, days_left: undefined, last_used_at: undefined },
      ['needed     `service`', 'held       not known', 'expires    not known'],
    ],
  ])('%s', (_, told, report, lines) => {
    const assessment = assess(told, { tokenName: 'ci' });
    expect(assessment.report).toMatchObject(report);
    expect(assessment.lines).toEqual(lines);
  });
});
