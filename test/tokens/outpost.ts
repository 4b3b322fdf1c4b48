import { afterEach } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { type Emulator, startEmulator } from '../../emulator/server.ts';
import { VirtualClock } from '../support/virtual-time/clock.ts';

/**
 * For commands that need no store: an Outpost, and the clock that it shares with the programs that
 * call it.
 */
export interface Outpost {
  readonly emulator: Emulator;
  readonly clock: VirtualClock;
}

const open: Outpost[] = [];
afterEach(async () => {
  await Promise.all(
    open.splice(0).map(async ({ emulator, clock }) => {
      await emulator.close();
      await clock.close();
    }),
  );
});

/** Closes when the test ends. */
export async function openOutpost({
  scenario = {},
  startMs = Date.now(),
}: {
  readonly scenario?: Scenario;
  readonly startMs?: number;
} = {}) {
  const clock = await VirtualClock.start(startMs);
  const outpost = {
    emulator: await startEmulator({ scenario, now: clock.nowMs, timing: clock }),
    clock,
  };
  open.push(outpost);
  return outpost;
}
