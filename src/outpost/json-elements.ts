/** The key before the list to read, unless the body itself is the list. */
const LIST_KEY = /"(?:data|logs)"\s*:\s*$/;
/** Longer than such a key and the text between it and the bracket. */
const KEY_LENGTH = 64;

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] =
  Buffer.from('"\\,[]{}');

/**
 * The elements of a body that is a list, or of the first list under `data` or `logs` if it is an
 * object. Each is located in the bytes and parsed on its own, so that no text or value gets as
 * large as the body. If the list is cut off, the elements before the cut count.
 *
 * @throws SyntaxError, after the elements before it, if the body is not JSON or has more text after
 *     it. Does not detect every broken body.
 */
export function* listElements(body: Buffer): Generator<unknown> {
  let depth = 0;
  /** Depth inside the list; undefined = no list has begun, 0 = it is over. */
  let listDepth: number | undefined;
  /** Where the element that is being read begins. */
  let from = 0;
  for (const at of marksOf(body)) {
    const mark = body[at];
    depth += stepOf(mark);
    if (listDepth === undefined) {
      if (mark === OPEN_LIST && isListThatCounts(body, at, depth)) listDepth = depth;
      from = at + 1;
    } else if (endsElement(mark, depth, listDepth)) {
      yield* readElement(body, from, at);
      from = at + 1;
      if (mark === CLOSE_LIST) listDepth = 0;
    }
    if (depth <= 0) return requireBlanks(body.subarray(at + 1));
  }
}

function requireBlanks(rest: Buffer): void {
  if (!isBlank(rest)) throw new SyntaxError('more follows the JSON');
}

/** The places of brackets and commas outside of strings, and of the last quote of each string. */
function* marksOf(body: Buffer): Generator<number> {
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === QUOTE) at = endOfString(body, at);
    if (byte === QUOTE || byte === COMMA || stepOf(byte) !== 0) yield at;
  }
}

/** How much a byte changes the depth. */
function stepOf(byte: number | undefined): number {
  if (byte === OPEN_LIST || byte === OPEN_OBJECT) return 1;
  return byte === CLOSE_LIST || byte === CLOSE_OBJECT ? -1 : 0;
}

/** @param depth after the mark. */
function endsElement(mark: number | undefined, depth: number, listDepth: number): boolean {
  return mark === COMMA ? depth === listDepth : mark === CLOSE_LIST && depth === listDepth - 1;
}

/** Blanks are no element. */
function* readElement(body: Buffer, from: number, to: number): Generator<unknown> {
  if (!isBlank(body.subarray(from, to))) yield JSON.parse(body.toString('utf8', from, to));
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
}

/** @param depth inside the list that opens here. */
function isListThatCounts(body: Buffer, open: number, depth: number): boolean {
  if (depth !== 2) return depth === 1;
  return LIST_KEY.test(body.toString('utf8', Math.max(0, open - KEY_LENGTH), open));
}

/**
 * @returns the place of the quote that ends the string; of one without an end, a place behind it.
 */
function endOfString(body: Buffer, open: number): number {
  let at = open + 1;
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
  return at;
}
