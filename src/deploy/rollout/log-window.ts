import { parseMomentMs } from '../../lib/duration.ts';

/**
 * So many lines of a page are remembered, to know the next page's new lines from the ones already
 * shown.
 */
export const WINDOW_LINES = 100;
/** How many of the last lines a failure shows. */
export const TAIL_LINES = 20;

/**
 * The lines of a log page that were not in the page before, found while the page comes. Outpost
 * documents no cursor: a page holds the latest lines, so two pages overlap, and the new lines stand
 * behind the longest end of the old page that the new page holds.
 *
 * A page of the latest lines begins no earlier than the page before, so an overlap that begins it
 * is the right one, and the longest of these where the log repeats itself; its lines are shown at
 * once from there on. Only when there is none may the page reach further back: then its lines wait,
 * for the last place where the old page's end stands in it, or for the end, where there is no such
 * place.
 */
export class LogPage {
  readonly #previous: readonly string[];
  readonly #fromWallMs: number;
  readonly #show: (lines: readonly string[], gap: boolean) => void;
  #state: 'meeting' | 'searching' | 'through';
  /** Lines that may be old. */
  #waiting: string[] = [];
  /**
   * Where in the page before this one may begin: the places from which all lines so far were the
   * same.
   */
  #beginnings: readonly number[] = [];
  /** So many of the first lines are certainly old: those of the longest overlap so far. */
  #met = 0;
  /** The marks of the last lines, the whole window of them. */
  #recent: string[] = [];
  #tail: string[] = [];
  #length = 0;
  #hasMet = false;

  /**
   * @param previous what `latest` was of the page before; empty = there was none, and all is new.
   * @param fromWallMs a line with a time before it, and all lines before that one, belong to
   *     another revision. Milliseconds since 1970.
   * @param show gets new lines; `gap` = some before them may have been missed, for the pages do not
   *     meet.
   */
  constructor(
    previous: readonly string[],
    fromWallMs: number,
    show: (lines: readonly string[], gap: boolean) => void,
  ) {
    this.#previous = previous;
    this.#fromWallMs = fromWallMs;
    this.#show = show;
    this.#state = this.#begin();
  }

  readonly push = (lines: readonly string[]): void => {
    const fresh: string[] = [];
    for (const line of lines) this.#take(line, fresh);
    if (fresh.length > 0) this.#show(fresh, false);
  };

  /** The page is complete. */
  end(): void {
    if (this.#state === 'meeting') {
      const fresh = this.#meet();
      if (fresh.length > 0) this.#show(fresh, false);
    }
    const lines = this.#waiting;
    if (this.#state === 'searching' && lines.length > 0) this.#show(lines, !this.#hasMet);
    this.#waiting = [];
    this.#state = 'through';
  }

  /**
   * What to compare the next page with. Of a page that broke off before its new lines were found,
   * this is the page before.
   */
  get latest(): readonly string[] {
    return this.#state === 'through' ? this.#recent : this.#previous;
  }

  /** How many characters it has, without the line breaks. */
  get length(): number {
    return this.#length;
  }

  /** The last lines; undefined = those of the page before are still the last ones. */
  get tail(): readonly string[] | undefined {
    return this.#state === 'through' ? this.#tail.map(copyOf) : undefined;
  }

  #begin(): 'meeting' | 'through' {
    this.#beginnings = this.#previous.map((_, index) => index);
    this.#met = 0;
    return this.#previous.length === 0 ? 'through' : 'meeting';
  }

  #take(line: string, fresh: string[]): void {
    this.#length += line.length;
    if (this.#isOlder(line)) {
      this.#recent = [];
      this.#tail = [];
      this.#waiting = [];
      fresh.length = 0;
      // Once lines were shown there is no way back.
      if (this.#state !== 'through') this.#state = this.#begin();
      return;
    }
    const mark = markOf(line);
    remember(this.#recent, mark, WINDOW_LINES);
    remember(this.#tail, line, TAIL_LINES);
    if (this.#state === 'through') {
      fresh.push(line);
      return;
    }
    this.#waiting.push(line);
    if (this.#state === 'searching') this.#search();
    else if (!this.#mayMeetLater(mark)) fresh.push(...this.#meet());
  }

  /**
   * Follows the page along the page before. Most logs repeat nothing, so that a few lines decide:
   * the others need not wait.
   *
   * @returns whether a longer overlap than the one that is known is possible yet.
   */
  #mayMeetLater(mark: string): boolean {
    const at = this.#waiting.length - 1;
    const last = this.#previous.length - 1;
    const same = this.#beginnings.filter((from) => this.#previous[from + at] === mark);
    if (same.some((from) => from + at === last)) this.#met = at + 1;
    this.#beginnings = same.filter((from) => from + at < last);
    return this.#beginnings.length > 0;
  }

  /** Whether the page begins inside the page before: then what is new of the lines that waited. */
  #meet(): readonly string[] {
    if (this.#met === 0) {
      this.#state = 'searching';
      return [];
    }
    const fresh = this.#waiting.slice(this.#met);
    this.#waiting = [];
    this.#state = 'through';
    return fresh;
  }

  #search(): void {
    if (!endsLike(this.#previous, this.#recent)) return;
    this.#hasMet = true;
    this.#waiting = [];
  }

  #isOlder(line: string): boolean {
    const stampMs = parseMomentMs(line.split(' ', 1)[0] ?? '');
    return stampMs !== undefined && stampMs < this.#fromWallMs;
  }
}

function remember(lines: string[], line: string, most: number): void {
  lines.push(line);
  if (lines.length > most) lines.shift();
}

const SHORT_LENGTH = 128;
const PART_LENGTH = 48;

/**
 * What stands for a line in comparisons: a short line itself, of a long one its length, its ends
 * and its middle. A window of whole lines would be megabytes, made anew with every page.
 */
function markOf(line: string): string {
  const { length } = line;
  if (length <= SHORT_LENGTH) return line;
  const middle = (length - PART_LENGTH) >> 1;
  return copyOf(
    `${length} ${line.slice(0, PART_LENGTH)}${line.slice(middle, middle + PART_LENGTH)}${line.slice(-PART_LENGTH)}`,
  );
}

/** Whether the page ends, so far, as the previous page ended. */
function endsLike(previous: readonly string[], recent: readonly string[]): boolean {
  // Enough to tell two places apart, and a bound on the work where a log repeats itself.
  const length = Math.min(recent.length, previous.length);
  for (let back = 1; back <= length; back += 1) {
    if (recent[recent.length - back] !== previous[previous.length - back]) return false;
  }
  return true;
}

/**
 * A line that is cut out of a piece of the answer keeps the whole piece in memory; a copy does not.
 */
function copyOf(line: string): string {
  return Buffer.from(line).toString();
}
