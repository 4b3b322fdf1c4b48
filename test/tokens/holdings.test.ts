import { describe, expect, test } from '@jest/globals';
import type { TokenRecord } from '../../src/outpost/model.ts';
import { type Holding, heldBy, holdingOf, retirements } from '../../src/tokens/holdings.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-12-01T10:00:00Z');

function token(name: string, createdMs: number | undefined): TokenRecord {
  return { name, scopes: ['service'], createdMs, expiresMs: null, lastUsedMs: undefined };
}
const first = token('deploy', NOW - 20 * DAY);
const second = token('deploy-2026-11-24-100000-aaaa', NOW - 7 * DAY);
const third = token('deploy-2026-12-01-095000-bbbb', NOW - 10 * MINUTE);
const all = [first, second, third];

describe('what a place may hold', () => {
  test.each<
    [string, readonly TokenRecord[], number | undefined, string | undefined, readonly TokenRecord[]]
  >([
    ['written by the rotation of the youngest', all, NOW - 9 * MINUTE, undefined, [third]],
    ['written by an earlier rotation', all, NOW - 7 * DAY + MINUTE, undefined, [second]],
    ['written by hand between two', all, NOW - 3 * DAY, undefined, [first, second]],
    ['written when there was only one', all, NOW - 19 * DAY, undefined, [first]],
    ['written before all were made', all, NOW - 30 * DAY, undefined, []],
    ['clocks differ by seconds', all, NOW - 10 * MINUTE - 3_000, undefined, [third]],
    [
      'written within minutes of two',
      [third, token('deploy-2026-12-01-095100-cccc', NOW - 9 * MINUTE)],
      NOW - 8.5 * MINUTE,
      undefined,
      [third, token('deploy-2026-12-01-095100-cccc', NOW - 9 * MINUTE)],
    ],
    [
      'nobody says when they were made',
      [token('deploy', undefined), third],
      NOW,
      undefined,
      [token('deploy', undefined), third],
    ],
    ['a time counts more than a name', all, NOW - 9 * MINUTE, second.name, [third]],
    ['no time, but a name', all, undefined, second.name, [second]],
    ['a name without a date says nothing', all, undefined, 'deploy', all],
    [
      'a name of a token that is gone says nothing',
      all,
      undefined,
      'deploy-2026-01-01-000000-gone',
      all,
    ],
    ['neither time nor name', all, undefined, undefined, all],
    ['one token alone', [first], undefined, undefined, [first]],
  ])('%s', (_, living, writtenMs, named, candidates) => {
    expect(holdingOf({ place: 'p', writtenMs, named }, living).candidates).toEqual(candidates);
  });
});

const holding = (
  candidates: readonly TokenRecord[],
  sinceMs: number | undefined = NOW - 6 * DAY,
): Holding => ({
  place: 'p',
  candidates,
  sinceMs,
});

test('all places hold one token only if it is certain for each, and the same', () => {
  expect(heldBy([holding([second]), holding([second])])).toBe(second);
  expect(heldBy([holding([second]), holding([first])])).toBeUndefined();
  expect(heldBy([holding([second]), holding([first, second])])).toBeUndefined();
  expect(heldBy([holding([])])).toBeUndefined();
});

describe('when a token can be revoked', () => {
  const due = (kept: TokenRecord, holdings: readonly Holding[], overlapMs = 12 * HOUR) =>
    Object.fromEntries(
      retirements(all, kept.name, holdings, overlapMs, NOW).map(({ name, dueMs }) => [
        name,
        (dueMs - NOW) / HOUR,
      ]),
    );

  test('what a place held until now: after the overlap. What it held before that: earlier', () => {
    expect(due(third, [holding([second])])).toEqual({
      [second.name]: 12,
      [first.name]: -6 * 24 + 12,
    });
  });

  test('what was never stored: at once', () => {
    expect(due(second, [holding([second])])).toEqual({
      [third.name]: 0,
      [first.name]: -6 * 24 + 12,
    });
  });

  test('what one of several places may hold stays', () => {
    expect(due(third, [holding([second]), holding([first])])).toEqual({
      [second.name]: 12,
      [first.name]: 12,
    });
  });

  test('unknown since when: the overlap starts now', () => {
    expect(due(third, [{ place: 'p', candidates: [second], sinceMs: undefined }])).toMatchObject({
      [first.name]: 12,
    });
  });

  test('without overlap: all at once', () => {
    expect(due(third, [holding([second])], 0)).toEqual({ [second.name]: 0, [first.name]: 0 });
  });
});
