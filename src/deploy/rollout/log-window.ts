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
  /** How many of them, the first ones, were written before the deploy call, by their times. */
  readonly beforeCall: number;
  /** Some lines before these may have been missed, because the pages do not meet. */
  readonly gap: boolean;
  /** What to compare the next page with. */
  readonly window: LogLines;
  /** The page's last lines, old or new: those since the call, if there are any. */
  readonly tail: LogLines;
}

/** Clocks of Outpost's machines may differ by so much. */
const TOLERATED_SKEW_MS = 30_000;

/**
 * The lines of a log page that were not in the page before. Outpost documents no cursor: a page
 * holds the latest lines, so two pages overlap, and the new lines stand behind the longest end of
 * the old page that the new page holds.
 *
 * @param previous the `window` of the page before; empty = there was none, and all is new.
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
 * How many of the first lines were written before a moment. A time in the middle may be anything: a
 * record that is imported, a certificate's date. So a log must begin with an old time, and what goes
 * with it are the lines up to the last old one before the first young one. Where no line is young,
 * nobody knows whether lines without a time go with the old ones, and they count as young.
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

/** As long as a time can be, and longer. */
const TIME_LENGTH = 64;
/** What Go and others write for "no time" is before this, and no time. */
const EARLIEST_MS = Date.UTC(2000, 0);

function stampOf(line: Buffer): number | undefined {
  const [word = ''] = line.toString('latin1', 0, TIME_LENGTH).split(' ', 1);
  const stampMs = parseMomentMs(word);
  return stampMs === undefined || stampMs < EARLIEST_MS ? undefined : stampMs;
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
