import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  type Config,
  configOfCommit,
  readConfig,
  readConfigOfRead,
} from '../../src/deploy/config.ts';
import type { Context } from '../../src/host.ts';
import { inputs, type RawInputs } from '../../src/inputs/table.ts';
import { Failure } from '../../src/lib/failure.ts';
import { aConfig, aContext } from '../support/build.ts';

function failureOf(raw: RawInputs, context: Context = aContext()): Failure {
  try {
    readConfig(raw, context);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('the configuration was taken');
}

const NONE: Partial<Context> = { branch: undefined };
const oneChange = 'Fix that input and run the job again.';

describe('the defaults', () => {
  test('only the service is required', () => {
    expect(readConfig({ service: 'acme/web' }, aContext())).toEqual(aConfig());
  });

  test('the table lists each input once, and each default is valid for its own reader', () => {
    expect(new Set(inputs.map(({ name }) => name)).size).toBe(inputs.length);
    const given = Object.fromEntries(
      inputs.flatMap((input) => ('default' in input ? [[input.name, input.default]] : [])),
    );
    expect(readConfig({ ...given, service: 'acme/web' }, aContext())).toEqual(aConfig());
  });
});

test('every input is read', () => {
  const raw: RawInputs = {
    service: 'acme/web@release, acme/api',
    branch: 'next',
    'token-name': 'ci',
    'token-expires': '2026-12-31',
    wait: 'false',
    timeout: '90s',
    proof: 'updated-at',
    'stable-for': '25s',
    logs: 'off',
    'dry-run': 'true',
    'expiry-warning': '30',
    'least-privilege': 'error',
    'max-parallel': '2',
    origin: 'http://127.0.0.1:8787',
    'deploy-path': '/{namespace}/service/{service}/deploy',
    'service-path': '/api/{namespace}/{service}',
    api: 'list=/api/{namespace} running=READY,active',
    'allow-unsafe-trigger': 'true',
    'allow-debug-trace': 'true',
    'leak-scan': 'error',
    push: 'acme/shop.git',
    username: 'ada',
    'non-fast-forward': 'force',
    'working-directory': 'site/app',
    'rollback-branch': 'stable',
  };
  expect(readConfig(raw, aContext())).toEqual({
    targets: [
      { namespace: 'acme', service: 'web', branch: 'release', stage: 1 },
      { namespace: 'acme', service: 'api', branch: 'next', stage: 1 },
    ],
    tokenName: 'ci',
    tokenExpiresMs: Date.parse('2026-12-31T00:00:00Z'),
    wait: false,
    timeoutMs: 90_000,
    proof: 'updated-at',
    stableForMs: 25_000,
    logs: 'off',
    dryRun: true,
    expiryWarningDays: 30,
    leastPrivilege: 'error',
    leakScan: 'error',
    push: { namespace: 'acme', name: 'shop' },
    pushBranch: 'next',
    checkoutFolder: resolve('site/app'),
    nonFastForward: 'force',
    commit: aContext().commit,
    username: 'ada',
    forwardMs: 90_000,
    healthCheck: undefined,
    healthCheckContains: undefined,
    onFailure: 'keep',
    rollbackBranch: 'stable',
    preDeployJob: undefined,
    maxParallel: 2,
    origin: new URL('http://127.0.0.1:8787'),
    deployPath: '/{namespace}/service/{service}/deploy',
    servicePath: '/api/{namespace}/{service}',
    api: { list: '/api/{namespace}', running: ['READY', 'active'] },
    allowUnsafeTrigger: true,
    allowDebugTrace: true,
  });
});

test('the configuration does not include the token', () => {
  expect(readConfig({ service: 'acme/web', token: 'op_pat_x' }, aContext())).toEqual(aConfig());
});

describe('the branch of a push', () => {
  const push = 'acme/shop';

  test.each<[string, RawInputs, Partial<Context>, string]>([
    ['the branch that is built', {}, { branch: 'main' }, 'main'],
    ['the branch from the input', { branch: 'next' }, { branch: 'main' }, 'next'],
    [
      'the branch that both service and input name',
      { service: 'acme/web@main', branch: 'main' },
      {},
      'main',
    ],
    ['the only branch that the services name', { service: 'acme/web@a,acme/api@a' }, NONE, 'a'],
    ['a full branch ref', { branch: 'refs/heads/main' }, { branch: undefined }, 'main'],
    [
      'a full branch ref in service',
      { service: 'acme/web@refs/heads/a' },
      { branch: undefined },
      'a',
    ],
  ])('%s', (_, raw, context, branch) => {
    const config = readConfig({ service: 'acme/web', push, ...raw }, aContext(context));
    expect(config.pushBranch).toBe(branch);
    expect(config.targets.map((target) => target.branch)).toContain(branch);
  });

  test.each<[RawInputs, Partial<Context>, RegExp]>([
    [{ branch: 'refs/tags/v1' }, {}, /`branch`: `refs\/tags\/v1` is a tag, but Outpost deploys/],
    [{ branch: 'refs/pull/7/merge' }, {}, /`refs\/pull\/7\/merge` is not a branch/],
    [
      { service: 'acme/web@refs/tags/v1' },
      {},
      /`acme\/web@refs\/tags\/v1`: the branch `refs\/tags/,
    ],
    [{ service: 'acme/web@a,acme/api@b' }, NONE, /set `branch` to the one to push to/],
    [
      {},
      { branch: undefined, branchless: 'this run builds a merge queue' },
      /a merge queue, so set/,
    ],
  ])('%j is rejected', (raw, context, words) => {
    expect(() => readConfig({ service: 'acme/web', push, ...raw }, aContext(context))).toThrow(
      words,
    );
  });
});

describe('the branch', () => {
  test.each([
    {
      rule: "the target's own wins",
      raw: { service: 'acme/web@own', branch: 'input' },
      context: { branch: 'built' },
      branch: 'own',
    },
    {
      rule: 'then the input',
      raw: { service: 'acme/web', branch: 'input' },
      context: { branch: 'built' },
      branch: 'input',
    },
    {
      rule: 'then the branch that is built',
      raw: { service: 'acme/web' },
      context: { branch: 'built' },
      branch: 'built',
    },
    {
      rule: 'on a tag, the input is used',
      raw: { service: 'acme/web', branch: 'main' },
      context: { branch: undefined, tag: 'v1' },
      branch: 'main',
    },
  ])('$rule', ({ raw, context, branch }) => {
    expect(readConfig(raw, aContext(context)).targets[0]?.branch).toBe(branch);
  });

  test('a tag is not a branch, and we do not guess one', () => {
    const failure = failureOf(
      { service: 'acme/web, acme/api, acme/db@main' },
      aContext({ branch: undefined, tag: 'v1.0' }),
    );
    expect(failure).toMatchObject({
      code: 'config-invalid',
      happened:
        '`branch` is missing for acme/web, acme/api: this run builds the tag `v1.0`, not a branch, so set the branch to deploy',
      hint: oneChange,
    });
  });

  test('a run that builds nothing has no branch either', () => {
    expect(failureOf({ service: 'acme/web' }, aContext({ branch: undefined })).happened).toContain(
      'this run does not build a branch, so set the branch to deploy',
    );
  });
});

describe('problems', () => {
  test('a single problem is one sentence', () => {
    expect(failureOf({ service: 'acme/web', timeout: '15' })).toMatchObject({
      code: 'config-invalid',
      exitStatus: 2,
      attempted: 'Reading the configuration',
      happened: '`timeout`: `15` has no unit: write `15m` for minutes or `15s` for seconds',
      hint: oneChange,
    });
  });

  test('all are reported at once, each with the name the user wrote', () => {
    const failure = failureOf({
      service: 'acme/web/x',
      wait: 'yes',
      timeout: 'soon',
      'max-parallel': '0',
      origin: 'outpost.run',
    });
    const [first, ...lines] = failure.happened.split('\n');
    expect(first).toBe('5 problems with the inputs:');
    expect(lines.map((line) => line.split(/`:| is missing/)[0]?.replace(/`$/, ''))).toEqual([
      '- `service',
      '- `wait',
      '- `timeout',
      '- `max-parallel',
      '- `origin',
    ]);
    expect(failure.hint).toBe('Fix these inputs and run the job again.');
  });

  test('a missing service is reported with what it is for', () => {
    expect(failureOf({}).happened).toBe(
      '`service` is missing. What to deploy: `namespace/name`, each with an optional branch: `acme/web@release`',
    );
  });

  test.each<[string, RawInputs, Partial<Context>]>([
    ['no service, and no branch either', {}, { branch: undefined }],
    ['no service, and a push', { push: 'acme/shop' }, {}],
    ['a bad path', { service: 'acme/web, labs/web', 'deploy-path': 'x' }, {}],
    ['no way back at all', { service: 'acme/web acme/api@a', 'on-failure': 'rollback' }, {}],
  ])('a problem that follows from another is not reported: %s', (_, raw, context) => {
    expect(failureOf(raw, aContext(context))).toMatchObject({
      happened: expect.not.stringContaining('\n'),
      hint: oneChange,
    });
  });

  test.each<[RawInputs, string | undefined]>([
    [{ service: 'web', wait: 'false' }, undefined],
    [
      { service: 'web' },
      '`service`: `web` is not in the form `namespace/name`; the name alone is enough only with `wait: false`, which reads nothing',
    ],
    [
      { service: 'web', wait: 'false', 'deploy-path': '/{namespace}/{service}' },
      '`service`: `web` has no namespace, but `deploy-path` contains {namespace}',
    ],
  ])('a name without its namespace: %j', (raw, problem) => {
    if (problem === undefined)
      expect(readConfig(raw, aContext()).targets).toEqual([
        { namespace: undefined, service: 'web', branch: 'main', stage: 1 },
      ]);
    else expect(failureOf(raw).happened).toBe(problem);
  });

  test('a bad value is never replaced by the default', () => {
    expect(failureOf({ service: 'acme/web', 'least-privilege': 'none' }).happened).toBe(
      '`least-privilege`: `none` is not one of `off`, `warn`, `error`',
    );
  });

  test('the documented deploy call cannot tell two services with the same name apart', () => {
    expect(failureOf({ service: 'acme/web, labs/web' }).happened).toMatch(
      /^`service`: acme\/web and labs\/web have the same name, and the deploy call does not include a namespace: .*set `deploy-path` to a path with \{namespace\}$/,
    );
  });

  test('a deploy path with the namespace can tell them apart', () => {
    const { targets } = readConfig(
      { service: 'acme/web, labs/web', 'deploy-path': '/{namespace}/{service}' },
      aContext(),
    );
    expect(targets).toHaveLength(2);
  });
});

const BACK = { 'on-failure': 'rollback' } as const;

describe('inputs that conflict', () => {
  test.each<[RawInputs, RegExp]>([
    [{ 'on-failure': 'rollback' }, /`on-failure: rollback` needs `push` .* or `rollback-branch`/],
    [{ 'health-check-contains': 'abc' }, /`health-check-contains` needs `health-check`/],
    [
      { wait: 'false', 'health-check': '/healthz' },
      /`wait: false` ends the run before there is a rollout to check/,
    ],
    [
      { wait: 'false', 'on-failure': 'rollback', 'rollback-branch': 'stable' },
      /`wait: false` ends the run before there is a rollout to check/,
    ],
    [
      { 'health-check': 'https://a.example/', service: 'acme/web,acme/api' },
      /one URL cannot check several services/,
    ],
    [
      { push: 'acme/shop', service: 'acme/web@production' },
      /the commit goes to the branch `main`, but no service deploys from it/,
    ],
    [
      { wait: 'false', proof: 'commit' },
      /`wait: false` ends the run before there is a rollout to check: remove/,
    ],
    [
      { wait: 'false', 'pre-deploy-job': 'migrate.json' },
      /`wait: false` does not wait for anything: remove/,
    ],
    [
      { wait: 'false', service: 'acme/api then acme/web' },
      /`wait: false` does not wait for anything: remove `pre-deploy-job` and the `then` in `service`/,
    ],
    [
      { ...BACK, push: 'acme/shop', service: 'acme/web acme/api@a acme/db@b' },
      /^Reading the configuration: `on-failure: rollback`: there is nothing to roll back to for acme\/api, acme\/db, which deploys from a branch that is not pushed\. Set `rollback-branch`, or/,
    ],
    [
      { ...BACK, 'rollback-branch': 'a', service: 'acme/web@a acme/api@b acme/db@a' },
      /^Reading the configuration: `rollback-branch` is the branch that is deployed for acme\/web, acme\/db: what failed would be deployed again\. Name the branch of what ran before/,
    ],
  ])('%j', (raw, words) => {
    expect(() => readConfig({ service: 'acme/web', ...raw }, aContext())).toThrow(words);
  });

  test('reports only that the push deploys nothing, not the missing rollback target', () => {
    const raw = { ...BACK, push: 'acme/shop', service: 'acme/web@a', branch: 'main' };
    expect(failureOf(raw).happened).not.toContain('\n');
    expect(failureOf({ wait: 'false', 'max-parallel': '0' }).happened).not.toContain('waits');
  });

  test.each<[RawInputs, Partial<Config>]>([
    [
      { 'on-failure': 'rollback', push: 'acme/shop' },
      { onFailure: 'rollback', push: { namespace: 'acme', name: 'shop' } },
    ],
    [{ 'health-check': 'https://a.example/up' }, { healthCheck: 'https://a.example/up' }],
    [
      { 'health-check': '/up', 'health-check-contains': 'ok' },
      { healthCheck: '/up', healthCheckContains: 'ok' },
    ],
    [{ 'health-check': '/up', service: 'acme/web, acme/api' }, { healthCheck: '/up' }],
    [
      { push: 'acme/shop', service: 'acme/web, acme/api@main' },
      { push: { namespace: 'acme', name: 'shop' } },
    ],
    [{ wait: 'false' }, { wait: false }],
    [{ wait: 'false', service: 'acme/web, acme/api' }, { wait: false }],
    [{ 'pre-deploy-job': 'migrate.json' }, { preDeployJob: resolve('migrate.json') }],
    [
      { 'pre-deploy-job': 'migrate.json', 'working-directory': 'app' },
      { preDeployJob: resolve('app/migrate.json'), checkoutFolder: resolve('app') },
    ],
    [
      { ...BACK, push: 'acme/shop', service: 'acme/web acme/api@a', 'rollback-branch': 'stable' },
      { rollbackBranch: 'stable' },
    ],
    [{ push: 'acme/shop', service: 'acme/web acme/api@a' }, { onFailure: 'keep' }],
    [{ ...BACK, push: 'acme/shop', service: 'acme/web acme/api' }, { onFailure: 'rollback' }],
    [{ ...BACK, 'rollback-branch': 'stable', service: 'acme/web acme/api@a' }, {}],
  ])('no conflict: %j', (raw, config) => {
    expect(readConfig({ service: 'acme/web', ...raw }, aContext())).toMatchObject(config);
  });

  test('a rollback gets half of the timeout', () => {
    const { timeoutMs, forwardMs } = readConfig(
      { service: 'acme/web', 'on-failure': 'rollback', 'rollback-branch': 'stable' },
      aContext(),
    );
    expect(forwardMs).toBe(timeoutMs / 2);
  });
});

describe('placeholders', () => {
  const context = aContext({ branch: 'feature/Cart', runId: '7' });
  const commit = context.commit ?? '';

  test('work in four inputs, each with its own rule', () => {
    const raw = {
      service: 'acme/web-{branch-slug}@{branch}',
      branch: 'preview/{branch-slug}',
      'health-check': '/{commit:7}',
      'health-check-contains': '{commit} {run}',
    };
    expect(readConfig(raw, context)).toMatchObject({
      targets: [{ service: 'web-feature-cart', branch: 'feature/Cart' }],
      pushBranch: 'preview/feature-cart',
      healthCheck: `/${commit.slice(0, 7)}`,
      healthCheckContains: `${commit} 7`,
    });
  });

  test('a problem names the input', () => {
    expect(failureOf({ service: 'acme/{commit}' }, context).happened).toMatch(
      /^`service`: `\{commit\}` is not allowed there/,
    );
    expect(failureOf({ service: 'acme/web', branch: '{tag}' }, context).happened).toMatch(
      /^`branch`: `\{tag\}` has no value here/,
    );
  });
});

describe('the name of the token', () => {
  const hinted = aContext({ tokenNameHint: 'deploy-2' });
  test.each<[RawInputs, Context, Partial<Config>]>([
    [{}, aContext(), { tokenName: undefined }],
    [{}, hinted, { tokenName: 'deploy-2', tokenNameIsHint: true }],
    [{ 'token-name': 'ci' }, hinted, { tokenName: 'ci' }],
  ])('%j', (raw, context, expected) => {
    const { tokenName, tokenNameIsHint } = readConfig({ service: 'acme/web', ...raw }, context);
    const read = { tokenName, ...(tokenNameIsHint === undefined ? {} : { tokenNameIsHint }) };
    expect(read).toEqual(expected);
  });
});

test('a run for a commit other than the one it was started for', () => {
  const raw = { service: 'acme/web', 'health-check': '/v', 'health-check-contains': '{commit}' };
  const commit = 'f'.repeat(40);
  const config = configOfCommit(commit, { inputs: () => raw, context: aContext() });
  expect(config).toEqual(readConfig(raw, aContext({ commit })));
  expect(config).toMatchObject({ commit, healthCheckContains: commit });
});

test.each<[RawInputs, string | undefined, string]>([
  [{}, 'main', 'main'],
  [{ branch: 'next' }, 'main', 'next'],
  [{}, undefined, 'any'],
])('a read-only run needs no branch and pushes nothing: %j, %s', (more, built, branch) => {
  const raw = {
    service: 'acme/web',
    push: 'acme/shop',
    wait: 'false',
    ...more,
  } as const;
  expect(readConfigOfRead(raw, aContext({ branch: built }))).toMatchObject({
    targets: [{ namespace: 'acme', service: 'web', branch }],
    push: undefined,
    wait: true,
    healthCheckContains: undefined,
  });
});

test('a read-only run does not check the text of the health check', () => {
  const raw = { service: 'acme/web', 'health-check': '/v', 'health-check-contains': 'ok' };
  expect(readConfigOfRead(raw, aContext())).toMatchObject({
    healthCheck: '/v',
    healthCheckContains: undefined,
  });
});
