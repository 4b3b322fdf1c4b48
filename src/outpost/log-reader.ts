import { createElementScanner, type ElementScanner } from './json-elements.ts';
import { isHtmlPage, logEntryLines, parseJson } from './wire.ts';

/** Reads the body of a log answer while it comes. */
export interface LogReader {
  push(text: string): void;
  /** @returns how many lines there were. */
  end(): number;
}

/**
 * What begins like a page must be this long before it can be told from a log line in angle
 * brackets, as syslog's.
 */
const PAGE_MARK_LENGTH = 16;

/**
 * The lines of a log answer, each given once it is complete, so that a log of any size is held in
 * no memory. The answer's shape is not documented: plain text is taken, and JSON lists of strings
 * or of objects with the text under a usual name, bare or under `data` or `logs`. A page of a proxy
 * and any other JSON are no log. JSON is read entry by entry; what turns out to be none (lines that
 * begin with a bracket, an object a line) is text.
 */
export function createLogReader(onLines: (lines: readonly string[]) => void): LogReader {
  let count = 0;
  /**
   * What came before the kind of the body was known, or before JSON gave its first line: it may
   * still be text.
   */
  let held = '';
  let kind: 'open' | 'text' | 'json' | 'page' = 'open';
  /** The begin of a line whose end has not come. */
  let rest = '';
  /**
   * Lines of the entries that the last piece completed: given together, for a host wraps each of
   * its writings in commands.
   */
  let completed: string[] = [];
  const scanner: ElementScanner = createElementScanner((element) => {
    const entry = parseJson(element);
    if (entry === undefined) scanner.fail();
    else completed.push(...logEntryLines(entry));
  });

  function emit(lines: readonly string[]): void {
    if (lines.length === 0) return;
    count += lines.length;
    onLines(lines);
  }

  function takeText(text: string): void {
    const end = text.lastIndexOf('\n');
    if (end < 0) {
      rest += text;
      return;
    }
    const lines = (rest + text.slice(0, end)).split('\n');
    rest = text.slice(end + 1);
    emit(lines.map(withoutReturn));
  }

  function takeJson(text: string): void {
    scanner.push(text);
    const lines = completed;
    completed = [];
    emit(lines);
    // Stryker disable next-line ConditionalExpression,StringLiteral: it saves memory alone: what
    // was held is not read any more
    if (count > 0) held = '';
    else held += text;
    if (scanner.failed && count === 0) becomeText();
  }

  function becomeText(): void {
    kind = 'text';
    takeText(held);
    // Stryker disable next-line StringLiteral: what was held is not read any more
    held = '';
  }

  function decide(isEnd: boolean): void {
    const start = held.trimStart();
    if (start === '') return;
    if (/^[[{"]/.test(start)) {
      kind = 'json';
      const text = held;
      held = '';
      takeJson(text);
    } else if (!start.startsWith('<') || start.length >= PAGE_MARK_LENGTH || isEnd) {
      // Stryker disable next-line StringLiteral: of any kind but the others, nothing held is read
      if (isHtmlPage(start)) kind = 'page';
      else becomeText();
    }
  }

  return {
    push: (text) => {
      // Stryker disable next-line ConditionalExpression,StringLiteral: it saves memory alone: what
      // is held of a page is not read any more
      if (kind === 'page') return;
      if (kind === 'text') takeText(text);
      else if (kind === 'json') takeJson(text);
      else {
        held += text;
        decide(false);
      }
    },
    end: () => {
      if (kind === 'open') decide(true);
      // Brackets that did not close, or did around something else than JSON.
      if (
        kind === 'json' &&
        // Stryker disable next-line ConditionalExpression: once there was a line nothing is held
        // that could become text
        count === 0 &&
        parseJson(held) === undefined
      )
        becomeText();
      if (kind === 'open') becomeText();
      if (rest !== '') emit([rest]);
      // Stryker disable next-line StringLiteral: nothing is read after the end
      rest = '';
      return count;
    },
  };
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
