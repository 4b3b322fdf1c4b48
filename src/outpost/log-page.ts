import { listElements } from './json-elements.ts';
import { type LogLines, takeLastBytes, toLogLines } from './log-lines.ts';
import { isHtmlPage, logEntryLines, parseJson } from './wire.ts';

/** One answer to a log request: the latest lines. */
export interface LogPage {
  readonly lines: LogLines;
  /** The answer was too long: only some of the lines are here. */
  readonly isCut: boolean;
}

/** How much of an answer that is too long is kept. */
const KEPT_BYTES = 1_048_576;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');
/** Enough of a body to tell its type. */
const HEAD_LENGTH = 64;

/**
 * Reads a log answer. Its shape is not documented, so this accepts plain text, and JSON lists of
 * strings or of objects with the text under a common name, bare or under `data` or `logs`. HTML
 * pages and other JSON are not a log. JSON is read entry by entry; if it turns out not to be JSON
 * (lines that start with a bracket, one object per line), it is text.
 *
 * @param isCut the rest of the body was not read: then the last mebibyte is kept, without the
 *     incomplete line.
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

/** @returns undefined if the body is not JSON. */
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
