import { expect, test } from '@jest/globals';
import { runCli } from '../support/run-cli.ts';
import type { TokenProgramRun, TokenResult } from '../support/run-token.ts';
import type { StoreName } from '../support/token-keepers.ts';
import { siteWith, type TokenSite } from '../support/token-site.ts';

const PLACE: Readonly<Record<StoreName, Readonly<Record<string, string>>>> = {
  github: { store: 'github', repository: 'acme/web' },
  gitlab: { store: 'gitlab', project: 'acme/web' },
};

/** Runs a command as on somebody's laptop. */
function run(
  site: TokenSite,
  store: StoreName,
  verb: NonNullable<TokenProgramRun['verb']>,
  name: string,
  inputs: Readonly<Record<string, string>> = {},
  token = site.asker(),
): Promise<TokenResult> {
  return site.runPlain({
    host: 'shell',
    verb,
    args: [name],
    token,
    inputs: {
      origin: site.emulator.origin,
      ...(verb === 'revoke' ? {} : { 'api-url': site.keeper.server.url, ...PLACE[store] }),
      ...inputs,
    },
  });
}

async function deploys(site: TokenSite): Promise<number | null> {
  const inputs = {
    service: 'acme/web',
    branch: 'main',
    'token-name': 'deploy',
    origin: site.emulator.origin,
  };
  return (await runCli({ host: 'shell', inputs, token: site.keeper.value(), clock: site.clock }))
    .exitStatus;
}

const stores = ['github', 'gitlab'] as const;

test.each(stores)(
  '%s: create makes a token, even if there is no secret yet, and never prints it',
  async (store) => {
    const site = await siteWith(store);
    const inputs = { 'secret-name': 'NEW_TOKEN', scopes: 'service,repo' };
    const made = await run(site, store, 'create', 'pipeline', inputs);
    expect({ exitStatus: made.exitStatus, seen: made.seen }).toMatchObject({ exitStatus: 0 });
    const [, name = ''] = /"(pipeline-[^"]+)" is stored and works/.exec(made.seen) ?? [];
    expect(site.emulator.world.tokens.find('ada', name)?.scopes).toEqual(['service', 'repo']);
    const again = await run(site, store, 'create', 'pipeline', inputs);
    expect(again.exitStatus).toBe(4);
    expect(again.seen).toMatch(/it already exists.*token rotate/s);
    const unsaid = await run(site, store, 'create', 'other', {});
    expect(unsaid.exitStatus).toBe(2);
    expect(unsaid.seen).toMatch(/`scopes` is missing/);
  },
);

test.each(stores)(
  '%s: compromised revokes the token, stores a new one, and a deploy with it works',
  async (store) => {
    const site = await siteWith(store);
    const { exitStatus, seen } = await run(site, store, 'compromised', 'deploy');
    expect({ exitStatus, seen }).toMatchObject({ exitStatus: 0 });
    expect(seen).toMatch(/"deploy" was never used|was last used on/);
    expect(seen.indexOf('anything that still uses it')).toBeLessThan(
      seen.indexOf('Created "deploy-'),
    );
    expect(site.alive()).toEqual([await site.stored()]);
    expect(await deploys(site)).toBe(0);
  },
);

test('compromised works from an expired family, and from a revoked one with --scopes', async () => {
  const site = await siteWith('github');
  const old = site.emulator.world.tokens.find('ada', 'deploy');
  if (old !== undefined) old.expiresAtMs = site.now() - 1;
  expect((await run(site, 'github', 'compromised', 'deploy')).exitStatus).toBe(0);
  expect(await deploys(site)).toBe(0);
  for (const name of site.alive()) site.emulator.world.revokeToken('ada', name);
  expect((await run(site, 'github', 'compromised', 'deploy')).exitStatus).toBe(2);
  expect(
    (await run(site, 'github', 'compromised', 'deploy', { scopes: 'service' })).exitStatus,
  ).toBe(0);
  expect(await deploys(site)).toBe(0);
});

test('compromised, run with the leaked token itself: the new one is stored before the leaked one is revoked', async () => {
  const site = await siteWith('github', { asker: 'itself' });
  const { exitStatus, seen } = await run(site, 'github', 'compromised', 'deploy');
  expect({ exitStatus, seen }).toMatchObject({ exitStatus: 0 });
  expect(seen.indexOf('Created "deploy-')).toBeLessThan(
    seen.indexOf('anything that still uses it'),
  );
  expect(site.alive()).toEqual([await site.stored()]);
});

test('compromised, and the store is unreachable: the leaked token is revoked anyway, and the report says so', async () => {
  const site = await siteWith('github');
  site.keeper.server.failNext({ mode: 'status', status: 403, method: 'PUT', times: 99 });
  const { exitStatus, seen } = await run(site, 'github', 'compromised', 'deploy');
  expect(exitStatus).toBe(4);
  expect(seen).toMatch(/The leaked token is revoked \("deploy"\), but no new one is stored/);
  expect(site.alive()).toEqual([]);
});

test('compromised, and Outpost has no request to revoke: the new one is stored, and the report names the old one', async () => {
  const site = await siteWith('github', {
    scenario: {
      faults: [{ on: 'token.revoke', times: 'always', do: { kind: 'answer', status: 404 } }],
    },
  });
  const { exitStatus, seen } = await run(site, 'github', 'compromised', 'deploy');
  expect(exitStatus).toBe(10);
  expect(seen).toMatch(/is stored and works[\s\S]*Revoking "deploy"/);
  expect(await deploys(site)).toBe(0);
});

test('revoke takes the base name after a rotation, and revokes all of it', async () => {
  const site = await siteWith('github');
  await site.run({ inputs: { overlap: '12h' } });
  expect(site.alive()).toHaveLength(2);
  const { exitStatus, seen } = await run(site, 'github', 'revoke', 'deploy', { json: 'true' });
  expect(exitStatus).toBe(0);
  expect(JSON.parse(seen).revoked).toHaveLength(2);
  expect(site.alive()).toEqual([]);
});

test('revoke of a dated name leaves the others', async () => {
  const site = await siteWith('github');
  await site.run({ inputs: { overlap: '12h' } });
  const stored = (await site.stored()) ?? '';
  expect((await run(site, 'github', 'revoke', stored)).exitStatus).toBe(0);
  expect(site.alive()).toEqual(['deploy']);
});

test('revoke of the token in use: a warning, and it comes last', async () => {
  const site = await siteWith('github', { asker: 'itself' });
  const { exitStatus, seen } = await run(site, 'github', 'revoke', 'deploy');
  expect(exitStatus).toBe(0);
  expect(seen).toMatch(
    /You are revoking a token that is in use|seems to be the token in OUTPOST_TOKEN/,
  );
  expect(site.alive()).toEqual([]);
});

test.each(['revoke', 'create', 'compromised'] as const)(
  '%s refuses a value instead of a name, and sends nothing',
  async (verb) => {
    const site = await siteWith('github');
    const { exitStatus, seen } = await run(site, 'github', verb, site.first);
    expect(exitStatus).toBe(2);
    expect(seen).toMatch(/looks like the value of a token/);
    expect(site.emulator.requests).toEqual([]);
  },
);

test('create, compromised and rotate print only JSON with --json', async () => {
  const site = await siteWith('github');
  const json = { json: 'true' };
  const made = await run(site, 'github', 'create', 'other', { ...json, scopes: 'service' });
  expect(JSON.parse(made.seen)).toMatchObject({ token_name: expect.stringMatching(/^other-/) });
  const drill = await run(site, 'github', 'compromised', 'other', json);
  expect(JSON.parse(drill.seen)).toMatchObject({ revoked: [expect.stringMatching(/^other-/)] });
  const rotated = await site.runPlain({
    host: 'shell',
    verb: 'rotate',
    token: site.asker(),
    inputs: {
      origin: site.emulator.origin,
      'api-url': site.keeper.server.url,
      ...PLACE.github,
      'token-name': 'other',
      ...json,
    },
  });
  expect(JSON.parse(rotated.seen)).toMatchObject({ status: 'unchanged' });
  const failed = await run(site, 'github', 'create', 'other', { ...json, scopes: 'service' });
  expect(JSON.parse(failed.seen)).toMatchObject({ failure: { code: 'conflict' } });
});
