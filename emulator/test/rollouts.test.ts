import { describe, expect, test } from '@jest/globals';
import type { Rollout } from '../scenarios.ts';
import type { Emulator } from '../server.ts';
import { ask, deploy, emulate, field, tokenFor } from './client.ts';

async function statusOf(emulator: Emulator, path = '/acme/service/web'): Promise<unknown> {
  const answer = await ask(emulator, { path, token: emulator.sessionToken });
  return path.endsWith('/services') ? field(answer, 'data', 0, 'status') : field(answer, 'status');
}

describe('by polls', () => {
  const rollout: Rollout = [
    { status: 'deploying', looks: 2 },
    { status: 'warming-up' },
    { status: 'running' },
  ];

  test.each(['/acme/service/web', '/acme/services'])('GET %s counts as a poll', async (path) => {
    const emulator = await emulate({ scenario: { rollout } });
    expect(await statusOf(emulator, path)).toBe('running');
    await deploy(emulator, tokenFor(emulator, ['service']));
    const seen: unknown[] = [];
    for (let look = 0; look < 6; look++) seen.push(await statusOf(emulator, path));
    expect(seen).toEqual(['deploying', 'deploying', 'warming-up', 'running', 'running', 'running']);
    expect(emulator.world.service('acme', 'web').looks).toBe(7);
  });

  test("log reads and a test's own reads are not polls", async () => {
    const emulator = await emulate({ scenario: { rollout } });
    await deploy(emulator, tokenFor(emulator, ['service']));
    for (let read = 0; read < 5; read++)
      await ask(emulator, { path: '/acme/service/web/logs', token: emulator.sessionToken });
    expect(emulator.world.service('acme', 'web')).toMatchObject({ status: 'deploying', looks: 0 });
  });
});

describe('by time', () => {
  test('each state lasts as long as it says, no matter how rarely it is polled', async () => {
    const startMs = Date.parse('2026-01-01T00:00:00Z');
    let nowMs = startMs;
    const rollout: Rollout = [
      { status: 'deploying', ms: 1_000 },
      { status: 'degraded', ms: 500 },
      { status: 'running' },
    ];
    const emulator = await emulate({ scenario: { rollout }, now: () => nowMs });
    await deploy(emulator, tokenFor(emulator, ['service']));
    const timeline = [
      [0, 'deploying'],
      [999, 'deploying'],
      [1_000, 'degraded'],
      [1_499, 'degraded'],
      [5_000, 'running'],
    ] as const;
    for (const [atMs, status] of timeline) {
      nowMs = startMs + atMs;
      expect([atMs, await statusOf(emulator)]).toEqual([atMs, status]);
    }
    expect(emulator.world.service('acme', 'web').updatedAt).toBe('2026-01-01T00:00:01.500Z');
  });

  test('a state ends with its time or its polls, whichever comes first', async () => {
    let nowMs = 1_000_000;
    const rollout: Rollout = [{ status: 'deploying', ms: 1_000, looks: 2 }, { status: 'running' }];
    const emulator = await emulate({ scenario: { rollout }, now: () => nowMs });
    const token = tokenFor(emulator, ['service']);
    await deploy(emulator, token);
    expect([await statusOf(emulator), await statusOf(emulator), await statusOf(emulator)]).toEqual([
      'deploying',
      'deploying',
      'running',
    ]);
    await deploy(emulator, token);
    nowMs += 1_000;
    expect(await statusOf(emulator)).toBe('running');
  });
});

describe('updated_at', () => {
  test('increases with each change even if the clock stands still', async () => {
    const rollout: Rollout = [
      { status: 'deploying' },
      { status: 'degraded' },
      { status: 'running' },
    ];
    const emulator = await emulate({ scenario: { rollout }, now: () => 1_000_000_000 });
    const seen = [emulator.world.service('acme', 'web').updatedAt];
    await deploy(emulator, tokenFor(emulator, ['service']));
    for (let look = 0; look < 3; look++) {
      await statusOf(emulator);
      seen.push(emulator.world.service('acme', 'web').updatedAt);
    }
    expect(new Set(seen).size).toBe(4);
    expect([...seen].sort()).toEqual(seen);
  });

  test('stays the same until the platform has noticed the deploy', async () => {
    const emulator = await emulate({ scenario: 'stale-running' });
    const { updatedAt } = emulator.world.service('acme', 'web');
    await deploy(emulator, tokenFor(emulator, ['service']));
    for (let look = 0; look < 2; look++) {
      expect(await statusOf(emulator)).toBe('running');
      expect(emulator.world.service('acme', 'web').updatedAt).toBe(updatedAt);
    }
    expect(await statusOf(emulator)).toBe('deploying');
    expect(emulator.world.service('acme', 'web').updatedAt).not.toBe(updatedAt);
  });
});

test('each deploy of each service can have its own rollout', async () => {
  const failing: Rollout = [{ status: 'failed' }];
  const running: Rollout = [{ status: 'running' }];
  const emulator = await emulate({
    scenario: { rollout: running, rollouts: { 'acme/web': [failing, running] } },
  });
  const token = tokenFor(emulator, ['service']);
  const ends: unknown[] = [];
  for (const service of ['api', 'web', 'web', 'web']) {
    await deploy(emulator, token, service);
    ends.push(await statusOf(emulator, `/acme/service/${service}`));
  }
  expect(ends).toEqual(['running', 'failed', 'running', 'running']);
});

test('a deployment is only shown if the scenario says so, and can be superseded', async () => {
  const rollout: Rollout = [
    { status: 'deploying' },
    { status: 'deploying', supersededBy: 'hotfix' },
    { status: 'running' },
  ];
  const emulator = await emulate({
    scenario: { rollout, deploymentInfo: true, deployAnswer: { body: 'ids' } },
  });
  const accepted = await deploy(emulator, tokenFor(emulator, ['service']));
  const looks = [];
  for (let look = 0; look < 3; look++)
    looks.push(await ask(emulator, { path: '/acme/service/web', token: emulator.sessionToken }));
  const seen = looks.map((look) => [
    field(look, 'deployment', 'branch'),
    field(look, 'deployment', 'status'),
  ]);
  expect(seen).toEqual([
    ['main', 'deploying'],
    ['hotfix', 'deploying'],
    ['hotfix', 'running'],
  ]);
  const ids = looks.map((look) => field(look, 'deployment', 'id'));
  expect(emulator.world.service('acme', 'web').lastBranch).toBe('main');
  expect(ids[0]).toBe(field(accepted, 'id'));
  expect(ids[1]).not.toBe(ids[0]);
  expect(emulator.world.service('acme', 'web').deployments.map(({ status }) => status)).toEqual([
    'running',
    'superseded',
    'running',
  ]);
  const plain = await emulate();
  expect(
    field(await ask(plain, { path: '/acme/service/web', token: plain.sessionToken }), 'deployment'),
  ).toBeUndefined();
});
