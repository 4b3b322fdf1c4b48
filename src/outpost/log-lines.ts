/**
 * Lines of a log as bytes, each ending with a line feed. They are decoded one at a time, so that V8
 * does not have to keep the text.
 */
export type LogLines = Buffer;

const RETURN = 0x0d;
/** How many characters are encoded at a time. */
const PART_LENGTH = 65_536;

export function* linesIn(lines: LogLines): Generator<string> {
  for (const line of bytesOfLines(lines)) yield line.toString();
}

/** The bytes of each line, without line endings. The last line may have none. */
export function* bytesOfLines(lines: LogLines): Generator<Buffer> {
  for (let from = 0; from < lines.length; ) {
    const feed = lines.indexOf('\n', from);
    const end = feed < 0 ? lines.length : feed;
    yield lines.subarray(from, lines[feed - 1] === RETURN ? end - 1 : end);
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

/** The last lines that fit into this many bytes. */
export function takeLastBytes(lines: LogLines, bytes: number): LogLines {
  const from = lines.length - bytes;
  return from <= 0 ? lines : lines.subarray(lines.indexOf('\n', from - 1) + 1);
}

/** The lines in pieces of at least this many bytes; each piece ends with a whole line. */
export function* piecesOf(lines: LogLines, bytes: number): Generator<LogLines> {
  for (let from = 0; from < lines.length; ) {
    const feed = lines.indexOf('\n', from + bytes);
    const end = feed === -1 ? lines.length : feed + 1;
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
 * Copies lines over earlier ones, if there is room: V8 would not free a new buffer per page in
 * time.
 *
 * @param earlier empty, or an earlier result of this function; it must not be used afterwards.
 */
export function copyOver(earlier: LogLines, lines: LogLines): LogLines {
  const room =
    earlier.buffer.byteLength < lines.length
      ? Buffer.allocUnsafeSlow(lines.length)
      : Buffer.from(earlier.buffer);
  lines.copy(room);
  return room.subarray(0, lines.length);
}
