import { encodingsOf } from './encodings.ts';

/** Replaces a secret. */
const MASK = '***';
/** Shorter values are words, not secrets: masking them would make the log unreadable. */
const MIN_SECRET_LENGTH = 8;
/** A piece of a secret's form that is this long is never shown. */
const PIECE = 10;
/**
 * The length of the samples taken from a text, and their distance: each piece has a whole sample.
 */
const GRAM = 3;
const STRIDE = PIECE - GRAM + 1;
const TABLE_SIZE = 1 << 18;
/** How much of a text is searched at a time: a multiple of STRIDE, and twice the longest line. */
const CHUNK = STRIDE * 8_192;

/** A part of a text, from its first character to the one after its last. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Masks every piece of ten or more characters of every form of the values that were added. It
 * ignores case, and finds pieces that continue on the next line.
 *
 * How: three of every eight characters are looked up in a table of all three-character samples of
 * the forms. If a sample and its neighbor are in the table, the pieces around them are compared. So
 * a text without secrets costs one lookup per eight characters, and the time is linear. The text is
 * copied to bytes for the search, because reading one word of bytes is several times faster than
 * reading three characters of a string. Characters beyond Latin-1 lose bits, which can only cause
 * an extra comparison. A `DataView` reads the same on every machine, and some are big-endian:
 * GitLab's runner supports s390x (https://docs.gitlab.com/runner/install/requirements/).
 */
export class Redactor {
  readonly #bytes = Buffer.alloc(CHUNK);
  readonly #view = viewOf(this.#bytes);
  /** Which samples occur in any form, by their hash. */
  readonly #table = new Uint8Array(TABLE_SIZE);
  /**
   * All pieces of all forms, in lower case. Built on first use, since many runs never need them.
   */
  #pieces: ReadonlySet<string> | undefined;
  // Stryker disable next-line ArrayDeclaration: seen alone in a text with these very words
  readonly #forms: string[] = [];
  /** Values shorter than a piece, which are searched as a whole. */
  // Stryker disable next-line ArrayDeclaration: seen alone in a text with these very words
  readonly #shorts: string[] = [];

  add(value: string): void {
    if (value.length < MIN_SECRET_LENGTH) return;
    // Stryker disable next-line ConditionalExpression,EqualityOperator: a longer value is found by
    // its pieces as well
    if (value.length < PIECE) this.#shorts.push(value);
    for (const form of encodingsOf(value)) this.#addForm(form.toLowerCase());
  }

  redact(text: string): string {
    return this.redactLines(text.split('\n')).join('\n');
  }

  /** Redacts lines (without control characters) as one text, to find secrets split across lines. */
  redactLines(lines: readonly string[]): readonly string[] {
    // Stryker disable next-line ConditionalExpression: it saves time alone
    if (this.#forms.length === 0) return lines;
    const joined = lines.join('');
    const ranges = [...this.#findPieces(joined), ...this.#findShorts(joined)].sort(
      (left, right) => left.start - right.start,
    );
    // Stryker disable next-line ConditionalExpression: it saves time alone
    return ranges.length === 0 ? lines : maskRanges(lines, ranges);
  }

  /**
   * Whether the text ends with what may be the start of a secret, and so has to be searched again
   * with what comes next.
   */
  endsInPiece(text: string): boolean {
    const tail = text.slice(-4).toLowerCase();
    return tail.length === 4 && this.#forms.some((form) => form.includes(tail));
  }

  #addForm(form: string): void {
    this.#forms.push(form);
    this.#pieces = undefined;
    // A word is one byte longer than a sample.
    const view = viewOf(Buffer.from(`${form}.`, 'latin1'));
    for (let start = 0; start + GRAM <= form.length; start += 1)
      this.#table[hashAt(view, start)] = 1;
  }

  #findPieces(text: string): readonly Range[] {
    const ranges: Range[] = [];
    let covered = 0;
    // Stryker disable next-line EqualityOperator: it saves time alone
    for (let base = 0; base < text.length; base += CHUNK) {
      for (const at of this.#candidates(text, base)) {
        // Skip samples inside what was already found.
        // Stryker disable next-line EqualityOperator: it saves time alone
        if (at + GRAM <= covered) continue;
        const range = this.#pieceAround(text, at);
        if (range === undefined) continue;
        ranges.push(range);
        covered = range.end;
      }
    }
    return ranges;
  }

  /** Positions in the chunk at `base` where a sample and its neighbor are both samples of forms. */
  #candidates(text: string, base: number): readonly number[] {
    const view = this.#view;
    const table = this.#table;
    // The bytes after the end are from a longer, earlier text, and can only cause a comparison.
    const length = this.#bytes.write(text.slice(base, base + CHUNK), 0, 'latin1');
    // Stryker disable next-line ArrayDeclaration: a place that is no number has no piece around it
    const found: number[] = [];
    // Stryker disable next-line EqualityOperator: the sample after the end is from an older text,
    // and can only cause a comparison
    for (let at = 0; at < length; at += STRIDE) {
      if (table[hashAt(view, at)] !== 1) continue;
      const after = table[hashAt(view, at + GRAM)];
      // The sample before the first one of a chunk was checked with the previous chunk.
      // Stryker disable next-line EqualityOperator: samples are eight characters apart, so none
      // begins at the third
      const before = at < GRAM ? 1 : table[hashAt(view, at - GRAM)];
      if (after === 1 || before === 1) found.push(base + at);
    }
    return found;
  }

  /** The longest run of pieces that holds the sample at `at`. */
  #pieceAround(text: string, at: number): Range | undefined {
    for (let start = Math.max(0, at - PIECE + GRAM); start <= at; start += 1) {
      if (!this.#isPiece(text, start)) continue;
      let last = start;
      while (this.#isPiece(text, last + 1)) last += 1;
      return { start, end: last + PIECE };
    }
    return undefined;
  }

  #isPiece(text: string, start: number): boolean {
    this.#pieces ??= piecesOf(this.#forms);
    return this.#pieces.has(text.slice(start, start + PIECE).toLowerCase());
  }

  #findShorts(text: string): readonly Range[] {
    return this.#shorts.flatMap((short) => {
      const ranges: Range[] = [];
      for (
        let start = text.indexOf(short);
        start >= 0;
        start = text.indexOf(short, start + short.length)
      )
        ranges.push({ start, end: start + short.length });
      return ranges;
    });
  }
}

function piecesOf(forms: readonly string[]): ReadonlySet<string> {
  const pieces = new Set<string>();
  for (const form of forms)
    for (let start = 0; start + PIECE <= form.length; start += 1)
      pieces.add(form.slice(start, start + PIECE));
  return pieces;
}

/** The three bytes of a word that form a sample, and the bit in each that folds case. */
const SAMPLE_MASK = 0x00ffffff;
const FOLD = 0x00202020;

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** The position in the table of the sample that starts here. */
function hashAt(view: DataView, at: number): number {
  const folded = (view.getUint32(at, true) & SAMPLE_MASK) | FOLD;
  return (Math.imul(folded, 0x9e3779b1) >>> 14) & (TABLE_SIZE - 1);
}

/** Masks the ranges, which count characters across all lines and may span several of them. */
function maskRanges(lines: readonly string[], ranges: readonly Range[]): readonly string[] {
  let lineStart = 0;
  let next = 0;
  return lines.map((line) => {
    const lineEnd = lineStart + line.length;
    let masked = '';
    let kept = lineStart;
    for (
      let range = ranges[next];
      range !== undefined && range.start < lineEnd;
      range = ranges[next]
    ) {
      const { start, end } = range;
      if (end > kept)
        masked += `${line.slice(kept - lineStart, Math.max(kept, start) - lineStart)}${MASK}`;
      kept = Math.max(kept, Math.min(end, lineEnd));
      // A range that continues on the next line is handled again there.
      // Stryker disable next-line EqualityOperator: the next line has nothing of a range that ends
      // with this one
      if (end > lineEnd) break;
      next += 1;
    }
    masked += line.slice(kept - lineStart);
    lineStart = lineEnd;
    return masked;
  });
}
