import type { Scenario } from '../../emulator/scenario.ts';
import { onSite } from '../../test/faults/launch.ts';
import { MIB, mebibytes, memoryRow, PROBE, type Row, readProbe } from './measure.ts';

/** What a log of any shape may take above one of a single line. */
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
 * Logs that are large, or have no end: little of them is shown (test/faults/bounds.test.ts), and
 * little is held.
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
