import { expect, test } from '@jest/globals';
import type { FaultRule } from '../../emulator/faults.ts';
import { endOf, errorOf } from '../support/health/check.ts';
import {
  bad,
  branchesDeployed,
  endless,
  good,
  rollbackInputs,
  rollouts,
  withRollback,
} from '../support/health/rollback.ts';
import { needsPosixAtOnce } from '../support/posix.ts';
import { rehearse } from '../support/rehearse.ts';

const refusal = (status: number, code: string): readonly FaultRule[] => [
  {
    on: 'service.deploy',
    times: 'always',
    do: { kind: 'answer', status, body: `{"error":{"code":"${code}","message":"No."}}` },
  },
];

/** None of these proves that the new revision is bad, so nothing is rolled back. */
const cases = [
  {
    name: 'an outcome that is unknown',
    scenario: 'lost-answer-unknown',
    exitStatus: 7,
    status: 'unknown',
    code: 'outcome-unknown',
  },
  {
    name: "someone else's deploy",
    scenario: 'superseded',
    exitStatus: 5,
    status: 'superseded',
    code: 'superseded',
  },
  {
    name: 'a rollout that does not end',
    scenario: rollouts(endless),
    exitStatus: 6,
    status: 'timed-out',
    code: 'timed-out',
  },
  {
    name: 'a service that was stopped during the rollout',
    scenario: rollouts([{ status: 'deploying', looks: 1 }, { status: 'stopped' }]),
    exitStatus: 5,
    status: 'failed',
    code: 'service-stopped',
  },
  {
    name: 'a service that is gone',
    scenario: {
      ...rollouts(endless),
      faults: [
        {
          on: 'service.get',
          skip: 2,
          times: 'always',
          do: { kind: 'answer', status: 404, body: '{"error":{"code":"not_found"}}' },
        },
      ],
    },
    exitStatus: 5,
    status: 'failed',
    code: 'rollout-failed',
  },
  {
    name: 'a deploy without proof',
    scenario: rollouts([{ status: 'running' }]),
    exitStatus: 7,
    status: 'unknown',
    code: 'rollout-unproven',
  },
  {
    name: 'a failure status without a rollout before it',
    scenario: rollouts([{ status: 'running', looks: 1 }, { status: 'failed' }]),
    exitStatus: 5,
    status: 'failed',
    code: 'rollout-failed',
  },
  {
    name: 'a refusal',
    scenario: { faults: refusal(403, 'forbidden') },
    exitStatus: 4,
    status: 'failed',
    code: 'forbidden',
  },
  {
    name: 'an expired token',
    scenario: 'expired-token',
    exitStatus: 3,
    status: 'failed',
    code: 'token-expired',
  },
  {
    name: 'a service that does not exist',
    scenario: 'unknown-service',
    exitStatus: 4,
    status: 'failed',
    code: 'not-found',
  },
  {
    name: 'an outage',
    scenario: 'unavailable',
    exitStatus: 8,
    status: 'failed',
    code: 'unavailable',
  },
  { name: 'success', scenario: rollouts(good), exitStatus: 0, status: 'deployed', code: '' },
] as const;

test.concurrent.each(cases)(
  '$name is followed by no rollback',
  async ({ scenario, exitStatus, status, code }) => {
    const run = await withRollback({ scenario, inputs: { timeout: '3m' } });
    expect(endOf(run)).toEqual({ exitStatus, status, code });
    expect(
      branchesDeployed(run).filter((body) => JSON.stringify(body) !== '{"branch":"main"}'),
    ).toEqual([]);
    expect(branchesDeployed(run).length).toBeLessThan(2);
    expect(run.log.lines.join('\n')).not.toMatch(/Rolling back/);
  },
);

needsPosixAtOnce()('a cancel during the rollout is followed by no rollback', async () => {
  const run = await withRollback({
    scenario: rollouts(endless),
    during: async ({ emulator, clock, child }) => {
      const looks = (): number =>
        emulator.requests.filter(({ operation }) => operation === 'service.get').length;
      await clock.until(() => looks() >= 3, 'it has looked twice after the deploy');
      child.kill('SIGTERM');
    },
  });
  expect(endOf(run)).toEqual({ exitStatus: 143, status: 'cancelled', code: 'terminated' });
  expect(branchesDeployed(run)).toEqual([{ branch: 'main' }]);
});

test.concurrent('a rollout gets half of the timeout, and the rollback the rest', async () => {
  const run = await withRollback({ scenario: rollouts(endless), inputs: { timeout: '80s' } });
  expect(errorOf(run)).toMatch(
    /the rollout did not finish within 40 s: it was last seen deploying/,
  );
});

test.concurrent('without on-failure: rollback the failed revision stays', async () => {
  const run = await rehearse({ scenario: rollouts(bad), inputs: { 'rollback-branch': 'stable' } });
  expect(endOf(run)).toEqual({ exitStatus: 5, status: 'failed', code: 'rollout-failed' });
  expect(branchesDeployed(run)).toEqual([{ branch: 'main' }]);
});

const contradictions = [
  {
    inputs: { 'on-failure': 'rollback', 'rollback-branch': '' },
    says: /`on-failure: rollback` needs `push`.*or `rollback-branch`/,
  },
  {
    inputs: { ...rollbackInputs, wait: 'false' },
    says: /`wait: false` ends the run before there is a rollout to check/,
  },
  {
    inputs: { ...rollbackInputs, 'rollback-branch': 'a..b' },
    says: /`rollback-branch`: `a\.\.b` is not a valid branch name/,
  },
] as const;

test.concurrent.each(contradictions)(
  '$inputs is rejected before any request',
  async ({ inputs, says }) => {
    const run = await rehearse({ scenario: rollouts(good), inputs });
    expect(endOf(run)).toEqual({ exitStatus: 2, status: 'failed', code: 'config-invalid' });
    expect(errorOf(run)).toMatch(says);
    expect(run.requests).toEqual([]);
  },
);
