import { parseMomentMs } from '../duration.ts';

/**
 * The lines of a log page that were not in the page before. Outpost documents no cursor: a page holds the latest lines, so two
 * pages overlap, and the new lines stand behind the longest end of the old page that the new page holds.
 *
 * @returns `gap` when the pages do not overlap, so that lines between them may have been missed.
 */
export function newLines(
  previous: readonly string[],
  page: readonly string[],
): { readonly lines: readonly string[]; readonly gap: boolean } {
  if (previous.length === 0) return { lines: page, gap: false };
  // A page of the latest lines begins no earlier than the page before, so the longest overlap that begins it is the right one, also
  // where the log repeats itself. Only when there is none may the page reach further back.
  const ends = [...downFrom(Math.min(previous.length, page.length), 1), ...downFrom(page.length, previous.length + 1)];
  const end = ends.find((candidate) => overlaps(previous, page, candidate));
  return end === undefined ? { lines: page, gap: page.length > 0 } : { lines: page.slice(end), gap: false };
}

function downFrom(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, from - to + 1) }, (_, index) => from - index);
}

/** Whether the first `end` lines of the page are lines that the previous page ended with. */
function overlaps(previous: readonly string[], page: readonly string[], end: number): boolean {
  // Enough to tell two places apart, and a bound on the work where a log repeats itself.
  const length = Math.min(end, previous.length, 100);
  for (let back = 1; back <= length; back += 1) {
    if (page[end - back] !== previous[previous.length - back]) return false;
  }
  return true;
}

/** The lines behind the last one that bears a time before `fromWallMs`. Lines without a time stay with those before them. */
export function dropOlder(lines: readonly string[], fromWallMs: number): readonly string[] {
  for (let end = lines.length; end > 0; end -= 1) {
    const stampMs = parseMomentMs(lines[end - 1]?.split(' ', 1)[0] ?? '');
    if (stampMs !== undefined && stampMs < fromWallMs) return lines.slice(end);
  }
  return lines;
}
