import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Keeps the part of the heap for young objects at the size that it has by now. V8 grows it to 32
 * MiB and more, twice, by what survives over the whole run, however little is held: a long log
 * would then take 200 MiB of the runner for garbage that is never looked at. Measured with `node
 * scripts/log-throughput.ts`: a third of the memory at the same speed. Node 20 to 24 know the flag;
 * a V8 that does not says so on standard error and goes on.
 */
export function keepYoungHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

let collect: (() => void) | undefined;

/**
 * Collects what is held no more, now: some milliseconds. V8 by itself begins when the heap has
 * doubled and goes on beside the work, which in a burst of log lines makes three times as much
 * meanwhile; pages that it has once taken stay with the process.
 */
export function collectGarbage(): void {
  collect ??= exposedCollector();
  collect?.();
}

/**
 * V8 shows its collector to contexts that are made behind the flag. Absent = it does not know the
 * flag, and collects when it will.
 */
function exposedCollector(): (() => void) | undefined {
  setFlagsFromString('--expose-gc');
  const exposed: unknown = runInNewContext('globalThis.gc');
  setFlagsFromString('--no-expose-gc');
  return typeof exposed === 'function' ? (): void => void exposed() : undefined;
}
