import type { Scenario } from '../../emulator/scenario.ts';
import { onSite } from '../../test/faults/launch.ts';
import { median, type Row } from './measure.ts';

/**
 * How far apart the polls of one service are in the first minute (QUICK_MS in
 * src/deploy/rollout/pace.ts), and how long `running` must hold (the default of `stable-for`).
 */
const INTERVAL_MS = 3_000;
const STABLE_MS = 10_000;
/** The status turns at so many points, spread over three intervals. */
const POINTS = 12;

type Last = 'running' | 'failed';

/**
 * The time between the change of the platform's status and the program's exit, in milliseconds. The
 * clock is virtual: only waiting takes time.
 */
async function lag(last: Last, turnMs: number, logs: string): Promise<number> {
  const scenario: Scenario = { rollout: [{ status: 'deploying', ms: turnMs }, { status: last }] };
  return await onSite(scenario, async ({ emulator, launch }) => {
    const { exitStatus, atMs } = await launch({ host: 'github', inputs: { logs } }).ended;
    if (exitStatus !== (last === 'running' ? 0 : 5))
      throw new Error(`the rollout that ends in ${last} ended with ${exitStatus}`);
    const accepted = emulator.requests.find(({ operation }) => operation === 'service.deploy');
    return atMs - (accepted?.atMs ?? Number.NaN) - turnMs;
  });
}

async function rowOf(last: Last, logs: string): Promise<Row> {
  const turns = Array.from(
    { length: POINTS },
    (_, index) => 4 * INTERVAL_MS + (index * 3 * INTERVAL_MS) / POINTS,
  );
  const lags = await Promise.all(turns.map((turnMs) => lag(last, turnMs, logs)));
  const intervals = lags.map((ms) => (ms - (last === 'running' ? STABLE_MS : 0)) / INTERVAL_MS);
  return {
    what: `\`${last}\` to exit, \`logs: ${logs}\`, in intervals of ${INTERVAL_MS / 1000} s${last === 'running' ? ' beyond `stable-for`' : ''}`,
    measured: `${Math.max(...intervals).toFixed(2)}`,
    goal: 'at most 1',
    from: `the longest of ${POINTS}; median ${median(intervals).toFixed(2)}`,
  };
}

export async function exitLags(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const last of ['failed', 'running'] as const)
    for (const logs of ['off', 'stream']) rows.push(await rowOf(last, logs));
  return rows;
}
