import { describe, expect, test } from '@jest/globals';
import { injectionLines } from '../payloads.ts';
import type { Scenario } from '../scenarios.ts';
import type { Answer } from './client.ts';
import { ask, deploy, emulate, field, tokenFor } from './client.ts';

const startMs = Date.parse('2026-01-01T00:00:00Z');

/** The log as read `atMs` after a deploy that writes the lines a to d over four seconds. */
async function logAfter(atMs: number, logs: Scenario['logs'], query = '?tail=4'): Promise<Answer> {
  let nowMs = startMs;
  const rollout = [
    { status: 'deploying', ms: 4_000, log: ['a', 'b', 'c', 'd'] },
    { status: 'running' },
  ];
  const emulator = await emulate({
    scenario: { rollout, ...(logs === undefined ? {} : { logs }) },
    now: () => nowMs,
  });
  await deploy(emulator, tokenFor(emulator, ['service']));
  nowMs += atMs;
  return ask(emulator, { path: `/acme/service/web/logs${query}`, token: emulator.sessionToken });
}

const messages = (answer: Answer): unknown[] =>
  JSON.parse(answer.text).data.map((line: { message: string }) => line.message);

describe('lines', () => {
  test.each([
    { atMs: 0, shown: ['Listening on port 8080', 'GET /healthz 200', 'a'] },
    { atMs: 1_000, shown: ['Listening on port 8080', 'GET /healthz 200', 'a', 'b'] },
    { atMs: 3_000, shown: ['a', 'b', 'c', 'd'] },
  ])('after $atMs ms', async ({ atMs, shown }) => {
    expect(messages(await logAfter(atMs, undefined))).toEqual(shown);
  });

  test('since', async () => {
    const since = encodeURIComponent(new Date(startMs + 2_000).toISOString());
    expect(messages(await logAfter(4_000, undefined, `?since=${since}`))).toEqual(['c', 'd']);
  });

  test.each(['?tail=0', '?tail=10001', '?since=yesterday'])('%s is a 400', async (query) => {
    expect((await logAfter(0, undefined, query)).status).toBe(400);
  });
});

describe('shapes and orders', () => {
  test('objects', async () => {
    const answer = await logAfter(4_000, { shape: 'json' });
    expect(field(answer, 'data', 1)).toEqual({
      timestamp: '2026-01-01T00:00:01.000Z',
      message: 'b',
    });
  });

  test('strings', async () => {
    expect(field(await logAfter(4_000, { shape: 'strings' }), 'data', 1)).toBe(
      '2026-01-01T00:00:01.000Z b',
    );
  });

  test('text', async () => {
    const answer = await logAfter(4_000, { shape: 'text' });
    expect(answer.headers['content-type']).toContain('text/plain');
    expect(answer.text.split('\n')[1]).toBe('2026-01-01T00:00:01.000Z b');
  });

  test('duplicated', async () => {
    expect(messages(await logAfter(4_000, { order: 'duplicated' }, '?tail=2'))).toEqual([
      'c',
      'c',
      'd',
      'd',
    ]);
  });

  test('out of order', async () => {
    expect(messages(await logAfter(4_000, { order: 'out-of-order' }))).toEqual([
      'b',
      'a',
      'd',
      'c',
    ]);
    expect(messages(await logAfter(4_000, { order: 'out-of-order' }, '?tail=3'))).toEqual([
      'c',
      'b',
      'd',
    ]);
  });

  test('endless', async () => {
    const emulator = await emulate({ scenario: { logs: { order: 'endless' } } });
    const read = async () =>
      messages(
        await ask(emulator, {
          path: '/acme/service/web/logs?tail=10000',
          token: emulator.sessionToken,
        }),
      );
    expect((await read()).length).toBe(502);
    expect((await read()).length).toBe(1_002);
  });
});

test('hostile lines are sent unchanged', async () => {
  const emulator = await emulate({
    scenario: { rollout: [{ status: 'running', log: injectionLines }] },
  });
  await deploy(emulator, tokenFor(emulator, ['service']));
  const shown = messages(
    await ask(emulator, { path: '/acme/service/web/logs', token: emulator.sessionToken }),
  );
  expect(shown.slice(2)).toEqual(injectionLines);
});
