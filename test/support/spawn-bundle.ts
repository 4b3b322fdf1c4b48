import type { ChildProcess } from 'node:child_process';
import type { OutputChunk } from '../../simulators/runner/github.ts';
import { findLeaks } from '../../simulators/runner/leaks.ts';
import { coverageEnv, programOf } from './program.ts';
import { VirtualClock } from './virtual-time/clock.ts';
import { endOf, spawnNode } from './virtual-time/processes.ts';

export interface BundleRun {
  readonly bundle: string;
  /**
   * Runs the bundle even if the sources would replace it (`npm run coverage`), because the test is
   * about the files next to the bundle.
   */
  readonly shipped?: true;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly stdin?: string;
  readonly node?: string;
  /**
   * The clock that it shares with the servers it calls; the default is a clock of its own. `real` =
   * the machine's clock.
   */
  readonly clock?: VirtualClock | 'real';
  readonly onStart?: (child: ChildProcess) => void;
}

export interface BundleResult {
  readonly exitStatus: number | null;
  readonly chunks: readonly OutputChunk[];
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a shipped bundle as a separate process. */
export async function spawnBundle(run: BundleRun): Promise<BundleResult> {
  if (run.clock !== undefined) return await runBundle(run, run.clock);
  const clock = await VirtualClock.start();
  try {
    return await runBundle(run, clock);
  } finally {
    await clock.close();
  }
}

async function runBundle(run: BundleRun, clock: VirtualClock | 'real'): Promise<BundleResult> {
  const args = [
    run.shipped === true ? run.bundle : programOf(run.bundle, run.node),
    ...(run.args ?? []),
  ];
  const child = spawnNode({
    ...(run.node === undefined ? {} : { node: run.node }),
    clock,
    args,
    env: { PATH: process.env['PATH'], ...coverageEnv(), ...run.env },
    cwd: run.folder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(run.stdin ?? '');
  const chunks: OutputChunk[] = [];
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.on('data', (data: Buffer) => chunks.push({ stream, data }));
  run.onStart?.(child);
  const textOf = (stream: OutputChunk['stream']): string =>
    Buffer.concat(
      chunks.filter((chunk) => chunk.stream === stream).map(({ data }) => data),
    ).toString();
  const exitStatus = await endOf(child, clock);
  return { exitStatus, chunks, stdout: textOf('stdout'), stderr: textOf('stderr') };
}

/**
 * What a terminal shows, in a fixed order: first all of stdout, then all of stderr. The real order
 * of two streams depends on the machine.
 */
export function seenOf({ chunks }: Pick<BundleResult, 'chunks'>): string {
  const of = (stream: OutputChunk['stream']): readonly Buffer[] =>
    chunks.filter((chunk) => chunk.stream === stream).map(({ data }) => data);
  return Buffer.concat([...of('stdout'), ...of('stderr')]).toString();
}

/** @throws if one of the texts contains a form of the token. */
export function assertNoLeak(texts: readonly string[], token: string | undefined): void {
  // The name of a variable isn't a secret, even if it is given in place of one.
  if (token === undefined || token.startsWith('$')) return;
  for (const text of texts) {
    const [leak] = findLeaks(text, token);
    if (leak !== undefined)
      throw new Error(
        `the token leaks as ${leak.form}: ${text.slice(Math.max(0, leak.at - 80), leak.at + 80)}`,
      );
  }
}
