/**
 * The time that a log line begins with, in the spellings that loggers and container runtimes use.
 * It is told strictly: what is taken for a time is no longer searched for a secret.
 */
const STAMP =
  /^\[?\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: ?(?:[Zz]|[+-]\d{2}:?\d{2}))?\]?(?: +|$)/;
/** Longer than any of them. */
const MAX_LENGTH = 64;

/** How many characters of a line are its time and the blanks behind it; 0 = it begins with none. */
export function stampLength(line: string): number {
  const first = line.charCodeAt(0);
  // Most lines of most logs begin with neither a digit nor a bracket, and one look tells.
  if (!(first >= 0x30 && first <= 0x39) && first !== 0x5b) return 0;
  return STAMP.exec(line.slice(0, MAX_LENGTH))?.[0].length ?? 0;
}
