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

describe('what is retried', () => {
  test.each<[string, Partial<Attempt>]>([
    ...[408, 425, 429, 500, 502, 503, 504, 520, 522, 524].map(
      (status): [string, Partial<Attempt>] => [
        `a read that was answered ${status}`,
        { outcome: answer(status) },
      ],
    ),
    ['a read that was never sent', { outcome: unsent(true) }],
    ['a read whose answer was lost', { outcome: lost(false) }],
    ['a read whose answer was truncated', { outcome: cut }],
    ['a read answered with a truncated 299', { outcome: { ...cut, status: 299 } }],
    ['a read answered with a truncated 503', { outcome: { ...cut, status: 503 } }],
    ['a read answered with a truncated 429', { outcome: { ...cut, status: 429 } }],
    [
      'a read with an unexpected body, once: a proxy page may go away',
      { outcome: answer(200), misshapen: true },
    ],
    ['a deploy that was never sent', { method: 'POST', outcome: unsent(true) }],
    ['a deploy answered with 429', { method: 'POST', outcome: answer(429) }],
  ])('%s', (_, fields) => {
    expect(retryDelayMs(anAttempt(fields))).toBe(250);
  });
});

describe('what is not retried', () => {
  test.each<[string, Partial<Attempt>]>([
    ...[400, 401, 403, 404, 409, 422, 301, 501].map((status): [string, Partial<Attempt>] => [
      `a read that was answered ${status}: it would be answered the same`,
      { outcome: answer(status) },
    ]),
    ['a successful read', { outcome: answer(200) }],
    ...[199, 300, 401, 404, 501].map((status): [string, Partial<Attempt>] => [
      `a read that was answered ${status}, and cut: its status says all`,
      { outcome: { ...cut, status } },
    ]),
    [
      'a read with an unexpected body for the second time',
      { outcome: answer(200), misshapen: true, sent: 2 },
    ],
    [
      'a read that was never sent for a permanent reason (a bad certificate)',
      { outcome: unsent(false) },
    ],
    [
      'a deploy that was never sent for a permanent reason',
      { method: 'POST', outcome: unsent(false) },
    ],
    ...[408, 409, 425, 500, 502, 503, 504].map((status): [string, Partial<Attempt>] => [
      `a deploy that was answered ${status}: it may have been taken up`,
      { method: 'POST', outcome: answer(status) },
    ]),
    ['a deploy whose answer was lost', { method: 'POST', outcome: lost(false) }],
    ['a deploy on a kept connection that broke at once', { method: 'POST', outcome: lost(true) }],
    ['a deploy whose answer was truncated', { method: 'POST', outcome: cut }],
    [
      'a deploy answered with a truncated 429',
      { method: 'POST', outcome: { ...cut, status: 429 } },
    ],
    [
      'a deploy with an unexpected answer',
      { method: 'POST', outcome: answer(200), misshapen: true },
    ],
    ['one that was sent the maximum number of times', { sent: 5 }],
    ['one in a run with no retries left', { budget: 0 }],
    ['one whose wait would outlast the run', { remainingMs: 250 }],
    ['one in a run that timed out', { remainingMs: -1, random: 0 }],
    [
      'one that must wait longer than a minute',
      { outcome: answer(429), retryAfterMs: MAX_RETRY_AFTER_MS + 1 },
    ],
    [
      'one that must wait past the end of the run',
      { outcome: answer(429), retryAfterMs: 10_000, remainingMs: 10_000 },
    ],
  ])('%s', (_, fields) => {
    expect(retryDelayMs(anAttempt(fields))).toBeUndefined();
  });
});

describe('the delay', () => {
  test.each([
    { sent: 1, most: 500 },
    { sent: 2, most: 1_000 },
    { sent: 4, most: 4_000 },
    { sent: 7, most: 20_000 },
    { sent: 30, most: 20_000 },
  ])(
    'after $sent: random from 0 to $most ms, so that jobs do not all retry at once',
    ({ sent, most }) => {
      const delay = (random: number): number | undefined =>
        retryDelayMs(anAttempt({ sent, maxSent: 99, random }));
      expect([delay(0), delay(0.5), delay(0.999_999)]).toEqual([0, most / 2, most]);
    },
  );

  test.each(['GET', 'POST'] as const)('%s: a 403 with a retry time is a rate limit', (method) => {
    const limited = anAttempt({ method, outcome: answer(403), retryAfterMs: 7_000 });
    expect(retryDelayMs(limited)).toBe(7_000);
    expect(retryDelayMs({ ...limited, retryAfterMs: undefined })).toBeUndefined();
  });

  test('waits exactly as long as Outpost asks', () => {
    expect(retryDelayMs(anAttempt({ outcome: answer(429), retryAfterMs: 60_000 }))).toBe(60_000);
    expect(retryDelayMs(anAttempt({ outcome: answer(503), retryAfterMs: 0 }))).toBe(0);
  });

  test('retries a read once, at once, if a kept connection broke, even with maxSent 1', () => {
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

test('a deploy is retried only if it certainly did nothing', () => {
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

test('a request is never sent more than maxSent times, or twice if that is more', () => {
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

  test('no header makes it throw or return a negative wait', () => {
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
      'three requests left until a given time',
      { 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': inSeconds(20) },
      20_000,
    ],
    [
      'none left for a number of seconds',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '20' },
      20_000,
    ],
    ['the standard header names', { 'ratelimit-remaining': '1', 'ratelimit-reset': '7' }, 7_000],
    ['at most a minute', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '3600' }, 60_000],
    ['the earliest time', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1000000000' }, 0],
    ['a time in the past', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(-5) }, 0],
    ['four left: no pause', { 'x-ratelimit-remaining': '4', 'x-ratelimit-reset': '20' }, 0],
    ['no reset header', { 'x-ratelimit-remaining': '0' }, 0],
    ['no remaining header', { 'x-ratelimit-reset': '20' }, 0],
    ['no numbers', { 'x-ratelimit-remaining': 'few', 'x-ratelimit-reset': 'soon' }, 0],
    [
      'a negative number of seconds',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '-20' },
      0,
    ],
    ['no headers at all', {}, 0],
  ])('%s', (_, headers, ms) => {
    expect(pauseMs((name) => headers[name], wallMs)).toBe(ms);
  });
});

describe('less than a quarter of the rate limit is left', () => {
  test.each<[string, Readonly<Record<string, string>>, boolean]>([
    ['none', { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '0' }, true],
    ['one fewer', { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '24' }, true],
    ['exactly a quarter', { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '25' }, false],
    ['all', { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '100' }, false],
    [
      'of a limit that is not divisible by four',
      { 'x-ratelimit-limit': '30', 'x-ratelimit-remaining': '7' },
      true,
    ],
    ['standard header names', { 'ratelimit-limit': '100', 'ratelimit-remaining': '24' }, true],
    [
      'standard header names, with enough left',
      { 'ratelimit-limit': '100', 'ratelimit-remaining': '25' },
      false,
    ],
    [
      'the usual header names take precedence',
      {
        'x-ratelimit-limit': '100',
        'x-ratelimit-remaining': '90',
        'ratelimit-limit': '100',
        'ratelimit-remaining': '1',
      },
      false,
    ],
    ['no limit header', { 'x-ratelimit-remaining': '0' }, false],
    ['no remaining header', { 'x-ratelimit-limit': '100' }, false],
    ['no numbers', { 'x-ratelimit-limit': 'many', 'x-ratelimit-remaining': 'few' }, false],
    ['a limit of zero', { 'x-ratelimit-limit': '0', 'x-ratelimit-remaining': '0' }, false],
    ['no headers at all', {}, false],
  ])('%s', (_, headers, isSo) => {
    expect(isScarce((name) => headers[name])).toBe(isSo);
  });
});
