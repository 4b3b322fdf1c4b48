/**
 * Splits the bytes of one stream into lines like the GitHub runner: with a .NET StreamReader and
 * its ReadLine.
 */

import { TextDecoder } from 'node:util';

export interface LineReader {
  /** The lines that these bytes complete. */
  push(data: Buffer): readonly string[];
  /** The remaining lines at the end of the stream. An unterminated last line is a line too. */
  end(): readonly string[];
}

// LF, CR and CRLF end a line for .NET. U+0085, U+2028, VT and FF do not.
const LINE_END = /\r\n|\r|\n/;

export function splitLines(text: string): string[] {
  return text.split(LINE_END);
}

export function createLineReader(): LineReader {
  let decoder: TextDecoder | undefined;
  let head = Buffer.alloc(0);
  let carry = '';

  function decode(data: Buffer, last: boolean): string {
    if (decoder !== undefined) return decoder.decode(data, { stream: !last });
    head = Buffer.concat([head, data]);
    if (head.length < 2 && !last) return '';
    decoder = new TextDecoder(sniffEncoding(head));
    return decoder.decode(head, { stream: !last });
  }

  function take(text: string, last: boolean): string[] {
    const pending = carry + text;
    // A CR at the very end may be half of a CRLF. .NET checks the next character before it returns
    // the line.
    const held = pending.endsWith('\r') && !last ? '\r' : '';
    const parts = splitLines(pending.slice(0, pending.length - held.length));
    const rest = parts.pop() ?? '';
    carry = rest + held;
    if (last && rest !== '') parts.push(rest);
    return parts;
  }

  return {
    push: (data) => take(decode(data, false), false),
    end: () => take(decode(Buffer.alloc(0), true), true),
  };
}

/**
 * .NET looks for a byte order mark at the start of a stream (inferred, not verified). UTF-16 output
 * would be read as UTF-16. A UTF-8 mark disappears, so a command directly after it runs.
 */
function sniffEncoding(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}
