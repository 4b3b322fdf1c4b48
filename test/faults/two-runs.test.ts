import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { assertNoLeak } from '../support/spawn-bundle.ts';
import { onSite } from './launch.ts';

test.each(['github', 'shell'] as const)(
  'F63 two runs at once for one service (%s): two deploys, and each run reports its own result',
  async (host) => {
    const scenario = {
      deploymentInfo: true,
      rollout: [{ status: 'deploying', ms: 20_000 }, { status: 'running' }],
    } as const;
    await onSite(scenario, async ({ emulator, clock, launch }) => {
      const first = launch({ host });
      await clock.until(
        () => emulator.world.service('acme', 'web').deploysAccepted === 1,
        'the first deploy was accepted',
      );
      const second = launch({ host, inputs: { branch: 'hotfix' } });
      const [ours, theirs] = await Promise.all([first.ended, second.ended]);
      // The second run waits for the first and then replaces it, either before or after the first
      // was proven.
      expect({ exitStatus: theirs.exitStatus, status: theirs.outputs['status'] }).toEqual({
        exitStatus: 0,
        status: 'deployed',
      });
      expect(theirs.stdout).toMatch(/another deploy is in progress \(409\)/);
      expect(['deployed', 'superseded']).toContain(ours.outputs['status']);
      expect(ours.exitStatus).toBe(ours.outputs['status'] === 'deployed' ? 0 : 5);
      expect(emulator.world.service('acme', 'web')).toMatchObject({
        deploysAccepted: 2,
        lastBranch: 'hotfix',
        status: 'running',
      });
    });
  },
);

test.each(['github', 'shell'] as const)(
  'F52 a process that is killed leaves no file with the token (%s)',
  async (host) => {
    const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
    try {
      await onSite(
        { rollout: [{ status: 'deploying' }] },
        async ({ emulator, token, clock, launch }) => {
          const env = { TMPDIR: folder, RUNNER_TEMP: folder, HOME: folder, XDG_CACHE_HOME: folder };
          const run = launch({ host, env });
          await clock.until(
            () => emulator.world.service('acme', 'web').deploysAccepted === 1,
            'the deploy was accepted',
          );
          run.child.kill('SIGKILL');
          expect((await run.ended).signal).toBe('SIGKILL');
          const left = existsSync(folder)
            ? readdirSync(folder, { recursive: true }).map((name) => join(folder, name.toString()))
            : [];
          assertNoLeak(
            left
              .filter((path) => statSync(path).isFile())
              .map((path) => readFileSync(path, 'latin1')),
            token,
          );
          // Nobody else may read a folder of ours.
          for (const path of left.filter((name) => statSync(name).isDirectory()))
            expect(statSync(path).mode & 0o077).toBe(0);
        },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
