/**
 * The GitLab runner's masker. It matches byte-exact phrases, with a streaming matcher for each. It
 * has no derived forms and doesn't split text into lines.
 */

const MASKED = Buffer.from('[MASKED]');

interface Piece {
  readonly bytes: Buffer;
  /** Later matchers skip a replacement. */
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
 * The matchers for one stream. stdout and stderr each have their own, so a token that is split over
 * both isn't found.
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
  // How many bytes of the phrase were matched at the end of the last write. They're held back.
  let held = 0;

  function release(): Piece[] {
    const bytes = phrase.subarray(0, held);
    held = 0;
    return bytes.length === 0 ? [] : [plain(bytes)];
  }

  /** How many of the bytes at this position continue the phrase. 0 if they don't match. */
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
        // The held bytes may end with the start of the phrase again. GitLab doesn't check that: it
        // starts over at this byte.
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
