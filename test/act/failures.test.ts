import { expect } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { type ActOptions, runAct, stagesOf } from '../support/act/run.ts';
import { deployStep, PUBLISHED, readers, workflowOf } from '../support/act/workflows.ts';
import { needs } from '../support/gitlab/needs.ts';
import { bad } from '../support/health/rollback.ts';

const testWithAct = needs('act', 'bash', 'git');

interface FailingRun extends Partial<ActOptions> {
  readonly name: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly outcome: string;
  readonly deploys: number;
}

const failing: Scenario = { rollout: bad };

const runs: readonly FailingRun[] = [
  {
    name: 'a failed rollout',
    scenario: failing,
    status: 5,
    outcome: 'failed, rollout-failed',
    deploys: 1,
  },
  {
    name: 'a revoked token',
    prepare: ({ world }) => world.revokeToken('ada', 'GitHub Actions'),
    status: 3,
    outcome: 'failed, token-rejected',
    deploys: 0,
  },
  {
    name: 'an invalid input',
    inputs: { timeout: 'soon' },
    status: 2,
    outcome: 'failed, config-invalid',
    deploys: 0,
  },
];

testWithAct.each(runs)(
  '$name fails the job with $status; later steps see the reason, and the dependent job does not start',
  async ({ inputs, status, outcome, deploys, ...run }) => {
    const ran = await runAct({
      workflow: workflowOf([deployStep(PUBLISHED, inputs), ...readers]),
      exitStatus: 1,
      ...run,
    });
    expect(ran.output).toMatch(new RegExp(`^\\[Deploy/deploy\\] exit status ${status}$`, 'm'));
    expect(stagesOf(ran)).toEqual([
      `Success - Pre ${PUBLISHED}`,
      `Failure - Main ${PUBLISHED}`,
      'Success - Main After a failure',
      'Success - Main In any case',
      `Success - Post ${PUBLISHED}`,
    ]);
    expect(ran.page).toEqual(
      expect.arrayContaining([`failure step: failure, ${outcome}`, `report: ${status}`]),
    );
    expect(ran.operations.filter((operation) => operation === 'service.deploy')).toHaveLength(
      deploys,
    );
  },
);

testWithAct(
  'with `continue-on-error`, a failure sets the outcome and the job goes on',
  async () => {
    const step = { ...deployStep(PUBLISHED), 'continue-on-error': true };
    const reader = {
      name: 'Goes on',
      if: "steps.outpost.outcome == 'failure'",
      run: 'echo "went on"',
    };
    const ran = await runAct({ workflow: workflowOf([step, reader]), scenario: failing });
    expect(ran.page).toEqual(expect.arrayContaining(['went on', 'next job: failed']));
  },
);

testWithAct('`early-check: error` ends the job before its first step', async () => {
  const early = deployStep(PUBLISHED, { 'early-check': 'error' });
  const ran = await runAct({
    workflow: workflowOf([{ name: 'The long build', run: 'echo "building"' }, early]),
    prepare: ({ world }) => world.revokeToken('ada', 'GitHub Actions'),
    exitStatus: 1,
  });
  expect(stagesOf(ran)).toEqual([`Failure - Pre ${PUBLISHED}`]);
  expect(ran.page).not.toContain('building');
});
