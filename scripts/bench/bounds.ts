import type { Scenario } from '../../emulator/scenario.ts';
import { onSite } from '../../test/faults/launch.ts';
import { MIB, mebibytes, memoryRow, PROBE, type Row, readProbe } from './measure.ts';

/** How much more memory any log may take than a log of one line. */
const MORE_MIB = 64;

const rolling = (ms: number, line: string): Scenario => ({
  rollout: [{ status: 'deploying', ms, log: [line] }, { status: 'running' }],
});

async function peakKib(scenario: Scenario): Promise<number> {
  const { exitStatus, stderr } = await onSite(
    scenario,
    ({ launch }) => launch({ host: 'github', preload: [PROBE] }).ended,
  );
  if (exitStatus !== 0) throw new Error(`the run ended with ${exitStatus}`);
  return readProbe(stderr).peakKib;
}

/**
 * Runs with logs that are very large or never end. The program shows only a part of them
 * (test/faults/bounds.test.ts), and may only hold a part in memory.
 */
export async function bounds(): Promise<readonly Row[]> {
  const plain = await peakKib(rolling(20_000, 'one line'));
  const logs: readonly (readonly [string, Scenario])[] = [
    ['a log line of 10 MiB', rolling(20_000, 'x'.repeat(10 * MIB))],
    ['a log line of 3 MiB', rolling(20_000, 'x'.repeat(3 * MIB))],
    ['a log without end', { ...rolling(40_000, 'one line'), logs: { order: 'endless' } }],
  ];
  const rows: Row[] = [];
  for (const [what, scenario] of logs) {
    const kib = await peakKib(scenario);
    rows.push(
      memoryRow(
        `${what}: peak memory above a short log`,
        kib - plain,
        MORE_MIB,
        `${mebibytes(kib)} against ${mebibytes(plain)}`,
      ),
    );
  }
  return rows;
}
