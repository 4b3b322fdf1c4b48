import { expect, test } from '@jest/globals';
import { gateBefore } from '../support/gate.ts';
import { runCli } from '../support/run-cli.ts';
import { saidOf, type TokenResult } from '../support/run-token.ts';
import { SECRET, VARIABLE } from '../support/token-keepers.ts';
import { githubSite, gitlabSite, siteWith, type TokenSite } from '../support/token-site.ts';

// What a rotation does for jobs that are still running, and for all places of one token.

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const USUAL = { 'rotate-after': '6d', overlap: '12h' };

const verdict = ({ exitStatus, outputs }: TokenResult): string =>
  `${exitStatus} ${outputs['status']} ${outputs['failure-code']}`.trim();

test.each(['github', 'gitlab'] as const)(
  '%s: daily runs leave a young token alone, replace an old one, and revoke its predecessor a day later',
  async (store) => {
    const site = await siteWith(store);
    const days: string[] = [];
    for (let day = 0; day < 9; day += 1) {
      site.pass(DAY_MS);
      const result = await site.run({ inputs: USUAL });
      const stored = await site.stored();
      expect(stored).toBe(result.outputs['stored-name']);
      days.push(`${verdict(result)}, alive ${site.alive().length}`);
      expect(await site.stored()).toBe(site.keeper.names()[0] ?? 'deploy');
    }
    expect(days).toEqual([
      ...Array.from({ length: 5 }, () => '0 unchanged, alive 1'),
      '0 rotated, alive 2',
      ...Array.from({ length: 3 }, () => '0 unchanged, alive 1'),
    ]);
  },
);

test('a deploy that starts before a rotation and ends after it succeeds', async () => {
  const site = await githubSite({
    scenario: { rollout: [{ status: 'deploying', ms: 60_000 }, { status: 'running' }] },
  });
  const { emulator, clock } = site;
  const gate = await gateBefore(emulator.origin);
  const held = gate.hold(2, 'before');
  const inputs = {
    service: 'acme/web',
    branch: 'main',
    'token-name': 'deploy',
    origin: gate.origin,
  };
  const deploy = runCli({ host: 'shell', inputs, token: site.first, clock });
  await held.reached;
  const rotation = await site.run({ inputs: { overlap: '12h' } });
  expect(verdict(rotation)).toBe('0 rotated');
  expect(rotation.report?.kept.map(({ name }) => name)).toEqual(['deploy']);
  held.release();
  expect((await deploy).exitStatus).toBe(0);
});

test('a job that began before a rotation without overlap is told to run again', async () => {
  const site = await githubSite();
  await site.run();
  const inputs = { service: 'acme/web', branch: 'main', origin: site.emulator.origin };
  const { exitStatus, stderr } = await runCli({
    host: 'shell',
    inputs,
    token: site.first,
    clock: site.clock,
  });
  expect(exitStatus).toBe(3);
  expect(stderr).toMatch(/If a rotation replaced it after this job started, run the job again/);
});

test('if an earlier step replaced the token in use, the message says so', async () => {
  const site = await githubSite({ asker: 'itself' });
  const { first } = site;
  await site.run();
  const { exitStatus, report } = await site.run({ token: first });
  expect(exitStatus).toBe(3);
  expect(report?.failure?.hint).toMatch(
    /The token in OUTPOST_TOKEN.*earlier step of this job replaced it, run the job again/,
  );
});

const production = { ...SECRET, environment: 'production' };

test('GitHub: one token in two secrets: rotating only one does not count for the other', async () => {
  const site = await githubSite({ also: [production] });
  const { keeper } = site;
  const one = await site.run({ inputs: { environment: 'production' } });
  expect(verdict(one)).toBe('0 rotated');
  expect(one.page.join('\n')).toMatch(
    /Another secret|doesn't change the secret OUTPOST_TOKEN of the repository acme\/web/s,
  );
  // The repository's secret no longer works. A rotation there must not revoke the token in
  // production.
  site.pass(HOUR_MS);
  const other = await site.run();
  expect(verdict(other)).toBe('4 failed not-found');
  expect(saidOf(other)).toMatch(
    /was last changed before any active token named "deploy" was created/,
  );
  expect((await site.storedInAll())[1]).toBe(one.outputs['stored-name']);
  expect(keeper.written()).toHaveLength(1);
});

test('GitHub: the other way around, it names secrets of environments, but not those of another token', async () => {
  const staging = { ...SECRET, environment: 'staging' };
  const site = await githubSite({
    also: [production],
    store: {
      repositories: [{ name: 'acme/web', environments: ['production', 'staging', 'empty'] }],
    },
  });
  const { store } = site.keeper;
  const other = site.emulator.world.createToken({ name: 'staging', scopes: ['service'] });
  store.seed(staging, other);
  store.setVariable({ ...staging, name: 'OUTPOST_TOKEN_NAME' }, 'staging');
  const one = await site.run();
  expect(verdict(one)).toBe('0 rotated');
  const page = one.page.join('\n');
  expect(page).toMatch(
    /doesn't change the secret OUTPOST_TOKEN of the environment production of acme\/web\. If/,
  );
  expect(page).not.toMatch(/environment (?:staging|empty)/);
});

test('GitHub: all kinds of places at once', async () => {
  const places = [
    production,
    { organization: 'acme', name: 'OUTPOST_TOKEN' },
    { ...SECRET, area: 'dependabot' },
    { ...SECRET, area: 'codespaces' },
  ] as const;
  const site = await githubSite({
    also: places,
    inputs: {
      places: 'repository\nenvironment:production\norganization\ndependabot\ncodespaces',
    },
  });
  const { store } = site.keeper;
  const result = await site.run();
  expect({ verdict: verdict(result), page: result.page }).toMatchObject({ verdict: '0 rotated' });
  const values = [SECRET, ...places].map((place) => store.secretOf(place));
  expect(new Set(values).size).toBe(1);
  expect(site.alive()).toEqual([await site.stored()]);
  expect(result.report?.places).toHaveLength(5);
  const named = { ...SECRET, name: 'OUTPOST_TOKEN_NAME' };
  expect(store.variableOf(named)).toBe(await site.stored());
});

test('GitLab: it names variables of the same key in other scopes before it revokes anything', async () => {
  const site = await gitlabSite();
  const other = { project: 'acme/web', key: VARIABLE.key, scope: 'review/*' };
  site.keeper.store.seed(other, site.first);
  const { page } = await site.run();
  const text = page.join('\n');
  expect(text).toMatch(/doesn't change .*OUTPOST_TOKEN \(review\/\*\) of the project 101/s);
  expect(text.indexOf('review/*')).toBeLessThan(text.indexOf('Stored it'));
  // A variable with another value holds another token.
  const apart = await gitlabSite();
  apart.keeper.store.seed(other, 'some-other-value');
  expect((await apart.run()).page.join('\n')).not.toMatch(/review/);
});

test('GitLab: a place with a value that Outpost rejects stops the rotation', async () => {
  const site = await gitlabSite();
  site.keeper.store.seed({ project: 'acme/web', key: 'OTHER' }, 'glpat-something-else', {});
  const result = await site.run({ inputs: { 'secret-name': 'OTHER' } });
  expect(verdict(result)).toBe('4 failed not-found');
  expect(saidOf(result)).toMatch(/Outpost rejects the value of the variable OTHER/);
  expect(site.alive()).toEqual(['deploy']);
});

test.each(['github', 'gitlab'] as const)(
  '%s: a store that accepts the value but keeps the old one: nothing is revoked',
  async (store) => {
    const site = await siteWith(store);
    site.keeper.server.failNext({
      mode: 'status',
      status: store === 'github' ? 204 : 200,
      method: 'PUT',
      pathPattern: /OUTPOST_TOKEN$/,
    });
    const result = await site.run();
    expect(verdict(result)).toBe('7 unknown outcome-unknown');
    expect(saidOf(result)).toMatch(/accepted the new value, but still shows/);
    expect(await site.stored()).toBe('deploy');
    site.pass(HOUR_MS);
    expect(verdict(await site.run())).toBe('0 rotated');
    expect(site.alive()).toEqual([await site.stored()]);
  },
);

test('a credential that cannot write variables: a notice, and the token is rotated', async () => {
  const site = await githubSite();
  const storeToken = site.keeper.store.issueToken({ secrets: 'write' });
  const secrets = (): readonly string[] => [...site.secrets(), storeToken];
  const { exitStatus, page } = await site.run({ storeToken, secrets });
  expect(exitStatus).toBe(0);
  expect(page.join('\n')).toMatch(/Couldn't write the variable.*Variables: write/s);
  expect(site.alive()).toEqual([await site.stored()]);
});

test('scopes narrows the new token at once, whatever the age of the old one', async () => {
  const site = await siteWithScopes(['service', 'repo', 'admin:org']);
  const copied = await site.run({ inputs: { ...USUAL, 'rotate-after': '0s' } });
  expect(copied.page.join('\n')).toMatch(/can do more than a deploy needs|It gets `admin:org`/);
  site.pass(HOUR_MS);
  const narrowed = await site.run({ inputs: { ...USUAL, scopes: 'service' } });
  expect({ verdict: verdict(narrowed), page: narrowed.page }).toMatchObject({
    verdict: '0 rotated',
  });
  const name = narrowed.outputs['stored-name'] ?? '';
  expect(site.emulator.world.tokens.find('ada', name)?.scopes).toEqual(['service']);
  site.pass(HOUR_MS);
  expect(verdict(await site.run({ inputs: { ...USUAL, scopes: 'service' } }))).toBe('0 unchanged');
});

async function siteWithScopes(scopes: readonly string[]): Promise<TokenSite> {
  const site = await githubSite();
  site.emulator.world.revokeToken('ada', 'deploy');
  site.keeper.seed(site.emulator.world.createToken({ name: 'deploy', scopes }));
  site.pass(HOUR_MS);
  return site;
}

test("GitHub's secondary limit with Retry-After is waited for", async () => {
  const site = await githubSite();
  site.keeper.server.failNext({
    mode: 'status',
    status: 403,
    headers: { 'retry-after': '30' },
    body: { message: 'You have exceeded a secondary rate limit.' },
    method: 'PUT',
  });
  expect(verdict(await site.run())).toBe('0 rotated');
});

test("GitLab's reasons are shown, and a rate limit costs no extra requests", async () => {
  const site = await gitlabSite();
  site.keeper.server.failNext({
    mode: 'status',
    status: 400,
    body: { message: { base: ['Maximum number of project variables (8000) exceeded'] } },
    method: 'POST',
    times: 99,
  });
  const result = await site.run();
  expect(verdict(result)).toBe('4 failed store-refused');
  expect(saidOf(result)).toMatch(/Maximum number of project variables \(8000\) exceeded/);
  expect(site.keeper.server.requests.length).toBeLessThanOrEqual(4);
});

test('the clocks of Outpost and the store differ by weeks: a killed rotation is still recognized', async () => {
  const site = await githubSite({ scenario: { clockOffsetMs: 40 * DAY_MS } });
  expect(verdict(await site.run({ inputs: USUAL }))).toBe('0 unchanged');
  site.pass(7 * DAY_MS);
  expect(verdict(await site.run({ inputs: USUAL }))).toBe('0 rotated');
  site.pass(DAY_MS);
  expect(verdict(await site.run({ inputs: USUAL }))).toBe('0 unchanged');
  expect(site.alive()).toEqual([await site.stored()]);
});

test.each(['github', 'gitlab'] as const)(
  '%s: an expired leftover of the base name does not stop the next rotation, and is removed from the list',
  async (store) => {
    const site = await siteWith(store, {
      scenario: { faults: [{ on: 'token.revoke', times: 1, do: { kind: 'answer', status: 404 } }] },
    });
    expect((await site.run()).exitStatus).toBe(10);
    expect(site.alive()).toHaveLength(2);
    const old = site.emulator.world.tokens.find('ada', 'deploy');
    if (old !== undefined) old.expiresAtMs = site.now();
    site.pass(2 * DAY_MS);
    const result = await site.run({ inputs: USUAL });
    expect(result.exitStatus).toBe(0);
    expect(site.alive()).toEqual([await site.stored()]);
  },
);
