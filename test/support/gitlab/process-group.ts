import type { ChildProcess } from 'node:child_process';
import type { VirtualClock } from '../virtual-time/clock.ts';
import { endOf } from '../virtual-time/processes.ts';

/** Sends a signal to a process that was started detached, and to all its descendants. */
export function killGroup(
  { pid }: ChildProcess,
  signal: NodeJS.Signals,
  clock: VirtualClock | 'real',
): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // No process of the group is left.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  if (clock !== 'real') clock.signalled();
}

/**
 * The exit status of a process that was started detached, once all its output and that of its
 * children is complete.
 *
 * @throws when the clock notices a hang. The error names what hangs, and the whole group is killed.
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
