import { expect, test } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { onSite } from '../faults/launch.ts';
import { needsPosix } from '../support/posix.ts';

// A busy machine stops the process under test for up to 300 ms, again and again. On a clock that
// ran 20 times as fast, each stop took six seconds, so the program missed deadlines and the run
// ended differently.

const preload = ['../virtual-time/blocks.mjs'];
const hosts = ['github', 'shell'] as const;

const rows: readonly {
  readonly name: string;
  readonly scenario: Scenario;
  readonly timeout: string;
  readonly exitStatus: number;
  /** The range, on its own clock. */
  readonly tookMs: readonly [number, number];
}[] = [
  {
    name: 'a deploy whose answers come just before the deadlines',
    scenario: {
      rollout: [{ status: 'deploying', ms: 12_000 }, { status: 'running' }],
      faults: [{ on: 'service.get', times: 1, do: { kind: 'slow', delayMs: 25 } }],
    },
    timeout: '10m',
    exitStatus: 0,
    tookMs: [12_000, 120_000],
  },
  {
    name: 'a rollout that never ends',
    scenario: { rollout: [{ status: 'deploying' }] },
    timeout: '40s',
    exitStatus: 6,
    tookMs: [39_000, 42_000],
  },
  {
    name: 'a deploy call whose answer never comes',
    scenario: {
      rollout: [{ status: 'deploying' }, { status: 'running' }],
      faults: [{ on: 'service.deploy', do: { kind: 'hang' } }],
    },
    timeout: '90s',
    exitStatus: 7,
    tookMs: [60_000, 92_000],
  },
];

test.each(rows.flatMap((row) => hosts.map((host) => ({ ...row, host }))))(
  '$name, on a busy machine ($host): exit status $exitStatus at the expected time',
  async ({ scenario, timeout, exitStatus, tookMs, host }) => {
    await onSite(scenario, async ({ clock, launch }) => {
      const startMs = clock.nowMs();
      const ended = await launch({ host, preload, inputs: { timeout } }).ended;
      expect(`${ended.exitStatus}\n${ended.stdout}`).toMatch(new RegExp(`^${exitStatus}\n`));
      const [least, most] = tookMs;
      expect(ended.atMs - startMs).toBeGreaterThanOrEqual(least);
      expect(ended.atMs - startMs).toBeLessThanOrEqual(most);
    });
  },
);

needsPosix().each(hosts)(
  'a cancel on a busy machine (%s): ends at once on its own clock',
  async (host) => {
    await onSite({ rollout: [{ status: 'deploying' }] }, async ({ emulator, clock, launch }) => {
      const run = launch({ host, preload });
      await clock.until(
        () => emulator.world.service('acme', 'web').looks > 2,
        'the rollout was seen',
      );
      const sentMs = clock.nowMs();
      run.child.kill('SIGTERM');
      const ended = await run.ended;
      expect(ended.exitStatus).toBe(143);
      expect(ended.atMs - sentMs).toBeLessThan(2_000);
    });
  },
);
