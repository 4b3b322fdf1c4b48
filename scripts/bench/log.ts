import { type Streamed, streamLog } from './log-stream.ts';
import { MIB, mebibytes, type Row } from './measure.ts';

/** A log through the whole program: read, cut into lines, redacted, made harmless, written. Nothing of the token may come out. */
export async function logPipeline(folder: string, totalMib: number, scale: number): Promise<readonly Row[]> {
  const empty = await streamLog(0, folder, scale);
  return logRows(await streamLog(totalMib * MIB, folder, scale), empty, scale);
}

function logRows(full: Streamed, empty: Streamed, scale: number): readonly Row[] {
  if (full.leaks.length > 0 || full.hidden === 0)
    throw new Error(`the token was hidden ${full.hidden} time(s), and leaked: ${JSON.stringify(full.leaks)}`);
  const mib = full.bytes / MIB;
  const what = `${mib.toFixed(0)} MiB of log, time ${scale} times as fast`;
  const seconds = full.cpuSeconds - empty.cpuSeconds;
  return [
    {
      what: `${what}: speed`,
      measured: `${(mib / seconds).toFixed(0)} MiB/s`,
      goal: '',
      from: `a second of processor time; ${(mib / (full.ms / 1000)).toFixed(0)} MiB/s with all waiting; ${full.gaps} reads of the log were missed`,
    },
    {
      what: `${what}: peak memory above an empty run`,
      measured: mebibytes(full.peakKib - empty.peakKib),
      goal: 'at most 40 MiB',
      from: `${mebibytes(full.peakKib)} against ${mebibytes(empty.peakKib)}`,
    },
  ];
}
