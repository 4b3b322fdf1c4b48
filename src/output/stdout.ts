/** One of the process's two output streams. What goes there has passed the sink. */
export interface Output {
  write(text: string): void;
  /**
   * Resolves when the reader has caught up: a log that is read faster than it is written would pile
   * up in memory. The signal ends the waiting.
   */
  drained(signal: AbortSignal): Promise<void>;
  /** How wide the terminal is now; 0 = it doesn't say; undefined = this is no terminal. */
  columns(): number | undefined;
}

/** The log on most hosts, and results. */
export function openStdout(): Output {
  return open(process.stdout);
}

/** Errors and warnings of a command in a shell, and its log where stdout is for JSON. */
export function openStderr(): Output {
  return open(process.stderr);
}

/** A reader that has gone (EPIPE) is no reason to stop: the verdict is in the exit status too. */
function open(stream: NodeJS.WriteStream): Output {
  stream.on('error', () => undefined);
  return {
    write: (text) => {
      stream.write(text);
    },
    columns: () => (stream.isTTY ? (stream.columns ?? 0) : undefined),
    drained: (signal) => {
      if (!stream.writableNeedDrain || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const events = ['drain', 'error', 'close'];
        const onEvent = (): void => {
          for (const event of events) stream.off(event, onEvent);
          signal.removeEventListener('abort', onEvent);
          resolve();
        };
        for (const event of events) stream.on(event, onEvent);
        signal.addEventListener('abort', onEvent);
      });
    },
  };
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
  process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));
}

/** Ends the process when what it wrote is taken by nobody. A slow reader gets all the time it needs. */
function leaveWhenStuck(status: number): void {
  const waiting = (): number => process.stdout.writableLength + process.stderr.writableLength;
  let left = waiting();
  let stuckMs = 0;
  const look = (): void => {
    const now = waiting();
    stuckMs = now === left ? stuckMs + LOOK_MS : 0;
    left = now;
    if (stuckMs >= STUCK_READER_MS) process.exit(status);
    setTimeout(look, LOOK_MS);
  };
  setTimeout(look, LOOK_MS);
}
