import { afterEach, expect, test } from '@jest/globals';
import { refusedBy } from '../support/gitlab/declared.ts';
import { preview, whenByJob } from '../support/gitlab/local-runner.ts';
import { type InputValue, openPipeline, type Sandbox } from '../support/gitlab/sandbox.ts';
import { asMapping, parseYaml } from '../support/gitlab/yaml.ts';
import { needsPosix } from '../support/posix.ts';

const testWithRunner = needsPosix('bash', 'git');
let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.remove());

function open(inputs: Readonly<Record<string, InputValue>>): Sandbox {
  sandbox = openPipeline([{ template: 'rotate', inputs }]);
  return sandbox;
}

/** Each input has a different value, so that a mix-up shows. */
const every: Readonly<Record<string, InputValue>> = {
  'token-name': 'GitLab CI (web)',
  strategy: 'regenerate',
  'expires-in-days': '90',
  'secret-name': 'WEB_TOKEN',
  project: 'acme/shop/web',
  group: 'acme/shop',
  'environment-scope': 'review/*',
  'api-url': 'https://gitlab.example.com/gitlab/api/v4',
  'dry-run': true,
  origin: 'https://outpost.example.com',
  'list-form': 'GET /v2/tokens',
  'revoke-form': 'POST /v2/tokens/{name}/revoke',
  'regenerate-form': 'PUT /v2/tokens/{name}',
  'allow-debug-trace': true,
};
const keywords: Readonly<Record<string, InputValue>> = {
  'job-name': 'new token',
  stage: 'test',
  image: 'registry.example.com/node:22',
  rules: [{ if: '$CI_COMMIT_TAG' }],
  environment: 'review/$CI_COMMIT_REF_SLUG',
  'bundle-url': 'https://mirror.example.com/outpost/1.0.0/token.mjs',
};

testWithRunner('every input of `rotate` has its place', async () => {
  const { yaml, problem } = await preview(open({ ...every, ...keywords }));
  expect(problem).toBe('');
  const job = asMapping(parseYaml(yaml)['new token']);
  expect(job).toMatchObject({
    stage: 'test',
    image: { name: 'registry.example.com/node:22', entrypoint: [''] },
    rules: [{ if: '$CI_COMMIT_TAG' }],
    environment: { name: 'review/$CI_COMMIT_REF_SLUG', action: 'access' },
    resource_group: 'outpost/new token',
    interruptible: false,
    allow_failure: { exit_codes: [10] },
    retry: { max: 1, when: ['runner_system_failure', 'stuck_or_timeout_failure'] },
    artifacts: {
      when: 'always',
      reports: { dotenv: 'outpost.env', annotations: 'outpost-annotations.json' },
    },
  });
  const script = JSON.stringify(job['script']);
  for (const [name, value] of Object.entries(every))
    expect(script).toContain(` --${name}='${value}'`);
  expect(script).toContain(" 'https://mirror.example.com/outpost/1.0.0/token.mjs' ");
  expect(yaml).not.toContain('$[[');
});

testWithRunner('an empty token name is refused before a job starts', async () => {
  const { problem } = await preview(open({ 'token-name': '' }));
  expect(problem).toContain('token-name');
});

const refused: readonly (readonly [
  name: string,
  inputs: Readonly<Record<string, InputValue>>,
  input: string,
])[] = [
  ['no name of a token', { 'token-name': '' }, 'token-name'],
  ['a quote in an address of an API', { 'api-url': "https://evil/api' || true '" }, 'api-url'],
  [
    'a user name in an address of an API',
    { 'api-url': 'https://user:password@gitlab.com/api/v4' },
    'api-url',
  ],
  ['a variable in an address of an API', { 'api-url': '$EVIL' }, 'api-url'],
  [
    'a request with a second word',
    { 'revoke-form': 'DELETE /auth/v1/pat/{name} || true' },
    'revoke-form',
  ],
  ['a number of days that Outpost has not', { 'expires-in-days': '365' }, 'expires-in-days'],
  ['a variable with a hyphen', { 'secret-name': 'OUTPOST-TOKEN' }, 'secret-name'],
  [
    'a command substitution in a scope',
    { 'environment-scope': '$(touch pwned)' },
    'environment-scope',
  ],
];

// inputs.test.ts shows that gitlab-ci-local validates inputs in this way.
test.each(refused)('the declared input refuses %s', (_, inputs, input) => {
  expect(refusedBy('rotate', inputs)).toEqual([input]);
});

test('what has its place is not refused', () => {
  expect(refusedBy('rotate', { ...every, ...keywords })).toEqual([]);
});

testWithRunner.each([
  ['schedule', 'on_success'],
  ['push', 'never'],
  ['merge_request_event', 'never'],
  ['web', 'never'],
])('in a pipeline whose source is %s, a rotation runs: %s', async (source, when) => {
  const variables = {
    CI_PIPELINE_SOURCE: source,
    CI_COMMIT_BRANCH: 'main',
    CI_DEFAULT_BRANCH: 'main',
  };
  expect(await whenByJob(open({ 'token-name': 'ci' }), variables)).toEqual({
    'outpost-rotate': when,
  });
});
