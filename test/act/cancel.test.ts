import { expect } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { type Running, runAct, stagesOf } from '../support/act/run.ts';
import { deployStep, PUBLISHED, readers, workflowOf } from '../support/act/workflows.ts';
import { needs } from '../support/gitlab/needs.ts';
import { processNaming } from '../support/push/processes.ts';

// act kills a cancelled step at once, with no signal before: then only the post step can say what
// is live. The signal that GitHub's runner sends, and the seconds that it waits, are given by the
// test itself. A push that is under way when the step is killed goes on, for git is in a process
// group of its own (src/deploy/push/git.ts) and nobody is left to end it: until it is done, or has
// stood still for a minute.

const testWithAct = needs('act', 'bash', 'git');

const endless: Scenario = { rollout: [{ status: 'deploying' }] };
const workflow = workflowOf([deployStep(PUBLISHED), ...readers]);

/** The step has seen that Outpost took up the deploy: the first look is the one before it. */
const rollingOut = ({ clock, emulator: { requests } }: Running): Promise<void> =>
  clock.until(
    () => requests.filter(({ operation }) => operation === 'service.get').length > 1,
    'the rollout was seen',
  );

/** SIGINT is what a person gives; at SIGTERM act runs no step any more, whatever its condition. */
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
        // To the step it comes as a SIGKILL.
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
    // Main came to its end, and said all there is to say.
    expect(ran.page).not.toContain('acme/web: now deploying');
  },
);
