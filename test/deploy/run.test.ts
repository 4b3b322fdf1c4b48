import { expect, test } from '@jest/globals';
import { assertTimeLeft, type Run, remainingMs } from '../../src/deploy/run.ts';
import { aFakeClock } from '../support/build.ts';

test('starting a step after the timeout fails and says that nothing was deployed', () => {
  const clock = aFakeClock();
  const run = { clock, deadlineMs: 1_000 } as unknown as Run;
  clock.advance(999);
  expect(remainingMs(run)).toBe(1);
  expect(() => assertTimeLeft(run, 'Pushing')).not.toThrow();
  clock.advance(1);
  expect(() => assertTimeLeft(run, 'Pushing')).toThrow(
    expect.objectContaining({
      code: 'timed-out',
      attempted: 'Pushing',
      happened: expect.stringContaining('nothing was deployed'),
    }),
  );
});
