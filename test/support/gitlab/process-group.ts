import type { ChildProcess } from 'node:child_process';
import type { VirtualClock } from '../virtual-time/clock.ts';
import { endOf } from '../virtual-time/processes.ts';

/** Sends a signal to a process that was started detached, and to all that it started. */
export function killGroup(
  { pid }: ChildProcess,
  signal: NodeJS.Signals,
  clock: VirtualClock | 'real',
): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // Nobody is left of it.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  if (clock !== 'real') clock.signalled();
}

/**
 * The exit status of a process that was started detached, once all output is complete, of its
 * children too.
 *
 * @throws when the clock noticed a hang, with what hangs; all of the group is killed then.
 */
export function groupEnd(
  child: ChildProcess,
  clock: VirtualClock | 'real',
): Promise<number | null> {
  child.kill = (signal) => {
    killGroup(child, typeof signal === 'string' ? signal : 'SIGTERM', clock);
    return true;
  };
  return endOf(child, clock);
}
