import type { Scenario } from '../../emulator/scenario.ts';
import { onSite } from '../../test/faults/launch.ts';
import { median, type Row } from './measure.ts';

/**
 * How much time is between the program's requests while it waits, and how long `running` must hold
 * (SLOT_MS in src/deploy/rollout/follow.ts, SETTLE_MS in judge.ts).
 */
const INTERVAL_MS = 5_050;
const SETTLE_MS = 5_000;
/**
 * The number of moments at which the status changes. They are spread over three intervals, because
 * every third request reads the log.
 */
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
    (_, index) => 2 * INTERVAL_MS + (index * 3 * INTERVAL_MS) / POINTS,
  );
  const lags = await Promise.all(turns.map((turnMs) => lag(last, turnMs, logs)));
  const intervals = lags.map((ms) => (ms - (last === 'running' ? SETTLE_MS : 0)) / INTERVAL_MS);
  return {
    what: `\`${last}\` to exit, \`logs: ${logs}\`, in intervals of ${(INTERVAL_MS / 1000).toFixed(2)} s${last === 'running' ? ' beyond settling' : ''}`,
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
