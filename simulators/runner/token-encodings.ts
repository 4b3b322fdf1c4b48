/** Every way of writing a token that a reader of a log could decode. */

export interface Encoding {
  readonly name: string;
  readonly caseInsensitive: boolean;
  /** Text that every part of this form contains. A log without it doesn't need to be searched. */
  readonly sign: string;
  /** The whole input, encoded. */
  encode(text: string): string;
  /** The shortest encoded texts that reveal ten characters of the input. */
  windows(text: string): readonly string[];
}

/** Ten characters of a random body never match by chance, and are too much to reveal. */
export const PIECE = 10;
// Ten bytes determine at least 12 characters of their Base64, and at least 14 of the Base64 of
// that.
const BASE64_PIECE = 12;
const DOUBLE_BASE64_PIECE = 14;
const ALIGNMENTS = [0, 1, 2] as const;

export const ENCODINGS: readonly Encoding[] = [
  perCharacter('piece', '', (char) => char),
  {
    ...perCharacter('reversed', '', (char) => char),
    encode: reverse,
    windows: (text) => slide(reverse(text), PIECE),
  },
  perCharacter('hex', '', (char) => hex(char, 2)),
  perCharacter('percent', '%', (char) => `%${hex(char, 2)}`),
  perCharacter('hex escapes', '\\', (char) => `\\x${hex(char, 2)}`),
  perCharacter('JSON escapes', '\\', (char) => `\\u${hex(char, 4)}`),
  perCharacter('HTML decimal', '&#', (char) => `&#${char.charCodeAt(0)};`),
  perCharacter('HTML hexadecimal', '&#', (char) => `&#x${hex(char, 2)};`),
  perCharacter('UTF-16LE', '\0', (char) => `${char}\0`),
  ...ALIGNMENTS.flatMap((alignment) => [
    base64('base64', BASE64_PIECE, (text) => base64Core(text, alignment)),
    base64('base64url', BASE64_PIECE, (text) => toUrlAlphabet(base64Core(text, alignment))),
    ...ALIGNMENTS.map((outer) =>
      base64('double base64', DOUBLE_BASE64_PIECE, (text) =>
        base64Core(base64Core(text, alignment), outer),
      ),
    ),
  ]),
];

function perCharacter(name: string, sign: string, unit: (char: string) => string): Encoding {
  return {
    name,
    caseInsensitive: true,
    sign,
    encode: (text) => Array.from(text, unit).join(''),
    windows: (text) => slide(text, PIECE).map((piece) => Array.from(piece, unit).join('')),
  };
}

function base64(name: string, length: number, encode: (text: string) => string): Encoding {
  return {
    name,
    caseInsensitive: false,
    sign: '',
    encode,
    windows: (text) => slide(encode(text), length),
  };
}

/**
 * The characters that only depend on the text, whatever comes before and after it in the encoded
 * data.
 */
function base64Core(text: string, alignment: 0 | 1 | 2): string {
  const before = Buffer.alloc(alignment);
  const bytes = Buffer.concat([before, Buffer.from(text)]);
  const first = Math.ceil((alignment * 8) / 6);
  return bytes.toString('base64').slice(first, Math.floor((bytes.length * 8) / 6));
}

function toUrlAlphabet(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_');
}

function hex(char: string, digits: number): string {
  return char.charCodeAt(0).toString(16).padStart(digits, '0');
}

function reverse(text: string): string {
  return Array.from(text).reverse().join('');
}

function slide(text: string, length: number): string[] {
  if (text.length <= length) return [text];
  return Array.from({ length: text.length - length + 1 }, (_, at) => text.slice(at, at + length));
}
