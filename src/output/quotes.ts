import { stampLength } from '../lib/log-stamp.ts';
import type { Redactor } from './redact.ts';
import { withoutControls } from './sanitize.ts';

/** Writes untrusted lines, redacted. */
export interface Quotes {
  /** Writes the lines, but holds back those at the end that may be the start of a secret. */
  quote(source: string, lines: Iterable<string>): void;
  /** Writes the lines that were held back. */
  flush(): void;
}

/**
 * How many characters before a line may belong to a piece of a secret that ends in it: one less
 * than the shortest piece.
 */
const CONTEXT_LENGTH = 9;
/** At most this many lines are held back, however short they are. */
const MAX_WAITING_LINES = 64;
/**
 * Long logs are processed in parts of about this length. V8's heap grows with the size of a part:
 * with longer parts, a gibibyte of log takes 160 MiB instead of 90.
 */
const PART_LENGTH = 8_192;

/**
 * Redacts the lines of a log as one text. The timestamp of a line is not part of that text: it
 * would separate the pieces of a secret that is split across lines.
 *
 * @param before the unredacted text before the first line.
 * @param lines without control characters.
 */
export function redactLog(
  redactor: Redactor,
  lines: readonly string[],
  before = '',
): readonly string[] {
  const messages = lines.map(messageOf);
  return redactor
    .redactLines([before, ...messages])
    .slice(1)
    .map((message, index) => `${lines[index]?.slice(0, stampLength(lines[index]))}${message}`);
}

function messageOf(line: string): string {
  const length = stampLength(line);
  return length === 0 ? line : line.slice(length);
}

/**
 * Redacts lines as one text, across lines and calls: the end of what was written is searched again
 * together with what comes next.
 *
 * @param emit writes redacted lines of one source.
 */
export function createQuotes(
  redactor: Redactor,
  emit: (source: string, lines: readonly string[]) => void,
): Quotes {
  let source = '';
  /** The last characters that were written, unredacted. */
  let context = '';
  let waiting: readonly string[] = [];

  function writeAllBut(keep: number, lines: readonly string[]): void {
    const count = lines.length - keep;
    const masked = redactLog(redactor, lines, context).slice(0, count);
    waiting = lines.slice(count);
    context = tailOf(lines.slice(0, count), context);
    if (masked.length > 0) emit(source, masked);
  }

  function flush(): void {
    if (waiting.length > 0) writeAllBut(0, waiting);
    context = '';
  }

  return {
    flush,
    quote: (from, lines) => {
      if (from !== source) flush();
      source = from;
      for (const part of partsOf(lines)) {
        const all = [...waiting, ...part.map(withoutControls)];
        writeAllBut(redactor.endsInPiece(tailOf(all, context)) ? linesInTail(all) : 0, all);
      }
    },
  };
}

/** The last characters of `before` and the messages, as one text. */
function tailOf(lines: readonly string[], before: string): string {
  let tail = '';
  for (let index = lines.length - 1; index >= 0 && tail.length < CONTEXT_LENGTH; index -= 1)
    tail = `${messageOf(lines[index] ?? '')}${tail}`;
  return `${before}${tail}`.slice(-CONTEXT_LENGTH);
}

/** How many lines at the end the last characters span. */
function linesInTail(lines: readonly string[]): number {
  let length = 0;
  let count = 0;
  while (length < CONTEXT_LENGTH && count < lines.length && count < MAX_WAITING_LINES) {
    count += 1;
    length += messageOf(lines[lines.length - count] ?? '').length;
  }
  return count;
}

function* partsOf(lines: Iterable<string>): Generator<readonly string[]> {
  let part: string[] = [];
  let length = 0;
  for (const line of lines) {
    part.push(line);
    length += line.length;
    if (length < PART_LENGTH) continue;
    yield part;
    part = [];
    length = 0;
  }
  if (part.length > 0) yield part;
}
