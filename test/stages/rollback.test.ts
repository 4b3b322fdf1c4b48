import { expect, test } from '@jest/globals';
import type { Rollout, Scenario } from '../../emulator/scenario.ts';
import { deployPushed, seed } from '../support/push/deploys.ts';
import { at, gitTest, newOrigin } from '../support/push/git.ts';
import { type RehearsalOptions, rehearse } from '../support/rehearse.ts';

const good: Rollout = [{ status: 'deploying', looks: 1 }, { status: 'running' }];
const bad: Rollout = [
  { status: 'deploying', looks: 1 },
  { status: 'failed', log: ['Error: cannot find module app'] },
];
const NAMES = ['db', 'api', 'worker', 'site'];
const THREE = 'acme/db then acme/api acme/worker then acme/site';

function staged(rollouts: Scenario['rollouts'], fields: Partial<Scenario> = {}): Scenario {
  const services = NAMES.map((name) => ({ namespace: 'acme', name, repository: 'acme/web' }));
  return { services, rollout: good, rollouts: rollouts ?? {}, ...fields };
}

interface Called {
  readonly requests: readonly {
    readonly operation: string;
    readonly path: string;
    readonly body: unknown;
  }[];
}

function calls({ requests }: Called): readonly string[] {
  return requests
    .filter(({ operation }) => operation === 'service.deploy')
    .map(({ path, body }) => `${/services\/(\w+)\//.exec(path)?.[1]} ${JSON.stringify(body)}`);
}

gitTest(
  'with a push: rolls back every stage, the last one first, and the branch once',
  async () => {
    const repository = newOrigin();
    const former = repository.git('rev-parse', 'HEAD');
    repository.commit('four', 'four\n');
    const pushes: string[] = [];
    const result = await deployPushed({
      ...at(repository),
      scenario: staged({ 'acme/api': [bad, good] }, { deploymentInfo: true }),
      inputs: { service: THREE, 'max-parallel': '1', 'on-failure': 'rollback', timeout: '10m' },
      prepare: (emulator) => seed(emulator, repository, former),
      onServed: ({ operation, status }) => {
        if (operation === 'git.push' && status === 200) pushes.push(operation);
      },
    });
    const { world } = result.emulator;
    expect([result.exitStatus, result.outputs['status']]).toEqual([5, 'rolled-back']);
    expect(calls(result).map((call) => call.split(' ')[0])).toEqual([
      'db',
      'api',
      'worker',
      'api',
      'worker',
      'db',
    ]);
    expect(result.branches).toEqual({ main: former });
    // Once forward and once back.
    expect(result.page.filter((line) => line.includes('main is back at'))).toHaveLength(1);
    for (const name of ['db', 'api', 'worker'])
      expect(world.service('acme', name)).toMatchObject({
        status: 'running',
        lastCommit: former,
        deploysAccepted: 2,
      });
    expect(world.service('acme', 'site').deploysAccepted).toBe(0);
    const rows = result.report?.deployments.map(({ service, status, failure, commit }) => [
      service,
      status,
      failure?.code ?? null,
      commit === former ? 'former' : commit,
    ]);
    expect(rows).toEqual([
      ['db', 'rolled-back', null, 'former'],
      ['api', 'rolled-back', 'rollout-failed', 'former'],
      ['worker', 'rolled-back', null, 'former'],
      ['site', 'skipped', null, null],
    ]);
    expect(result.report?.deployments[0]?.reason).toMatch(
      /^rolled back with the rest of the run because acme\/api failed \(it was deployed\); branch main at [0-9a-f]{7} is live again$/,
    );
  },
);

const withBranch = (options: RehearsalOptions) =>
  rehearse({
    ...options,
    inputs: {
      service: 'acme/db then acme/api',
      'on-failure': 'rollback',
      'rollback-branch': 'stable',
      'max-parallel': '1',
      timeout: '4m',
      ...options.inputs,
    },
  });

test.concurrent('reports a service that could not be rolled back with the others', async () => {
  const run = await withBranch({
    scenario: staged({ 'acme/db': [good, bad], 'acme/api': [bad, good] }),
  });
  expect([run.exitStatus, run.outputs['status']]).toEqual([5, 'failed']);
  expect(run.report?.deployments.map(({ service, status }) => [service, status])).toEqual([
    ['db', 'failed'],
    ['api', 'rolled-back'],
  ]);
  expect(run.report?.deployments[0]?.failure?.happened).toMatch(
    /came up healthy, but had to be rolled back because acme\/api failed; the rollback failed too/,
  );
});

test.concurrent('an unknown outcome is not rolled back', async () => {
  const run = await withBranch({
    scenario: staged({ 'acme/api': [[{ status: 'deploying' }]] }),
    inputs: { timeout: '2m' },
  });
  expect([run.exitStatus, run.outputs['status']]).toEqual([6, 'timed-out']);
  expect(calls(run)).toEqual(['db {"branch":"main"}', 'api {"branch":"main"}']);
});

test.concurrent('a service still rolling out when another failed is rolled back too', async () => {
  const run = await withBranch({
    scenario: staged({
      'acme/db': [[{ status: 'deploying', ms: 600_000 }, { status: 'running' }], good],
      'acme/api': [bad, good],
    }),
    inputs: { service: 'acme/db acme/api', timeout: '4m' },
  });
  expect([run.exitStatus, run.outputs['failure-code']]).toEqual([5, 'rollout-failed']);
  // Its own rollout is still in progress, so Outpost refuses the first call (409).
  expect(new Set(calls(run).slice(2))).toEqual(
    new Set(['api {"branch":"stable"}', 'db {"branch":"stable"}']),
  );
});

test.concurrent('a service that someone else deployed in the meantime is left alone', async () => {
  const run = await withBranch({
    scenario: staged(
      {
        'acme/db': [
          [
            { status: 'deploying', looks: 1 },
            { status: 'deploying', looks: 1, supersededBy: 'hotfix' },
            { status: 'running' },
          ],
        ],
        'acme/api': [bad, good],
      },
      { deploymentInfo: true },
    ),
    inputs: { service: 'acme/db acme/api' },
  });
  expect(calls(run).slice(2)).toEqual(['api {"branch":"stable"}']);
  expect(run.report?.deployments.map(({ status }) => status)).toEqual([
    'superseded',
    'rolled-back',
  ]);
});

test.concurrent('every service needs a rollback target before anything is sent', async () => {
  const run = await rehearse({
    scenario: staged({}),
    inputs: {
      service: 'acme/db acme/api@next',
      branch: 'main',
      push: 'acme/web',
      'on-failure': 'rollback',
    },
  });
  expect([run.exitStatus, run.outputs['failure-code']]).toEqual([2, 'config-invalid']);
  expect(run.page.join('\n')).toMatch(/there is nothing to roll back to for acme\/api/);
  expect(run.operations).toEqual([]);
});
