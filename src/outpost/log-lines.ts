/**
 * Lines of a log as the bytes that they came in, each ended by a line feed: what is decoded is one
 * line at a time, and gone before V8 has to keep it.
 */
export type LogLines = Buffer;

const RETURN = 0x0d;
/** So many characters are encoded at a time. */
const PART_LENGTH = 65_536;

export function* linesIn(lines: LogLines): Generator<string> {
  for (const line of bytesOfLines(lines)) yield line.toString();
}

/** The bytes of each line, without those that end it. The last one may have no end. */
export function* bytesOfLines(lines: LogLines): Generator<Buffer> {
  for (let from = 0; from < lines.length; ) {
    const feed = lines.indexOf('\n', from);
    const end = feed < 0 ? lines.length : feed;
    yield lines.subarray(from, feed > from && lines[feed - 1] === RETURN ? end - 1 : end);
    from = end + 1;
  }
}

export function takeFirst(lines: LogLines, count: number): LogLines {
  return lines.subarray(0, endOfFirst(lines, count));
}

export function dropFirst(lines: LogLines, count: number): LogLines {
  return lines.subarray(endOfFirst(lines, count));
}

function endOfFirst(lines: LogLines, count: number): number {
  let end = 0;
  for (let left = count; left > 0; left -= 1) {
    // Stryker disable next-line ConditionalExpression: it saves time alone
    if (end === lines.length) break;
    const feed = lines.indexOf('\n', end);
    end = feed < 0 ? lines.length : feed + 1;
  }
  return end;
}

export function takeLast(lines: LogLines, count: number): LogLines {
  let from = lines.length;
  for (let left = count; left > 0; left -= 1)
    from = from < 2 ? 0 : lines.lastIndexOf('\n', from - 2) + 1;
  return lines.subarray(from);
}

/** The last lines that so many bytes hold. */
export function takeLastBytes(lines: LogLines, bytes: number): LogLines {
  const from = lines.length - bytes;
  return from <= 0 ? lines : lines.subarray(lines.indexOf('\n', from - 1) + 1);
}

/** The lines in pieces of so many bytes, and what ends the last line of each. */
export function* piecesOf(lines: LogLines, bytes: number): Generator<LogLines> {
  for (let from = 0; from < lines.length; ) {
    const feed = lines.indexOf('\n', from + bytes);
    const end = feed < 0 ? lines.length : feed + 1;
    yield lines.subarray(from, end);
    from = end;
  }
}

export function toLogLines(texts: Iterable<string>): LogLines {
  const parts: Buffer[] = [];
  let part = '';
  for (const text of texts) {
    part += `${text}\n`;
    // Stryker disable next-line ConditionalExpression,EqualityOperator: it saves memory alone
    if (part.length < PART_LENGTH) continue;
    parts.push(Buffer.from(part));
    part = '';
  }
  return Buffer.concat([...parts, Buffer.from(part)]);
}

/**
 * Copies lines to where earlier ones were, if there is room: a buffer for each page would be more
 * than V8 frees in time.
 *
 * @param earlier nothing, or what this returned; it must not be used any more.
 */
export function copyOver(earlier: LogLines, lines: LogLines): LogLines {
  const room =
    earlier.buffer.byteLength < lines.length
      ? Buffer.allocUnsafeSlow(lines.length)
      : Buffer.from(earlier.buffer);
  lines.copy(room);
  return room.subarray(0, lines.length);
}
