import { expect, test } from '@jest/globals';
import type { Emulator } from '../../emulator/server.ts';
import { rehearse } from '../support/rehearse.ts';

const scenario = {
  deploymentInfo: true,
  rollout: [{ status: 'deploying', looks: 4, log: ['building'] }, { status: 'running' }],
} as const;

/** The deploy of the first attempt, whose job ended before its rollout did. */
const firstAttempt =
  (branch: string) =>
  async (emulator: Emulator, token: string): Promise<void> => {
    const { status } = await fetch(`${emulator.origin}/auth/v1/v1/services/web/deploy`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ branch }),
    });
    expect(status).toBe(202);
  };

test.concurrent('a job that is run again follows the deploy of its first attempt, which is still under way, and sends none', async () => {
  const run = await rehearse({
    scenario,
    prepare: firstAttempt('main'),
    env: { GITHUB_RUN_ATTEMPT: '2' },
  });
  expect({ exitStatus: run.exitStatus, status: run.outputs['status'] }).toEqual({
    exitStatus: 0,
    status: 'deployed',
  });
  expect(run.emulator.world.service('acme', 'web').deploysAccepted).toBe(1);
});

test.concurrent.each([
  ['in its first attempt', '1', 'main'],
  ['where the deploy under way is of another branch', '2', 'hotfix'],
])('%s a job sends its own', async (_, attempt, branch) => {
  const run = await rehearse({
    scenario,
    prepare: firstAttempt(branch),
    env: { GITHUB_RUN_ATTEMPT: attempt },
  });
  expect({ exitStatus: run.exitStatus, status: run.outputs['status'] }).toEqual({
    exitStatus: 0,
    status: 'deployed',
  });
  expect(run.emulator.world.service('acme', 'web').deploysAccepted).toBe(2);
});

test.concurrent.each([
  ['on-failure', true, false],
  ['off', false, false],
  ['stream', true, true],
])('logs: %s', async (logs, hasTail, hasMore) => {
  const log = Array.from({ length: 200 }, (_, index) => `line ${index}`);
  const failing = {
    rollout: [{ status: 'deploying', looks: 1, log }, { status: 'failed' }],
  } as const;
  const { exitStatus, page } = await rehearse({ scenario: failing, inputs: { logs } });
  expect(exitStatus).toBe(5);
  expect({
    hasTail: page.some((line) => line.endsWith(' line 199')),
    hasMore: page.some((line) => line.endsWith(' line 150')),
  }).toEqual({
    hasTail,
    hasMore,
  });
});
