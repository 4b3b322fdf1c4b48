/**
 * The GitLab runner's masker: byte-exact phrases, a streaming matcher for each, no derived forms
 * and no split into lines.
 */

const MASKED = Buffer.from('[MASKED]');

interface Piece {
  readonly bytes: Buffer;
  /** A replacement is not looked at again by the matchers behind. */
  readonly masked: boolean;
}

export interface StreamMasker {
  write(data: Buffer): Buffer;
  end(): Buffer;
}

interface Matcher {
  feed(piece: Piece): Piece[];
  end(): Piece[];
}

/**
 * One chain for one stream: stdout and stderr have a chain each, so a token split over both is not
 * found.
 */
export function createStreamMasker(values: readonly string[]): StreamMasker {
  const matchers = phrasesOf(values).map(createMatcher);
  return {
    write: (data) =>
      join(
        matchers.reduce(
          (pieces, matcher) => pieces.flatMap((piece) => matcher.feed(piece)),
          [plain(data)],
        ),
      ),
    end: () =>
      join(
        matchers.reduce<Piece[]>(
          (pieces, matcher) => [
            ...pieces.flatMap((piece) => matcher.feed(piece)),
            ...matcher.end(),
          ],
          [],
        ),
      ),
  };
}

function phrasesOf(values: readonly string[]): Buffer[] {
  const distinct = new Set(values.map((value) => value.trim()).filter((value) => value !== ''));
  return [...distinct].map((value) => Buffer.from(value)).sort((a, b) => b.length - a.length);
}

function createMatcher(phrase: Buffer): Matcher {
  // How many bytes of the phrase the end of the last write matched; they are held back.
  let held = 0;

  function release(): Piece[] {
    const bytes = phrase.subarray(0, held);
    held = 0;
    return bytes.length === 0 ? [] : [plain(bytes)];
  }

  /** Whether the bytes at this place go on with the phrase, as far as there are bytes. */
  function matchAt(data: Buffer, at: number): number {
    const want = phrase.subarray(held, held + data.length - at);
    return data.subarray(at, at + want.length).equals(want) ? want.length : 0;
  }

  function advance(count: number): Piece[] {
    held += count;
    if (held < phrase.length) return [];
    held = 0;
    return [{ bytes: MASKED, masked: true }];
  }

  function feed(piece: Piece): Piece[] {
    if (piece.masked) return [...release(), piece];
    const out: Piece[] = [];
    const data = piece.bytes;
    let from = 0;
    let at = 0;
    while (at < data.length) {
      const count = matchAt(data, at);
      if (count > 0) {
        out.push(plain(data.subarray(from, at)), ...advance(count));
        at += count;
        from = at;
      } else if (held > 0) {
        // What was held may end with the start of the phrase again. GitLab does not look: it starts
        // over at this byte only.
        out.push(...release());
      } else {
        const next = data.indexOf(phrase.subarray(0, 1), at + 1);
        at = next < 0 ? data.length : next;
      }
    }
    out.push(plain(data.subarray(from)));
    return out.filter(({ bytes }) => bytes.length > 0);
  }

  return { feed, end: release };
}

function plain(bytes: Buffer): Piece {
  return { bytes, masked: false };
}

function join(pieces: readonly Piece[]): Buffer {
  return Buffer.concat(pieces.map(({ bytes }) => bytes));
}
