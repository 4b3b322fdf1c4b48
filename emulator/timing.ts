import type { ServerResponse } from 'node:http';

/** How an emulated Outpost lets time pass. */
export interface Timing {
  /** Runs something again and again, until the function that is returned is called. */
  every(ms: number, run: () => void): () => void;
  /**
   * Told of an answer that is kept back on purpose, so that a clock of the tests' knows what it may
   * wait for.
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
