import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VirtualClock } from './clock.ts';

/**
 * A cache of V8's compiled code. Without it, each of thousands of processes would compile the same
 * program.
 */
const COMPILED = join(tmpdir(), 'outpost-compiled');

export interface NodeProcess extends Omit<SpawnOptions, 'env'> {
  /** `real` = the machine's own time. */
  readonly clock: VirtualClock | 'real';
  /** Default: the Node that runs the tests. */
  readonly node?: string;
  /** Modules to load before the program and after the clock. */
  readonly preload?: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Starts a Node process that follows the clock. After a signal sent with `kill`, time stops until
 * the process has seen it.
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
 * The exit status of a process, once its output is complete. null = a signal ended it.
 *
 * @throws when the clock notices a hang. The error names what hangs.
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
