import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FaultRule } from '../../emulator/faults.ts';
import type { JobStep, Rollout, Scenario } from '../../emulator/scenario.ts';
import { replaceFile } from '../../src/hosts/files.ts';
import { onSite } from '../faults/launch.ts';
import { needsPosix } from '../support/posix.ts';
import { type RehearsalOptions, rehearse, rehearseOn } from '../support/rehearse.ts';

// Failures of releases with several parts when two or three things happen at once.

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const good: Rollout = [{ status: 'deploying', looks: 1 }, { status: 'running' }];
const bad: Rollout = [
  { status: 'deploying', looks: 1 },
  { status: 'failed', log: ['Error: no module app'] },
];
const succeeds: readonly JobStep[] = [{ status: 'succeeded' }];

function staged(fields: Partial<Scenario> = {}): Scenario {
  const services = ['db', 'api', 'site'].map((name) => ({
    namespace: 'acme',
    name,
    repository: 'acme/web',
  }));
  return { services, rollout: good, ...fields };
}

const answer = (on: FaultRule['on'], status: number, more: Partial<FaultRule> = {}): FaultRule => ({
  on,
  ...more,
  do: { kind: 'answer', status, headers: {}, body: 'no' },
});

interface Called {
  readonly operations: readonly string[];
}
const count = ({ operations }: Called, operation: string): number =>
  operations.filter((one) => one === operation).length;

let folder = '';
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-hostile-'));
  write('migrate.json', '{"name": "migrate", "command": "bin/migrate --to {commit}"}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const withJob = ({ inputs, ...options }: RehearsalOptions): RehearsalOptions => ({
  scopes: ['service', 'job'],
  checkout: { folder, commit: COMMIT },
  ...options,
  inputs: { 'pre-deploy-job': 'migrate.json', ...inputs },
});

test.concurrent.each(['x,then,acme/site', 'x,acme/site'])(
  'the branch %s cannot add a service through {branch}',
  async (branch) => {
    const run = await rehearse({
      scenario: staged(),
      inputs: { service: 'acme/db@{branch}' },
      env: { GITHUB_REF_NAME: branch, GITHUB_REF: `refs/heads/${branch}` },
    });
    expect([run.exitStatus, run.outputs['failure-code'], run.operations]).toEqual([
      2,
      'config-invalid',
      [],
    ]);
    expect(run.page.join('\n')).toContain('would begin another entry');
  },
);

test.concurrent('a failed job whose creation got no clear answer is not created again', async () => {
  const run = await rehearse(
    withJob({
      scenario: {
        rollout: good,
        jobs: [[{ status: 'failed', log: ['ERROR: half of it was applied'] }]],
        faults: [answer('job.create', 502, { afterHandling: true })],
      },
    }),
  );
  expect([run.exitStatus, run.outputs['failure-code']]).toEqual([5, 'pre-deploy-failed']);
  expect(run.emulator.world.jobsOf('acme').map(({ name }) => name)).toHaveLength(1);
  expect(run.summary).toContain('ERROR: half of it was applied');
  // The job was created by this run itself.
  expect(run.page.join('\n')).not.toContain('an earlier attempt');
});

needsPosix()('steps of one run with different jobs get one job each', async () => {
  const files = ['staging', 'production'].map((place) =>
    write(`${place}.json`, `{"name": "migrate", "command": "migrate ${place} {commit}"}`),
  );
  await onSite(
    { rollout: good, jobs: [succeeds] },
    async ({ emulator, launch }) => {
      const env = { GITHUB_WORKSPACE: folder, GITHUB_SHA: COMMIT, GITHUB_RUN_ID: '7' };
      for (const file of files) {
        const inputs = { 'pre-deploy-job': file };
        expect((await launch({ host: 'github', inputs, env }).ended).exitStatus).toBe(0);
      }
      expect(emulator.world.jobsOf('acme').map(({ body }) => body['command'])).toEqual([
        `migrate staging ${COMMIT}`,
        `migrate production ${COMMIT}`,
      ]);
    },
    ['service', 'job'],
  );
});

test.concurrent('the last lines of a failed job are in the annotation', async () => {
  const run = await rehearse(
    withJob({ scenario: { rollout: good, jobs: [[{ status: 'failed', log: ['ERROR: 0042'] }]] } }),
  );
  expect(run.stdout).toMatch(/^::error .*pre-deploy-failed.*The last log lines of .*ERROR: 0042/m);
});

describe('exit status 8 promises that nothing was done', () => {
  test.concurrent('so not if Outpost deploys another service instead', async () => {
    const run = await rehearse({
      scenario: staged({
        deploysInstead: 'acme/site',
        deployAnswer: { status: 200, body: 'names' },
        faults: [answer('service.deploy', 429, { times: 4 })],
      }),
      inputs: { service: 'acme/db acme/api', 'max-parallel': '1' },
    });
    expect(run.emulator.world.service('acme', 'site').deploysAccepted).toBe(1);
    expect(run.exitStatus).toBe(5);
  });

  test.concurrent('nor if a retry of a run without a number would create a second job', async () => {
    const run = await rehearseOn(
      'shell',
      withJob({
        scenario: {
          rollout: good,
          jobs: [succeeds],
          faults: [answer('service.deploy', 429, { times: 'always' })],
        },
        inputs: { 'pre-deploy-job': write('reindex.json', '{"name": "reindex"}') },
      }),
    );
    expect(run.emulator.world.jobsOf('acme')).toHaveLength(1);
    expect([run.exitStatus, run.outputs['failure-code']]).toEqual([5, 'rate-limited']);
  });
});

describe('a stage whose services cannot be re-read before their call', () => {
  const run = (branch: string, fields: Partial<Scenario>) =>
    rehearse({
      scenario: staged({
        faults: [
          answer('service.get', 503, { skip: 7, times: 5 }),
          answer('service.deploy', 502, { skip: 2 }),
        ],
        rollouts: { 'acme/site': [[{ status: 'deploying', ms: 30_000 }, { status: 'running' }]] },
        ...fields,
      }),
      inputs: { service: 'acme/db then acme/site', logs: 'off', timeout: '4m' },
      prepare: ({ origin, world }, token, clock) => {
        const theirs = async (): Promise<void> => {
          const began = () => world.service('acme', 'db').deploysAccepted === 1;
          await clock.until(began, 'the first stage began');
          await fetch(`${origin}/auth/v1/v1/services/site/deploy`, {
            method: 'POST',
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
            body: JSON.stringify({ branch }),
          });
        };
        void theirs();
      },
    });

  test.concurrent.each([
    ['shown without ids', {}],
    ['shown with ids', { deploymentInfo: true }],
  ] as const)("is not proved by someone else's deploy, %s", async (_, fields) => {
    const { emulator, report, exitStatus } = await run('main', fields);
    // Our call was lost, so the deploy that runs is theirs.
    expect(emulator.world.deploysOf('acme', 'site')).toHaveLength(1);
    expect(report?.deployments.map(({ status }) => status)).toEqual(['deployed', 'unknown']);
    expect(exitStatus).toBe(7);
  });
});

test.concurrent('a failed rollback: the row has the last commit shown and the log lines', async () => {
  let stable: string | undefined;
  const run = await rehearse({
    scenario: staged({
      deploymentInfo: true,
      rollouts: { 'acme/db': [good, bad], 'acme/api': [bad, good] },
    }),
    inputs: {
      service: 'acme/db then acme/api',
      'on-failure': 'rollback',
      'rollback-branch': 'stable',
      timeout: '4m',
    },
    prepare: ({ world }) => {
      world.setBranch('acme', 'web', 'main');
      stable = world.setBranch('acme', 'web', 'stable');
    },
  });
  expect(run.report?.deployments[0]).toMatchObject({ status: 'failed', commit: stable });
  expect(run.report?.deployments[0]?.log_tail.join('\n')).toContain('no module app');
});

test.concurrent('a failed rollback: the run reports first why it rolled back', async () => {
  const run = await rehearse({
    scenario: staged({ rollouts: { 'acme/db': [good, bad], 'acme/api': [bad, bad] } }),
    inputs: {
      service: 'acme/db then acme/api',
      'on-failure': 'rollback',
      'rollback-branch': 'stable',
      timeout: '4m',
    },
  });
  expect(run.report?.deployments.map(({ status }) => status)).toEqual(['failed', 'failed']);
  expect(run.report?.failure?.attempted).toBe('Rolling out acme/api');
});

needsPosix()(
  'a rollback cancelled before it was seen: reports the last status, not a current one',
  async () => {
    const run = await rehearse({
      scenario: staged({ rollouts: { 'acme/db': [bad, good] } }),
      inputs: { service: 'acme/db', 'on-failure': 'rollback', 'rollback-branch': 'stable' },
      during: async ({ emulator, clock, child }) => {
        const back = () => emulator.world.service('acme', 'db').deploysAccepted === 2;
        await clock.until(back, 'the rollback began');
        child.kill('SIGTERM');
      },
    });
    expect(run.exitStatus).toBe(143);
    expect(run.report?.failure?.happened).toMatch(/during the rollback: the service was last seen/);
  },
);

test.concurrent('cannot roll back to the branch that is deployed', async () => {
  const run = await rehearse({
    scenario: staged({ rollouts: { 'acme/db': [bad, good] } }),
    inputs: { service: 'acme/db@main', 'on-failure': 'rollback', 'rollback-branch': 'main' },
  });
  expect([run.exitStatus, run.outputs['failure-code'], run.operations]).toEqual([
    2,
    'config-invalid',
    [],
  ]);
});

test.concurrent('after a timeout right after the job, the services keep their rows', async () => {
  const run = await rehearse(
    withJob({
      scenario: {
        rollout: good,
        jobs: [[{ status: 'running', ms: 55_500 }, { status: 'succeeded' }]],
        // The last look comes in time, but reading the log uses up the rest of it.
        faults: [{ on: 'job.logs', times: 'always', do: { kind: 'hang' } }],
      },
      inputs: { timeout: '60s' },
    }),
  );
  expect([run.exitStatus, count(run, 'service.deploy')]).toEqual([6, 0]);
  expect(run.report?.pre_deploy_job?.status).toBe('succeeded');
  expect(run.report?.deployments).toMatchObject([{ service: 'web', status: 'skipped' }]);
});

describe('the file of a job', () => {
  const nested = `${'['.repeat(4_000)}${']'.repeat(4_000)}`;
  test.concurrent('is rejected if it is nested too deeply', async () => {
    const name = write('deep.json', `{"name": "a", "list": ${nested}}`);
    const run = await rehearse(
      withJob({ scenario: { rollout: good }, inputs: { 'pre-deploy-job': name } }),
    );
    expect([run.exitStatus, run.outputs['failure-code'], run.operations]).toEqual([
      2,
      'config-invalid',
      [],
    ]);
    expect(run.page.join('\n')).toContain('nested deeper than 100 levels');
  });

  test.concurrent('can start with a byte order mark', async () => {
    const name = write('bom.json', '\ufeff{"name": "a", "command": "{commit}"}');
    const run = await rehearse(
      withJob({
        scenario: { rollout: good, jobs: [succeeds] },
        inputs: { 'pre-deploy-job': name },
      }),
    );
    expect(run.exitStatus).toBe(0);
  });
});

needsPosix()('a device is not replaced with a file, as with `--report /dev/null`', () => {
  const path = '/dev/outpost-hostile-test';
  try {
    expect(() => replaceFile(path, '{}')).toThrow('device');
    expect(existsSync(path)).toBe(false);
  } finally {
    rmSync(path, { force: true });
  }
});
