/** Time as the steps may use it. Tests pass a fake, so that no test sleeps. */
export interface Clock {
  /**
   * Milliseconds on a clock that never goes back: for waits, deadlines and durations (a wall clock
   * jumps with NTP and suspend).
   */
  nowMs(): number;
  /** Milliseconds since 1970 on the wall clock: for dates that a person or Outpost reads. */
  wallMs(): number;
  /** Resolves after `ms`; rejects at once with the signal's reason when it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal.addEventListener('abort', onAbort, { once: true });
    }),
};

/** A larger difference is not just rounding. */
const TOLERATED_SKEW_MS = 60_000;

/**
 * How far a server's clock is ahead of this machine's, if that matters; else 0. The server's clock
 * counts, because it decides when a token expires.
 *
 * @param serverMs the server's Date, milliseconds since 1970; undefined = it sent none.
 */
export function skewOf({ wallMs }: Clock, serverMs: number | undefined): number {
  const skewMs = serverMs === undefined ? 0 : serverMs - wallMs();
  return Math.abs(skewMs) <= TOLERATED_SKEW_MS ? 0 : skewMs;
}
