/**
 * Standard output as the program uses it: the one stream that everything goes to. A reader that has gone (EPIPE) is no reason to
 * stop: the verdict is in the exit status too.
 */
export function openStdout(): (text: string) => void {
  process.stdout.on('error', () => undefined);
  return (text) => {
    process.stdout.write(text);
  };
}

/** Connections that linger after the last word (a proxy's, a hanging server's) must not keep the job. */
const LINGER_MS = 500;

/** Ends the process with this status once everything that was written has left it. */
export function exitWith(status: number): void {
  process.exitCode = status;
  // An empty write is done when all before it are: exiting earlier would lose what a slow reader has not taken yet.
  process.stdout.write('', () => setTimeout(() => process.exit(status), LINGER_MS).unref());
}
