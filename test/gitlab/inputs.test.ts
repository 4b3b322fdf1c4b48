import { afterEach, expect, test } from '@jest/globals';
import { refusedBy } from '../support/gitlab/declared.ts';
import { preview, whenByJob } from '../support/gitlab/local-runner.ts';
import {
  type Include,
  type InputValue,
  openPipeline,
  type Sandbox,
} from '../support/gitlab/sandbox.ts';
import { asMapping, parseYaml } from '../support/gitlab/yaml.ts';
import { needsPosix } from '../support/posix.ts';

const testWithRunner = needsPosix('bash', 'git');
let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.remove());

function open(...includes: readonly Include[]): Sandbox {
  sandbox = openPipeline(includes);
  return sandbox;
}

/** Each input has a different value, so that a mix-up shows. */
const every: Readonly<Record<string, InputValue>> = {
  service: 'acme/web,acme/api@release/2.x',
  branch: 'feature/one',
  'token-name': 'GitLab CI (web)',
  'token-expires': '2027-01-31',
  wait: false,
  timeout: '1h30m',
  logs: 'on-failure',
  'dry-run': true,
  'expiry-warning': 21,
  'least-privilege': 'error',
  'max-parallel': 3,
  origin: 'https://outpost.example.com',
  'deploy-path': '/v2/{namespace}/{service}/deploy',
  'dotenv-prefix': 'WEB_',
  'allow-debug-trace': true,
};
const keywords: Readonly<Record<string, InputValue>> = {
  'job-name': 'deploy web',
  stage: 'test',
  image: 'registry.example.com/node:22',
  rules: [{ if: '$CI_COMMIT_TAG' }],
  environment: 'review/$CI_COMMIT_REF_SLUG',
  'environment-tier': 'staging',
  'bundle-url': 'https://mirror.example.com/outpost/1.0.0/cli.mjs',
};

testWithRunner('every input of `deploy` has its place', async () => {
  const { yaml, problem } = await preview(
    open({ template: 'deploy', inputs: { ...every, ...keywords } }),
  );
  expect(problem).toBe('');
  const job = asMapping(parseYaml(yaml)['deploy web']);
  expect(job).toMatchObject({
    stage: 'test',
    image: { name: 'registry.example.com/node:22', entrypoint: [''] },
    rules: [{ if: '$CI_COMMIT_TAG' }],
    environment: {
      name: 'review/$CI_COMMIT_REF_SLUG',
      url: '$WEB_ENDPOINT',
      deployment_tier: 'staging',
    },
    resource_group: 'outpost/deploy web/review/$CI_COMMIT_REF_SLUG',
    interruptible: false,
    retry: 0,
    artifacts: {
      when: 'always',
      paths: ['outpost-report.json', 'outpost-report.md'],
      reports: { dotenv: 'outpost.env', annotations: 'outpost-annotations.json' },
    },
  });
  const script = JSON.stringify(job['script']);
  for (const [name, value] of Object.entries(every))
    expect(script).toContain(` --${name}='${value}'`);
  expect(script).toContain(" 'https://mirror.example.com/outpost/1.0.0/cli.mjs' ");
  expect(yaml).not.toContain('$[[');
});

testWithRunner('every input of `check` has its place', async () => {
  const {
    wait,
    logs,
    'dry-run': dryRun,
    'max-parallel': parallel,
    'dotenv-prefix': prefix,
    ...checked
  } = every;
  const { 'environment-tier': tier, ...own } = keywords;
  const { yaml, problem } = await preview(
    open({ template: 'check', inputs: { ...checked, ...own, strict: true } }),
  );
  expect(problem).toBe('');
  const job = asMapping(parseYaml(yaml)['deploy web']);
  expect(job).toMatchObject({
    stage: 'test',
    environment: { name: 'review/$CI_COMMIT_REF_SLUG', action: 'access' },
    allow_failure: false,
  });
  const script = JSON.stringify(job['script']);
  for (const [name, value] of Object.entries(checked))
    expect(script).toContain(` --${name}='${value}'`);
});

testWithRunner(
  'without inputs, `check` only warns, before the build, and GitLab chooses the tier',
  async () => {
    const { yaml, problem } = await preview(
      open(
        { template: 'check', inputs: { service: 'acme/web' } },
        { template: 'deploy', inputs: { service: 'acme/web' } },
      ),
    );
    expect(problem).toBe('');
    const jobs = parseYaml(yaml);
    expect(jobs['outpost-check']).toMatchObject({ stage: '.pre', allow_failure: true });
    expect(asMapping(jobs['outpost-deploy'])['environment']).toEqual({
      name: 'production',
      url: '$OUTPOST_ENDPOINT',
    });
  },
);

type Refused = readonly [name: string, inputs: Readonly<Record<string, InputValue>>, input: string];

// One for each way to validate an input, as gitlab-ci-local reads it.
const refused: readonly Refused[] = [
  ['a closing quote', { service: "acme/web'; touch pwned; '" }, 'service'],
  ['a word that is no choice', { logs: 'loud' }, 'logs'],
  ['a text for a number', { 'max-parallel': '3; true' }, 'max-parallel'],
  ['a text for a truth value', { wait: 'false; true' }, 'wait'],
  ['no service', { service: '' }, 'service'],
];

testWithRunner.each(refused)('%s is refused before a job starts', async (_, inputs, input) => {
  const { problem } = await preview(
    open({ template: 'deploy', inputs: { service: 'acme/web', ...inputs } }),
  );
  expect(problem).toContain(input);
  expect(refusedBy('deploy', inputs)).toEqual([input]);
});

const alike: readonly Refused[] = [
  ['a command substitution', { service: 'acme/$(touch pwned)' }, 'service'],
  ['a backtick', { branch: 'main`touch pwned`' }, 'branch'],
  ['a line break', { branch: 'main\nnext' }, 'branch'],
  ['a dollar sign between services', { service: 'acme/web $HOME acme/api' }, 'service'],
  ['a space', { service: 'acme/web --origin=http://evil' }, 'service'],
  ['a variable', { origin: 'https://$EVIL' }, 'origin'],
  ['a user name in the origin', { origin: 'https://user:password@outpost.run' }, 'origin'],
  [
    'a quote in the address of the program',
    { 'bundle-url': "https://evil/x' || true '" },
    'bundle-url',
  ],
  ['a quote in the name of the token', { 'token-name': "it's mine" }, 'token-name'],
  ['a tier that GitLab has not', { 'environment-tier': 'canary' }, 'environment-tier'],
  ['a bad name for a variable', { 'dotenv-prefix': 'WEB-' }, 'dotenv-prefix'],
];

test.each(alike)('the declared input refuses %s', (_, inputs, input) => {
  expect(refusedBy('deploy', inputs)).toEqual([input]);
});

test('what has its place is not refused', () => {
  expect(refusedBy('deploy', { ...every, ...keywords })).toEqual([]);
});

const branch = { CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main' };
const pipelines: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  ['a push to the default branch', branch, 'on_success'],
  ['a schedule of the default branch', { ...branch, CI_PIPELINE_SOURCE: 'schedule' }, 'on_success'],
  ['a push to another branch', { ...branch, CI_COMMIT_BRANCH: 'topic' }, 'never'],
  [
    'a merge request',
    { ...branch, CI_PIPELINE_SOURCE: 'merge_request_event', CI_COMMIT_BRANCH: '' },
    'never',
  ],
  ['a tag', { ...branch, CI_COMMIT_BRANCH: '', CI_COMMIT_TAG: '1.0.0' }, 'never'],
];

testWithRunner.each(pipelines)('in the pipeline of %s', async (_, variables, when) => {
  const both = open(
    { template: 'check', inputs: { service: 'acme/web' } },
    { template: 'deploy', inputs: { service: 'acme/web' } },
  );
  expect(await whenByJob(both, variables)).toEqual({
    'outpost-check': when,
    'outpost-deploy': when,
  });
});

testWithRunner('rules of the include replace ours', async () => {
  const rules = [{ if: '$CI_COMMIT_TAG', when: 'manual' }];
  const tag = { ...branch, CI_COMMIT_BRANCH: '', CI_COMMIT_TAG: '1.0.0' };
  expect(
    await whenByJob(open({ template: 'deploy', inputs: { service: 'acme/web', rules } }), tag),
  ).toEqual({
    'outpost-deploy': 'manual',
  });
});
