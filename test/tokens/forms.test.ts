import { expect, test } from '@jest/globals';
import type { FaultRule, WireFault } from '../../emulator/faults.ts';
import type { Operation } from '../../emulator/vocabulary.ts';
import { LONGEST_RUN_MS } from '../../src/auth/names.ts';
import { gateBefore } from '../support/gate.ts';
import type { TokenProgramRun } from '../support/run-token.ts';
import { githubSite, type TokenSite } from '../support/token-site.ts';

const NOT_FOUND: WireFault = {
  kind: 'answer',
  status: 404,
  body: '{"error":{"code":"not_found","message":"No such route."}}',
};
const NOT_ALLOWED: WireFault = { kind: 'answer', status: 405 };
const HTML: WireFault = {
  kind: 'answer',
  status: 404,
  headers: { 'content-type': 'text/html' },
  body: '<html>nothing here</html>',
};

const always = (on: Operation, fault: WireFault, more: Partial<FaultRule> = {}): FaultRule => ({
  on,
  times: 'always',
  do: fault,
  ...more,
});

async function rotated(faults: readonly FaultRule[], more: Partial<TokenProgramRun> = {}) {
  const site = await githubSite({ scenario: { faults } });
  const result = await site.run(more);
  return {
    site,
    result,
    said: result.page.join('\n'),
    verdict: `${result.exitStatus} ${result.outputs['failure-code']}`.trim(),
  };
}

async function assertUntouched(site: TokenSite): Promise<void> {
  expect({
    alive: site.alive(),
    stored: await site.stored(),
    written: site.keeper.written(),
  }).toEqual({
    alive: ['deploy'],
    stored: 'deploy',
    written: [],
  });
}

async function assertReplaced(site: TokenSite): Promise<void> {
  expect(site.alive()).toEqual([expect.stringMatching(/^deploy-\d{4}/)]);
  expect(site.alive()).toEqual([await site.stored()]);
}

test.each([
  ['404', NOT_FOUND],
  ['405', NOT_ALLOWED],
  ['404 with a page', HTML],
] as const)(
  'if listing answers %s, the rotation uses the exact name, with a warning',
  async (_, fault) => {
    const { site, result, said } = await rotated([always('token.list', fault)]);
    expect({ exitStatus: result.exitStatus, said }).toMatchObject({ exitStatus: 0 });
    expect(said).toMatch(/Only "deploy" itself can be read.*`list-form`/s);
    await assertReplaced(site);
  },
);

test('if tokens cannot be listed, the next rotation gets the full name', async () => {
  const { site } = await rotated([always('token.list', NOT_FOUND)]);
  const [name = ''] = site.alive();
  const blind = await site.run();
  expect(`${blind.exitStatus} ${blind.outputs['failure-code']}`).toBe('4 not-found');
  expect(blind.page.join('\n')).toMatch(/`token-name` must be the full name/);
  expect((await site.run({ inputs: { 'token-name': name } })).exitStatus).toBe(0);
  expect(site.alive()).not.toContain(name);
  await assertReplaced(site);
});

test.each([
  ['404', NOT_FOUND, /doesn't have the request that revokes tokens/],
  ['405', NOT_ALLOWED, /doesn't have the request that revokes tokens/],
  ['403', { kind: 'answer', status: 403 }, /Outpost answered 403/],
  ['500', { kind: 'answer', status: 500 }, /Outpost answered 500/],
  [
    '204, and does nothing',
    { kind: 'answer', status: 204 },
    /accepted the request, but still shows the token/,
  ],
] as const)(
  'if revoking answers %s, the new token is stored, and the report names the old one to revoke',
  async (_, fault, why) => {
    const { site, result, said, verdict } = await rotated([always('token.revoke', fault)]);
    expect(verdict).toBe('10 token-not-revoked');
    expect(said).toMatch(/Revoke "deploy" yourself in Settings > Access Tokens/);
    expect(said).toMatch(why);
    expect(result.report).toMatchObject({ status: 'rotated', left: ['deploy'], revoked: [] });
    expect(site.alive()).toEqual(['deploy', await site.stored()]);
    expect(await site.stored()).toBe(result.outputs['stored-name']);
  },
);

test('a token that cannot create tokens: the message says which token to use', async () => {
  const site = await githubSite();
  const result = await site.run({ token: site.first });
  expect(`${result.exitStatus} ${result.outputs['failure-code']}`).toBe('3 token-scope-missing');
  expect(result.page.join('\n')).toMatch(/Put a token that can manage tokens into OUTPOST_TOKEN/);
  await assertUntouched(site);
});

const lostCreations: readonly (readonly [string, WireFault, boolean, string])[] = [
  ['lost', { kind: 'reset' }, true, '8 unavailable'],
  ['never received', { kind: 'reset' }, false, '8 unavailable'],
  ['cut', { kind: 'cut' }, true, '8 unavailable'],
  ['a 500 after it was made', { kind: 'answer', status: 500 }, true, '8 unavailable'],
  ['a page', { kind: 'answer', status: 200, body: '<html></html>' }, true, '4 unexpected-answer'],
  [
    'without the value',
    { kind: 'answer', status: 201, body: '{"name":"deploy"}' },
    true,
    '4 unexpected-answer',
  ],
  ['409', { kind: 'answer', status: 409 }, false, '4 conflict'],
  ['422', { kind: 'answer', status: 422 }, false, '4 refused'],
];

test.each(lostCreations)(
  'the answer with the new token is %s: nothing is left over',
  async (_, fault, afterHandling, expected) => {
    const { site, verdict } = await rotated([{ on: 'token.create', do: fault, afterHandling }]);
    expect(verdict).toBe(expected);
    expect(site.issued).toHaveLength(afterHandling ? 3 : 2);
    await assertUntouched(site);
    expect((await site.run()).exitStatus).toBe(0);
    await assertReplaced(site);
  },
);

test('the answer with the new token is lost, and it cannot be revoked: the report names it, and the next rotation revokes it', async () => {
  const unrevoked = { on: 'token.revoke', times: 1, do: NOT_ALLOWED } as const;
  const { site, said, verdict } = await rotated([
    { on: 'token.create', do: { kind: 'reset' }, afterHandling: true },
    unrevoked,
  ]);
  expect(verdict).toBe('8 unavailable');
  const [, stray = 'none'] = site.alive();
  expect(said).toContain(`The new token "${stray}" may be left over`);
  expect(await site.stored()).toBe('deploy');
  site.pass(LONGEST_RUN_MS + 5_000);
  expect((await site.run()).exitStatus).toBe(0);
  await assertReplaced(site);
});

test.each([
  ['404', { on: 'token.get', do: NOT_FOUND }, '4 not-found'],
  ['401', { on: 'token.get', do: { kind: 'answer', status: 401 } }, '3 token-rejected'],
  [
    'a page',
    { on: 'token.get', times: 4, do: { kind: 'answer', status: 200, body: '<html></html>' } },
    '4 unexpected-answer',
  ],
] as const)(
  'the new token is tried before it is stored, and %s revokes it',
  async (_, rule, expected) => {
    const { site, verdict } = await rotated([rule]);
    expect(verdict).toBe(expected);
    await assertUntouched(site);
  },
);

test('the new token cannot be tried once it is stored: both stay', async () => {
  const { site, said, verdict } = await rotated([
    { on: 'token.get', skip: 1, times: 9, do: { kind: 'answer', status: 503 } },
  ]);
  expect(verdict).toBe('7 outcome-unknown');
  expect(said).toMatch(/it is stored, but couldn't be tried again/);
  expect(site.alive()).toEqual(['deploy', await site.stored()]);
});

test('inputs can change the requests', async () => {
  const { site } = { site: await githubSite() };
  const words: Readonly<Record<string, string>> = { 'POST /v9/tokens/list': 'GET /auth/v1/pat' };
  const gate = await gateBefore(site.emulator.origin, (request) => {
    const [line = '', query] = request.split('?');
    const listed = words[line];
    if (listed !== undefined) return `${listed}?${query}`;
    return request
      .replace(/^PUT \/v9\/(.*)\/end$/, 'DELETE /auth/v1/pat/$1')
      .replace(/^PUT \/v9\/(.*)\/again$/, 'POST /auth/v1/pat/$1/regenerate');
  });
  const inputs = {
    origin: gate.origin,
    'list-form': 'POST /v9/tokens/list',
    'revoke-form': 'PUT /v9/{name}/end',
    'regenerate-form': 'PUT /v9/{name}/again',
  };
  expect((await site.run({ inputs })).exitStatus).toBe(0);
  await assertReplaced(site);
  const before = site.keeper.value();
  const again = await site.run({ inputs: { ...inputs, strategy: 'regenerate' } });
  expect({ exitStatus: again.exitStatus, page: again.page }).toMatchObject({ exitStatus: 0 });
  expect(site.keeper.value()).not.toBe(before);
  await assertReplaced(site);
});
