import { closeSync, existsSync, openSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { needs } from '../support/gitlab/needs.ts';
import { type LaunchHost, onSite } from './launch.ts';
import { quick } from './row.ts';

// F53: the reader of our output goes away, is slow, or has no space. The exit status is kept, and
// no output is lost.

const hosts: readonly LaunchHost[] = ['github', 'shell'];
const failing = { rollout: [{ status: 'deploying' }, { status: 'failed' }] } as const;

test.concurrent.each(
  hosts.flatMap((host) => [
    { host, scenario: quick, exit: 0 } as const,
    { host, scenario: failing, exit: 5 } as const,
  ]),
)(
  'F53 the run goes on if the reader is gone (EPIPE) on $host: exit status $exit',
  async ({ host, scenario, exit }) => {
    await onSite(scenario, async ({ emulator, launch }) => {
      const run = launch({ host });
      run.child.stdout?.once('data', () => run.child.stdout?.destroy());
      const { exitStatus, stderr, outputs } = await run.ended;
      expect({ exitStatus, stderr, status: outputs['status'] }).toEqual({
        exitStatus: exit,
        // A shell prints the failure there. Node prints nothing.
        stderr:
          host === 'shell' && exit !== 0
            ? expect.stringMatching(/^Error: Outpost deploy: .*\n(?: {2}.*\n)+$/)
            : '',
        status: exit === 0 ? 'deployed' : 'failed',
      });
      expect(emulator.world.service('acme', 'web').deploysAccepted).toBe(1);
    });
  },
);

// Only Linux has a device that is always full.
const diskTest = existsSync('/dev/full') ? test : needs('/dev/full');
diskTest.each(hosts)('F53 the output goes to a full disk (%s)', async (host) => {
  const full = openSync('/dev/full', 'w');
  try {
    await onSite(failing, async ({ launch }) => {
      const { exitStatus, outputs } = await launch({ host, stdout: full }).ended;
      expect({ exitStatus, status: outputs['status'] }).toEqual({
        exitStatus: 5,
        status: 'failed',
      });
    });
  } finally {
    closeSync(full);
  }
});

test.each(hosts)(
  'F53 a cancel ends the job even if the reader reads nothing (%s)',
  async (host) => {
    const log = Array.from({ length: 90 }, (_, index) => `line ${index} ${'x'.repeat(9_000)}`);
    await onSite(
      { rollout: [{ status: 'deploying', log, looks: 999 }] },
      async ({ emulator, clock, launch }) => {
        const run = launch({ host, unread: true });
        await clock.until(
          () => emulator.requests.some(({ operation }) => operation === 'service.logs'),
          'its log was asked for',
        );
        run.child.kill('SIGTERM');
        expect((await run.ended).exitStatus).toBe(143);
      },
    );
  },
);

test.each(hosts)(
  'F53 with a slow reader of a full pipe, every line arrives and the exit status is kept (%s)',
  async (host) => {
    // Far more than fits in a pipe, written at once at the end, when the process is about to exit.
    const log = Array.from({ length: 90 }, (_, index) => `line ${index} ${'x'.repeat(9_000)}`);
    await onSite(
      { rollout: [{ status: 'deploying' }, { status: 'failed', log }] },
      async ({ launch }) => {
        const run = launch({ host, unread: 'slow' });
        let text = '';
        run.child.stdout?.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          run.child.stdout?.pause();
          setTimeout(() => run.child.stdout?.resume(), 10);
        });
        const { exitStatus } = await run.ended;
        expect(exitStatus).toBe(5);
        expect(text.match(/line \d+ x{9000}$/gm)?.length).toBe(log.length);
        expect(text).toMatch(/Outpost reports that the rollout failed/);
      },
    );
  },
);
