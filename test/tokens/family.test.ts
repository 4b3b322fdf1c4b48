import { expect, test } from '@jest/globals';
import { madeUp } from '../support/made-up.ts';
import type { TokenProgramRun } from '../support/run-token.ts';
import { githubSite, siteWith, type TokenSite } from '../support/token-site.ts';

const LEFT = ['deploy-2026-01-02-030405-abcd', 'deploy-2026-02-03-040506-0000'];
const OTHERS = [
  'deployer',
  'deploy-2',
  'deploy-2026-01-02',
  'my-deploy',
  'Deploy',
  'deploy-2026-01-02-030405-abcde',
  'deploy-web',
];

async function names(site: TokenSite): Promise<readonly string[]> {
  const stored = (await site.stored()) ?? 'none';
  return site.emulator.world.tokens
    .ownedBy('ada')
    .map(({ name }) => (name === stored ? 'stored' : name));
}

/** Creates tokens that are older than any run that could still be in progress. */
function makeOlder(site: TokenSite, all: readonly string[], more: object = {}): void {
  for (const name of all) site.emulator.world.createToken({ name, scopes: ['service'], ...more });
  site.pass(3_600_000);
}

test.each(['github', 'gitlab'] as const)(
  '%s: only what earlier rotations left is revoked, not tokens of other names or users',
  async (store) => {
    const site = await siteWith(store);
    makeOlder(site, [...LEFT, ...OTHERS]);
    makeOlder(site, ['deploy', ...LEFT], { user: 'ben' });
    const result = await site.run();
    expect({ exitStatus: result.exitStatus, revoked: result.report?.revoked }).toEqual({
      exitStatus: 0,
      revoked: ['deploy', ...LEFT],
    });
    expect(await names(site)).toEqual(['manager', ...OTHERS, 'stored']);
    expect(site.emulator.world.tokens.ownedBy('ben')).toHaveLength(3);
  },
);

test('an expired token of the family is not a rival, and is removed from the list', async () => {
  const site = await githubSite();
  makeOlder(site, LEFT, { expiresAt: '2026-01-03T00:00:00Z' });
  const result = await site.run();
  expect({ exitStatus: result.exitStatus, revoked: result.report?.revoked }).toEqual({
    exitStatus: 0,
    revoked: ['deploy', ...LEFT],
  });
});

test('a family of only expired tokens gets a new one, with the scopes of the last', async () => {
  const site = await githubSite();
  site.emulator.world.revokeToken('ada', 'deploy');
  makeOlder(site, ['deploy'], { expiresAt: '2026-01-03T00:00:00Z', scopes: ['service', 'repo'] });
  const { exitStatus, page, report } = await site.run();
  expect({ exitStatus, page }).toMatchObject({ exitStatus: 0 });
  expect(report?.revoked).toEqual(['deploy']);
  const [name = ''] = site.alive();
  expect(site.emulator.world.tokens.find('ada', name)?.scopes).toEqual(['service', 'repo']);
  expect(await site.stored()).toBe(name);
});

test('the token is found on the third page of a long list', async () => {
  const site = await githubSite();
  site.emulator.world.revokeToken('ada', 'deploy');
  makeOlder(
    site,
    Array.from({ length: 240 }, (_, index) => `other-${index}`),
  );
  site.keeper.seed(site.emulator.world.createToken({ name: 'deploy', scopes: ['service'] }));
  site.pass(3_600_000);
  expect((await site.run()).exitStatus).toBe(0);
  expect((await names(site)).filter((name) => !name.startsWith('other-'))).toEqual([
    'manager',
    'stored',
  ]);
});

test.each([
  ['a name with a slip', 'dpeloy', /Did you mean `deploy`\? Change `token-name`/],
  [
    'a name like no other',
    'something-else',
    /Set `token-name` to a name from Settings > Access Tokens/,
  ],
])('a token that does not exist: %s', async (_, name, says) => {
  const site = await githubSite();
  const { exitStatus, page, outputs } = await site.run({ inputs: { 'token-name': name } });
  expect(`${exitStatus} ${outputs['failure-code']}`).toBe('3 token-name-unknown');
  expect(page.join('\n')).toMatch(says);
  expect(site.keeper.server.requests).toEqual([]);
});

test.each([
  ['30', ['service']],
  ['60', ['service', 'repo', 'machine']],
  ['90', ['repo:read', 'service']],
] as const)(
  'the new token lives for %s days and has the scopes of the old one: %j',
  async (days, scopes) => {
    const site = await githubSite();
    site.emulator.world.revokeToken('ada', 'deploy');
    site.keeper.seed(site.emulator.world.createToken({ name: 'deploy', scopes }));
    site.pass(3_600_000);
    expect((await site.run({ inputs: { 'expires-in-days': days } })).exitStatus).toBe(0);
    expect(site.emulator.world.tokens.find('ada', site.alive()[0] ?? '')).toMatchObject({
      scopes,
      expiresInDays: Number(days),
    });
  },
);

test.each(['deploy of acme/web: é?#%', 'x'.repeat(75), 'deploy-2026-11-24-081502-x7k2'])(
  'a name that is hard to write: %s',
  async (name) => {
    const site = await githubSite();
    site.emulator.world.revokeToken('ada', 'deploy');
    site.keeper.seed(site.emulator.world.createToken({ name, scopes: ['service'] }));
    site.pass(3_600_000);
    const { exitStatus, page } = await site.run({ inputs: { 'token-name': name } });
    expect({ exitStatus, page }).toMatchObject({ exitStatus: 0 });
    expect(await names(site)).toEqual(['manager', 'stored']);
    const base = name.startsWith('deploy-2026') ? 'deploy' : name;
    expect(await site.stored()).toMatch(/-\d{4}-\d{2}-\d{2}-\d{6}-[a-z0-9]{4}$/);
    expect((await site.stored())?.startsWith(`${base}-`)).toBe(true);
  },
);

test('the date in the name is from the clock of Outpost', async () => {
  const site = await githubSite({ scenario: { clockOffsetMs: 40 * 86_400_000 } });
  expect((await site.run()).exitStatus).toBe(0);
  const date = new Date(site.now() + 40 * 86_400_000).toISOString().slice(0, 10);
  expect(await site.stored()).toContain(`deploy-${date}-`);
});

test('a list without scopes: nothing is created, since the new token needs the same ones', async () => {
  const body = JSON.stringify({ data: [{ name: 'deploy', created_at: '2026-01-01T00:00:00Z' }] });
  const site = await githubSite({
    scenario: {
      faults: [{ on: 'token.list', times: 'always', do: { kind: 'answer', status: 200, body } }],
    },
  });
  const { exitStatus, outputs, page } = await site.run();
  expect(`${exitStatus} ${outputs['failure-code']}`).toBe('4 unexpected-answer');
  expect(page.join('\n')).toMatch(/doesn't show the scopes of "deploy"/);
  expect(site.issued).toHaveLength(2);
});

const refused: readonly (readonly [
  string,
  (site: TokenSite) => Partial<TokenProgramRun>,
  string,
  RegExp,
])[] = [
  ['no token', () => ({ token: '' }), '3 token-missing', /OUTPOST_TOKEN/],
  [
    'a GitHub token',
    () => ({ token: madeUp('ghp', '0123456789abcdefghijABCDEFGHIJ012345') }),
    '3 token-malformed',
    /it is a GitHub token/,
  ],
  [
    'no token for the store',
    () => ({ storeToken: '' }),
    '2 config-invalid',
    /`store-token` is missing/,
  ],
  [
    'a token of Outpost for the store',
    ({ first }) => ({ storeToken: first }),
    '2 config-invalid',
    /`store-token` is an Outpost token/,
  ],
  [
    'two lines for the store',
    () => ({ storeToken: `${madeUp('ghp', '0123456789')}\nabcdefghij` }),
    '2 config-invalid',
    /`store-token` contains/,
  ],
  [
    'pull_request_target',
    () => ({ env: { GITHUB_EVENT_NAME: 'pull_request_target' } }),
    '2 unsafe-trigger',
    /pull_request_target/,
  ],
  [
    'issue_comment',
    () => ({ env: { GITHUB_EVENT_NAME: 'issue_comment' } }),
    '2 unsafe-trigger',
    /issue_comment/,
  ],
];

test.each(refused)('refused before anything is sent: %s', async (_, more, verdict, says) => {
  const site = await githubSite();
  const { exitStatus, outputs, page } = await site.run(more(site));
  expect(`${exitStatus} ${outputs['failure-code']}`).toBe(verdict);
  expect(page.join('\n')).toMatch(says);
  expect([...site.emulator.requests, ...site.keeper.server.requests]).toEqual([]);
});

test.each(['github', 'gitlab'] as const)(
  '%s: what pasting adds to the two tokens is removed',
  async (store) => {
    const site = await siteWith(store);
    const run = { token: ` "${site.asker()}"\n`, storeToken: `\uFEFF${site.keeper.token}\r\n` };
    const { exitStatus, page } = await site.run(run);
    expect({ exitStatus, page }).toMatchObject({ exitStatus: 0 });
    expect(site.alive()).toEqual([await site.stored()]);
  },
);

test('GitLab: a job with CI_DEBUG_TRACE is refused, unless it is allowed', async () => {
  const site = await siteWith('gitlab');
  const env = { CI_DEBUG_TRACE: 'true' };
  expect(await site.run({ env })).toMatchObject({
    exitStatus: 2,
    outputs: { 'failure-code': 'unsafe-environment' },
  });
  expect(site.emulator.requests).toEqual([]);
  expect((await site.run({ env, inputs: { 'allow-debug-trace': 'true' } })).exitStatus).toBe(0);
});
