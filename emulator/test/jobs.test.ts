import { describe, expect, test } from '@jest/globals';
import type { Scenario } from '../scenario.ts';
import { stageScenarios } from '../scenarios-stages.ts';
import type { Emulator, EmulatorOptions } from '../server.ts';
import type { Answer } from './client.ts';
import { ask, deploy, emulate, field, handTime, send, tokenFor } from './client.ts';

const PATH = '/auth/v1/seed/acme/jobs';
const startMs = Date.parse('2026-01-01T00:00:00Z');

interface Started {
  readonly emulator: Emulator;
  readonly token: string;
  readonly create: (body: unknown, path?: string) => Promise<Answer>;
  readonly get: (name: string) => Promise<Answer>;
}

async function start(scenario: Scenario = {}, options: EmulatorOptions = {}): Promise<Started> {
  const emulator = await emulate({ scenario, ...options });
  const token = tokenFor(emulator, ['job']);
  return {
    emulator,
    token,
    create: (body, path = PATH) => send(emulator, 'POST', path, token, body),
    get: (name) => ask(emulator, { path: `/acme/job/${name}`, token }),
  };
}

const messages = (answer: Answer): unknown[] =>
  JSON.parse(answer.text).data.map((line: { message: string }) => line.message);

describe('creating a job', () => {
  test('returns 201 with every documented field', async () => {
    const { create, get } = await start({ jobs: [[{ status: 'queued' }]] });
    const created = await create({ name: 'migrate', gpu: 'L4', gpu_count: 2, region: 'eu-west-1' });
    expect(created.status).toBe(201);
    const record: unknown = JSON.parse(created.text);
    expect(record).toEqual({
      id: expect.stringMatching(/^job_[0-9a-f]{12}$/),
      name: 'migrate',
      namespace: 'acme',
      status: 'queued',
      gpu: 'L4',
      gpu_count: 2,
      region: 'eu-west-1',
      progress: expect.any(String),
      cost_per_hour: '2.40',
      runtime_seconds: 0,
      created_at: '2026-01-01T00:00:00.000Z',
      started_at: null,
      completed_at: null,
    });
    expect(JSON.parse((await get('migrate')).text)).toEqual(record);
  });

  test('generates a name if none is given', async () => {
    const { create, get } = await start();
    const names = [field(await create({}), 'name'), field(await create({}), 'name')].map(String);
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect((await get(name)).status).toBe(200);
  });

  test('stores the request, and the world shows it', async () => {
    const { emulator, create } = await start();
    const body = { name: 'migrate', command: 'bin/migrate', env: { A: '1' }, args: [1, null] };
    await create(body);
    await create({ name: 'ada-s' }, '/auth/v1/seed/ada/jobs');
    expect(emulator.world.jobsOf('acme')).toEqual([
      {
        id: expect.stringMatching(/^job_/),
        name: 'migrate',
        body,
        status: 'queued',
        end: 'pending',
        willEnd: 'succeeded',
        createdAtMs: startMs,
        startedAtMs: undefined,
        completedAtMs: undefined,
        looks: 0,
      },
    ]);
    expect(emulator.world.jobsOf('ada').map(({ name }) => name)).toEqual(['ada-s']);
    expect(emulator.requests[0]).toMatchObject({ operation: 'job.create', status: 201, body });
  });

  test.each(['migrate', 'reindex'])('returns 409 for the name %s, which is taken', async (name) => {
    const { emulator, create } = await start();
    await create({ name: 'migrate' });
    const answer = await create({ name });
    expect(answer.status).toBe(409);
    expect(field(answer, 'error')).toEqual({
      code: 'conflict',
      message: `A job named "${name}" already exists in "acme".`,
      request_id: expect.stringMatching(/^req_[0-9a-f]{12}$/),
    });
    expect((await create({ name }, '/auth/v1/seed/ada/jobs')).status).toBe(201);
    expect(emulator.world.jobsOf('acme')).toHaveLength(1);
  });

  test('allows duplicate names if the scenario does, and a read shows the newest job', async () => {
    const { emulator, create, get } = await start({ jobNames: 'any' });
    const ids = [];
    for (const command of ['one', 'two'])
      ids.push(field(await create({ name: 'migrate', command }), 'id'));
    expect(field(await get('migrate'), 'id')).toBe(ids[1]);
    expect(emulator.world.jobsOf('acme').map(({ id }) => id)).toEqual(ids);
  });

  test.each(['a', 'A-Z_0.9', '.env', 'x'.repeat(64)])('accepts the name %j', async (name) => {
    const { create, get } = await start();
    expect(field(await create({ name }), 'name')).toBe(name);
    expect(field(await get(name), 'name')).toBe(name);
  });

  test.each([
    { body: [] },
    { body: null },
    { body: 'migrate' },
    { body: { name: '' } },
    { body: { name: 'x'.repeat(65) } },
    { body: { name: 'a/b' } },
    { body: { name: 'a b' } },
    { body: { name: 'é' } },
    { body: { name: '..' } },
    { body: { name: 7 } },
    { body: { name: null } },
  ])('$body is a 400', async ({ body }) => {
    const { emulator, create } = await start();
    const answer = await create(body);
    expect([answer.status, field(answer, 'error', 'code')]).toEqual([400, 'invalid_request']);
    expect(emulator.world.jobsOf('acme')).toEqual([]);
  });

  test('rejects invalid JSON and a body without a JSON content type', async () => {
    const { emulator, token } = await start();
    for (const [type, body] of [
      ['application/json', '{"name": '],
      ['text/plain', '{}'],
    ] as const) {
      const headers = { 'content-type': type };
      const answer = await ask(emulator, { method: 'POST', path: PATH, token, headers, body });
      expect(answer.status).toBe(400);
    }
    expect(emulator.world.jobsOf('acme')).toEqual([]);
  });

  test.each([
    { scopes: ['service', 'repo', 'machine', 'admin:org'], user: 'ada', status: 403 },
    { scopes: ['job'], user: 'ada', status: 201 },
    { scopes: ['job'], user: 'ben', status: 403 },
    { scopes: ['job'], user: 'cleo', status: 403 },
    { scopes: ['job'], user: 'dora', status: 404 },
  ])('by $user with $scopes: $status', async ({ scopes, user, status }) => {
    const emulator = await emulate();
    const answer = await send(emulator, 'POST', PATH, tokenFor(emulator, scopes, user), {});
    expect(answer.status).toBe(status);
    expect(emulator.world.jobsOf('acme')).toHaveLength(status === 201 ? 1 : 0);
  });

  test('a lost response', async () => {
    const { emulator, create, get } = await start({
      faults: [{ on: 'job.create', afterHandling: true, do: { kind: 'reset' } }],
    });
    await expect(create({ name: 'migrate' })).rejects.toThrow();
    expect(emulator.requests.at(-1)).toMatchObject({ operation: 'job.create', status: 'reset' });
    expect(field(await get('migrate'), 'status')).toBe('queued');
    expect((await create({ name: 'migrate' })).status).toBe(409);
  });

  test.each([
    { jobAnswer: { body: 'id' }, status: 201, shown: { id: expect.any(String) } },
    { jobAnswer: { body: 'data', status: 200 }, status: 200, shown: { data: { name: 'x' } } },
    { jobAnswer: { body: 'job', status: 202 }, status: 202, shown: { job: { name: 'x' } } },
    { jobAnswer: { status: 202 }, status: 202, shown: { name: 'x' } },
    { jobAnswer: { body: 'none' }, status: 201, shown: undefined },
  ] as const)('answered as $jobAnswer', async ({ jobAnswer, status, shown }) => {
    const { emulator, create } = await start({ jobAnswer });
    const answer = await create({ name: 'x' });
    expect(answer.status).toBe(status);
    if (shown === undefined) expect(answer.text).toBe('');
    else expect(JSON.parse(answer.text)).toMatchObject(shown);
    expect(emulator.world.jobsOf('acme')).toHaveLength(1);
  });
});

describe('the states of a job', () => {
  test('by default', async () => {
    const { emulator, create, get } = await start();
    await create({ name: 'migrate' });
    const seen = [];
    for (let look = 0; look < 5; look++) seen.push(field(await get('migrate'), 'status'));
    expect(seen).toEqual(['queued', 'running', 'running', 'succeeded', 'succeeded']);
    expect(emulator.world.jobsOf('acme')).toMatchObject([{ end: 'succeeded', looks: 5 }]);
  });

  test('over time', async () => {
    const { now, timing, advance } = handTime();
    const { emulator, create, get } = await start(
      {
        jobs: [
          [
            { status: 'queued', ms: 5_000 },
            { status: 'running', ms: 90_500, log: ['one', 'two'] },
            { status: 'timed_out' },
          ],
        ],
      },
      { now, timing },
    );
    await create({ name: 'migrate' });
    const shown: unknown[] = [];
    for (const ms of [4_999, 1, 60_000, 60_000, 60_000]) {
      advance(ms);
      const { status, progress, runtime_seconds, started_at, completed_at } = JSON.parse(
        (await get('migrate')).text,
      );
      shown.push([status, progress, runtime_seconds, started_at, completed_at]);
    }
    const started = '2026-01-01T00:00:05.000Z';
    const ended = '2026-01-01T00:01:35.500Z';
    expect(shown).toEqual([
      ['queued', 'waiting for a machine', 0, null, null],
      ['running', 'one', 0, started, null],
      ['running', 'two', 60, started, null],
      ['timed_out', 'two', 90, started, ended],
      ['timed_out', 'two', 90, started, ended],
    ]);
    expect(emulator.world.jobsOf('acme')).toMatchObject([
      { end: 'timed_out', startedAtMs: startMs + 5_000, completedAtMs: startMs + 95_500 },
    ]);
  });

  test('the first job, the second, and all later ones', async () => {
    const { create, get } = await start({
      jobs: [[{ status: 'failed' }], [{ status: 'succeeded' }]],
    });
    const seen = [];
    for (const name of ['one', 'two', 'three']) {
      await create({ name });
      seen.push(field(await get(name), 'status'));
    }
    expect(seen).toEqual(['failed', 'succeeded', 'succeeded']);
  });

  test.each([
    { steps: [{ status: 'cancelled' }], ends: ['cancelled'], isStarted: false, isOver: true },
    { steps: [{ status: 'running' }], ends: ['pending'], isStarted: true, isOver: false },
    { steps: [{ status: 'SETTING_UP' }], ends: ['pending'], isStarted: true, isOver: false },
    {
      steps: [{ status: 'DONE', end: 'succeeded' }],
      ends: ['succeeded'],
      isStarted: true,
      isOver: true,
    },
    {
      steps: [{ status: 'succeeded', end: 'pending' }],
      ends: ['pending'],
      isStarted: true,
      isOver: false,
    },
    {
      steps: [{ status: 'succeeded' }, { status: 'failed' }],
      ends: ['pending', 'failed'],
      isStarted: true,
      isOver: true,
    },
  ] as const)('$steps', async ({ steps, ends, isStarted, isOver }) => {
    const { emulator, create, get } = await start({ jobs: [steps] });
    await create({ name: 'migrate' });
    const known = [];
    for (const { status } of steps) {
      const shown = JSON.parse((await get('migrate')).text);
      expect(shown).toMatchObject({ status });
      expect([shown.started_at !== null, shown.completed_at !== null]).toEqual([isStarted, isOver]);
      known.push(...emulator.world.jobsOf('acme').map(({ end }) => end));
    }
    expect(known).toEqual(ends);
    expect(emulator.world.jobsOf('acme')[0]?.willEnd).toBe(ends.at(-1));
  });

  test('a list counts as a poll and filters what it shows', async () => {
    const { emulator, token, create } = await start();
    await create({ name: 'migrate' });
    const names = async (query: string): Promise<unknown> =>
      JSON.parse((await ask(emulator, { path: `/acme/jobs?${query}`, token })).text).data.map(
        ({ name }: { name: string }) => name,
      );
    expect(await names('status=queued')).toEqual(['migrate']);
    expect(await names('status=running')).toEqual(['migrate', 'train-ranker']);
    expect(await names('sort=started_at&per_page=2')).toEqual(['migrate', 'train-ranker']);
    expect(emulator.world.jobsOf('acme')[0]?.looks).toBe(3);
  });
});

describe('logs', () => {
  const jobs = [
    [{ status: 'running', ms: 4_000, log: ['a', 'b', 'c', 'd'] }, { status: 'failed' }],
  ];

  test.each([
    { shape: 'json', text: '{"data":[{"timestamp":"2026-01-01T00:00:01.000Z","message":"b"}]}' },
    { shape: 'strings', text: '{"data":["2026-01-01T00:00:01.000Z b"]}' },
    { shape: 'text', text: '2026-01-01T00:00:01.000Z b\n' },
  ] as const)('as $shape, over time', async ({ shape, text }) => {
    const { now, timing, advance } = handTime();
    const { emulator, token, create } = await start({ jobs, logs: { shape } }, { now, timing });
    await create({ name: 'migrate' });
    advance(1_999);
    const answer = await ask(emulator, { path: '/acme/job/migrate/logs?tail=1', token });
    expect([answer.status, answer.text]).toEqual([200, text]);
    expect(emulator.requests.at(-1)?.operation).toBe('job.logs');
    expect(emulator.world.jobsOf('acme')[0]?.looks).toBe(0);
  });

  test('are those of the newest job with that name', async () => {
    const { emulator, token, create } = await start({
      jobNames: 'any',
      jobs: [[{ status: 'failed', log: ['old'] }], [{ status: 'failed', log: ['new'] }]],
    });
    const path = '/acme/job/migrate/logs';
    expect((await ask(emulator, { path, token })).status).toBe(404);
    for (let count = 0; count < 2; count++) await create({ name: 'migrate' });
    expect(messages(await ask(emulator, { path, token }))).toEqual(['new']);
  });

  test('of a job that existed before the emulator started', async () => {
    const { emulator, token } = await start();
    const answer = await ask(emulator, { path: '/acme/job/reindex/logs', token });
    expect(messages(answer)).toEqual(['Error: the index is locked']);
    expect(emulator.world.jobsOf('acme')).toEqual([]);
  });
});

describe('written in the same form as services', () => {
  test.each([
    { scenario: { envelope: 'data' }, at: ['data', 'status'] },
    { scenario: { envelope: 'service' }, at: ['job', 'status'] },
    { scenario: { envelope: 'data.service' }, at: ['data', 'job', 'status'] },
    { scenario: { envelope: 'data-list' }, at: ['data', 3, 'status'] },
    { scenario: { spelling: { status: 'phase' } }, at: ['phase'] },
    { scenario: { spelling: { words: { queued: 'PENDING' } } }, at: ['status'] },
  ] as const)('$scenario', async ({ scenario, at }) => {
    const { create, get } = await start(scenario);
    await create({ name: 'migrate' });
    expect(field(await get('migrate'), ...at)).toBe('queued');
  });

  test('keys, times, names, and lists', async () => {
    const { emulator, token, create, get } = await start({
      spelling: { keys: 'camelCase', times: 'epoch-seconds' },
      naming: 'full_name',
      listEnvelope: 'services',
    });
    expect(JSON.parse((await create({ name: 'migrate' })).text)).toMatchObject({
      name: 'migrate',
      createdAt: startMs / 1_000,
      startedAt: null,
    });
    expect(field(await get('migrate'), 'fullName')).toBe('acme/migrate');
    const list = await ask(emulator, { path: '/acme/jobs', token });
    expect(field(list, 'jobs', 0, 'fullName')).toBe('acme/migrate');
  });
});

describe('the scenarios', () => {
  test.each([
    { name: 'migration', seen: ['queued', 'running', 'succeeded'], last: '2 migrations applied' },
    {
      name: 'migration-failed',
      seen: ['queued', 'running', 'failed'],
      last: 'bin/migrate exited with code 1',
    },
  ] as const)('$name', async ({ name, seen, last }) => {
    const { now, timing, advance } = handTime();
    const { emulator, token, create, get } = await start(stageScenarios[name], { now, timing });
    await create({ name: 'migrate' });
    const shown = [];
    for (let second = 0; second < 10; second += 2) {
      shown.push(field(await get('migrate'), 'status'));
      advance(2_000);
    }
    expect([...new Set(shown)]).toEqual(seen);
    const logs = await ask(emulator, { path: '/acme/job/migrate/logs', token });
    expect(messages(logs).at(-1)).toBe(last);
  });

  test.each([
    { name: 'stages', ends: [['running'], ['running'], ['running'], ['running'], ['running']] },
    { name: 'stage-fails', ends: [['running'], ['running'], ['failed'], ['running'], ['running']] },
    {
      name: 'stages-rolled-back',
      ends: [['running'], ['running'], ['failed', 'running'], ['running'], ['running']],
    },
  ] as const)('$name', async ({ name, ends }) => {
    const { now, timing, advance } = handTime();
    const emulator = await emulate({ scenario: name, now, timing });
    const token = tokenFor(emulator, ['service']);
    const services = ['db-proxy', 'api', 'web', 'worker', 'site'];
    for (const [index, service] of services.entries())
      for (const _ of ends[index] ?? []) {
        expect((await deploy(emulator, token, service)).status).toBe(202);
        advance(2_000);
      }
    expect(
      services.map((service) => emulator.world.deploysOf('acme', service).map(({ end }) => end)),
    ).toEqual(ends);
  });
});
