import { expect, test } from '@jest/globals';
import { rehearse } from '../support/rehearse.ts';

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
