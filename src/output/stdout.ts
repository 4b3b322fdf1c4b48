/** Standard output as the program uses it: the one stream that everything goes to. */
export interface Stdout {
  write(text: string): void;
  /**
   * Resolves when the reader has caught up: a log that is read faster than it is written would pile
   * up in memory. The signal ends the waiting.
   */
  drained(signal: AbortSignal): Promise<void>;
}

/** A reader that has gone (EPIPE) is no reason to stop: the verdict is in the exit status too. */
export function openStdout(): Stdout {
  const { stdout } = process;
  stdout.on('error', () => undefined);
  return {
    write: (text) => {
      stdout.write(text);
    },
    drained: (signal) => {
      if (!stdout.writableNeedDrain || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const events = ['drain', 'error', 'close'];
        const onEvent = (): void => {
          for (const event of events) stdout.off(event, onEvent);
          signal.removeEventListener('abort', onEvent);
          resolve();
        };
        for (const event of events) stdout.on(event, onEvent);
        signal.addEventListener('abort', onEvent);
      });
    },
  };
}

/**
 * What is wrong with the command line, before there is a host or a log. The text repeats nothing
 * that may be a secret.
 */
export function writeUsageError(problem: string): void {
  process.stderr.write(`${problem}\n`);
}

/** A cancelled job has seconds: so long its last word may take. */
const LAST_WORD_MS = 2_000;
/** A reader that takes nothing for so long has stopped: it is no longer waited for. */
const STUCK_READER_MS = 10_000;
const LOOK_MS = 1_000;
/** The statuses of a run that a signal has ended. */
const CANCELLED: ReadonlySet<number> = new Set([130, 143]);

/**
 * Ends the process with this status once everything that was written has left it. Connections that
 * linger after the last word (a proxy's, a hanging server's) do not keep the job.
 */
export function exitWith(status: number): void {
  process.exitCode = status;
  // A reader that takes nothing any more must not keep a job that was cancelled, or is cancelled
  // now.
  const leaveSoon = (): void => void setTimeout(() => process.exit(status), LAST_WORD_MS);
  if (CANCELLED.has(status)) leaveSoon();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leaveSoon);
  leaveWhenStuck(status);
  // An empty write is done when all before it are: exiting earlier would lose what a slow reader
  // has not taken yet.
  process.stdout.write('', () => process.exit(status));
}

/** Ends the process when what it wrote is taken by nobody. A slow reader gets all the time it needs. */
function leaveWhenStuck(status: number): void {
  let left = process.stdout.writableLength;
  let stuckMs = 0;
  const look = (): void => {
    const now = process.stdout.writableLength;
    stuckMs = now === left ? stuckMs + LOOK_MS : 0;
    left = now;
    if (stuckMs >= STUCK_READER_MS) process.exit(status);
    setTimeout(look, LOOK_MS);
  };
  setTimeout(look, LOOK_MS);
}
