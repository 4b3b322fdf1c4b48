import { parseMomentMs } from '../../lib/duration.ts';
import {
  bytesOfLines,
  dropFirst,
  type LogLines,
  linesIn,
  takeLast,
  toLogLines,
} from '../../outpost/log-lines.ts';

/**
 * So many lines of a page are remembered, to know the next page's new lines from the ones already
 * shown.
 */
const WINDOW_LINES = 100;
/** How many of the last lines a failure shows. */
const TAIL_LINES = 20;

/** What a page of a log has that the page before had not. */
export interface NewLines {
  readonly lines: LogLines;
  readonly count: number;
  /** Some lines before these may have been missed, because the pages do not meet. */
  readonly gap: boolean;
  /** What to compare the next page with. */
  readonly window: LogLines;
  /** The page's last lines, old or new. */
  readonly tail: LogLines;
}

/**
 * The lines of a log page that were not in the page before. Outpost documents no cursor: a page
 * holds the latest lines, so two pages overlap, and the new lines stand behind the longest end of
 * the old page that the new page holds.
 *
 * @param previous the `window` of the page before; empty = there was none, and all is new.
 * @param fromWallMs a line with a time before it, and all lines before that one, belong to another
 *     revision. Milliseconds since 1970.
 */
export function newLines(previous: LogLines, page: LogLines, fromWallMs: number): NewLines {
  const { own, count } = ownLines(page, fromWallMs);
  const overlap = previous.length === 0 ? 0 : lengthOfOverlap([...linesIn(previous)], own);
  return {
    lines: dropFirst(own, overlap ?? 0),
    count: count - (overlap ?? 0),
    gap: overlap === undefined && count > 0,
    window: toLogLines(Array.from(bytesOfLines(takeLast(own, WINDOW_LINES)), markOf)),
    tail: takeLast(own, TAIL_LINES),
  };
}

/** The lines behind the last one of another revision, and how many they are. */
function ownLines(
  page: LogLines,
  fromWallMs: number,
): { readonly own: LogLines; readonly count: number } {
  let older = 0;
  let count = 0;
  for (const line of bytesOfLines(page)) {
    count += 1;
    if (!isOlder(line, fromWallMs)) continue;
    older += count;
    count = 0;
  }
  return { own: dropFirst(page, older), count };
}

/** As long as a time can be, and longer. */
const TIME_LENGTH = 64;

function isOlder(line: Buffer, fromWallMs: number): boolean {
  const [word = ''] = line.toString('latin1', 0, TIME_LENGTH).split(' ', 1);
  const stampMs = parseMomentMs(word);
  return stampMs !== undefined && stampMs < fromWallMs;
}

/**
 * A page of the latest lines begins no earlier than the page before, so an overlap that begins it
 * is the right one, and the longest of these if the log repeats itself. Only when there is none may
 * the page reach further back: then it is the last place where the old page's end stands in it.
 *
 * @returns how many of the page's first lines are old; undefined = the pages do not meet.
 */
function lengthOfOverlap(previous: readonly string[], page: LogLines): number | undefined {
  const first = firstMarks(page, previous.length);
  for (let length = first.length; length > 0; length -= 1)
    if (endsWith(previous, first.slice(0, length))) return length;
  return lengthToLastPlace(previous, page);
}

function firstMarks(page: LogLines, most: number): readonly string[] {
  const marks: string[] = [];
  for (const line of bytesOfLines(page)) {
    if (marks.length === most) break;
    marks.push(markOf(line));
  }
  return marks;
}

/** @returns how many lines there are up to the end of the last place where `end` stands. */
function lengthToLastPlace(end: readonly string[], page: LogLines): number | undefined {
  let length: number | undefined;
  let count = 0;
  const last: string[] = [];
  for (const line of bytesOfLines(page)) {
    count += 1;
    last.push(markOf(line));
    if (last.length > end.length) last.shift();
    if (endsWith(last, end)) length = count;
  }
  return length;
}

function endsWith(lines: readonly string[], end: readonly string[]): boolean {
  const from = lines.length - end.length;
  return from >= 0 && end.every((line, index) => line === lines[from + index]);
}

const SHORT_LENGTH = 128;
const PART_LENGTH = 48;

/**
 * What stands for a line in comparisons: a short line itself, of a long one its length, its ends
 * and its middle. A window of whole lines would be megabytes, made anew with every page.
 */
function markOf(line: Buffer): string {
  const { length } = line;
  // As what ends a line, a return would not be read again.
  if (length <= SHORT_LENGTH) return line.toString().replace(/\r+$/, '');
  const middle = (length - PART_LENGTH) >> 1;
  const parts = [0, middle, length - PART_LENGTH].map((from) =>
    line.toString('latin1', from, from + PART_LENGTH),
  );
  return `${length} ${parts.join('')}.`;
}
