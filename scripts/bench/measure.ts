import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const BUNDLE = fileURLToPath(new URL('../../dist/github/index.js', import.meta.url));
export const MIB = 1_048_576;

/** One row of the table. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly goal: string;
  /** What the figure was calculated from. */
  readonly from: string;
  /** The goal is a limit, and the figure exceeds it. */
  readonly isBeyond?: boolean;
}

export interface Used {
  readonly ms: number;
  readonly peakKib: number;
  readonly cpuSeconds: number;
}

/** For `--import`: reports on stderr what the process used, when it ends. */
export const PROBE = new URL('../../test/support/resource-probe.mjs', import.meta.url).href;

/** Parses the probe's report. */
export function readProbe(said: string): Omit<Used, 'ms'> {
  const [, peak, cpu] = /peak (\d+) cpu (\d+)/.exec(said) ?? [];
  return { peakKib: Number(peak ?? 0), cpuSeconds: Number(cpu ?? 0) / 1e6 };
}

export interface Command {
  readonly command?: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The required exit status. A run that ended in another way measured something else. */
  readonly exitStatus?: number;
}

/**
 * Runs a command in a folder without a checkout. Most jobs that only deploy have none, so there are
 * no files to search for tokens.
 */
export function run(
  { command = process.execPath, args, env = {}, exitStatus = 0 }: Command,
  folder: string,
): Promise<Used> {
  const startMs = performance.now();
  const child = spawn(command, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], RUNNER_TEMP: folder, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said += data.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      const ms = performance.now() - startMs;
      if (status === exitStatus) resolve({ ms, ...readProbe(said) });
      else
        reject(
          new Error(`${command} ${args[0]} ended with ${status}, not with ${exitStatus}: ${said}`),
        );
    });
  });
}

function at(values: readonly number[], part: number): number {
  return (
    [...values].sort((left, right) => left - right)[Math.floor(values.length * part)] ?? Number.NaN
  );
}

export function median(values: readonly number[]): number {
  return at(values, 0.5);
}

export interface Times {
  readonly median: number;
  /** The 10th percentile: the time when nothing else runs on the machine. */
  readonly best: number;
}

/** Times several things. They take turns, so that other work on the machine affects all of them. */
export async function takeTurns<Name extends string>(
  rounds: number,
  timed: Readonly<Record<Name, () => number | Promise<number>>>,
): Promise<Readonly<Record<Name, Times>>> {
  const entries = Object.entries<() => number | Promise<number>>(timed);
  const times = new Map(entries.map(([name]) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1)
    for (const [name, time] of entries) times.get(name)?.push(await time());
  return Object.fromEntries(
    [...times].map(([name, all]) => [name, { median: at(all, 0.5), best: at(all, 0.1) }]),
  ) as Record<Name, Times>;
}

/** The ratio of the medians. On a busy machine, the ratio of the fastest tenth is more reliable. */
export function ratioRow(what: string, ours: Times, base: Times, goal: string, digits = 0): Row {
  const best = (ours.best / base.best).toFixed(2);
  const from = `${ours.median.toFixed(digits)} ms against ${base.median.toFixed(digits)} ms; the fastest tenth: ${best}x`;
  return { what, measured: `${(ours.median / base.median).toFixed(2)}x`, goal, from };
}

/**
 * Memory and its limit. The limit is enforced because, unlike time, memory is the same on every
 * machine.
 */
export function memoryRow(what: string, kib: number, limitMib: number, from: string): Row {
  const isBeyond = !(kib <= limitMib * 1024);
  return { what, measured: mebibytes(kib), goal: `at most ${limitMib} MiB`, from, isBeyond };
}

export function mebibytes(kib: number): string {
  return `${(kib / 1024).toFixed(0)} MiB`;
}
