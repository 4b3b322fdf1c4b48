import type { ServerResponse } from 'node:http';

/** How an emulated Outpost lets time pass. */
export interface Timing {
  /** Runs something repeatedly until the returned function is called. */
  every(ms: number, run: () => void): () => void;
  /**
   * Called for an answer that is delayed on purpose, so that a test's clock doesn't wait for it.
   */
  hold(response: ServerResponse): void;
}

/** The machine's own timers. */
export const systemTiming: Timing = {
  every: (ms, run) => {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
  hold: () => undefined,
};
