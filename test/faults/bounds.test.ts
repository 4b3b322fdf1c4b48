import { expect, test } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { type Ended, onSite } from './launch.ts';

// Large or endless data must not make output or time unbounded. (`npm run bench` checks the same
// for memory.) Time must be measured with a monotonic clock.

const MEBIBYTE = 1_048_576;

function run(scenario: Scenario): Promise<Ended> {
  return onSite(scenario, ({ launch }) => launch({ host: 'github' }).ended);
}

test('F42 little of a 10 MiB line, a 3 MiB line, or an endless log is shown', async () => {
  const long = (bytes: number): Scenario => ({
    rollout: [{ status: 'deploying', ms: 20_000, log: ['x'.repeat(bytes)] }, { status: 'running' }],
  });
  const all = await Promise.all([
    run(long(10 * MEBIBYTE)),
    run(long(3 * MEBIBYTE)),
    run({
      rollout: [{ status: 'deploying', ms: 40_000 }, { status: 'running' }],
      logs: { order: 'endless' },
    }),
  ]);
  for (const { exitStatus, stdout } of all) {
    expect(exitStatus).toBe(0);
    expect(stdout.length).toBeLessThan(100_000);
  }
  const isSaidToBeCut = all.map(
    ({ stdout }) => stdout.match(/is too large to read in full/g)?.length,
  );
  expect(isSaidToBeCut).toEqual([1, undefined, undefined]);
});

test('F55 a summary of many megabytes is cut below 1 MiB at the end of a line', async () => {
  const names = Array.from({ length: 10 }, (_, index) => `s${index}`);
  // Backticks, pipes and ampersands get longer as Markdown.
  const log = Array.from({ length: 30 }, (_, index) => `${index} ${'`|&<é'.repeat(3_000)}`);
  const { exitStatus, summary, outputs, report } = await onSite(
    {
      services: names.map((name) => ({ namespace: 'acme', name })),
      rollout: [{ status: 'deploying' }, { status: 'failed', log }],
    },
    ({ launch }) =>
      launch({ host: 'github', inputs: { service: names.map((name) => `acme/${name}`).join(',') } })
        .ended,
  );
  expect({ exitStatus, status: outputs['status'] }).toEqual({ exitStatus: 5, status: 'failed' });
  expect(Buffer.byteLength(summary)).toBeLessThan(MEBIBYTE);
  expect(summary.endsWith('\n')).toBe(true);
  for (const name of names) expect(summary).toContain(`acme/${name}`);
  expect(report?.deployments).toHaveLength(names.length);
});

test.each(['github', 'shell'] as const)(
  'F38 waits and durations are correct if each read of the wall clock jumps by a day (%s)',
  async (host) => {
    await onSite(
      { rollout: [{ status: 'deploying', ms: 12_000 }, { status: 'running' }] },
      async ({ emulator, launch }) => {
        const beganMs = emulator.world.nowMs();
        const { exitStatus, stdout, report } = await launch({
          host,
          preload: ['./clock-jumps.mjs'],
        }).ended;
        const tookMs = emulator.world.nowMs() - beganMs;
        expect(exitStatus).toBe(0);
        const seconds = report?.deployments[0]?.duration_seconds ?? Number.NaN;
        expect(seconds).toBeGreaterThan(20);
        expect(seconds).toBeLessThanOrEqual(tookMs / 1_000);
        expect(stdout).toMatch(/^acme\/web: deployed \(\d+ s\)$/m);
        // The reads neither came in a rush nor a day late.
        expect(emulator.requests.length).toBeLessThan(18);
      },
    );
  },
);

test('F38 the deadline holds if the wall clock jumps', async () => {
  await onSite({ rollout: [{ status: 'deploying' }] }, async ({ emulator, launch }) => {
    const run = launch({
      host: 'shell',
      preload: ['./clock-jumps.mjs'],
      inputs: { timeout: '40s' },
    });
    const { exitStatus, outputs } = await run.ended;
    expect({ exitStatus, code: outputs['failure-code'] }).toEqual({
      exitStatus: 6,
      code: 'timed-out',
    });
    const [first, last] = [emulator.requests[0]?.atMs ?? 0, emulator.requests.at(-1)?.atMs ?? 0];
    expect(last - first).toBeGreaterThan(25_000);
    expect(last - first).toBeLessThan(46_000);
  });
});
