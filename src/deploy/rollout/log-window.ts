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
 * How many lines of a page are kept, to tell new lines on the next page from those already shown.
 */
const WINDOW_LINES = 100;
/** How many of the last lines a failure shows. */
const TAIL_LINES = 20;

/** The lines of a log page that were not on the previous page. */
export interface NewLines {
  readonly lines: LogLines;
  readonly count: number;
  /** How many of them, at the start, have a time before the deploy call. */
  readonly beforeCall: number;
  /** Some lines before these may have been missed, because the pages do not meet. */
  readonly gap: boolean;
  /** What to compare the next page with. */
  readonly window: LogLines;
  /** The page's last lines, old or new: those since the call, if there are any. */
  readonly tail: LogLines;
}

/** How far the clocks of Outpost's machines may differ. */
const TOLERATED_SKEW_MS = 30_000;

/**
 * The lines of a log page that were not on the previous page. Outpost documents no cursor: a page
 * has the latest lines, so two pages overlap. The new lines come after the longest part of the old
 * page's end that the new page contains.
 *
 * @param previous the `window` of the previous page; empty = there was none, so everything is new.
 * @param calledWallMs when the deploy call was sent, in milliseconds since 1970 by Outpost's clock:
 *     lines that were written well before it belong to another revision.
 */
export function newLines(previous: LogLines, page: LogLines, calledWallMs: number): NewLines {
  const overlap = previous.length === 0 ? 0 : lengthOfOverlap([...linesIn(previous)], page);
  const older = olderLines(page, calledWallMs - TOLERATED_SKEW_MS);
  const beforeCall = olderLines(page, calledWallMs);
  const skipped = Math.max(older, overlap ?? 0);
  const lines = dropFirst(page, skipped);
  const count = lineCount(lines);
  const sinceCall = dropFirst(page, beforeCall);
  return {
    lines,
    count,
    beforeCall: Math.max(0, beforeCall - skipped),
    gap: overlap === undefined && count > 0 && older === 0,
    window: toLogLines(Array.from(bytesOfLines(takeLast(page, WINDOW_LINES)), markOf)),
    tail: takeLast(sinceCall.length > 0 ? sinceCall : dropFirst(page, older), TAIL_LINES),
  };
}

function lineCount(lines: LogLines): number {
  let count = 0;
  for (const _ of bytesOfLines(lines)) count += 1;
  return count;
}

/**
 * How many of the first lines are from before a moment. A time in the middle may be anything, such
 * as an imported record or a certificate's date. So the log must start with an old time, and the
 * old lines are those up to the last old one before the first new one. If no line is new, lines
 * without a time count as new, because they may be.
 */
function olderLines(lines: LogLines, fromWallMs: number): number {
  let seen = 0;
  let lastOld = 0;
  let unbroken = 0;
  for (const line of bytesOfLines(lines)) {
    const stampMs = stampOf(line);
    seen += 1;
    if (stampMs !== undefined && stampMs >= fromWallMs) return lastOld;
    if (stampMs !== undefined) {
      if (unbroken === seen - 1) unbroken = seen;
      lastOld = seen;
    } else if (seen === 1) return 0;
  }
  return unbroken;
}

/** Longer than any time. */
const TIME_LENGTH = 64;
/** Go and others write a date before this for "no time". */
const EARLIEST_MS = Date.UTC(2000, 0);

function stampOf(line: Buffer): number | undefined {
  const [word = ''] = line.toString('latin1', 0, TIME_LENGTH).split(' ', 1);
  const stampMs = parseMomentMs(word);
  return stampMs === undefined || stampMs < EARLIEST_MS ? undefined : stampMs;
}

/**
 * A page of the latest lines starts no earlier than the previous page, so an overlap at its start
 * is the right one, and the longest of them if the log repeats itself. If there is none, the page
 * may reach further back: then the last place that contains the end of the old page counts.
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

/** @returns the number of lines up to the end of the last occurrence of `end`. */
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
 * Identifies a line in comparisons: a short line itself; for a long one its length, its ends and
 * its middle. A window of whole lines would take megabytes for every page.
 */
function markOf(line: Buffer): string {
  const { length } = line;
  // A trailing carriage return would be lost when the marks are read back.
  if (length <= SHORT_LENGTH) return line.toString().replace(/\r+$/, '');
  const middle = (length - PART_LENGTH) >> 1;
  const parts = [0, middle, length - PART_LENGTH].map((from) =>
    line.toString('latin1', from, from + PART_LENGTH),
  );
  return `${length} ${parts.join('')}.`;
}
