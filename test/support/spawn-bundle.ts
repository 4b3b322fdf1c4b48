import { spawn } from 'node:child_process';
import { coverageEnv, programOf } from './program.ts';
import type { OutputChunk } from './runner/github.ts';
import { findLeaks } from './runner/leaks.ts';

const FAST_TIME = new URL('./fast-time.mjs', import.meta.url).href;

/** How many times faster time passes in a bundle under test, and in the emulator it talks to. */
export const TIME_SCALE = 20;

/** The emulator's clock for a scaled run: give it to startEmulator({ now }), and its start to the bundle. */
export function scaledClock(): { readonly startMs: number; readonly now: () => number } {
  const startMs = Date.now();
  return { startMs, now: () => startMs + (Date.now() - startMs) * TIME_SCALE };
}

export interface BundleRun {
  readonly bundle: string;
  /** The bundle itself also where sources take its place (`npm run coverage`): the test is about what lies beside it. */
  readonly shipped?: true;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly stdin?: string;
  readonly node?: string;
  /** Time passes as it does; default is TIME_SCALE times as fast. */
  readonly realTime?: boolean;
  /** How many times as fast instead, for a run whose short deadlines a busy machine would miss at full speed. */
  readonly timeScale?: number;
  readonly startMs?: number;
  readonly onStart?: (child: { kill(signal: NodeJS.Signals): boolean }) => void;
}

export interface BundleResult {
  readonly exitStatus: number | null;
  readonly chunks: readonly OutputChunk[];
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a shipped bundle as a process of its own. */
export function spawnBundle(run: BundleRun): Promise<BundleResult> {
  const scaled =
    run.realTime === true ? {} : { TIME_SCALE: String(run.timeScale ?? TIME_SCALE), TIME_START_MS: String(run.startMs ?? Date.now()) };
  const args = [
    ...(run.realTime === true ? [] : ['--import', FAST_TIME]),
    run.shipped === true ? run.bundle : programOf(run.bundle, run.node),
    ...(run.args ?? []),
  ];
  const child = spawn(run.node ?? process.execPath, args, {
    env: { PATH: process.env['PATH'], ...coverageEnv(), ...scaled, ...run.env },
    cwd: run.folder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(run.stdin ?? '');
  const chunks: OutputChunk[] = [];
  for (const stream of ['stdout', 'stderr'] as const) child[stream].on('data', (data: Buffer) => chunks.push({ stream, data }));
  run.onStart?.(child);
  const textOf = (stream: OutputChunk['stream']): string =>
    Buffer.concat(chunks.filter((chunk) => chunk.stream === stream).map(({ data }) => data)).toString();
  return new Promise((resolve) =>
    child.on('close', (exitStatus) => resolve({ exitStatus, chunks, stdout: textOf('stdout'), stderr: textOf('stderr') })),
  );
}

/** @throws when one of the texts holds a form of the token. */
export function assertNoLeak(texts: readonly string[], token: string | undefined): void {
  // The name of a variable is no secret, though it stands where one should.
  if (token === undefined || token.startsWith('$')) return;
  for (const text of texts) {
    const [leak] = findLeaks(text, token);
    if (leak !== undefined) throw new Error(`the token leaks as ${leak.form}: ${text.slice(Math.max(0, leak.at - 80), leak.at + 80)}`);
  }
}
