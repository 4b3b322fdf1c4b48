import { expect } from '@jest/globals';
import { needsPosix } from '../support/posix.ts';
import { createPrng } from '../support/soak/prng.ts';
import { countedStatus, type Ended, onSite } from './launch.ts';
import { isAnyoneLeft } from './process-group.ts';

// SIGINT at any moment: from before our first line, when Node itself ends, until after the verdict.

const SEED = 4;
const RUNS = 30;
/** A run with this rollout takes about this long. */
const LONGEST_MS = 8_500;
const scenario = { rollout: [{ status: 'deploying' }, { status: 'running' }] } as const;

const prng = createPrng(SEED);
const moments = Array.from({ length: RUNS }, (_, index) => ({
  // Half of them fall in the first second, when the most happens: Node starts, the handlers are
  // set, the deploy is sent.
  afterMs: prng.whole(1, index % 4 < 2 ? 1_000 : LONGEST_MS),
  host: index % 2 === 0 ? ('github' as const) : ('shell' as const),
}));

/** What the last lines of output claim. It must be true in the emulated Outpost. */
function claims({ seen }: Ended): {
  readonly notSent: boolean;
  readonly goesOn: boolean;
  readonly inDoubt: boolean;
  readonly deployed: boolean;
} {
  return {
    notSent: /deploys that had not started did not happen/.test(seen) && !/accepted/.test(seen),
    goesOn: /^acme\/web: cancelled: .*Outpost continues the deploy/m.test(seen),
    inDoubt: /^acme\/web: cancelled: .*Outpost may or may not have started the deploy/m.test(seen),
    deployed: /^acme\/web is deployed and running\.$/m.test(seen),
  };
}

async function interrupt({ host, afterMs }: (typeof moments)[number]): Promise<number> {
  return await onSite(scenario, async ({ emulator, clock, launch }) => {
    const run = launch({ host });
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await clock.still();
    const sentMs = clock.nowMs();
    run.child.kill('SIGINT');
    const ended = await run.ended;
    // A `git` that was started at that very moment, to find the branch, takes some milliseconds to
    // end by itself.
    await clock.until(() => !isAnyoneLeft(run), 'no child is left');
    const { deploysAccepted, status } = emulator.world.service('acme', 'web');
    const { notSent, goesOn, inDoubt, deployed } = claims(ended);
    const exitStatus = countedStatus(ended);
    expect([0, 130]).toContain(exitStatus);
    // Exactly one claim is made, unless Node ended before our first line.
    expect([notSent, goesOn, inDoubt, deployed].filter(Boolean)).toHaveLength(
      ended.seen === '' ? 0 : 1,
    );
    if (exitStatus === 0)
      expect({ deployed, deploysAccepted, status }).toEqual({
        deployed: true,
        deploysAccepted: 1,
        status: 'running',
      });
    if (notSent || ended.seen === '') expect(deploysAccepted).toBe(0);
    if (goesOn || deployed) expect(deploysAccepted).toBe(1);
    if (ended.seen !== '' && exitStatus === 130 && !deployed)
      expect(ended.outputs['status']).toBe('cancelled');
    return Math.max(0, ended.atMs - sentMs);
  });
}

needsPosix()(
  `SIGINT at ${RUNS} random moments (seed ${SEED}): ends within 2 s, reports the truth, and leaves no child`,
  async () => {
    const waiting = [...moments];
    const tookMs: number[] = [];
    const next = async (): Promise<void> => {
      for (let moment = waiting.shift(); moment !== undefined; moment = waiting.shift())
        tookMs.push(await interrupt(moment));
    };
    await Promise.all(Array.from({ length: 10 }, next));
    process.stdout.write(
      `SIGINT ${tookMs.length} times: gone after ${Math.round(Math.max(...tookMs))} ms at most\n`,
    );
    expect(Math.max(...tookMs)).toBeLessThan(2_000);
  },
);
