import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Outcome } from '../../src/outpost/exchange.ts';
import {
  type Attempt,
  isScarce,
  MAX_RETRY_AFTER_MS,
  parseRetryAfterMs,
  pauseMs,
  retryDelayMs,
} from '../../src/outpost/retry.ts';

const answer = (status: number): Outcome => ({
  kind: 'answer',
  status,
  headers: {},
  body: Buffer.alloc(0),
});
const unsent = (passing: boolean): Outcome => ({ kind: 'unsent', reason: 'x', passing });
const lost = (atOnce: boolean): Outcome => ({ kind: 'lost', reason: 'x', atOnce });
const cut: Outcome = { kind: 'cut', status: 200, headers: {}, reason: 'x', isOverCap: false };

function anAttempt(fields: Partial<Attempt> = {}): Attempt {
  return {
    method: 'GET',
    outcome: answer(503),
    misshapen: false,
    sent: 1,
    maxSent: 5,
    budget: 30,
    retryAfterMs: undefined,
    remainingMs: 900_000,
    random: 0.5,
    ...fields,
  };
}

describe('what is sent again', () => {
  test.each<[string, Partial<Attempt>]>([
    ...[408, 425, 429, 500, 502, 503, 504, 520, 522, 524].map(
      (status): [string, Partial<Attempt>] => [
        `a read that was answered ${status}`,
        { outcome: answer(status) },
      ],
    ),
    ['a read that never left', { outcome: unsent(true) }],
    ['a read whose answer was lost', { outcome: lost(false) }],
    ['a read whose answer was cut', { outcome: cut }],
    ['a read whose last success was cut', { outcome: { ...cut, status: 299 } }],
    ['a read that was answered 503, and cut', { outcome: { ...cut, status: 503 } }],
    ['a read that was answered 429, and cut', { outcome: { ...cut, status: 429 } }],
    [
      'a read with a strange body, once: a page of a proxy may pass',
      { outcome: answer(200), misshapen: true },
    ],
    ['a deploy that never left', { method: 'POST', outcome: unsent(true) }],
    ['a deploy that was refused for its rate', { method: 'POST', outcome: answer(429) }],
  ])('%s', (_, fields) => {
    expect(retryDelayMs(anAttempt(fields))).toBe(250);
  });
});

describe('what is not sent again', () => {
  test.each<[string, Partial<Attempt>]>([
    ...[400, 401, 403, 404, 409, 422, 301, 501].map((status): [string, Partial<Attempt>] => [
      `a read that was answered ${status}: it would be answered the same`,
      { outcome: answer(status) },
    ]),
    ['a read that went well', { outcome: answer(200) }],
    ...[199, 300, 401, 404, 501].map((status): [string, Partial<Attempt>] => [
      `a read that was answered ${status}, and cut: its status says all`,
      { outcome: { ...cut, status } },
    ]),
    [
      'a read with a strange body for the second time',
      { outcome: answer(200), misshapen: true, sent: 2 },
    ],
    [
      'a read that never left, for a reason that stays (a bad certificate)',
      { outcome: unsent(false) },
    ],
    [
      'a deploy that never left, for a reason that stays',
      { method: 'POST', outcome: unsent(false) },
    ],
    ...[408, 409, 425, 500, 502, 503, 504].map((status): [string, Partial<Attempt>] => [
      `a deploy that was answered ${status}: it may have been taken up`,
      { method: 'POST', outcome: answer(status) },
    ]),
    ['a deploy whose answer was lost', { method: 'POST', outcome: lost(false) }],
    ['a deploy on a kept connection that broke at once', { method: 'POST', outcome: lost(true) }],
    ['a deploy whose answer was cut', { method: 'POST', outcome: cut }],
    [
      'a deploy whose answer was cut, though its status was that of the rate',
      { method: 'POST', outcome: { ...cut, status: 429 } },
    ],
    ['a deploy with a strange answer', { method: 'POST', outcome: answer(200), misshapen: true }],
    ['one that was sent often enough', { sent: 5 }],
    ['one in a run that has no retries left', { budget: 0 }],
    ['one whose wait would outlast the run', { remainingMs: 250 }],
    ['one in a run whose time is up', { remainingMs: -1, random: 0 }],
    [
      'one that is to wait longer than a minute',
      { outcome: answer(429), retryAfterMs: MAX_RETRY_AFTER_MS + 1 },
    ],
    [
      'one that is to wait beyond the end of the run',
      { outcome: answer(429), retryAfterMs: 10_000, remainingMs: 10_000 },
    ],
  ])('%s', (_, fields) => {
    expect(retryDelayMs(anAttempt(fields))).toBeUndefined();
  });
});

describe('when', () => {
  test.each([
    { sent: 1, most: 500 },
    { sent: 2, most: 1_000 },
    { sent: 4, most: 4_000 },
    { sent: 7, most: 20_000 },
    { sent: 30, most: 20_000 },
  ])(
    'after $sent: from nothing to $most ms, by chance, so that jobs do not come back together',
    ({ sent, most }) => {
      const delay = (random: number): number | undefined =>
        retryDelayMs(anAttempt({ sent, maxSent: 99, random }));
      expect([delay(0), delay(0.5), delay(0.999_999)]).toEqual([0, most / 2, most]);
    },
  );

  test.each(['GET', 'POST'] as const)('%s: a 403 that names a time is a rate limit', (method) => {
    const limited = anAttempt({ method, outcome: answer(403), retryAfterMs: 7_000 });
    expect(retryDelayMs(limited)).toBe(7_000);
    expect(retryDelayMs({ ...limited, retryAfterMs: undefined })).toBeUndefined();
  });

  test('what Outpost asks for is what is waited, to the millisecond', () => {
    expect(retryDelayMs(anAttempt({ outcome: answer(429), retryAfterMs: 60_000 }))).toBe(60_000);
    expect(retryDelayMs(anAttempt({ outcome: answer(503), retryAfterMs: 0 }))).toBe(0);
  });

  test('a read on a kept connection that broke at once is repeated at once, one time, even where one sending is all', () => {
    expect(retryDelayMs(anAttempt({ outcome: lost(true), maxSent: 1, random: 0.9 }))).toBe(0);
    expect(retryDelayMs(anAttempt({ outcome: lost(true), maxSent: 1, sent: 2 }))).toBeUndefined();
  });
});

const outcomes = fc.oneof(
  fc.integer({ min: 100, max: 599 }).map(answer),
  fc.boolean().map(unsent),
  fc.boolean().map(lost),
  fc.integer({ min: 100, max: 599 }).map((status): Outcome => ({ ...cut, status })),
);
const attempts: fc.Arbitrary<Attempt> = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  outcome: outcomes,
  misshapen: fc.boolean(),
  sent: fc.integer({ min: 1, max: 10 }),
  maxSent: fc.integer({ min: 1, max: 10 }),
  budget: fc.integer({ min: -1, max: 30 }),
  retryAfterMs: fc.option(fc.nat(10_000_000), { nil: undefined }),
  remainingMs: fc.integer({ min: -1_000, max: 1_000_000 }),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

test('every wait is a whole number of milliseconds, from 0 to a minute', () => {
  fc.assert(
    fc.property(attempts, (attempt) => {
      const delayMs = retryDelayMs(attempt) ?? 0;
      expect(Number.isInteger(delayMs) && delayMs >= 0 && delayMs <= MAX_RETRY_AFTER_MS).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('a deploy is repeated only when it provably did nothing', () => {
  fc.assert(
    fc.property(attempts, (attempt) => {
      const { outcome } = attempt;
      const harmless =
        outcome.kind === 'unsent' || (outcome.kind === 'answer' && outcome.status === 429);
      if (!harmless) expect(retryDelayMs({ ...attempt, method: 'POST' })).toBeUndefined();
    }),
    { numRuns: 2_000 },
  );
});

test('however it goes, a request is sent at most one time more than maxSent', () => {
  fc.assert(
    fc.property(
      fc.array(attempts, { minLength: 12, maxLength: 12 }),
      fc.integer({ min: 1, max: 9 }),
      (faults, maxSent) => {
        let sent = 1;
        for (const fault of faults) {
          if (retryDelayMs({ ...fault, sent, maxSent, budget: 30 }) === undefined) break;
          sent += 1;
        }
        expect(sent).toBeLessThanOrEqual(Math.max(maxSent, 2));
      },
    ),
  );
});

describe('Retry-After', () => {
  const wallMs = Date.parse('2026-01-01T00:00:00Z');

  test.each([
    ['30', 30_000],
    ['0', 0],
    [' 7 ', 7_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
  ])('"%s" is %d ms from now', (header, ms) => {
    expect(parseRetryAfterMs(header, wallMs)).toBe(ms);
  });

  test.each([
    [undefined],
    [''],
    ['-5'],
    ['1.5'],
    ['soon'],
    ['99999999999'],
    ['2026-01-01T00:00:30Z'],
    ['Xyz, 99 Foo 2026'],
    ['0x10'],
    ['on Thu, 01 Jan 2026 00:00:30 GMT'],
  ])('%j counts as absent', (header) => {
    expect(parseRetryAfterMs(header, wallMs)).toBeUndefined();
  });

  test('no header makes it throw or wait backwards', () => {
    fc.assert(
      fc.property(fc.string(), (header) =>
        expect(parseRetryAfterMs(header, wallMs) ?? 0).toBeGreaterThanOrEqual(0),
      ),
    );
  });
});

describe('a pause before the rate limit is used up', () => {
  const wallMs = Date.parse('2026-01-01T00:00:00Z');
  const inSeconds = (seconds: number): string => String(wallMs / 1_000 + seconds);

  test.each<[string, Readonly<Record<string, string>>, number]>([
    [
      'three requests are left, until a moment',
      { 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': inSeconds(20) },
      20_000,
    ],
    [
      'none is left, for a number of seconds',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '20' },
      20_000,
    ],
    ['the names of the standard', { 'ratelimit-remaining': '1', 'ratelimit-reset': '7' }, 7_000],
    [
      'no longer than a minute',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '3600' },
      60_000,
    ],
    ['the smallest moment', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1000000000' }, 0],
    [
      'a moment that is past',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(-5) },
      0,
    ],
    ['four are left: go on', { 'x-ratelimit-remaining': '4', 'x-ratelimit-reset': '20' }, 0],
    ['nobody says until when', { 'x-ratelimit-remaining': '0' }, 0],
    ['nobody says how many are left', { 'x-ratelimit-reset': '20' }, 0],
    ['no numbers', { 'x-ratelimit-remaining': 'few', 'x-ratelimit-reset': 'soon' }, 0],
    ['a time before now', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '-20' }, 0],
    ['no headers at all', {}, 0],
  ])('%s', (_, headers, ms) => {
    expect(pauseMs((name) => headers[name], wallMs)).toBe(ms);
  });
});

describe('less than a quarter of the rate limit is left', () => {
  test.each<[string, Readonly<Record<string, string>>, boolean]>([
    ['none', { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '0' }, true],
    ['one fewer', { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '24' }, true],
    ['just a quarter', { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '25' }, false],
    ['all', { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '100' }, false],
    [
      'of a limit that four does not divide',
      { 'x-ratelimit-limit': '30', 'x-ratelimit-remaining': '7' },
      true,
    ],
    ['names of the standard', { 'ratelimit-limit': '100', 'ratelimit-remaining': '24' }, true],
    [
      'names of the standard, and enough is left',
      { 'ratelimit-limit': '100', 'ratelimit-remaining': '25' },
      false,
    ],
    [
      'the usual names win',
      {
        'x-ratelimit-limit': '100',
        'x-ratelimit-remaining': '90',
        'ratelimit-limit': '100',
        'ratelimit-remaining': '1',
      },
      false,
    ],
    ['nobody says how many there were', { 'x-ratelimit-remaining': '0' }, false],
    ['nobody says how many are left', { 'x-ratelimit-limit': '100' }, false],
    ['no numbers', { 'x-ratelimit-limit': 'many', 'x-ratelimit-remaining': 'few' }, false],
    ['a limit of none', { 'x-ratelimit-limit': '0', 'x-ratelimit-remaining': '0' }, false],
    ['no headers at all', {}, false],
  ])('%s', (_, headers, isSo) => {
    expect(isScarce((name) => headers[name])).toBe(isSo);
  });
});
