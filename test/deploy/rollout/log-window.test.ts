import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newLines as findNewLines } from '../../../src/deploy/rollout/log-window.ts';
import { linesIn, toLogLines } from '../../../src/outpost/log-lines.ts';

const ALWAYS = Number.NEGATIVE_INFINITY;

/** The result, with its lines read. */
function newLines(previous: readonly string[], page: readonly string[], fromWallMs: number) {
  const { count, beforeCall, ...found } = findNewLines(
    toLogLines(previous),
    toLogLines(page),
    fromWallMs,
  );
  const lines = [...linesIn(found.lines)];
  expect(count).toBe(lines.length);
  expect(beforeCall).toBeLessThanOrEqual(count);
  const [window, tail] = [[...linesIn(found.window)], [...linesIn(found.tail)]];
  return { ...found, lines, window, tail };
}

test.each<[string, readonly string[], readonly string[], readonly string[], boolean]>([
  ['every line of the first page is new', [], ['a', 'b'], ['a', 'b'], false],
  ['an unchanged page has nothing new', ['a', 'b'], ['a', 'b'], [], false],
  ['a page that grew', ['a', 'b'], ['a', 'b', 'c'], ['c'], false],
  ['a window that moved on', ['a', 'b', 'c'], ['b', 'c', 'd', 'e'], ['d', 'e'], false],
  [
    'a window that moved on by all but one line',
    ['a', 'b', 'c'],
    ['c', 'd', 'e'],
    ['d', 'e'],
    false,
  ],
  ['a page that reaches further back', ['c', 'd'], ['a', 'b', 'c', 'd', 'e'], ['e'], false],
  [
    'a repeated last line: matches where the lines before it match too',
    ['a', 'x', 'b', 'x'],
    ['b', 'x', 'c', 'x'],
    ['c', 'x'],
    false,
  ],
  [
    'pages that do not overlap: everything is new, and some lines may be missing',
    ['a', 'b'],
    ['d', 'e'],
    ['d', 'e'],
    true,
  ],
  ['a log that started over', ['a', 'b'], ['A', 'B'], ['A', 'B'], true],
  ['an empty page is no gap', ['a', 'b'], [], [], false],
  ['two empty pages', [], [], [], false],
])('%s', (_, previous, page, lines, gap) => {
  expect(newLines(previous, page, ALWAYS)).toEqual({ lines, gap, window: page, tail: page });
});

interface Reading {
  readonly log: readonly string[];
  /** Pages as ranges [from, to) of the log. */
  readonly pages: readonly (readonly [number, number])[];
}

/**
 * A growing log, and pages of its latest lines. Each page contains a line of the page before, and
 * starts no earlier than that one.
 */
function readings(line: (index: number) => fc.Arbitrary<string>): fc.Arbitrary<Reading> {
  const steps = fc.array(fc.record({ grown: fc.nat(8), back: fc.nat(12) }), {
    minLength: 1,
    maxLength: 12,
  });
  return steps.chain((all) => {
    const pages: [number, number][] = [];
    let to = 1;
    for (const { grown, back } of all) {
      const lastOld = pages.length === 0 ? 0 : to - 1;
      to += grown;
      pages.push([Math.max(pages.at(-1)?.[0] ?? 0, lastOld - back), to]);
    }
    return fc
      .tuple(...Array.from({ length: to }, (_, index) => line(index)))
      .map((log) => ({ log, pages }));
  });
}

function readAll({ log, pages }: Reading): {
  readonly shown: readonly string[];
  readonly gaps: number;
} {
  const shown: string[] = [];
  let previous: readonly string[] = [];
  let gaps = 0;
  for (const [from, to] of pages) {
    const page = log.slice(from, to);
    const { lines, gap, window } = newLines(previous, page, ALWAYS);
    shown.push(...lines);
    gaps += gap ? 1 : 0;
    previous = window;
  }
  return { shown, gaps };
}

describe('no matter how a log is cut into overlapping pages', () => {
  test('each line is shown once and in order, and no gap is reported', () => {
    fc.assert(
      fc.property(
        readings((index) => fc.constant(`line ${index}`)),
        (reading) => {
          const [first] = reading.pages;
          expect(readAll(reading)).toEqual({ shown: reading.log.slice(first?.[0]), gaps: 0 });
        },
      ),
      { numRuns: 500 },
    );
  });

  test('no line is shown twice, even if the log repeats itself', () => {
    fc.assert(
      fc.property(
        readings(() => fc.constantFrom('GET /health 200', 'tick', '')),
        (reading) => {
          const { shown, gaps } = readAll(reading);
          expect(gaps).toBe(0);
          expect(shown.length).toBeLessThanOrEqual(reading.log.length);
          let at = -1;
          for (const line of shown) {
            at = reading.log.indexOf(line, at + 1);
            expect(at).toBeGreaterThanOrEqual(0);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

test('new lines are always at the end of the page', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (previous, page) => {
      const found = newLines(previous, page, ALWAYS).lines;
      expect(found).toEqual(page.slice(page.length - found.length));
    }),
    { numRuns: 500 },
  );
});

/** The time of the call, and lines from well before it, just before it, and after it. */
const CALLED = Date.parse('2026-01-02T00:00:00Z');
const OLD = '2026-01-01T00:00:00Z old';
const NEAR = '2026-01-01T23:59:50Z near';
const YOUNG = '2026-01-02T00:00:01Z young';

interface Dated {
  readonly name: string;
  readonly previous?: readonly string[];
  readonly page: readonly string[];
  readonly shown: readonly string[];
  /** How many of these lines are above the border. */
  readonly above?: number;
  readonly tail?: readonly string[];
}

const dated: readonly Dated[] = [
  {
    name: 'lines of the previous revision and their traces are not shown',
    page: [OLD, 'trace of the old one', OLD, YOUNG, 'x'],
    shown: [YOUNG, 'x'],
  },
  { name: 'even if there are no other lines yet', page: [OLD, OLD], shown: [] },
  {
    name: 'lines already shown are not shown again when a new one arrives',
    previous: [OLD, 'x', OLD],
    page: [OLD, 'x', OLD, YOUNG],
    shown: [YOUNG],
  },
  {
    name: 'an old timestamp in the middle drops nothing',
    page: [
      'fatal: cannot reach the database',
      '2024-01-01T00:00:00Z imported old record',
      'exit 1',
    ],
    shown: [
      'fatal: cannot reach the database',
      '2024-01-01T00:00:00Z imported old record',
      'exit 1',
    ],
  },
  {
    name: 'an old timestamp between new ones drops nothing',
    page: [YOUNG, 'fatal', OLD, 'exit 1'],
    shown: [YOUNG, 'fatal', OLD, 'exit 1'],
  },
  {
    name: 'lines without a timestamp are kept if no line is new',
    page: [OLD, 'fatal', OLD, 'exit 1'],
    shown: ['fatal', OLD, 'exit 1'],
  },
  {
    name: 'the zero time of Go does not count as a timestamp',
    page: ['0001-01-01T00:00:00Z a', '0001-01-01T00:00:00Z b'],
    shown: ['0001-01-01T00:00:00Z a', '0001-01-01T00:00:00Z b'],
  },
  {
    name: 'lines from just before the call are above the border and not in the tail',
    page: [OLD, NEAR, 'its trace', NEAR, YOUNG, 'x'],
    shown: [NEAR, 'its trace', NEAR, YOUNG, 'x'],
    above: 3,
    tail: [YOUNG, 'x'],
  },
  {
    name: 'if there are no other lines, they are the tail',
    page: [NEAR, NEAR],
    shown: [NEAR, NEAR],
    above: 2,
  },
];

test.each(dated)('$name', ({ previous = [], page, shown, above = 0, tail = shown.slice(-20) }) => {
  const {
    lines,
    beforeCall,
    gap,
    tail: last,
  } = findNewLines(toLogLines(previous), toLogLines(page), CALLED);
  expect({ lines: [...linesIn(lines)], beforeCall, gap, tail: [...linesIn(last)] }).toEqual({
    lines: shown,
    beforeCall: above,
    gap: false,
    tail,
  });
});

test('the log that once hid the cause of a failure is shown in full', () => {
  const text =
    'fatal: cannot reach the database\n2024-01-01T00:00:00Z imported old record\nexit 1\n';
  const { lines } = findNewLines(Buffer.alloc(0), Buffer.from(text), CALLED);
  expect(lines.toString()).toBe(text);
});

test('drops only lines before the first new one, and shows every new line', () => {
  const line = fc.constantFrom('a', OLD, NEAR, YOUNG);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 16 }), (page) => {
      const { lines } = findNewLines(Buffer.alloc(0), toLogLines(page), CALLED);
      const shown = [...linesIn(lines)];
      expect(shown).toEqual(page.slice(page.length - shown.length));
      expect(page.slice(0, page.length - shown.length)).not.toContain(YOUNG);
      if (page[0] === 'a') expect(shown).toEqual(page);
    }),
    { numRuns: 1_000 },
  );
});

test('remembers the last hundred lines of a long page', () => {
  const page = Array.from({ length: 250 }, (_, index) => `line ${index}`);
  expect(newLines([], page, ALWAYS).window).toEqual(page.slice(150));
});

describe('long lines', () => {
  const long = (middle: string): string =>
    `2026-01-01T00:00:00Z ${'a'.repeat(5_000)}${middle}${'b'.repeat(5_000)} end`;

  test('are recognized, and distinguished by their middle', () => {
    const { window } = newLines([], [long('one'), long('two')], ALWAYS);
    expect(Math.max(...window.map((mark) => mark.length))).toBeLessThan(200);
    const page = [long('one'), long('two'), long('three')];
    expect(newLines(window, page, ALWAYS).lines).toEqual([long('three')]);
    expect(newLines(window, [long('one'), long('six')], ALWAYS)).toMatchObject({
      gap: true,
      lines: [long('one'), long('six')],
    });
  });

  test('the last twenty are kept unchanged', () => {
    const page = Array.from({ length: 30 }, (_, index) => long(String(index)));
    expect(newLines([], page, ALWAYS).tail).toEqual(page.slice(10));
  });

  test('a carriage return at the end is ignored', () => {
    const { window } = newLines([], ['a\r', long('one\r')], ALWAYS);
    expect(newLines(window, ['a\r', long('one\r'), 'b'], ALWAYS).lines).toEqual(['b']);
  });

  test('a line cut in the middle of a character is recognized', () => {
    const { window } = newLines([], [long('😀'.repeat(23)), 'x\ud83d'], ALWAYS);
    const page = [long('😀'.repeat(23)), 'x\ud83d', 'new'];
    expect(newLines(window, page, ALWAYS)).toMatchObject({ lines: ['new'], gap: false });
  });
});
