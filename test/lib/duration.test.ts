import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  daysBetween,
  formatDistance,
  formatDuration,
  formatMoment,
  parseDurationMs,
  parseMomentMs,
} from '../../src/lib/duration.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('parseDurationMs', () => {
  test.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['24h', 86_400_000],
    ['1h30m', 5_400_000],
    ['1h0m5s', 3_605_000],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });

  test.each([
    ['', 'nothing'],
    ['15', 'a bare number has no unit'],
    ['15 m', 'blanks'],
    ['-5m', 'a sign'],
    ['1.5h', 'a fraction'],
    ['30m1h', 'the larger unit comes first'],
    ['1m1m', 'a unit is given once'],
    ['15M', 'units are lowercase'],
    ['1d', 'there is no unit for days'],
    ['h', 'a unit has a number'],
    ['1000000s', 'more than six digits'],
    ['٣m', 'digits are ASCII'],
    ['15m\n', 'a line break'],
  ])('%j is rejected: %s', (text) => {
    expect(parseDurationMs(text)).toBeUndefined();
  });

  test('every combination of the three units is their sum', () => {
    const amount = fc.option(fc.nat(999_999), { nil: undefined });
    fc.assert(
      fc.property(amount, amount, amount, (hours, minutes, seconds) => {
        fc.pre(hours !== undefined || minutes !== undefined || seconds !== undefined);
        const part = (value: number | undefined, unit: string): string =>
          value === undefined ? '' : `${value}${unit}`;
        const text = part(hours, 'h') + part(minutes, 'm') + part(seconds, 's');
        expect(parseDurationMs(text)).toBe(
          ((hours ?? 0) * 3_600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1_000,
        );
      }),
    );
  });
});

describe('formatDuration', () => {
  test.each([
    [0, '0 s'],
    [-5_000, '0 s'],
    [499, '0 s'],
    [42_000, '42 s'],
    [59_499, '59 s'],
    [59_500, '1 m'],
    [185_000, '3 m 05 s'],
    [900_000, '15 m'],
    [3_599_600, '1 h'],
    [5_400_000, '1 h 30 m'],
    [3_900_000, '1 h 05 m'],
    [86_400_000, '24 h'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test('is off by at most half a second, or a minute from an hour on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 * DAY_MS }), (ms) => {
        const shown = parseDurationMs(formatDuration(ms).replaceAll(' ', '')) ?? Number.NaN;
        expect(Math.abs(shown - ms)).toBeLessThanOrEqual(shown < HOUR_MS ? 500 : 60_000);
      }),
    );
  });
});

describe('distances', () => {
  test.each([
    [0, 'now'],
    [59_999, 'now'],
    [-59_999, 'now'],
    [60_000, 'in 1 minute'],
    [HOUR_MS, 'in 1 hour'],
    [5 * HOUR_MS, 'in 5 hours'],
    [2.9 * DAY_MS, 'in 2 days'],
    [-2 * DAY_MS, '2 days ago'],
    [-DAY_MS, '1 day ago'],
  ])('%d ms from now is "%s"', (ms, text) => {
    expect(formatDistance(1_000_000, 1_000_000 + ms)).toBe(text);
  });

  test.each([
    [0, 0],
    [DAY_MS - 1, 0],
    [DAY_MS, 1],
    [-1, -1],
    [-DAY_MS, -1],
  ])('%d ms are %d whole days, rounded down', (ms, days) => {
    expect(daysBetween(5, 5 + ms)).toBe(days);
  });
});

describe('moments', () => {
  test.each([
    ['2026-12-15', '2026-12-15T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2026-12-15T10:00:00Z', '2026-12-15T10:00:00.000Z'],
    ['2026-12-15t10:00:00z', '2026-12-15T10:00:00.000Z'],
    ['2026-12-15 10:00:00.25+02:00', '2026-12-15T08:00:00.250Z'],
    ['2026-12-31T23:30:00-01:00', '2027-01-01T00:30:00.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(new Date(parseMomentMs(text) ?? Number.NaN).toISOString()).toBe(iso);
  });

  test.each([
    ['2026-02-30', 'February has no 30th'],
    ['2026-02-29', '2026 is not a leap year'],
    ['2026-06-31T10:00:00Z', 'June has 30 days'],
    ['2026-13-01', 'there are 12 months'],
    ['2026-00-01', 'months start at 1'],
    ['2026-01-00', 'days start at 1'],
    ['2026-01-01T10:00:00', 'a time without a zone is ambiguous'],
    ['2026-01-01T10:00Z', 'RFC 3339 has seconds'],
    ['2026-01-01T25:00:00Z', 'a day has 24 hours'],
    ['2026-01-01T10:60:00Z', 'an hour has 60 minutes'],
    ['2026-01-01T10:00:00+99:00', 'no time zone has that offset'],
    ['31.12.2026', 'another order'],
    ['2026-1-1', 'two digits'],
    ['1767225600', 'seconds since 1970'],
    ['', 'nothing'],
    ['2026-01-01\n', 'a line break'],
  ])('%j is rejected: %s', (text) => {
    expect(parseMomentMs(text)).toBeUndefined();
  });

  const centuries = fc.date({
    min: new Date('1900-01-01T00:00:00Z'),
    max: new Date('2199-12-31T23:59:59Z'),
    noInvalidDate: true,
  });

  test('whatever toISOString writes is read back to the millisecond', () => {
    fc.assert(
      fc.property(centuries, (date) =>
        expect(parseMomentMs(date.toISOString())).toBe(date.getTime()),
      ),
    );
  });

  test('a date is accepted if and only if it exists in the calendar', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1900, max: 2199 }),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        (year, month, day) => {
          const date = new Date(Date.UTC(year, month - 1, day));
          const real =
            date.getUTCFullYear() === year &&
            date.getUTCMonth() === month - 1 &&
            date.getUTCDate() === day;
          const text = [year, String(month).padStart(2, '0'), String(day).padStart(2, '0')].join(
            '-',
          );
          expect(parseMomentMs(text)).toBe(real ? date.getTime() : undefined);
        },
      ),
    );
  });

  test('a moment is shown with its zone, to the minute', () => {
    expect(formatMoment(Date.parse('2026-12-15T10:00:59Z'))).toBe('2026-12-15 10:00 UTC');
  });
});
