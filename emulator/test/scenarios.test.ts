import { describe, expect, test } from '@jest/globals';
import { rehearsalToken } from '../rehearsal.ts';
import { scenarioNames, scenarios } from '../scenarios.ts';
import { ask, deploy, emulate, field } from './client.ts';

const HOUR_MS = 3_600_000;

describe('every scenario', () => {
  test.each(scenarioNames)('%s has a description and starts', async (name) => {
    const scenario = scenarios[name];
    expect(scenario.name).toBe(name);
    expect(scenario.description).toMatch(/^[A-Z].*\.$/);
    expect(scenario.rehearsal.inputs['token-name']).toBe(scenario.rehearsal.token.name);
    expect([0, 3, 4, 5, 6, 7, 8, 9]).toContain(scenario.rehearsal.exit);
    const emulator = await emulate({ scenario: name });
    expect(
      (await ask(emulator, { path: '/auth/v1/users', token: emulator.sessionToken })).status,
    ).toBe(name === 'challenge' ? 403 : 200);
  });

  /**
   * What a client of the documented API sees: a deploy, then one read a second for half a minute.
   */
  async function story(name: (typeof scenarioNames)[number]): Promise<readonly unknown[]> {
    let nowMs = Date.parse('2026-01-01T00:00:00Z');
    const emulator = await emulate({ scenario: name, now: () => nowMs });
    const token = emulator.world.createToken(rehearsalToken(scenarios[name].rehearsal, nowMs));
    const seen: unknown[] = [];
    const note = (entry: unknown): void => {
      if (seen.at(-1) !== entry) seen.push(entry);
    };
    const [namespace, service = ''] =
      scenarios[name].rehearsal.inputs['service']?.split(/\s/)[0]?.split('/') ?? [];
    note((await deploy(emulator, token, service)).status);
    for (let second = 0; second < 30; second++) {
      const answer = await ask(emulator, { path: `/${namespace}/service/${service}`, token });
      note(
        answer.status === 200 && answer.text.startsWith('{')
          ? field(answer, 'status')
          : answer.status,
      );
      nowMs += 1_000;
    }
    return seen;
  }

  test.each([
    { name: 'ok', seen: [202, 'deploying', 'running'] },
    { name: 'slow-rollout', seen: [202, 'deploying', 'running'] },
    { name: 'degraded', seen: [202, 'deploying', 'degraded', 'running'] },
    { name: 'three-services', seen: [202, 'deploying', 'running'] },
    { name: 'failing-rollout', seen: [202, 'deploying', 'failed'] },
    { name: 'never-ready', seen: [202, 'deploying'] },
    { name: 'stopped', seen: [202, 'deploying', 'stopped'] },
    { name: 'stale-running', seen: [202, 'running', 'deploying', 'running'] },
    { name: 'flapping', seen: [202, 'deploying', 'running', 'degraded', 'running', 'failed'] },
    { name: 'superseded', seen: [202, 'deploying', 'running'] },
    { name: 'expired-token', seen: [401] },
    { name: 'missing-scope', seen: [403] },
    { name: 'expiring-token', seen: [202, 'deploying', 'running'] },
    { name: 'leaked-token', seen: [202, 'deploying', 'running'] },
    { name: 'unknown-service', seen: [404] },
    { name: 'rate-limited', seen: [429, 'running', 429, 'running'] },
    { name: 'lost-answer', seen: [502, 'deploying', 'running'] },
    { name: 'lost-answer-unknown', seen: [502, 'running'] },
    { name: 'log-injection', seen: [202, 'deploying', 'running'] },
    { name: 'html-login', seen: [202, 200] },
    { name: 'unavailable', seen: [202, 503] },
    { name: 'rolling', seen: [202, 'running'] },
    { name: 'rolling-versions', seen: [202, 'running'] },
    { name: 'rolling-fails-late', seen: [202, 'running', 'failed'] },
    { name: 'rolling-stuck', seen: [202, 'running'] },
    { name: 'queued', seen: [202, 'running', 'deploying', 'running'] },
    { name: 'scale-to-zero', seen: [202, 'deploying', 'stopped'] },
    { name: 'scale-to-zero-idle', seen: [202, 'deploying', 'NO_REPLICA'] },
    { name: 'after-failed', seen: [202, 'failed', 'deploying', 'running'] },
    { name: 'deployment-live', seen: [202, 'running'] },
    { name: 'deployment-fails', seen: [202, 'running'] },
    { name: 'camel-case', seen: [201, undefined] },
    { name: 'two-spellings', seen: [202, 'running'] },
    { name: 'ready-word', seen: [202, 'REPLICA_INIT', 'READY'] },
    { name: 'fast-rollout', seen: [202, 'deploying', 'running'] },
    { name: 'autoscaler', seen: [202, 'running'] },
    { name: 'refused-in-200', seen: [200, 'running'] },
    { name: 'failed-in-200', seen: [200, 'running'] },
    { name: 'wrong-service', seen: [202, 'running'] },
    { name: 'redirect-after-deploy', seen: [302, 'deploying', 'running'] },
    { name: 'redirect-with-slash', seen: [307, 'running'] },
    { name: 'challenge', seen: [403] },
    { name: 'migration', seen: [202, 'deploying', 'running'] },
    { name: 'migration-failed', seen: [202, 'deploying', 'running'] },
    { name: 'stages', seen: [202, 'deploying', 'running'] },
    { name: 'stage-fails', seen: [202, 'deploying', 'running'] },
    { name: 'stages-rolled-back', seen: [202, 'deploying', 'running'] },
  ] as const)("$name from a client's view", async ({ name, seen }) => {
    expect(await story(name)).toEqual(seen);
  });
});

test.each([
  { token: { scopes: ['service'], expiresInDays: 90 as const }, request: { expiresInDays: 90 } },
  { token: { scopes: ['service'] }, request: {} },
  {
    token: { scopes: ['service'], expiresAt: 'past' as const },
    request: { expiresAt: new Date(-24 * HOUR_MS).toISOString() },
  },
  {
    token: { scopes: ['service'], expiresAt: 72 },
    request: { expiresAt: new Date(72 * HOUR_MS).toISOString() },
  },
])('the token of the rehearsal: $token', ({ token, request }) => {
  expect(rehearsalToken({ inputs: {}, token, exit: 0 }, 0)).toEqual({
    name: 'rehearsal',
    scopes: ['service'],
    ...request,
  });
});
