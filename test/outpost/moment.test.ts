import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isSameMoment, type Moment, parseMoment } from '../../src/outpost/moment.ts';

const NEW_YEAR = Date.parse('2026-01-01T00:00:00Z');

/** The moment written like this. Fails the test if it isn't a moment. */
function at(written: string | number): Moment {
  const moment = parseMoment(written);
  if (moment === undefined) throw new Error(`${written} is no moment`);
  return moment;
}

describe('a moment', () => {
  test.each<[string | number, number, number]>([
    ['2026-01-01T00:00:00Z', NEW_YEAR, 1_000],
    ['2026-01-01t00:00:00z', NEW_YEAR, 1_000],
    ['2026-01-01 00:00:00Z', NEW_YEAR, 1_000],
    ['2026-01-01T02:00:00+02:00', NEW_YEAR, 1_000],
    ['2025-12-31T18:30:00-05:30', NEW_YEAR, 1_000],
    ['2026-01-01T00:00:00', NEW_YEAR, 1_000],
    ['2026-01-01T00:00:00.123456', NEW_YEAR + 123, 1],
    ['2026-01-01T00:00:00.5Z', NEW_YEAR + 500, 100],
    ['2026-01-01T00:00:00.25Z', NEW_YEAR + 250, 10],
    ['2026-01-01T00:00:00.123Z', NEW_YEAR + 123, 1],
    ['2026-01-01T00:00:00.123456789Z', NEW_YEAR + 123, 1],
    ['2026-01-01T02:00:00.000+02:00', NEW_YEAR, 1],
    [NEW_YEAR / 1_000, NEW_YEAR, 1_000],
    [String(NEW_YEAR / 1_000), NEW_YEAR, 1_000],
    [NEW_YEAR / 1_000 + 0.5, NEW_YEAR + 500, 1],
    [`${NEW_YEAR / 1_000}.25`, NEW_YEAR + 250, 1],
    // In floating point, 1000 times this is slightly less than the exact milliseconds.
    [2_158_738_684.877, 2_158_738_684_877, 1],
    [NEW_YEAR / 1_000 + 0.1239, NEW_YEAR + 123, 1],
    [NEW_YEAR, NEW_YEAR, 1],
    [String(NEW_YEAR), NEW_YEAR, 1],
    [NEW_YEAR + 0.75, NEW_YEAR, 1],
    // The last number that is read as seconds, and the first that is read as milliseconds.
    [99_999_999_999, 99_999_999_999_000, 1_000],
    [100_000_000_000, 100_000_000_000, 1],
    ['999999999', 999_999_999_000, 1_000],
  ])('%j is %d, exact to %d ms', (written, ms, precisionMs) => {
    expect(parseMoment(written)).toEqual({ ms, precisionMs });
  });

  test.each<[string | number | null | undefined]>([
    [undefined],
    [null],
    [''],
    ['soon'],
    ['7'],
    [7],
    ['000000000'],
    ['99999999'],
    ['12345678901234'],
    ['1767225600s'],
    ['x1767225600'],
    ['-1767225600'],
    ['1767225600.'],
    ['2026-01-01T00:00Z'],
    ['2026-02-30T00:00:00Z'],
    ['2026-13-01T00:00:00Z'],
    ['2026-01-01T25:00:00Z'],
    ['1 Jan 2026'],
    ['yesterday at 2026-01-01T00:00:00Z'],
    [0],
    [-1],
    [Number.NaN],
  ])('%j is not a moment', (written) => {
    expect(parseMoment(written)).toBeUndefined();
  });

  test('nothing makes it throw, and every moment is a number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.date().map(String)), (written) => {
        const moment = parseMoment(written);
        expect(Number.isNaN(moment?.ms ?? 0)).toBe(false);
        expect([undefined, 1, 10, 100, 1_000]).toContain(moment?.precisionMs);
      }),
    );
  });
});

describe('the same moment', () => {
  test.each<[string, string | number, string | number]>([
    ['with the same spelling', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['in two zones', '2026-01-01T00:00:00Z', '2026-01-01T05:30:00+05:30'],
    ['in seconds and in milliseconds', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.999Z'],
    ['in tenths and in milliseconds', '2026-01-01T00:00:00.1Z', '2026-01-01T00:00:00.123Z'],
    ['finer than a millisecond', '2026-01-01T00:00:00.123456Z', '2026-01-01T00:00:00.123Z'],
    ['as text and as seconds', '2026-01-01T00:00:00.5Z', NEW_YEAR / 1_000],
    ['as text and as milliseconds', '2026-01-01T00:00:00.5Z', NEW_YEAR + 500],
    ['as seconds and as milliseconds', NEW_YEAR / 1_000, NEW_YEAR + 999],
    [
      'as seconds with a fraction and as milliseconds',
      NEW_YEAR / 1_000 + 0.123,
      `${NEW_YEAR + 123}`,
    ],
  ])('%s', (_, one, other) => {
    expect([isSameMoment(at(one), at(other)), isSameMoment(at(other), at(one))]).toEqual([
      true,
      true,
    ]);
  });

  test.each<[string, string | number, string | number]>([
    ['a second later', '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z'],
    ['a millisecond later', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.001Z'],
    ['the same time of day in another zone', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00+01:00'],
    ['just across a second', '2026-01-01T00:00:00.999Z', '2026-01-01T00:00:01Z'],
    ['another tenth', '2026-01-01T00:00:00.1Z', '2026-01-01T00:00:00.223Z'],
    ['a second before, as a count', NEW_YEAR / 1_000, NEW_YEAR - 1],
  ])('is not the same: %s', (_, one, other) => {
    expect([isSameMoment(at(one), at(other)), isSameMoment(at(other), at(one))]).toEqual([
      false,
      false,
    ]);
  });

  /** From 2001 to 2100, so that every spelling below has enough digits to be read. */
  const times = fc.integer({ min: 1_000_000_000_000, max: 4_102_444_800_000 });

  test('is the same in every spelling with full precision', () => {
    fc.assert(
      fc.property(times, (ms) => {
        const spellings = [ms, String(ms), ms / 1_000, new Date(ms).toISOString()].map(at);
        for (const one of spellings)
          for (const other of spellings) expect(isSameMoment(one, other)).toBe(true);
      }),
    );
  });

  test('is the same if one spelling is cut to seconds, but not if the moments differ', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 1_000, max: 10_000_000 }), (ms, laterMs) => {
        const cut = at(Math.floor(ms / 1_000));
        expect(isSameMoment(cut, at(ms))).toBe(true);
        expect(isSameMoment(cut, at(ms + laterMs))).toBe(false);
      }),
    );
  });
});
