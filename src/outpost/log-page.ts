import { listElements } from './json-elements.ts';
import { type LogLines, takeLastBytes, toLogLines } from './log-lines.ts';
import { isHtmlPage, logEntryLines, parseJson } from './wire.ts';

/** One answer to the question for a log: its latest lines. */
export interface LogPage {
  readonly lines: LogLines;
  /** The answer was too long: only some of the lines are here. */
  readonly isCut: boolean;
}

/** As much of an answer that is too long is kept. */
const KEPT_BYTES = 1_048_576;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');
/** Enough of a body, from its first character, to tell its kind. */
const HEAD_LENGTH = 64;

/**
 * Reads a log answer. Its shape is not documented: plain text is taken, and JSON lists of strings
 * or of objects with the text under a usual name, bare or under `data` or `logs`. A page of a proxy
 * and any other JSON are no log. JSON is read entry by entry; what turns out to be none (lines that
 * begin with a bracket, an object a line) is text.
 *
 * @param isCut the body goes on behind this, but that was not read: then its last mebibyte is kept,
 *     without the line that is not complete.
 */
export function readLogPage(body: Buffer, isCut = false): LogPage {
  const lines = linesOf(withoutByteOrderMark(body), isCut);
  return { lines: isCut ? takeLastBytes(lines, KEPT_BYTES) : lines, isCut };
}

function linesOf(body: Buffer, isCut: boolean): LogLines {
  const begin = body.findIndex((byte) => byte > 0x20);
  const head = body.toString('utf8', Math.max(0, begin), begin + HEAD_LENGTH);
  if (isHtmlPage(head)) return body.subarray(0, 0);
  const lines = /^[[{"]/.test(head) ? linesOfJson(body, isCut) : undefined;
  return lines ?? (isCut ? body.subarray(0, body.lastIndexOf('\n') + 1) : body);
}

/** @returns undefined = brackets that did not close, or did around something else than JSON. */
function linesOfJson(body: Buffer, isCut: boolean): LogLines | undefined {
  let isBroken = false;
  function* texts(): Generator<string> {
    try {
      for (const entry of listElements(body)) yield* logEntryLines(entry);
    } catch {
      isBroken = true;
    }
  }
  const lines = toLogLines(texts());
  if (lines.length > 0) return lines;
  return isBroken || (!isCut && parseJson(body.toString()) === undefined) ? undefined : lines;
}

function withoutByteOrderMark(body: Buffer): Buffer {
  const { length } = BYTE_ORDER_MARK;
  return body.subarray(0, length).equals(BYTE_ORDER_MARK) ? body.subarray(length) : body;
}
