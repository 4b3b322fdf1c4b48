import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VirtualClock } from './clock.ts';

/** What V8 compiled stays there: of thousands of processes, each would compile the same program. */
const COMPILED = join(tmpdir(), 'outpost-compiled');

export interface NodeProcess extends Omit<SpawnOptions, 'env'> {
  /** `real` = the machine's own time. */
  readonly clock: VirtualClock | 'real';
  /** Default: the Node that runs the tests. */
  readonly node?: string;
  /** Modules that are loaded before the program, after the clock. */
  readonly preload?: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Starts a process of Node that follows the clock. Signals that it is sent with `kill` are waited
 * for before time moves on.
 */
export function spawnNode({
  clock,
  node = process.execPath,
  preload = [],
  args,
  env,
  ...options
}: NodeProcess): ChildProcess {
  const imports = preload.flatMap((module) => ['--import', module]);
  if (clock === 'real') return spawn(node, [...imports, ...args], { ...options, env });
  const arrived = clock.expectProcess();
  const child = spawn(node, [...clock.nodeOptions, ...imports, ...args], {
    ...options,
    env: { NODE_COMPILE_CACHE: COMPILED, ...env, ...clock.env },
  });
  child.once('exit', arrived).once('error', arrived);
  const kill = child.kill.bind(child);
  child.kill = (signal) => {
    const isSent = kill(signal);
    clock.signalled();
    return isSent;
  };
  return child;
}

/**
 * The exit status of a process, once its output is complete; null = a signal ended it.
 *
 * @throws when the clock noticed a hang, with what hangs.
 */
export async function endOf(
  child: ChildProcess,
  clock: VirtualClock | 'real',
): Promise<number | null> {
  let failure: Error | undefined;
  if (clock !== 'real') {
    clock.onFailure((error) => {
      failure = error;
      child.kill('SIGKILL');
    });
  }
  const exitStatus = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  if (failure !== undefined) throw failure;
  return exitStatus;
}
