import { expect, test } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { runToken, type TokenHost, type TokenResult } from '../support/run-token.ts';
import { type Outpost, openOutpost } from './outpost.ts';

const DAY_MS = 86_400_000;

interface Made {
  readonly name: string;
  readonly scopes?: readonly string[];
  /** Days from now. Negative = already expired. */
  readonly expires?: number | null;
  readonly usedDaysAgo?: number;
  readonly madeDaysAgo?: number;
}

function make(
  { emulator: { world }, clock }: Outpost,
  { name, scopes = ['service'], expires, usedDaysAgo, madeDaysAgo }: Made,
): string {
  const at =
    expires === null
      ? {}
      : { expiresAt: new Date(clock.nowMs() + (expires ?? 200) * DAY_MS).toISOString() };
  const value = world.createToken({ name, scopes, ...at });
  const record = world.tokens.find('ada', name);
  if (record !== undefined && usedDaysAgo !== undefined)
    record.lastUsedAtMs = clock.nowMs() - usedDaysAgo * DAY_MS;
  if (record !== undefined && madeDaysAgo !== undefined)
    record.createdAtMs = clock.nowMs() - madeDaysAgo * DAY_MS;
  return value;
}

async function report(
  made: readonly Made[],
  inputs: Readonly<Record<string, string>>,
  host: TokenHost = 'shell',
): Promise<TokenResult> {
  const outpost = await openOutpost();
  const values = made.map((one) => make(outpost, one));
  const token = make(outpost, { name: 'manager', scopes: ['admin:org'], expires: 300 });
  const run = { host, verb: 'report', token, clock: outpost.clock, secrets: () => values } as const;
  return await runToken({ ...run, inputs: { origin: outpost.emulator.origin, ...inputs } });
}

const NAMED = { 'token-name': 'deploy' };
const ALL = [
  'repo',
  'repo:read',
  'machine',
  'service',
  'job',
  'admin:org',
  'admin:ssh_key',
] as const;
const DATED = 'deploy-2026-01-02-030405-abcd';

const rows: readonly (readonly [
  string,
  readonly Made[],
  Readonly<Record<string, string>>,
  number,
  RegExp,
  RegExp?,
])[] = [
  [
    'all is well',
    [{ name: 'deploy', expires: 60, usedDaysAgo: 1 }],
    NAMED,
    0,
    /needed +`service`.*expires .*in 60 days/s,
    /Warning/,
  ],
  [
    'it never expires',
    [{ name: 'deploy', expires: null }],
    { ...NAMED, strict: 'true' },
    3,
    /Warning: The Outpost token "deploy" never expires/,
  ],
  [
    'one of all holds all scopes',
    [{ name: 'deploy', scopes: ALL }],
    { strict: 'true' },
    3,
    /Warning: The Outpost token "deploy" has all scopes.*needed +not known|needed +not known.*has all scopes/s,
  ],
  [
    'what a rotation left is named, also if it has expired',
    [
      { name: 'deploy', expires: -2, madeDaysAgo: 32, usedDaysAgo: 3 },
      { name: DATED, madeDaysAgo: 20, usedDaysAgo: 1 },
    ],
    { ...NAMED, strict: 'true' },
    3,
    /Old tokens are left over beside "deploy-2026-01-02-030405-abcd".*"deploy" should be gone/s,
  ],
  [
    'one within its overlap is no leftover',
    [
      { name: 'deploy', expires: 20, madeDaysAgo: 10, usedDaysAgo: 0.1 },
      { name: DATED, madeDaysAgo: 0.2, usedDaysAgo: 0.05 },
    ],
    { ...NAMED, strict: 'true' },
    0,
    /Token "deploy-2026-01-02-030405-abcd"/,
    /Warning/,
  ],
  [
    'a young leftover that only its rotation tried does not stand for the stored token',
    [
      { name: 'deploy', expires: 2, madeDaysAgo: 28, usedDaysAgo: 0.1 },
      { name: DATED, expires: 29, madeDaysAgo: 1, usedDaysAgo: 0.9999 },
    ],
    { ...NAMED, strict: 'true' },
    3,
    /Token "deploy".*expires soon.*in 2 days/s,
  ],
  [
    'it expires soon',
    [{ name: 'deploy', expires: 3 }],
    NAMED,
    0,
    /Warning: The Outpost token expires soon.*in 3 days/s,
  ],
  [
    'it expires soon, strict',
    [{ name: 'deploy', expires: 3 }],
    { ...NAMED, strict: 'true' },
    3,
    /token-needs-attention.*"deploy"/s,
  ],
  [
    'soon is what the input says',
    [{ name: 'deploy', expires: 3 }],
    { ...NAMED, strict: 'true', 'expiry-warning': '2' },
    0,
    /in 3 days/,
  ],
  ['it has expired', [{ name: 'deploy', expires: -3 }], NAMED, 3, /token-expired.*it expired on/s],
  [
    'it lacks a scope',
    [{ name: 'deploy' }],
    { ...NAMED, 'needed-scopes': 'service,repo' },
    3,
    /token-scope-missing.*is missing the scope `repo`/s,
  ],
  [
    'it has scopes to spare',
    [{ name: 'deploy', scopes: ['service', 'job'] }],
    NAMED,
    0,
    /Warning: .*has more scopes than it needs.*`job`/s,
  ],
  [
    'scopes to spare, strict',
    [{ name: 'deploy', scopes: ['service', 'job'] }],
    { ...NAMED, strict: 'true' },
    3,
    /token-needs-attention.*has more scopes/s,
  ],
  [
    'scopes to spare, least-privilege: error',
    [{ name: 'deploy', scopes: ['service', 'job'] }],
    { ...NAMED, 'least-privilege': 'error' },
    3,
    /token-scope-excess/,
  ],
  [
    'scopes to spare, least-privilege: off',
    [{ name: 'deploy', scopes: ['service', 'job'] }],
    { ...NAMED, 'least-privilege': 'off', strict: 'true' },
    0,
    /excess +`job`/,
    /Warning/,
  ],
  [
    'unused for 90 days',
    [{ name: 'deploy', usedDaysAgo: 90 }],
    NAMED,
    0,
    /Warning: The Outpost token "deploy" hasn't been used for 90 days/,
  ],
  [
    'unused for 89 days',
    [{ name: 'deploy', usedDaysAgo: 89.999 }],
    { ...NAMED, strict: 'true' },
    0,
    /last used/,
    /Warning/,
  ],
  [
    'never used since it was made',
    [{ name: 'deploy', madeDaysAgo: 91 }],
    NAMED,
    0,
    /Warning: The Outpost token "deploy" was created 91 days ago and never used/,
  ],
  [
    'new, and not used yet',
    [{ name: 'deploy', madeDaysAgo: 89 }],
    { ...NAMED, strict: 'true' },
    0,
    /never/,
    /Warning/,
  ],
  [
    'unused, as the input says',
    [{ name: 'deploy', usedDaysAgo: 8 }],
    { ...NAMED, 'unused-warning': '7', strict: 'true' },
    3,
    /8 days/,
  ],
  [
    'one token for two services',
    [{ name: 'deploy' }],
    { ...NAMED, service: 'acme/web,acme/api', strict: 'true' },
    3,
    /Warning: One Outpost token deploys several services.*acme\/web, acme\/api/s,
  ],
  [
    'one token for one service',
    [{ name: 'deploy' }],
    { ...NAMED, service: 'acme/web', strict: 'true' },
    0,
    /never/,
    /Warning/,
  ],
  [
    'the token that a rotation made in its place',
    [{ name: 'deploy-2026-01-02-030405-abcd', expires: 9, usedDaysAgo: 1 }],
    NAMED,
    0,
    /Token "deploy-2026-01-02-030405-abcd"/,
  ],
  [
    'of several of the family the youngest that was used',
    [
      { name: 'deploy-2026-01-02-030405-abcd', usedDaysAgo: 1 },
      { name: 'deploy-2026-01-02-030405-zzzz' },
    ],
    { 'token-name': 'deploy-2026-01-02-030405-zzzz' },
    0,
    /Token "deploy-2026-01-02-030405-abcd"/,
  ],
  [
    'no such token',
    [{ name: 'deploy' }],
    { 'token-name': 'dploy' },
    3,
    /token-name-unknown.*Did you mean `deploy`\?/s,
  ],
  [
    'all tokens, without a name: scopes are nobody else’s business',
    [
      { name: 'deploy', scopes: ['service', 'repo'], expires: 3 },
      { name: 'old', expires: 200, usedDaysAgo: 200 },
    ],
    {},
    0,
    /Token "deploy".*in 3 days.*Token "old".*200 days ago.*Token "manager".*hasn't been used for 200 days/s,
    /more scopes than it needs/,
  ],
];

test.each(rows)('report: %s', async (_, made, inputs, exitStatus, says, silent = /^$/) => {
  const result = await report(made, inputs);
  expect({ exitStatus: result.exitStatus, seen: result.seen }).toMatchObject({ exitStatus });
  expect(result.seen).toMatch(says);
  expect(result.seen).not.toMatch(silent);
  // stderr contains only errors and warnings, nothing from Node.
  expect(result.stderr).toMatch(/^(?:(?:Error|Warning): .*\n(?: {2}.*\n)+)*$/);
});

test.each(rows)(
  'report --json: %s: one document and nothing else',
  async (_, made, inputs, exitStatus) => {
    const result = await report(made, { ...inputs, json: 'true' }, 'gitlab');
    expect({
      exitStatus: result.exitStatus,
      seen: result.seen,
      stderr: result.stderr,
    }).toMatchObject({ exitStatus, stderr: '' });
    const document = JSON.parse(result.seen);
    expect('failure' in document).toBe(exitStatus !== 0);
    if (exitStatus !== 0)
      expect(document.failure).toMatchObject({
        code: expect.any(String),
        happened: expect.any(String),
      });
    if (document.failure?.code !== 'token-name-unknown')
      expect(document.tokens.length).toBeGreaterThan(0);
  },
);

test('report --json has the findings of each token', async () => {
  const made = [{ name: 'deploy', scopes: ['service', 'job'], expires: 3, usedDaysAgo: 100 }];
  const { seen } = await report(made, { ...NAMED, json: 'true' });
  expect(JSON.parse(seen)).toEqual({
    tokens: [
      {
        name: 'deploy',
        needed: ['service'],
        held: ['service', 'job'],
        missing: [],
        excess: ['job'],
        expires_at: expect.stringMatching(/Z$/),
        days_left: 3,
        expires_soon: true,
        last_used_at: expect.stringMatching(/Z$/),
        findings: [
          'The Outpost token expires soon',
          'The Outpost token has more scopes than it needs',
          `The Outpost token "deploy" hasn't been used for 100 days`,
        ],
      },
    ],
  });
});

test.each([
  ['report', {}],
  ['report', NAMED],
  ['list', {}],
] as const)('%s %j without a list of tokens', async (verb, inputs) => {
  const scenario: Scenario = {
    faults: [{ on: 'token.list', times: 'always', do: { kind: 'answer', status: 404 } }],
  };
  const outpost = await openOutpost({ scenario });
  const { emulator, clock } = outpost;
  const token = make(outpost, { name: 'deploy' });
  const result = await runToken({
    host: 'shell',
    verb,
    inputs: { origin: emulator.origin, ...inputs },
    token,
    clock,
  });
  const known = 'token-name' in inputs;
  expect({ exitStatus: result.exitStatus, seen: result.seen }).toMatchObject({
    exitStatus: known ? 0 : 4,
  });
  expect(result.seen).toMatch(
    known ? /Token "deploy"/ : /doesn't have the request that lists tokens.*`list-form`/s,
  );
});

test('a report with the token itself says that it is a use, and does not count it as one', async () => {
  const outpost = await openOutpost();
  const { emulator, clock } = outpost;
  const token = make(outpost, { name: 'deploy', madeDaysAgo: 300, usedDaysAgo: 200 });
  const inputs = { origin: emulator.origin, ...NAMED };
  const own = await runToken({ host: 'shell', verb: 'report', token, clock, inputs });
  expect(own.seen).toMatch(/was used just now, most likely by this report.*another token/s);
});
