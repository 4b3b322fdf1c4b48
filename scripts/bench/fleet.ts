import type { Scenario } from '../../emulator/scenario.ts';
import type { RecordedRequest } from '../../emulator/server.ts';
import { onSite } from '../../test/faults/launch.ts';
import { mebibytes, memoryRow, PROBE, type Row, readProbe } from './measure.ts';

const MINUTE_MS = 60_000;
/** At one look every five seconds, this takes more than two minutes. */
const LOOKS = 30;
/** How much more memory a hundred services may take than one. */
const MORE_MIB = 32;

interface Rolled {
  /** Counts the requests up to the last look, which brings the last verdict. */
  readonly busiest: number;
  /** Also counts the reads of the last log lines, which follow the verdict. */
  readonly withLogs: number;
  readonly total: number;
  readonly peakKib: number;
}

/** Rolls out this many services of one namespace, with their logs, as by default. */
async function roll(count: number, stages = 1): Promise<Rolled> {
  const names = Array.from({ length: count }, (_, index) => `s${index}`);
  const scenario: Scenario = {
    services: names.map((name) => ({ namespace: 'fleet', name })),
    rollout: [{ status: 'deploying', looks: LOOKS - 2 }, { status: 'running' }],
  };
  return await onSite(scenario, async ({ emulator, launch }) => {
    const inputs = { service: inStages(names, stages), timeout: '30m' };
    const { exitStatus, stderr } = await launch({ host: 'github', inputs, preload: [PROBE] }).ended;
    if (exitStatus !== 0)
      throw new Error(`the rollout of ${count} services ended with ${exitStatus}`);
    const sent = afterDeploys(emulator.requests);
    const verdict = sent.findLastIndex(({ operation }) => operation !== 'service.logs');
    return {
      busiest: busiestMinute(sent.slice(0, verdict + 1)),
      withLogs: busiestMinute(sent),
      total: emulator.requests.length,
      peakKib: readProbe(stderr).peakKib,
    };
  });
}

function inStages(names: readonly string[], stages: number): string {
  const size = names.length / stages;
  return Array.from({ length: stages }, (_, stage) =>
    names
      .slice(stage * size, (stage + 1) * size)
      .map((name) => `fleet/${name}`)
      .join(' '),
  ).join(' then ');
}

/**
 * The requests after the last deploy call. The deploy calls don't count: each service needs one.
 */
function afterDeploys(requests: readonly RecordedRequest[]): readonly RecordedRequest[] {
  const last = requests.findLastIndex(({ operation }) => operation === 'service.deploy');
  return requests.slice(last + 1);
}

function busiestMinute(requests: readonly RecordedRequest[]): number {
  return Math.max(
    ...requests.map(
      ({ atMs: from }) =>
        requests.filter(({ atMs }) => atMs >= from && atMs < from + MINUTE_MS).length,
    ),
  );
}

export async function fleets(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let one: Rolled | undefined;
  for (const count of [1, 10, 100]) {
    const rolled = await roll(count);
    one ??= rolled;
    const what = `${count} ${count === 1 ? 'service' : 'services'}`;
    const from = `${rolled.withLogs} with the last lines of the logs, read after it; ${rolled.total} requests in all`;
    rows.push({
      what: `${what}: requests in the busiest minute until the verdict`,
      measured: `${rolled.busiest}`,
      goal: 'at most 30',
      from,
    });
    if (rolled === one) continue;
    const against = `${mebibytes(rolled.peakKib)} against ${mebibytes(one.peakKib)}`;
    rows.push(
      memoryRow(
        `${what}: peak memory above one service`,
        rolled.peakKib - one.peakKib,
        MORE_MIB,
        against,
      ),
    );
    if (count === 100) {
      const staged = await roll(count, 5);
      rows.push(
        memoryRow(
          `${what} in 5 stages: peak memory above one stage`,
          staged.peakKib - rolled.peakKib,
          MORE_MIB,
          `${mebibytes(staged.peakKib)} against ${mebibytes(rolled.peakKib)}`,
        ),
      );
    }
  }
  return rows;
}
