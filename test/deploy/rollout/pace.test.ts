import { describe, expect, test } from '@jest/globals';
import { afterLog, afterLook, type LookCost, openPace } from '../../../src/deploy/rollout/pace.ts';

const cheap: LookCost = { requests: 1, pauseMs: 0, isScarce: false };

/** The times of looks and log reads, in seconds, if each is answered at once. */
function play(minutes: number, services: number, costOf: (look: number) => LookCost = () => cheap) {
  let pace = openPace(0);
  const looks: number[] = [];
  const logs: number[] = [];
  while (pace.nextLookMs < minutes * 60_000) {
    const nowMs = pace.nextLookMs;
    if (nowMs >= pace.nextLogMs) {
      logs.push(nowMs / 1_000);
      pace = afterLog(pace, nowMs);
    }
    looks.push(nowMs / 1_000);
    pace = afterLook(pace, costOf(looks.length), services, nowMs);
  }
  return { looks, logs };
}

const within = (times: readonly number[], minute: number) =>
  times.filter((second) => second >= (minute - 1) * 60 && second < minute * 60).length;

test.each([
  [1, [0.3, 1, 2, 5, 8]],
  [2, [0.3, 1, 2, 5, 8]],
  [3, [0.3, 1, 2, 7, 12]],
])(
  'sees a two-second rollout, and then looks at %d services at the expected times',
  (services, looks) => {
    expect(play(1, services).looks.slice(0, 5)).toEqual(looks);
  },
);

test.each([
  [59_999, 3_000],
  [60_000, 5_000],
])('a look %d ms after the call is followed by one in %d ms', (sinceMs, waitMs) => {
  const startMs = 1_000_000;
  const nowMs = startMs + sinceMs;
  const pace = { ...openPace(startMs), looks: 20 };
  expect(afterLook(pace, cheap, 1, nowMs).nextLookMs).toBe(nowMs + waitMs);
});

test.each([
  ['sooner than the usual one', 12_500, 12_500],
  ['no sooner than the usual one', 20_000, 13_000],
  ['over already', 10_000, 13_000],
])('the next look is when all have kept running for long enough: that is %s', (_, heldAtMs, at) => {
  const pace = { ...openPace(0), looks: 5 };
  expect(afterLook(pace, cheap, 1, 10_000, heldAtMs).nextLookMs).toBe(at);
});

test('never sooner than Outpost asks for, or than a low rate limit allows', () => {
  const pace = { ...openPace(0), looks: 5 };
  const next = (cost: Partial<LookCost>) =>
    afterLook(pace, { ...cheap, ...cost }, 1, 10_000, 10_500).nextLookMs;
  expect([next({ pauseMs: 4_000 }), next({ isScarce: true }), next({ requests: 2 })]).toEqual([
    14_000, 16_000, 16_000,
  ]);
});

describe.each([1, 2, 3, 100])('for %d services', (services) => {
  test('at most 30 requests in the first minute and 18 in each later minute', () => {
    const { looks, logs } = play(5, services);
    expect(within(looks, 1) + within(logs, 1)).toBeLessThanOrEqual(30);
    for (const minute of [2, 3, 4, 5])
      expect(within(looks, minute) + within(logs, minute)).toBeLessThanOrEqual(18);
  });

  test('a look at least every five seconds', () => {
    const { looks } = play(5, services);
    for (const [index, at] of looks.entries())
      expect(at - (looks[index - 1] ?? 0)).toBeLessThanOrEqual(5);
  });
});

test('each low rate limit halves the pace, down to a look every 30 s, and stops the logs', () => {
  const { looks, logs } = play(10, 1, (look) => ({ ...cheap, isScarce: look === 4 || look > 8 }));
  const gaps = looks.map((at, index) => Math.round(at - (looks[index - 1] ?? 0)));
  expect(gaps.slice(3, 16)).toEqual([3, 6, 6, 6, 6, 6, 12, 24, 30, 30, 30, 30, 30]);
  expect(logs).toEqual([5]);
});

test('waits as long as Outpost asks, up to a minute', () => {
  const paused = (pauseMs: number) =>
    afterLook(openPace(0), { ...cheap, pauseMs }, 1, 300).nextLookMs;
  expect([paused(20_000), paused(600_000)]).toEqual([20_300, 60_300]);
});

test('a low rate limit at the first look slows down the second', () => {
  expect(afterLook(openPace(0), { ...cheap, isScarce: true }, 1, 300).nextLookMs).toBe(6_300);
});

test('a log read while the rate limit is low is the last one', () => {
  const scarce = afterLook(openPace(0), { ...cheap, isScarce: true }, 1, 300);
  expect(afterLog(scarce, 400).nextLogMs).toBe(Number.POSITIVE_INFINITY);
});

test('the longest wait is 30 s per page', () => {
  const slow = { ...openPace(0), halvings: 9 };
  expect(afterLook(slow, { ...cheap, requests: 3 }, 250, 300).nextLookMs).toBe(90_300);
});

test('a list of several pages counts as that many looks', () => {
  expect(afterLook(openPace(0), { ...cheap, requests: 3 }, 250, 300).nextLookMs).toBe(15_300);
});
