import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from '../../src/emulator/scenario.ts';
import type { RecordedRequest } from '../../src/emulator/server.ts';
import { onSite } from '../../test/faults/launch.ts';
import { mebibytes, type Row } from './measure.ts';

const MINUTE_MS = 60_000;
/** Five seconds apart: more than two minutes of looking, which are five seconds here. */
const LOOKS = 30;
const SCALE = 30;

interface Rolled {
  /** Until the last look, which brings the last verdict. */
  readonly busiest: number;
  /** With the last log lines, which are read after it. */
  readonly withLogs: number;
  readonly total: number;
  readonly peakKib: number;
}

/** A rollout of so many services of one namespace, with their logs, as by default. */
async function roll(count: number, folder: string): Promise<Rolled> {
  const names = Array.from({ length: count }, (_, index) => `s${index}`);
  const scenario: Scenario = {
    services: names.map((name) => ({ namespace: 'fleet', name })),
    rollout: [{ status: 'deploying', looks: LOOKS - 2 }, { status: 'running' }],
  };
  const file = join(folder, `peak-${count}`);
  return await onSite(scenario, SCALE, async ({ emulator, launch }) => {
    const inputs = { service: names.map((name) => `fleet/${name}`).join('\n') };
    const { exitStatus } = await launch({ host: 'github', inputs, preload: ['./memory-probe.mjs'], env: { MEMORY_PROBE_FILE: file } })
      .ended;
    if (exitStatus !== 0) throw new Error(`the rollout of ${count} services ended with ${exitStatus}`);
    const sent = afterDeploys(emulator.requests);
    const verdict = sent.findLastIndex(({ operation }) => operation !== 'service.logs');
    return {
      busiest: busiestMinute(sent.slice(0, verdict + 1)),
      withLogs: busiestMinute(sent),
      total: emulator.requests.length,
      peakKib: Number(readFileSync(file, 'utf8')),
    };
  });
}

/** What is sent once all deploys are: they are one request each, whatever the program does. */
function afterDeploys(requests: readonly RecordedRequest[]): readonly RecordedRequest[] {
  const last = requests.findLastIndex(({ operation }) => operation === 'service.deploy');
  return requests.slice(last + 1);
}

/** A second is given to the machine: it may bring two requests closer than they were sent. */
function busiestMinute(requests: readonly RecordedRequest[]): number {
  const within = MINUTE_MS - 1_000;
  return Math.max(...requests.map(({ atMs: from }) => requests.filter(({ atMs }) => atMs >= from && atMs < from + within).length));
}

export async function fleets(folder: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let one: Rolled | undefined;
  for (const count of [1, 10, 100]) {
    const rolled = await roll(count, folder);
    one ??= rolled;
    const what = `${count} ${count === 1 ? 'service' : 'services'}`;
    const from = `${rolled.withLogs} with the last lines of the logs, read after it; ${rolled.total} requests in all`;
    rows.push({
      what: `${what}: requests in the busiest minute until the verdict`,
      measured: `${rolled.busiest}`,
      goal: 'at most 12',
      from,
    });
    const more = `${mebibytes(rolled.peakKib - one.peakKib)} above one service`;
    rows.push({ what: `${what}: peak memory`, measured: mebibytes(rolled.peakKib), goal: 'flat', from: count === 1 ? '' : more });
  }
  return rows;
}
