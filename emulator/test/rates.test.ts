import { describe, expect, test } from '@jest/globals';
import { ask, emulate, field } from './client.ts';

const startMs = Date.parse('2026-01-01T00:00:00Z');

describe('rate limits', () => {
  test.each([
    { plan: 'free' as const, perMinute: 60, perSecond: 10 },
    { plan: 'team' as const, perMinute: 300, perSecond: 30 },
    { plan: 'enterprise' as const, perMinute: 1_000, perSecond: 100 },
  ])(
    '$plan: $perMinute per minute and $perSecond per second',
    async ({ plan, perMinute, perSecond }) => {
      let nowMs = startMs;
      const { world } = await emulate({ plan, now: () => nowMs });
      const count = (): Readonly<Record<string, string>> =>
        world.rates.count('credential', world.nowMs());
      for (let request = 0; request < perSecond; request++) count();
      expect(count).toThrow('Rate limit exceeded');
      for (let second = 1; second < perMinute / perSecond; second++) {
        nowMs += 1_000;
        for (let request = 0; request < perSecond; request++) count();
      }
      nowMs += 1_000;
      if (perMinute % perSecond !== 0)
        for (let request = 0; request < perMinute % perSecond; request++) count();
      expect(count).toThrow('Rate limit exceeded');
      nowMs = startMs + 60_000;
      expect(count()).toMatchObject({ 'x-ratelimit-limit': String(perMinute) });
    },
  );

  test('a 429 says when to retry, and the retry then works', async () => {
    let nowMs = startMs;
    const emulator = await emulate({ plan: 'free', now: () => nowMs });
    const look = () => ask(emulator, { path: '/acme/service/web', token: emulator.sessionToken });
    for (let batch = 0; batch < 6; batch++) {
      for (let request = 0; request < 10; request++) expect((await look()).status).toBe(200);
      nowMs += 1_000;
    }
    const refused = await look();
    expect(refused.status).toBe(429);
    expect(field(refused, 'error', 'code')).toBe('rate_limited');
    expect(refused.headers).toMatchObject({
      'retry-after': '54',
      'x-ratelimit-limit': '60',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String((startMs + 60_000) / 1_000),
    });
    nowMs += 54_000;
    expect((await look()).status).toBe(200);
  });

  test('every response has the headers, even errors, and each credential has its own limit', async () => {
    const emulator = await emulate({ plan: 'free' });
    const missing = await ask(emulator, { path: '/nowhere', token: emulator.sessionToken });
    expect(missing.headers['x-ratelimit-remaining']).toBe('59');
    const other = await ask(emulator, {
      path: '/acme/services',
      token: 'op_pat_00000000000000000000',
    });
    expect([other.status, other.headers['x-ratelimit-remaining']]).toEqual([401, '59']);
  });

  test('without a plan there is no limit and no headers', async () => {
    const emulator = await emulate();
    const answers = await Promise.all(
      Array.from({ length: 80 }, () =>
        ask(emulator, { path: '/acme/services', token: emulator.sessionToken }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(
      Object.keys(answers[0]?.headers ?? {}).filter((name) => name.startsWith('x-ratelimit')),
    ).toEqual([]);
  });
});

test('the Date header shows the time of the world', async () => {
  const emulator = await emulate({ now: () => startMs, scenario: { clockOffsetMs: 600_000 } });
  expect((await ask(emulator, { path: '/acme/services' })).headers.date).toBe(
    'Thu, 01 Jan 2026 00:10:00 GMT',
  );
});
