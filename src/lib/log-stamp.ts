/**
 * The time at the start of a log line, in the formats of loggers and container runtimes. Strict,
 * because text that counts as a time is not searched for secrets.
 */
const STAMP =
  /^\[?\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: ?(?:[Zz]|[+-]\d{2}:?\d{2}))?\]?(?: +|$)/;
/** Longer than any of them. */
const MAX_LENGTH = 64;

/** How many characters of a line are its time and the blanks after it; 0 = no time. */
export function stampLength(line: string): number {
  const first = line.charCodeAt(0);
  // Fast path: most log lines start with neither a digit nor a bracket.
  if (!(first >= 0x30 && first <= 0x39) && first !== 0x5b) return 0;
  return STAMP.exec(line.slice(0, MAX_LENGTH))?.[0].length ?? 0;
}
