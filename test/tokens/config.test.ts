import { expect, test } from '@jest/globals';
import type { RawTokenInputs } from '../../src/inputs/token-table.ts';
import { Failure } from '../../src/lib/failure.ts';
import {
  readListConfig,
  readReportConfig,
  readRevokeConfig,
  readRotateConfig,
} from '../../src/tokens/config.ts';
import type { StoreDefaults } from '../../src/tokens/place-inputs.ts';

const NOWHERE: StoreDefaults = {
  store: undefined,
  repository: undefined,
  project: undefined,
  apiUrl: undefined,
};
const GITHUB: StoreDefaults = {
  ...NOWHERE,
  store: 'github',
  repository: 'acme/web',
  apiUrl: 'https://ghe.example/api/v3',
};
const GITLAB: StoreDefaults = {
  ...NOWHERE,
  store: 'gitlab',
  project: '101',
};

function problemsOf(read: () => unknown): string {
  try {
    read();
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === 'config-invalid') return thrown.happened;
    throw thrown;
  }
  return '';
}

const NAMED: RawTokenInputs = { 'token-name': 'deploy' };

const github = (at: object): object => ({ places: [{ store: 'github', at }] });
const gitlab = (at: object): object => ({ places: [{ store: 'gitlab', at }] });
const web = { owner: 'acme', repository: 'web' };

const read: readonly (readonly [string, RawTokenInputs, StoreDefaults, object])[] = [
  [
    'GitHub, by what the job says',
    NAMED,
    GITHUB,
    {
      ...github({ kind: 'repository', ...web }),
      secretName: 'OUTPOST_TOKEN',
      apiUrl: new URL('https://ghe.example/api/v3'),
      strategy: 'replace',
      expiresInDays: 30,
      scopes: undefined,
      overlapMs: 12 * 3_600_000,
      rotateAfterMs: 6 * 86_400_000,
      dryRun: false,
    },
  ],
  [
    'GitLab, by what the job says: its API is gitlab.com, whatever the job’s variables are',
    NAMED,
    GITLAB,
    {
      ...gitlab({ kind: 'project', id: '101', environmentScope: '*' }),
      apiUrl: new URL('https://gitlab.com/api/v4'),
    },
  ],
  [
    'GitLab, with its path',
    { ...NAMED, 'api-url': 'https://git.example/gitlab/api/v4' },
    GITLAB,
    { apiUrl: new URL('https://git.example/gitlab/api/v4') },
  ],
  [
    'a shell, on github.com',
    { ...NAMED, store: 'github', repository: 'acme/shop.js' },
    NOWHERE,
    {
      ...github({ kind: 'repository', owner: 'acme', repository: 'shop.js' }),
      apiUrl: new URL('https://api.github.com'),
    },
  ],
  [
    'a shell, on gitlab.com',
    { ...NAMED, store: 'gitlab', group: 'acme' },
    NOWHERE,
    {
      ...gitlab({ kind: 'group', id: 'acme', environmentScope: '*' }),
      apiUrl: new URL('https://gitlab.com/api/v4'),
    },
  ],
  [
    'Forgejo',
    { ...NAMED, store: 'forgejo', repository: 'acme/web', 'api-url': 'https://git.example/api/v1' },
    NOWHERE,
    { places: [{ store: 'forgejo', at: { kind: 'repository', ...web } }] },
  ],
  [
    'an organization',
    { ...NAMED, organization: 'acme' },
    GITHUB,
    github({ kind: 'organization', organization: 'acme' }),
  ],
  [
    'the other store than the job’s own: not at the address of the job’s own',
    { ...NAMED, store: 'gitlab', project: 'acme/web' },
    GITHUB,
    {
      ...gitlab({ kind: 'project', id: 'acme/web', environmentScope: '*' }),
      apiUrl: new URL('https://gitlab.com/api/v4'),
    },
  ],
  [
    'several places on GitHub',
    {
      ...NAMED,
      places:
        '- repository\n- environment:production\norganization, dependabot\ncodespaces\nrepository:acme/shop',
    },
    GITHUB,
    {
      places: [
        { kind: 'repository', ...web },
        { kind: 'environment', ...web, environment: 'production' },
        { kind: 'organization', organization: 'acme' },
        { kind: 'dependabot', ...web },
        { kind: 'codespaces', ...web },
        { kind: 'repository', owner: 'acme', repository: 'shop' },
      ].map((at) => ({ store: 'github', at })),
    },
  ],
  [
    'several places on GitLab, on one line as GitLab folds them',
    { ...NAMED, places: 'project@review/* project:acme/api@production group:acme' },
    GITLAB,
    {
      places: [
        { kind: 'project', id: '101', environmentScope: 'review/*' },
        { kind: 'project', id: 'acme/api', environmentScope: 'production' },
        { kind: 'group', id: 'acme', environmentScope: '*' },
      ].map((at) => ({ store: 'gitlab', at })),
    },
  ],
  [
    'times and scopes',
    { ...NAMED, overlap: '30m', 'rotate-after': '7d', scopes: 'service,repo' },
    GITHUB,
    { overlapMs: 1_800_000, rotateAfterMs: 7 * 86_400_000, scopes: ['service', 'repo'] },
  ],
  [
    'regenerate, which has no overlap',
    { ...NAMED, strategy: 'regenerate' },
    GITHUB,
    { overlapMs: 0 },
  ],
  ['60 days', { ...NAMED, 'expires-in-days': '60' }, GITHUB, { expiresInDays: 60 }],
  [
    'routes',
    { ...NAMED, 'list-form': 'GET /v2/tokens', 'revoke-form': 'POST /v2/{name}/revoke' },
    GITHUB,
    {
      routes: {
        list: { method: 'GET', path: '/v2/tokens' },
        revoke: { method: 'POST', path: '/v2/{name}/revoke' },
        regenerate: expect.anything(),
      },
    },
  ],
  [
    'a rehearsal on this machine',
    { ...NAMED, 'api-url': 'http://127.0.0.1:8080/api/v3/' },
    GITHUB,
    github({ kind: 'repository', ...web }),
  ],
];

test.each(read)('rotate reads %s', (_, inputs, defaults, expected) => {
  expect(readRotateConfig(inputs, defaults)).toMatchObject(expected);
});

const wrong: readonly (readonly [string, RawTokenInputs, StoreDefaults, readonly RegExp[]])[] = [
  [
    'nothing',
    {},
    NOWHERE,
    [
      /`token-name` is missing/,
      /`store` is missing.*keeps the token, `github`, `gitlab` or `forgejo`/,
    ],
  ],
  ['an unknown store', { ...NAMED, store: 'vault' }, NOWHERE, [/`store`/]],
  [
    'a secret without an owner',
    { ...NAMED, store: 'github' },
    NOWHERE,
    [/`repository` is missing.*`owner\/name`, or set `organization`/],
  ],
  [
    'a variable without an owner',
    { ...NAMED, store: 'gitlab' },
    NOWHERE,
    [/`project` is missing.*or set `group`/],
  ],
  [
    'inputs of the other store',
    { ...NAMED, project: '1', group: 'g' },
    GITHUB,
    [/`project` can't be used/, /`group` can't be used/],
  ],
  [
    'inputs of the other store, on GitLab',
    { ...NAMED, repository: 'a/b', environment: 'e', organization: 'o' },
    GITLAB,
    [/`repository` can't be used/, /`environment` can't be used/, /`organization` can't be used/],
  ],
  [
    'two places on GitHub',
    { ...NAMED, organization: 'acme', repository: 'a/b' },
    GITHUB,
    [/`organization` can't be combined/],
  ],
  [
    'two places on GitLab',
    { ...NAMED, project: '1', group: 'g' },
    GITLAB,
    [/`group` can't be combined with `project`/],
  ],
  [
    'many at once',
    {
      'token-name': 'x'.repeat(76),
      strategy: 'swap',
      'expires-in-days': '31',
      'secret-name': 'A-B',
      'dry-run': 'yes',
    },
    GITHUB,
    [
      /`token-name`.*75 characters/,
      /`strategy`.*regenerate/,
      /`expires-in-days`.*30/,
      /`secret-name`.*`A-B`/,
      /`dry-run`.*`yes`/,
    ],
  ],
  [
    'the secret that shows whether secrets can be written',
    { ...NAMED, 'secret-name': 'OUTPOST_ROTATION_CHECK' },
    GITHUB,
    [/`secret-name`.*is deleted/],
  ],
  [
    'the same in another case, which GitHub ignores',
    { ...NAMED, 'secret-name': 'outpost_rotation_check' },
    GITHUB,
    [/`secret-name`.*is deleted/],
  ],
  [
    'an API in clear',
    { ...NAMED, 'api-url': 'http://ghe.example/api/v3' },
    GITHUB,
    [/`api-url`.*https/],
  ],
  [
    'an API with a password',
    { ...NAMED, 'api-url': 'https://me:pass@ghe.example/' },
    GITHUB,
    [/`api-url`.*user name or password/],
  ],
  [
    'an API with a query',
    { ...NAMED, 'api-url': 'https://ghe.example/?a=b' },
    GITHUB,
    [/`api-url`.*without a query/],
  ],
  [
    'an API that is not an address',
    { ...NAMED, 'api-url': 'ghe.example' },
    GITHUB,
    [/`api-url`.*an https address/],
  ],
  [
    'an API of the runner in clear',
    NAMED,
    { ...GITHUB, apiUrl: 'http://ghe.example/api/v3' },
    [/the address of the runner's API:/],
  ],
  ['Forgejo without an address', { ...NAMED, store: 'forgejo' }, GITHUB, [/`api-url` is missing/]],
  [
    'places beside a single one',
    { ...NAMED, places: 'repository', environment: 'production' },
    GITHUB,
    [/`places` can't be combined with `environment`/],
  ],
  [
    'places of the other store',
    { ...NAMED, places: 'repository' },
    GITLAB,
    [/`places`: `repository` can't be used with `store: gitlab`/],
  ],
  [
    'an unknown kind of place',
    { ...NAMED, places: 'vault:acme' },
    GITHUB,
    [/`vault:acme` isn't a place/],
  ],
  [
    'an environment without a name',
    { ...NAMED, places: 'environment' },
    GITHUB,
    [/which environment/],
  ],
  [
    'a repository without an owner',
    { ...NAMED, places: 'repository:web' },
    GITHUB,
    [/owner\/name/],
  ],
  [
    'a scope on GitHub',
    { ...NAMED, places: 'repository@production' },
    GITHUB,
    [/GitLab variables/],
  ],
  ['a place twice', { ...NAMED, places: 'project\nproject' }, GITLAB, [/has `project` twice/]],
  ['no place', { ...NAMED, places: ' , ' }, GITHUB, [/has no places/]],
  [
    'a time without a unit',
    { ...NAMED, overlap: '12' },
    GITHUB,
    [/`overlap`: `12` isn't a duration/],
  ],
  [
    'an overlap with regenerate',
    { ...NAMED, strategy: 'regenerate', overlap: '1h' },
    GITHUB,
    [/`overlap` needs `strategy: replace`/],
  ],
  [
    'times in which the token expires',
    { ...NAMED, 'rotate-after': '30d' },
    GITHUB,
    [/must be shorter than `expires-in-days`/],
  ],
  [
    'a form without a method',
    { ...NAMED, 'list-form': '/auth/v1/pat' },
    GITHUB,
    [/`list-form`.*isn't a request/],
  ],
  [
    'a form of another host',
    { ...NAMED, 'revoke-form': 'DELETE //elsewhere.example/{name}' },
    GITHUB,
    [/`revoke-form`.*isn't a request/],
  ],
  [
    'a form that climbs',
    { ...NAMED, 'revoke-form': 'DELETE /a/../{name}' },
    GITHUB,
    [/`revoke-form`.*isn't a request/],
  ],
  [
    'a form with strange braces',
    { ...NAMED, 'revoke-form': 'DELETE /a/{id}' },
    GITHUB,
    [/`revoke-form`.*\{name\} once/],
  ],
  [
    'a form with a query',
    { ...NAMED, 'list-form': 'GET /a?b=c' },
    GITHUB,
    [/`list-form`.*isn't a request/],
  ],
  ['a name of two lines', { 'token-name': 'a\nb' }, GITHUB, [/`token-name`.*line break/]],
];

test.each(wrong)(
  'rotate refuses %s and reports all problems at once',
  (_, inputs, defaults, says) => {
    const problems = problemsOf(() => readRotateConfig(inputs, defaults));
    for (const pattern of says) expect(problems).toMatch(pattern);
  },
);

test.each([
  [
    'report',
    readReportConfig,
    { 'needed-scopes': 'Service!', 'expiry-warning': 'soon', json: 'perhaps' },
    3,
  ],
  ['report', readReportConfig, { service: 'acme/web/x', 'least-privilege': 'maybe' }, 2],
  ['list', readListConfig, { origin: 'http://outpost.example', json: '1' }, 2],
  ['revoke', readRevokeConfig, { origin: 'nowhere', 'revoke-form': 'DELETE' }, 2],
] as const)('%s refuses what it cannot read: %#', (_, readConfig, inputs, count) => {
  const problems = problemsOf(() => readConfig(inputs, NOWHERE));
  for (const name of Object.keys(inputs)) expect(problems).toContain(`\`${name}\``);
  expect(Object.keys(inputs)).toHaveLength(count);
});

test('an unknown scope is refused, with a suggestion', () => {
  expect(problemsOf(() => readReportConfig({ 'needed-scopes': 'svc' }, NOWHERE))).toMatch(
    /`svc` isn't an Outpost scope/,
  );
  const problems = problemsOf(() => readReportConfig({ 'needed-scopes': 'services' }, NOWHERE));
  expect(problems).toMatch(/did you mean `service`\?/);
});

test('report reads its defaults, and scopes with any separator', () => {
  expect(readReportConfig({}, NOWHERE)).toMatchObject({
    tokenName: undefined,
    neededScopes: ['service'],
    services: [],
    leastPrivilege: 'warn',
    expiryWarningDays: 14,
    unusedWarningDays: 90,
    strict: false,
    json: false,
  });
  expect(
    readReportConfig({ 'needed-scopes': 'service, repo:read\nservice' }, NOWHERE).neededScopes,
  ).toEqual(['service', 'repo:read']);
});
