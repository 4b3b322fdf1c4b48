/** Finds the elements of the one list of a JSON text that comes in pieces. */
export interface ElementScanner {
  push(text: string): void;
  /** Tells that an element was no JSON. */
  fail(): void;
  /**
   * The text is not one JSON value with, at most, blanks behind it. Not every broken text is seen
   * here.
   */
  readonly failed: boolean;
}

/** What stands before a list that counts, where it is not the text itself. */
const LIST_KEY = /"(?:data|logs)"\s*:\s*$/;
/** As much of the text before a bracket as a key can take. */
const KEY_LENGTH = 64;

/**
 * @param onElement gets the text of each element: of the list that the text is, or of the first
 *     list under `data` or `logs` in the object that it is.
 */
export function createElementScanner(onElement: (element: string) => void): ElementScanner {
  let depth = 0;
  let isInString = false;
  let isEscaped = false;
  let isOver = false;
  let failed = false;
  /** Depth inside the list; undefined = no list has begun. */
  let listDepth: number | undefined;
  let isListOver = false;
  /**
   * The begin of an element whose end has not come; before the list begins, the last characters.
   */
  // Stryker disable next-line StringLiteral: before a list only the end of the text counts
  let pending = '';

  /** @returns the place behind the string that is open. */
  function skipString(text: string, from: number): number {
    const marks = /[\\"]/g;
    let at = isEscaped ? from + 1 : from;
    isEscaped = false;
    for (;;) {
      marks.lastIndex = at;
      const found = marks.exec(text);
      if (found === null) return text.length;
      if (found[0] === '"') {
        isInString = false;
        isOver = depth === 0;
        return found.index + 1;
      }
      at = found.index + 2;
      isEscaped = at > text.length;
    }
  }

  // Stryker disable next-line ConditionalExpression: it saves memory alone
  const isInList = (): boolean => listDepth !== undefined && !isListOver;

  /** @returns whether the bracket at this depth, behind this text, opens the list. */
  function opensList(before: string): boolean {
    // Stryker disable next-line ConditionalExpression: where a list may open in JSON, a second one
    // has no key before it
    if (listDepth !== undefined) return false;
    return depth === 1 || (depth === 2 && LIST_KEY.test(before));
  }

  function endElement(element: string): void {
    pending = '';
    if (element.trim() !== '') onElement(element);
  }

  /** @returns where the element that is being read begins in this text. */
  function take(mark: string, text: string, at: number, from: number): number {
    const isBetween = isInList() && depth === listDepth;
    if (mark === '"') isInString = true;
    else if (mark === '[' || mark === '{') depth += 1;
    else if (mark !== ',') depth -= 1;
    if (mark === '[' && opensList(pending + text.slice(from, at))) {
      listDepth = depth;
      pending = '';
      return at + 1;
    }
    if (!isBetween || (mark !== ',' && mark !== ']')) return from;
    isListOver = mark === ']';
    endElement(pending + text.slice(from, at));
    return at + 1;
  }

  function push(text: string): void {
    let from = 0;
    let at = 0;
    const marks = /["[\]{},]/g;
    while (at < text.length && !failed) {
      if (isInString) {
        at = skipString(text, at);
        continue;
      }
      if (isOver) {
        failed = text.slice(at).trim() !== '';
        return;
      }
      marks.lastIndex = at;
      const found = marks.exec(text);
      if (found === null) break;
      from = take(found[0], text, found.index, from);
      at = found.index + 1;
      isOver = depth <= 0 && !isInString;
    }
    pending += text.slice(from);
    // Stryker disable next-line ConditionalExpression,MethodExpression: it saves memory alone
    if (!isInList()) pending = pending.slice(-KEY_LENGTH);
  }

  return {
    push,
    fail: () => {
      failed = true;
    },
    get failed() {
      return failed;
    },
  };
}
