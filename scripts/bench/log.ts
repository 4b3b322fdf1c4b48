import { type Streamed, streamLog } from './log-stream.ts';
import { MIB, mebibytes, memoryRow, type Row } from './measure.ts';

/** How much more memory a log of any length may take than a run without a log. */
const MORE_MIB = 120;

/**
 * Sends a log through the whole program: it's read, cut into lines, redacted, made harmless and
 * written. No part of the token may be in the output.
 */
export async function logPipeline(folder: string, totalMib: number): Promise<readonly Row[]> {
  const empty = await streamLog(0, folder);
  return logRows(await streamLog(totalMib * MIB, folder), empty);
}

function logRows(full: Streamed, empty: Streamed): readonly Row[] {
  if (full.leaks.length > 0 || full.hidden === 0)
    throw new Error(
      `the token was hidden ${full.hidden} time(s), and leaked: ${JSON.stringify(full.leaks)}`,
    );
  const mib = full.bytes / MIB;
  const what = `${mib.toFixed(0)} MiB of log`;
  const seconds = full.cpuSeconds - empty.cpuSeconds;
  const against = `${mebibytes(full.peakKib)} against ${mebibytes(empty.peakKib)}`;
  return [
    {
      what: `${what}: speed`,
      measured: `${(mib / seconds).toFixed(0)} MiB/s`,
      goal: '',
      from: `a second of processor time; ${(mib / (full.ms / 1000)).toFixed(0)} MiB/s with the search of it; ${full.gaps} reads of the log were missed`,
    },
    memoryRow(
      `${what}: peak memory above an empty run`,
      full.peakKib - empty.peakKib,
      MORE_MIB,
      against,
    ),
  ];
}
