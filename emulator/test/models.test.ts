import { describe, expect, test } from '@jest/globals';
import type { ModelOptions, RolloutModel } from '../rollout-models.ts';
import { modelScenario, rolloutModels } from '../rollout-models.ts';
import type { Scenario } from '../scenario.ts';
import { plainScenario } from '../scenarios-models.ts';
import { ask, deploy, emulate, tokenFor } from './client.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');

interface Looked {
  readonly atMs: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Reads acme/web before a deploy and at these times after it. Also returns the truth at the end.
 */
async function watch(scenario: Scenario, times: readonly number[]) {
  let nowMs = START_MS;
  const emulator = await emulate({ scenario, now: () => nowMs });
  const token = tokenFor(emulator, ['service']);
  const read = async (): Promise<Looked['body']> =>
    JSON.parse((await ask(emulator, { path: '/acme/service/web', token })).text);
  const before = await read();
  await deploy(emulator, token);
  const looks: Looked[] = [];
  for (const atMs of times) {
    nowMs = START_MS + atMs;
    looks.push({ atMs, body: await read() });
  }
  const [truth] = emulator.world.deploysOf('acme', 'web');
  return { before, looks, truth };
}

function withModel(model: RolloutModel, options: ModelOptions = {}): Scenario {
  return modelScenario(model, { ms: 8_000, delayMs: 12_000, ...options });
}

describe('the status over time', () => {
  test.each([
    ['in-place', 'good', 'running before', '0 deploying, 7999 deploying, 8000 running'],
    ['in-place', 'fails-early', 'running before', '1999 deploying, 2000 failed'],
    ['in-place', 'fails-late', 'running before', '7999 deploying, 8000 failed'],
    ['in-place', 'never', 'running before', '9999999 deploying'],
    ['rolling', 'good', 'running before', '0 running, 4000 running, 8000 running'],
    ['rolling', 'fails-early', 'running before', '1999 running, 2000 failed'],
    ['rolling', 'fails-late', 'running before', '7999 running, 8000 failed'],
    ['rolling', 'never', 'running before', '9999999 running'],
    ['queued', 'good', 'running before', '11999 running, 12000 deploying, 20000 running'],
    ['queued', 'fails-late', 'running before', '0 running, 12000 deploying, 20000 failed'],
    ['queued', 'never', 'running before', '0 running, 12000 deploying, 999999 deploying'],
    ['scale-to-zero', 'good', 'stopped before', '0 deploying, 8000 stopped'],
    ['scale-to-zero', 'fails-late', 'stopped before', '0 deploying, 8000 failed'],
    ['after-failed', 'good', 'failed before', '11999 failed, 12000 deploying, 20000 running'],
  ] as const)('%s, %s: %s, then %s', async (model, ending, first, timeline) => {
    const times = timeline.split(', ').map((point) => Number.parseInt(point, 10));
    const { before, looks } = await watch(withModel(model, { ending }), times);
    expect(`${before['status']} before`).toBe(first);
    expect(looks.map(({ atMs, body }) => `${atMs} ${body['status']}`).join(', ')).toBe(timeline);
  });
});

describe('the truth', () => {
  test.each([
    { model: 'in-place', ending: 'good', end: 'running', endedMs: 8_000 },
    { model: 'in-place', ending: 'fails-early', end: 'failed', endedMs: 2_000 },
    { model: 'in-place', ending: 'never', end: 'pending' },
    { model: 'rolling', ending: 'good', end: 'running', endedMs: 8_000 },
    { model: 'rolling', ending: 'fails-early', end: 'failed', endedMs: 2_000 },
    { model: 'rolling', ending: 'fails-late', end: 'failed', endedMs: 8_000 },
    { model: 'rolling', ending: 'never', end: 'pending' },
    { model: 'queued', ending: 'good', end: 'running', endedMs: 20_000 },
    { model: 'scale-to-zero', ending: 'good', end: 'idle', endedMs: 8_000 },
    { model: 'scale-to-zero', ending: 'fails-late', end: 'failed', endedMs: 8_000 },
    { model: 'after-failed', ending: 'good', end: 'running', endedMs: 20_000 },
  ] as const)('$model, $ending: $end', async ({ model, ending, end, ...ended }) => {
    const { truth } = await watch(withModel(model, { ending }), [0, 60_000]);
    expect(truth).toMatchObject({
      branch: 'main',
      acceptedAtMs: START_MS,
      end,
      willEnd: end,
      endedAtMs: 'endedMs' in ended ? START_MS + ended.endedMs : undefined,
      isLive: end === 'running' || end === 'idle',
    });
  });

  test.each(rolloutModels)('%s: nothing is decided when the deploy is called', async (model) => {
    const { truth } = await watch(withModel(model), [0]);
    expect(truth).toMatchObject({ end: 'pending', endedAtMs: undefined, isLive: false });
    expect(truth?.willEnd).toBe(model === 'scale-to-zero' ? 'idle' : 'running');
  });
});

describe('rolling', () => {
  test('changes updated_at with the call and never again', async () => {
    const { before, looks } = await watch(withModel('rolling'), [0, 4_000, 8_000, 60_000]);
    expect(before['updated_at']).toBe('2025-12-31T23:00:00.000Z');
    for (const { body } of looks) {
      expect(body['updated_at']).toBe('2026-01-01T00:00:00.000Z');
      expect([body['current_replicas'], body['ready_replicas']]).toEqual([2, 2]);
      expect(body).not.toHaveProperty('version');
      expect(body).not.toHaveProperty('deployment');
    }
  });

  test.each([
    { ending: 'good', active: [[1], [1, 2], [2]] },
    { ending: 'fails-late', active: [[1], [1, 2], [1]] },
    { ending: 'fails-early', active: [[1], [1], [1]] },
    { ending: 'never', active: [[1], [1], [1]] },
  ] as const)('versions, $ending', async ({ ending, active }) => {
    const { before, looks } = await watch(
      withModel('rolling', { ending, signs: 'versions' }),
      [0, 4_000, 8_000],
    );
    expect([before['version'], before['active_versions']]).toEqual([1, [1]]);
    expect(looks.map(({ body }) => [body['version'], body['active_versions']])).toEqual(
      active.map((versions) => [2, versions]),
    );
  });

  test.each([
    { ending: 'good', statuses: ['building', 'starting', 'live'] },
    { ending: 'fails-late', statuses: ['building', 'starting', 'failed'] },
    { ending: 'fails-early', statuses: ['building', 'failed', 'failed'] },
    { ending: 'never', statuses: ['building', 'building', 'building'] },
  ] as const)('a separate deployment, $ending', async ({ ending, statuses }) => {
    const { looks } = await watch(
      withModel('rolling', { ending, signs: 'deployment' }),
      [0, 4_000, 8_000],
    );
    expect(looks.map(({ body }) => body['status'])).toEqual(['running', 'running', 'running']);
    expect(looks.map(({ body }) => body['deployment'])).toMatchObject(
      statuses.map((status) => ({ status, branch: 'main' })),
    );
  });

  test('the serving deployment only changes when the old one stops serving', async () => {
    const { before, looks, truth } = await watch(
      {
        ...withModel('rolling'),
        deploymentInfo: { field: 'current_deployment', which: 'serving' },
      },
      [0, 4_000, 8_000],
    );
    const idOf = (body: Looked['body']): unknown =>
      Reflect.get(Object(body['current_deployment']), 'id');
    expect(looks.map(({ body }) => idOf(body) === idOf(before))).toEqual([true, true, false]);
    expect(idOf(looks[2]?.body ?? {})).toBe(truth?.id);
  });
});

test.each([
  { scenario: { ...withModel('in-place'), versions: true }, active: [[], [], [2]] },
  { scenario: { ...withModel('scale-to-zero'), versions: true }, active: [[], [], []] },
  { scenario: { ...withModel('queued'), versions: true }, active: [[1], [1], [1]] },
])('$scenario.rollout: active versions $active', async ({ scenario, active }) => {
  const { looks } = await watch(scenario, [0, 4_000, 8_000]);
  expect(looks.map(({ body }) => body['active_versions'])).toEqual(active);
});

test('a service that can scale to zero shows it', async () => {
  const { before, looks } = await watch(withModel('scale-to-zero'), [0, 8_000]);
  expect([before, ...looks.map(({ body }) => body)]).toMatchObject([
    { min_replicas: 0, current_replicas: 0, ready_replicas: 0 },
    { min_replicas: 0, current_replicas: 1, ready_replicas: 0 },
    { min_replicas: 0, current_replicas: 0, ready_replicas: 0 },
  ]);
});

test('a state can change replicas and updated_at without changing the status', async () => {
  const { looks, truth } = await watch(
    {
      rollout: [
        { status: 'running', ms: 1_000, keepsUpdatedAt: true },
        { status: 'running', ms: 1_000, serving: 'old', movesUpdatedAt: true, readyReplicas: 1 },
        { status: 'running', serving: 'old', readyReplicas: 3 },
      ],
    },
    [0, 1_000, 2_000],
  );
  expect(
    looks.map(({ body }) => [body['updated_at'], body['current_replicas'], body['ready_replicas']]),
  ).toEqual([
    ['2025-12-31T23:00:00.000Z', 2, 2],
    ['2026-01-01T00:00:01.000Z', 2, 1],
    ['2026-01-01T00:00:01.000Z', 3, 3],
  ]);
  expect(truth).toMatchObject({ end: 'pending', isLive: false });
});

test.each(rolloutModels)('--rollout %s runs the scenario ok with that model', async (model) => {
  const scenario = plainScenario(model);
  expect(scenario).toMatchObject({ name: 'ok', rehearsal: { exit: model === 'rolling' ? 7 : 0 } });
  expect(scenario.description).toContain(model);
  const { truth } = await watch(scenario, [60_000]);
  expect(truth?.end).toBe(model === 'scale-to-zero' ? 'idle' : 'running');
});
