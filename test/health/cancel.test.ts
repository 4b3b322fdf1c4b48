import { expect } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { type Checked, deployAndCheck, endOf, errorOf, quick } from '../support/health/check.ts';
import { type Answer, hang, text } from '../support/health/endpoint.ts';
import { needsPosixAtOnce } from '../support/posix.ts';
import type { Running } from '../support/rehearse.ts';

const signalTest = needsPosixAtOnce();

interface Cancelled extends Checked {
  /** From the signal to the end of the process. */
  readonly tookMs: number;
}

/** A run that is cancelled at the request with this number. Otherwise its time is not limited. */
async function cancelledAt(
  number: number,
  answer: Answer,
  signal: NodeJS.Signals,
  inputs: Readonly<Record<string, string>> = {},
): Promise<Cancelled> {
  let running: Running | undefined;
  let cancelledMs = Number.NaN;
  const run = await deployAndCheck(
    (response, path, asked) => {
      if (asked === number) {
        cancelledMs = running?.clock.nowMs() ?? Number.NaN;
        running?.child.kill(signal);
      }
      answer(response, path, asked);
    },
    {
      scenario: twoRollouts,
      inputs: { timeout: '10m', ...inputs },
      during: (started) => {
        running = started;
      },
    },
  );
  return { ...run, tookMs: run.endedMs - cancelledMs };
}

const twoRollouts: Scenario = {
  rollouts: { 'acme/web': [quick.rollout, [{ status: 'deploying' }]] },
};

const cases: readonly {
  readonly name: string;
  readonly answer: Answer;
  readonly signal: NodeJS.Signals;
  readonly exitStatus: number;
  readonly code: string;
}[] = [
  {
    name: 'while waiting for an answer',
    answer: hang,
    signal: 'SIGINT',
    exitStatus: 130,
    code: 'interrupted',
  },
  {
    name: 'between two tries',
    answer: (response) => text(response, 503),
    signal: 'SIGTERM',
    exitStatus: 143,
    code: 'terminated',
  },
];

signalTest.each(cases)(
  'a cancel $name: exits within 2 s with an accurate error',
  async ({ answer, signal, exitStatus, code }) => {
    const run = await cancelledAt(
      2,
      (response, path, number) =>
        number === 1 ? text(response, 503) : answer(response, path, number),
      signal,
    );
    expect(endOf(run)).toEqual({ exitStatus, status: 'cancelled', code });
    expect(run.tookMs).toBeLessThan(2_000);
    expect(errorOf(run)).toMatch(
      /^Checking the health of acme\/web: the job was cancelled; the service is running, but the health check has not passed yet\./,
    );
    expect(run.report?.deployments).toMatchObject([{ status: 'cancelled' }]);
    expect(run.text).not.toMatch(/is deployed and running/);
  },
);

signalTest('a cancel during the check rolls nothing back', async () => {
  const inputs = { 'on-failure': 'rollback', 'rollback-branch': 'stable' };
  const run = await cancelledAt(2, (response) => text(response, 503), 'SIGINT', inputs);
  expect(endOf(run)).toEqual({ exitStatus: 130, status: 'cancelled', code: 'interrupted' });
  expect(run.emulator.world.service('acme', 'web')).toMatchObject({
    deploysAccepted: 1,
    lastBranch: 'main',
  });
  expect(run.text).not.toMatch(/Rolling back/);
});
