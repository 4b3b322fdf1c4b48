import { expect } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { type Running, runAct, stagesOf } from '../support/act/run.ts';
import { deployStep, PUBLISHED, readers, workflowOf } from '../support/act/workflows.ts';
import { needs } from '../support/gitlab/needs.ts';
import { processNaming } from '../support/push/processes.ts';

// act kills a cancelled step at once, without a signal first. Then only the post step can say what
// is live. Here the test itself sends the signal that GitHub's runner would send and waits as long
// as the runner does. A push in progress when the step is killed goes on, because git has its own
// process group (src/deploy/push/git.ts) and nobody is left to end it. It ends when it is done or
// has made no progress for a minute.

const testWithAct = needs('act', 'bash', 'git');

const endless: Scenario = { rollout: [{ status: 'deploying' }] };
const workflow = workflowOf([deployStep(PUBLISHED), ...readers]);

/**
 * The step has seen that Outpost accepted the deploy. The first look is the one before the deploy.
 */
const rollingOut = ({ clock, emulator: { requests } }: Running): Promise<void> =>
  clock.until(
    () => requests.filter(({ operation }) => operation === 'service.get').length > 1,
    'the rollout was seen',
  );

/** SIGINT is what Ctrl+C sends. After SIGTERM, act runs no more steps, whatever their condition. */
const cancels = [
  { signal: 'SIGINT', after: ['Success - Main In any case'] },
  { signal: 'SIGTERM', after: [] },
] as const;

testWithAct.each(cancels)(
  'if $signal cancels act, the step ends, the post step says what is live, and nothing is left behind',
  async ({ signal, after }) => {
    let sentMs = 0;
    const ran = await runAct({
      workflow,
      scenario: endless,
      exitStatus: 1,
      during: async (running) => {
        await rollingOut(running);
        sentMs = running.clock.nowMs();
        running.act.kill(signal);
        // act sends the step a SIGKILL.
        running.clock.signalled();
      },
    });
    expect(ran.endedAtMs - sentMs).toBeLessThan(10_000);
    expect(stagesOf(ran)).toEqual([
      `Success - Pre ${PUBLISHED}`,
      `Failure - Main ${PUBLISHED}`,
      ...after,
      `Success - Post ${PUBLISHED}`,
    ]);
    expect(ran.page).toContainEqual(expect.stringMatching(/^acme\/web: now deploying, /));
    expect(ran.emulator.world.service('acme', 'web').deploysAccepted).toBe(1);
  },
);

testWithAct(
  "if the step gets the signal that GitHub's runner sends, it ends by itself and sets its outputs",
  async () => {
    const ran = await runAct({
      workflow,
      scenario: endless,
      exitStatus: 1,
      during: async (running) => {
        await rollingOut(running);
        process.kill(processNaming(running.folder, 'dist/github/index.js'), 'SIGINT');
        running.clock.signalled();
      },
    });
    expect(ran.page).toContainEqual(
      expect.stringMatching(
        /^acme\/web: cancelled: the job was cancelled; Outpost continues the deploy;/,
      ),
    );
    expect(ran.page).toEqual(
      expect.arrayContaining(['failure step: failure, cancelled, interrupted', 'report: 130']),
    );
    // Main ended by itself and reported everything, so the post step has nothing to add.
    expect(ran.page).not.toContain('acme/web: now deploying');
  },
);
