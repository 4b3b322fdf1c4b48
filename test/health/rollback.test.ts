import { expect, test } from '@jest/globals';
import type { Emulator } from '../../emulator/server.ts';
import { endOf, errorOf, lastly } from '../support/health/check.ts';
import { text, withEndpoint } from '../support/health/endpoint.ts';
import {
  bad,
  branchesDeployed,
  endless,
  good,
  rollouts,
  withRollback,
} from '../support/health/rollback.ts';

const BOTH = [{ branch: 'main' }, { branch: 'stable' }];

test.concurrent('a failed rollout deploys the old branch, confirms it, and reports both', async () => {
  const run = await withRollback({ scenario: rollouts(bad) });
  expect(endOf(run)).toEqual({ exitStatus: 5, status: 'rolled-back', code: 'rollout-failed' });
  expect(branchesDeployed(run)).toEqual(BOTH);
  expect(errorOf(run)).toMatch(
    /^Rolling out acme\/web: Outpost reports that the rollout failed; the previous revision \(branch stable\) is live/,
  );
  expect(run.emulator.world.service('acme', 'web')).toMatchObject({
    status: 'running',
    lastBranch: 'stable',
    deploysAccepted: 2,
  });
  expect(run.report?.deployments).toMatchObject([{ service: 'web', status: 'rolled-back' }]);
  expect(run.report?.phases.map(({ phase }) => phase)).toEqual([
    'check',
    'deploy',
    'rollout',
    'rollback',
  ]);
  // The reason for the failure is the first thing people want to know.
  expect(run.summary).toContain('cannot find module app');
});

/** Healthy only while this branch is deployed. */
function healthyOn(branch: string, emulator: () => Emulator | undefined, body = 'ok') {
  return withEndpoint.bind(null, (response) =>
    text(
      response,
      emulator()?.world.service('acme', 'web').lastBranch === branch ? 200 : 500,
      body,
    ),
  );
}

test.concurrent('after a failed health check, the old revision must pass the check', async () => {
  let emulator: Emulator | undefined;
  const open = healthyOn('stable', () => emulator, 'revision 41');
  await open(async (endpoint) => {
    const run = await withRollback({
      scenario: rollouts(good),
      // The text belongs to the new revision, so the old one isn't checked for it.
      inputs: { 'health-check': `${endpoint.url}/`, 'health-check-contains': 'revision 42' },
      prepare: (started) => {
        emulator = started;
      },
    });
    expect(endOf(run)).toEqual({
      exitStatus: 5,
      status: 'rolled-back',
      code: 'health-check-failed',
    });
    expect(branchesDeployed(run)).toEqual(BOTH);
    expect(errorOf(run)).toMatch(lastly('returns 500'));
    expect(errorOf(run)).toMatch(/; the previous revision \(branch stable\) is live again/);
    expect(run.report?.phases.map(({ phase }) => phase)).toEqual([
      'check',
      'deploy',
      'rollout',
      'health check',
      'rollback',
    ]);
    // Half of the three minutes is reserved for the rollback.
    const [began, checked] = [
      Date.parse(run.report?.started_at ?? ''),
      Date.parse(run.report?.phases[3]?.finished_at ?? ''),
    ];
    expect(checked - began).toBe(90_000);
  });
});

const fruitless = [
  {
    name: 'its rollout fails too',
    scenario: rollouts(bad, bad),
    says: /the rollback failed too \(.*Outpost reports that the rollout failed\): the service is now failed/,
  },
  {
    name: 'its rollout does not end',
    scenario: rollouts(bad, endless),
    says: /the rollback failed too \(.*did not finish within .*\): the service is now deploying/,
  },
  {
    name: 'Outpost refuses it',
    scenario: {
      ...rollouts(bad),
      faults: [
        {
          on: 'service.deploy',
          skip: 1,
          do: {
            kind: 'answer',
            status: 422,
            body: '{"error":{"code":"no_branch","message":"There is no branch stable"}}',
          },
        },
      ],
    },
    says: /the rollback failed too \(.*422 Unprocessable Content: "There is no branch stable" \(no_branch\)\): the service is now failed/,
  },
] as const;

test.concurrent.each(fruitless)(
  'a rollback that fails too ($name): an error that says what is live',
  async ({ scenario, says }) => {
    const run = await withRollback({ scenario });
    expect(endOf(run)).toEqual({ exitStatus: 5, status: 'failed', code: 'rollout-failed' });
    expect(errorOf(run)).toMatch(says);
    expect(errorOf(run)).toMatch(/^Check the service right away: it was not rolled back\./m);
    expect(run.report?.headline).toMatch(/the rollback failed too/);
  },
);

test.concurrent('an old revision that is unhealthy too does not count as rolled back', async () => {
  await withEndpoint(
    (response) => text(response, 503),
    async (endpoint) => {
      const run = await withRollback({
        scenario: rollouts(good),
        inputs: { 'health-check': `${endpoint.url}/`, timeout: '2m' },
      });
      expect(endOf(run)).toEqual({ exitStatus: 5, status: 'failed', code: 'health-check-failed' });
      expect(branchesDeployed(run)).toEqual(BOTH);
      expect(errorOf(run)).toMatch(lastly('returns 503'));
      expect(errorOf(run)).toMatch(
        /the rollback failed too \(Checking the health of acme\/web: .*\): the service is now running/,
      );
    },
  );
});

test.concurrent('rolls back all services of a release', async () => {
  const run = await withRollback({
    scenario: rollouts(bad),
    inputs: { service: 'acme/web\nacme/api' },
  });
  expect(endOf(run)).toEqual({ exitStatus: 5, status: 'rolled-back', code: 'rollout-failed' });
  const { world } = run.emulator;
  expect(world.service('acme', 'web')).toMatchObject({ lastBranch: 'stable', status: 'running' });
  expect(world.service('acme', 'api')).toMatchObject({ lastBranch: 'stable', status: 'running' });
  expect(run.report?.deployments.map(({ service, status }) => [service, status])).toEqual([
    ['web', 'rolled-back'],
    ['api', 'rolled-back'],
  ]);
});
