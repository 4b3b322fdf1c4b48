/** A place in a file: its line and column, both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The text from one place to the one before the other. */
export function textBetween(source: string, start: Place, end: Place): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  // The end first: where both are in one line, it counts from the begin of the line.
  lines[last] = (lines[last] ?? '').slice(0, end.column - 1);
  lines[0] = (lines[0] ?? '').slice(start.column - 1);
  return lines.join('\n');
}
