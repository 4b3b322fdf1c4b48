/** One of the process's two output streams. Only text from the sink goes there. */
export interface Output {
  write(text: string): void;
  /**
   * Resolves when the reader has caught up. Otherwise, a log that comes in faster than it goes out
   * would fill the memory. The signal ends the wait.
   */
  drained(signal: AbortSignal): Promise<void>;
  /** The terminal's current width; 0 = unknown; undefined = not a terminal. */
  columns(): number | undefined;
}

/** The log on most hosts, and results. */
export function openStdout(): Output {
  return open(process.stdout);
}

/** Errors and warnings of a command in a shell, and its log if stdout is for JSON. */
export function openStderr(): Output {
  return open(process.stderr);
}

/** Goes on if the reader is gone (EPIPE): the exit status has the result too. */
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

/** A cancelled job has only seconds left. This is how long its last output may take. */
const LAST_WORD_MS = 2_000;
/** A reader that takes nothing for this long has stopped, so we stop waiting for it. */
const STUCK_READER_MS = 10_000;
const LOOK_MS = 1_000;
/** The exit statuses of a run that a signal ended. */
const CANCELLED: ReadonlySet<number> = new Set([130, 143]);

/**
 * Exits with this status once all output is flushed. Connections that are still open (a proxy's, a
 * hanging server's) don't keep the job running.
 */
export function exitWith(status: number): void {
  process.exitCode = status;
  // A reader that stopped reading must not keep a job running that was or is being cancelled.
  const leaveSoon = (): void => void setTimeout(() => process.exit(status), LAST_WORD_MS);
  if (CANCELLED.has(status)) leaveSoon();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leaveSoon);
  leaveWhenStuck(status);
  // An empty write finishes after all others. Exiting earlier would lose what a slow reader hasn't
  // read yet.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));
}

/** Exits if nobody reads the output anymore. A slow reader gets all the time it needs. */
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
