import { expect, test } from '@jest/globals';
import type { GithubStore } from '../../simulators/stores/github-store.ts';
import type { Access } from '../../simulators/stores/github-world.ts';
import { runCli } from '../support/run-cli.ts';
import type { TokenResult } from '../support/run-token.ts';
import {
  type GithubPlaceOptions,
  type GitlabPlaceOptions,
  SECRET,
  VARIABLE,
} from '../support/token-keepers.ts';
import { askers, githubSite, gitlabSite, siteWith, type TokenSite } from '../support/token-site.ts';

/** Rotates once, and checks that the old token is revoked and the stored one works. */
async function rotate(
  site: TokenSite,
  more: Parameters<TokenSite['run']>[0] = {},
): Promise<TokenResult> {
  const { emulator, first, issued } = site;
  const result = await site.run(more);
  expect({ exitStatus: result.exitStatus, stderr: result.stderr }).toEqual({
    exitStatus: 0,
    stderr: '',
  });
  const [name] = site.alive();
  expect(site.alive()).toEqual([
    expect.stringMatching(/^deploy-\d{4}-\d\d-\d\d-\d{6}-[a-z0-9]{4}$/),
  ]);
  expect(result.outputs).toMatchObject({
    status: 'rotated',
    'stored-name': name,
    'failure-code': '',
  });
  const inThirtyDays = new Date(site.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  expect(result.outputs['token-expires-at']?.slice(0, 10)).toBe(inThirtyDays);
  expect(result.report).toMatchObject({
    status: 'rotated',
    token_name: name,
    revoked: ['deploy'],
    left: [],
  });
  expect(emulator.world.tokens.nameOf(first)).toBeUndefined();
  expect(
    (
      await fetch(`${emulator.origin}/auth/v1/users`, {
        headers: { authorization: `Bearer ${first}` },
      })
    ).status,
  ).toBe(401);
  expect(await site.stored()).toBe(name);
  expect(site.keeper.value()).toBe(issued.at(-1));
  expect(site.keeper.holdsProbe()).toBe(false);
  return result;
}

test.each(askers)(
  '%s, run by %s: the old token is dead, the stored one deploys under the old name, nothing leaks',
  async (store, asker) => {
    const site = await siteWith(store, { asker });
    const { emulator, clock } = site;
    const scopes = emulator.world.tokens.find('ada', 'deploy')?.scopes;
    const { outputs } = await rotate(site);
    // Pipelines continue to use the base name.
    const inputs = {
      service: 'acme/web',
      branch: 'main',
      'token-name': 'deploy',
      origin: emulator.origin,
      'least-privilege': 'off',
    };
    const deploy = await runCli({ host: 'shell', inputs, token: site.keeper.value(), clock });
    expect({ exitStatus: deploy.exitStatus, stdout: deploy.stdout }).toMatchObject({
      exitStatus: 0,
    });
    const expected = {
      name: outputs['stored-name'],
      held: scopes,
      expires_at: outputs['token-expires-at'],
    };
    expect(deploy.report?.token).toMatchObject(expected);
  },
);

test.each(askers)(
  '%s, run by %s, three times in a row: each replaces the token of the previous one',
  async (store, asker) => {
    const site = await siteWith(store, { asker });
    const names: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      expect((await site.run()).exitStatus).toBe(0);
      expect(site.alive()).toEqual([await site.stored()]);
      names.push(...site.alive());
    }
    expect(new Set(names).size).toBe(3);
  },
);

const githubPlaces: readonly (readonly [string, GithubPlaceOptions])[] = [
  [
    'an environment',
    { place: { ...SECRET, environment: 'production' }, inputs: { environment: 'production' } },
  ],
  [
    'an environment with a slash in its name',
    {
      store: { repositories: [{ name: 'acme/web', environments: ['eu/west 1'] }] },
      place: { ...SECRET, environment: 'eu/west 1' },
      inputs: { environment: 'eu/west 1' },
    },
  ],
  [
    'another repository, under another name',
    {
      store: { repositories: [{ name: 'acme/web' }, { name: 'acme/shop.js' }] },
      place: { repository: 'acme/shop.js', name: 'DEPLOY_TOKEN' },
      inputs: { repository: 'acme/shop.js', 'secret-name': 'DEPLOY_TOKEN' },
    },
  ],
  ['an Enterprise Server with /api/v3', { store: { prefix: '/api/v3' } }],
];

test.each(githubPlaces)('GitHub: %s', async (_, options) => {
  await rotate(await githubSite(options));
});

const repositories = Array.from({ length: 230 }, (_, index) => ({ name: `acme/part-${index}` }));

test.each([
  ['all', 0],
  ['private', 0],
  ['selected', 0],
  ['selected', 3],
  ['selected', 100],
  ['selected', 201],
] as const)(
  'GitHub: the secret of an organization stays visible as it was: %s (%i repositories)',
  async (visibility, count) => {
    const place = { organization: 'acme', name: 'OUTPOST_TOKEN' };
    const chosen = repositories.slice(5, 5 + count);
    const accessIn = (of: GithubStore): Access => ({
      visibility,
      selectedRepositoryIds: chosen.map(({ name }) => of.repositoryId(name)),
    });
    const site = await githubSite({
      store: { repositories: [{ name: 'acme/web' }, ...repositories] },
      place,
      inputs: { organization: 'acme' },
      access: accessIn,
    });
    const { store } = site.keeper;
    await rotate(site, { env: { GITHUB_REPOSITORY: '' } });
    expect(store.accessOf(place)).toEqual(accessIn(store));
    // No repository could see the probe.
    const probe = store.writes.find(
      ({ name, action }) => name === 'OUTPOST_ROTATION_CHECK' && action === 'created',
    );
    expect(probe?.access).toEqual({ visibility: 'selected', selectedRepositoryIds: [] });
  },
);

const gitlabPlaces: readonly (readonly [string, GitlabPlaceOptions])[] = [
  ['a group', { place: { group: 'acme', key: 'OUTPOST_TOKEN' }, inputs: { group: 'acme' } }],
  [
    'a subgroup',
    {
      store: { groups: ['acme/eu'] },
      place: { group: 'acme/eu', key: 'OUTPOST_TOKEN' },
      inputs: { group: 'acme/eu' },
    },
  ],
  [
    'another project, by its path',
    {
      store: { projects: ['acme/web', 'acme/shops/eu.1'] },
      place: { project: 'acme/shops/eu.1', key: 'DEPLOY_TOKEN' },
      inputs: { project: 'acme/shops/eu.1', 'secret-name': 'DEPLOY_TOKEN' },
    },
  ],
  ['hidden', { fields: { masked: true, hidden: true, protected: true } }],
  [
    'neither masked nor protected, and described',
    { fields: { masked: false, protected: false, description: 'for deploys' } },
  ],
  ['raw', { fields: { masked: true, protected: false, raw: true } }],
  [
    'an environment scope',
    {
      place: { project: 'acme/web', key: 'OUTPOST_TOKEN', scope: 'production/*' },
      inputs: { 'environment-scope': 'production/*' },
    },
  ],
];

test.each(gitlabPlaces)(
  'GitLab: %s: everything but the value stays as it was',
  async (_, options) => {
    const site = await gitlabSite(options);
    const place = options.place ?? VARIABLE;
    const before = site.keeper.store.variableOf(place);
    await rotate(site);
    expect(site.keeper.store.variableOf(place)).toEqual({ ...before, value: site.keeper.value() });
  },
);

test('GitLab: of several variables of one name, only the one in the scope is written', async () => {
  const scope = 'production';
  const site = await gitlabSite({
    place: { project: 'acme/web', key: 'OUTPOST_TOKEN', scope },
    inputs: { 'environment-scope': scope },
  });
  const other = { project: 'acme/web', key: 'OUTPOST_TOKEN' };
  site.keeper.store.seed(other, 'some-other-value');
  expect((await site.run()).exitStatus).toBe(0);
  expect(site.keeper.store.secretOf(other)).toBe('some-other-value');
  expect(site.alive()).toEqual([await site.stored()]);
});

test.each([
  ['github', 'gitlab', { store: 'gitlab', project: '101' }],
  ['shell', 'github', { store: 'github', repository: 'acme/web' }],
  ['shell', 'gitlab', { store: 'gitlab', project: '101' }],
  ['gitlab', 'github', { store: 'github', repository: 'acme/web' }],
] as const)(
  'in a job on %s, the token is kept on %s: only the inputs say where',
  async (host, store, inputs) => {
    const site = await siteWith(store);
    const nothing = {
      GITHUB_API_URL: undefined,
      CI_API_V4_URL: undefined,
      GITHUB_REPOSITORY: undefined,
      CI_PROJECT_ID: undefined,
    };
    await rotate(site, {
      host,
      inputs: { ...inputs, 'api-url': site.keeper.server.url },
      env: nothing,
    });
  },
);
