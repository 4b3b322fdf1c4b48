import { expect, test } from '@jest/globals';
import type { RawTokenInputs } from '../../src/inputs/token-table.ts';
import { Failure } from '../../src/lib/failure.ts';
import {
  readListConfig,
  readReportConfig,
  readRevokeConfig,
  readRotateConfig,
  type StoreDefaults,
} from '../../src/tokens/config.ts';

const NOWHERE: StoreDefaults = {
  store: undefined,
  repository: undefined,
  project: undefined,
  githubApi: undefined,
  gitlabApi: undefined,
};
const GITHUB: StoreDefaults = {
  ...NOWHERE,
  store: 'github',
  repository: 'acme/web',
  githubApi: 'https://ghe.example/api/v3',
};
const GITLAB: StoreDefaults = {
  ...NOWHERE,
  store: 'gitlab',
  project: '101',
  gitlabApi: 'https://git.example/gitlab/api/v4',
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

const read: readonly (readonly [string, RawTokenInputs, StoreDefaults, object])[] = [
  [
    'GitHub, by what the job says',
    NAMED,
    GITHUB,
    {
      store: 'github',
      repository: { namespace: 'acme', name: 'web' },
      secretName: 'OUTPOST_TOKEN',
      apiUrl: new URL('https://ghe.example/api/v3'),
      strategy: 'replace',
      expiresInDays: 30,
      dryRun: false,
    },
  ],
  [
    'GitLab, by what the job says',
    NAMED,
    GITLAB,
    { store: 'gitlab', project: '101', environmentScope: '*' },
  ],
  [
    'GitLab, with its path',
    NAMED,
    GITLAB,
    { apiUrl: new URL('https://git.example/gitlab/api/v4') },
  ],
  [
    'a shell, on github.com',
    { ...NAMED, store: 'github', repository: 'acme/shop.js' },
    NOWHERE,
    {
      apiUrl: new URL('https://api.github.com'),
      repository: { namespace: 'acme', name: 'shop.js' },
    },
  ],
  [
    'a shell, on gitlab.com',
    { ...NAMED, store: 'gitlab', group: 'acme' },
    NOWHERE,
    { apiUrl: new URL('https://gitlab.com/api/v4'), group: 'acme', project: undefined },
  ],
  ['an organization', { ...NAMED, organization: 'acme' }, GITHUB, { organization: 'acme' }],
  [
    'the other store than the job’s own',
    { ...NAMED, store: 'gitlab', project: 'acme/web' },
    GITHUB,
    { store: 'gitlab', project: 'acme/web' },
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
    { store: 'github' },
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
    [/`token-name` is missing/, /`store` is missing.*write `github` or `gitlab`/],
  ],
  ['a store that is none', { ...NAMED, store: 'vault' }, NOWHERE, [/`store`/]],
  [
    'nobody’s secret',
    { ...NAMED, store: 'github' },
    NOWHERE,
    [/`repository` is missing.*`owner\/name`, or `organization`/],
  ],
  [
    'nobody’s variable',
    { ...NAMED, store: 'gitlab' },
    NOWHERE,
    [/`project` is missing.*or `group`/],
  ],
  [
    'inputs of the other store',
    { ...NAMED, project: '1', group: 'g' },
    GITHUB,
    [/`project` makes no sense/, /`group` makes no sense/],
  ],
  [
    'inputs of the other store, on GitLab',
    { ...NAMED, repository: 'a/b', environment: 'e', organization: 'o' },
    GITLAB,
    [
      /`repository` makes no sense/,
      /`environment` makes no sense/,
      /`organization` makes no sense/,
    ],
  ],
  [
    'two places on GitHub',
    { ...NAMED, organization: 'acme', repository: 'a/b' },
    GITHUB,
    [/`organization` stands in place of/],
  ],
  [
    'two places on GitLab',
    { ...NAMED, project: '1', group: 'g' },
    GITLAB,
    [/`group` stands in place of `project`/],
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
    'the same, for GitHub tells no case apart',
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
    [/`api-url`.*user name or a password/],
  ],
  [
    'an API with a query',
    { ...NAMED, 'api-url': 'https://ghe.example/?a=b' },
    GITHUB,
    [/`api-url`.*without query/],
  ],
  [
    'an API that is no address',
    { ...NAMED, 'api-url': 'ghe.example' },
    GITHUB,
    [/`api-url`.*no https address/],
  ],
  [
    'an API of the job in clear',
    NAMED,
    { ...GITHUB, githubApi: 'http://ghe.example/api/v3' },
    [/the variable GITHUB_API_URL:/],
  ],
  [
    'an API of the job in clear, on GitLab',
    NAMED,
    { ...GITLAB, gitlabApi: 'ftp://git.example' },
    [/the variable CI_API_V4_URL:/],
  ],
  [
    'a form without a method',
    { ...NAMED, 'list-form': '/auth/v1/pat' },
    GITHUB,
    [/`list-form`.*no request/],
  ],
  [
    'a form of another host',
    { ...NAMED, 'revoke-form': 'DELETE //elsewhere.example/{name}' },
    GITHUB,
    [/`revoke-form`.*no request/],
  ],
  [
    'a form that climbs',
    { ...NAMED, 'revoke-form': 'DELETE /a/../{name}' },
    GITHUB,
    [/`revoke-form`.*no request/],
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
    [/`list-form`.*no request/],
  ],
  ['a name of two lines', { 'token-name': 'a\nb' }, GITHUB, [/`token-name`.*line break/]],
];

test.each(wrong)('rotate refuses %s, and says everything at once', (_, inputs, defaults, says) => {
  const problems = problemsOf(() => readRotateConfig(inputs, defaults));
  for (const pattern of says) expect(problems).toMatch(pattern);
});

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
  const problems = problemsOf(() => readConfig(inputs));
  for (const name of Object.keys(inputs)) expect(problems).toContain(`\`${name}\``);
  expect(Object.keys(inputs)).toHaveLength(count);
});

test('report reads its defaults, and scopes however they are separated', () => {
  expect(readReportConfig({})).toMatchObject({
    tokenName: undefined,
    neededScopes: ['service'],
    services: [],
    leastPrivilege: 'warn',
    expiryWarningDays: 14,
    unusedWarningDays: 90,
    strict: false,
    json: false,
  });
  expect(readReportConfig({ 'needed-scopes': 'service, repo:read\nservice' }).neededScopes).toEqual(
    ['service', 'repo:read'],
  );
});
