import { expect, test } from '@jest/globals';
import type { FaultRule } from '../../emulator/faults.ts';
import type { Scenario, TokenHabits } from '../../emulator/scenario.ts';
import { rehearse, rehearseOn } from '../support/rehearse.ts';

// What a deploy does with Outpost's records of its token. The token's name is `rehearsal`.

const quick: Scenario = { rollout: [{ status: 'deploying' }, { status: 'running' }] };
const DAY_HOURS = 24;
const json = { 'content-type': 'application/json' };

const always = (on: FaultRule['on'], status: number, body = ''): FaultRule => ({
  on,
  times: 'always',
  do: { kind: 'answer', status, headers: json, body },
});
const noList = always('token.list', 404);

/** The records that can't be read, and the message for each. */
const untold: readonly (readonly [string, readonly FaultRule[], RegExp])[] = [
  ['401', [always('token.list', 401)], /answered 401/],
  ['403', [always('token.list', 403), always('token.get', 403)], /answered 403/],
  ['500', [always('token.list', 500)], /answered 500/],
  [
    'no such name, without a list',
    [noList, always('token.get', 404)],
    /there is no token "rehearsal"/,
  ],
  [
    'a login page',
    [always('token.list', 200, '<html>'), always('token.get', 200, '<html>')],
    /an HTML page/,
  ],
  [
    'a redirect to a login',
    (['token.list', 'token.get'] as const).map((on) => ({
      on,
      times: 'always',
      do: { kind: 'redirect', status: 302, location: '/login' },
    })),
    /answered 302/,
  ],
  ['another form', [noList, always('token.get', 200, '[1]')], /not what Outpost documents/],
  [
    'scopes in another form',
    [always('token.list', 200, '[{"name":"rehearsal","scopes":{"service":1}}]')],
    /in a form that this version cannot read/,
  ],
  [
    'no scopes',
    [always('token.list', 200, '[{"name":"rehearsal","expires_at":null}]')],
    /does not show its scopes/,
  ],
  [
    'a scope that nobody documented',
    [always('token.list', 200, '[{"name":"rehearsal","scopes":["service:write"]}]')],
    /`service:write` grants is not documented/,
  ],
];

test.concurrent.each(untold)(
  'the token cannot be checked (%s): a warning, and the deploy goes on',
  async (_, faults, says) => {
    const { exitStatus, log } = await rehearse({ scenario: { ...quick, faults } });
    expect(exitStatus).toBe(0);
    const warnings = log.annotations.filter(({ level }) => level === 'warning');
    expect(warnings.map(({ message }) => message)).toEqual([expect.stringMatching(says)]);
  },
);

test.concurrent.each(untold)(
  'with least-privilege: error (%s), nothing is deployed',
  async (_, faults, says) => {
    const inputs = { 'least-privilege': 'error' };
    const { exitStatus, report, operations } = await rehearse({
      scenario: { ...quick, faults },
      inputs,
    });
    expect({ exitStatus, failure: report?.failure }).toMatchObject({
      exitStatus: 3,
      failure: { code: 'token-unchecked', happened: expect.stringMatching(says) },
    });
    expect(operations).not.toContain('service.deploy');
  },
);

test.concurrent('least-privilege: error without token-name: unknown counts as not met', async () => {
  const inputs = { 'token-name': '', 'least-privilege': 'error' };
  const { exitStatus, report } = await rehearse({ scenario: quick, inputs });
  expect({ exitStatus, code: report?.failure?.code }).toEqual({
    exitStatus: 3,
    code: 'token-unchecked',
  });
  expect(report?.failure?.hint).toMatch(/Set `token-name`/);
});

test.concurrent('a list of tokens that never answers delays a deploy for half a minute at most', async () => {
  const faults: readonly FaultRule[] = [
    { on: 'token.list', times: 'always', do: { kind: 'hang' } },
    { on: 'token.get', times: 'always', do: { kind: 'hang' } },
  ];
  const { exitStatus, requests, log } = await rehearse({ scenario: { ...quick, faults } });
  expect(exitStatus).toBe(0);
  const first = requests[0]?.atMs ?? 0;
  const deploy = requests.find(({ operation }) => operation === 'service.deploy');
  expect((deploy?.atMs ?? 0) - first).toBeLessThanOrEqual(31_000);
  expect(log.annotations.map(({ level }) => level)).toContain('warning');
});

const shapes: readonly TokenHabits[] = [
  { shape: 'data' },
  { shape: 'token' },
  { shape: 'pat' },
  { shape: 'list' },
  { shape: 'data-list', scopesAs: 'objects', keys: 'camelCase', times: 'epoch-seconds' },
  { scopesAs: 'text', times: 'epoch-milliseconds' },
];
test.concurrent.each(
  shapes.flatMap(
    (tokens) =>
      [
        [tokens, true],
        [tokens, false],
      ] as const,
  ),
)('tokens written as %j are understood (with a list: %s)', async (tokens, hasList) => {
  const faults = hasList ? [] : [noList];
  const { exitStatus, report, log } = await rehearse({
    scenario: { ...quick, tokens, faults },
    expiresInHours: 60 * DAY_HOURS,
  });
  expect(exitStatus).toBe(0);
  expect(report?.token).toMatchObject({
    held: ['service'],
    missing: [],
    expires_at: expect.any(String),
  });
  expect(log.annotations.filter(({ level }) => level !== 'notice')).toEqual([]);
});

test.concurrent('a mistyped token-name ends the run, with the name that was meant', async () => {
  const inputs = { 'token-name': 'rehersal' };
  const { exitStatus, report, operations } = await rehearse({ scenario: quick, inputs });
  expect({ exitStatus, code: report?.failure?.code }).toEqual({
    exitStatus: 3,
    code: 'token-name-unknown',
  });
  expect(report?.failure?.hint).toMatch(/Did you mean `rehearsal`\?/);
  expect(operations).not.toContain('service.deploy');
});

test.concurrent('the right one of more than a hundred tokens is found', async () => {
  const { exitStatus, report } = await rehearse({
    scenario: quick,
    inputs: { 'token-name': 'ci' },
    prepare: ({ world }) => {
      for (let index = 0; index < 130; index += 1)
        world.createToken({ name: `other-${index}`, scopes: ['service'] });
      world.createToken({ name: 'ci', scopes: ['service', 'job'] });
    },
  });
  expect({ exitStatus, held: report?.token?.held }).toEqual({
    exitStatus: 0,
    held: ['service', 'job'],
  });
});

test.concurrent('an expired leftover does not stop a deploy with an active token, but is named', async () => {
  const { exitStatus, report, log } = await rehearse({
    scenario: quick,
    expiresInHours: 25 * DAY_HOURS,
    prepare: ({ world }) => {
      // The stored token is the one with a date in its name. The leftover has the name that
      // workflows use.
      const old = {
        scopes: ['service'],
        expiresAt: new Date(Date.now() - 2.5 * 86_400_000).toISOString(),
      };
      world.createToken({ name: 'rehearsal-2026-01-01-000000-left', ...old });
    },
  });
  expect({ exitStatus, name: report?.token?.name }).toEqual({ exitStatus: 0, name: 'rehearsal' });
  expect(log.annotations.filter(({ level }) => level === 'warning')).toEqual([
    expect.objectContaining({
      message: expect.stringMatching(/"rehearsal-2026-01-01-000000-left" expired 2 days ago/),
    }),
  ]);
});

test.concurrent('the list of a leftover that expired on day 30: the deploy goes on with the stored token', async () => {
  const body = JSON.stringify({
    data: [
      {
        name: 'deploy',
        scopes: ['service'],
        created_at: '2020-11-27T14:33:00Z',
        expires_at: '2020-12-27T14:33:00Z',
        last_used_at: '2020-12-24T15:00:00Z',
      },
      {
        name: 'deploy-2020-12-24-153312-5r7s',
        scopes: ['service'],
        created_at: '2020-12-24T15:33:12Z',
        expires_at: '2050-01-23T15:33:12Z',
        last_used_at: '2020-12-29T08:00:00Z',
      },
    ],
  });
  const { exitStatus, report } = await rehearse({
    scenario: { ...quick, faults: [always('token.list', 200, body)] },
    inputs: { 'token-name': 'deploy' },
  });
  expect({ exitStatus, name: report?.token?.name }).toEqual({
    exitStatus: 0,
    name: 'deploy-2020-12-24-153312-5r7s',
  });
});

test.concurrent('an expired record is only a warning if Outpost accepts the token', async () => {
  const body = JSON.stringify([
    { name: 'deploy', scopes: ['repo'], expires_at: '2020-12-27T14:33:00Z' },
  ]);
  const faults = [always('token.list', 200, body)];
  const { exitStatus, report, log } = await rehearse({
    scenario: { ...quick, faults },
    inputs: { 'token-name': 'deploy' },
  });
  expect({ exitStatus, held: report?.token?.held ?? null }).toEqual({ exitStatus: 0, held: null });
  expect(log.annotations.filter(({ level }) => level === 'warning')).toEqual([
    expect.objectContaining({
      message: expect.stringMatching(/"deploy" expired .* Outpost accepts the token of this run/),
    }),
  ]);
});

test.concurrent.each(['github', 'gitlab', 'shell'] as const)(
  'a check that fails after the token was read (%s): the outputs have what is known',
  async (host) => {
    const { exitStatus, outputs, report } = await rehearseOn(host, {
      scenario: quick,
      expiresInHours: 3 * DAY_HOURS + 1,
      inputs: { service: 'acme/web acme/wbe', 'token-name': 'rehearsal' },
    });
    expect(exitStatus).toBe(4);
    expect(outputs).toMatchObject({
      status: 'failed',
      'failure-code': 'not-found',
      endpoint: report?.deployments[0]?.endpoint,
      'token-scopes': 'service',
      'token-days-left': '3',
      summary: expect.stringMatching(/outpost-report.*\.md$/),
      report: expect.stringMatching(/outpost-report.*\.json$/),
    });
    expect(outputs['endpoint']).toMatch(/^https:/);
    expect(JSON.parse(outputs['deployments'] ?? '')).toMatchObject([
      { service: 'web', status: 'skipped', reason: 'the run ended before its deploy: not-found' },
      { service: 'wbe', status: 'failed', request_id: expect.stringMatching(/^req_/) },
    ]);
  },
);
