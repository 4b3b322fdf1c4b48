import { describe, expect, test } from '@jest/globals';
import { ask, deploy, emulate, field, send, tokenFor } from './client.ts';

const DEPLOY = '/auth/v1/v1/services/web/deploy';

describe('reading services', () => {
  test('returns every documented field', async () => {
    const emulator = await emulate();
    const token = tokenFor(emulator, ['service']);
    const one = await ask(emulator, { path: '/acme/service/web', token });
    const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(JSON.parse(one.text)).toEqual({
      id: expect.stringMatching(/^svc_[0-9a-f]{12}$/),
      name: 'web',
      namespace: 'acme',
      status: 'running',
      gpu: 'A10G',
      gpu_count: 1,
      current_replicas: 2,
      ready_replicas: 2,
      min_replicas: 2,
      max_replicas: 4,
      endpoint: 'https://web.acme.outpost.run',
      region: 'us-east-1',
      cost_per_hour_per_replica: '1.20',
      created_at: isoTime,
      updated_at: isoTime,
    });
    const list = await ask(emulator, { path: '/acme/services', token });
    expect(field(list, 'data', 0)).toEqual(JSON.parse(one.text));
  });

  test('lists services and filters them by status', async () => {
    const emulator = await emulate({
      scenario: { services: [{ namespace: 'acme', name: 'api', status: 'stopped' }] },
    });
    const token = tokenFor(emulator, ['service']);
    const names = async (query: string): Promise<unknown[]> => {
      const { data } = JSON.parse(
        (await ask(emulator, { path: `/acme/services${query}`, token })).text,
      );
      return data.map((service: { name: string }) => service.name);
    };
    expect(await names('')).toEqual(['web', 'api', 'worker']);
    expect(await names('?status=stopped')).toEqual(['api']);
    expect(await names('?status=failed')).toEqual([]);
    expect((await ask(emulator, { path: '/acme/services?status=ready', token })).status).toBe(400);
  });

  test.each(['/acme/service/wbe', '/acme/service/wbe/logs', '/acne/services', '/ada/service/web'])(
    '%s is not found',
    async (path) => {
      const emulator = await emulate();
      expect((await ask(emulator, { path, token: emulator.sessionToken })).status).toBe(404);
    },
  );
});

describe('pages', () => {
  test.each([
    { query: '', count: 20, pagination: { page: 1, per_page: 20, total: 45, total_pages: 3 } },
    {
      query: '?page=3',
      count: 5,
      pagination: { page: 3, per_page: 20, total: 45, total_pages: 3 },
    },
    {
      query: '?page=4',
      count: 0,
      pagination: { page: 4, per_page: 20, total: 45, total_pages: 3 },
    },
    {
      query: '?per_page=1&page=45',
      count: 1,
      pagination: { page: 45, per_page: 1, total: 45, total_pages: 45 },
    },
    {
      query: '?per_page=100',
      count: 45,
      pagination: { page: 1, per_page: 100, total: 45, total_pages: 1 },
    },
    {
      query: '?status=failed',
      count: 0,
      pagination: { page: 1, per_page: 20, total: 0, total_pages: 0 },
    },
  ])('"$query"', async ({ query, count, pagination }) => {
    const services = Array.from({ length: 42 }, (_, index) => ({
      namespace: 'acme',
      name: `s${index}`,
    }));
    const emulator = await emulate({ scenario: { services } });
    const answer = await ask(emulator, {
      path: `/acme/services${query}`,
      token: emulator.sessionToken,
    });
    expect(field(answer, 'data', 'length')).toBe(count);
    expect(field(answer, 'pagination')).toEqual(pagination);
  });

  test.each([
    'page=0',
    'page=-1',
    'page=x',
    'page=1.5',
    'page=',
    'per_page=0',
    'per_page=101',
    'per_page=1e2',
  ])('%s is a 400', async (query) => {
    const emulator = await emulate();
    expect(
      (await ask(emulator, { path: `/acme/services?${query}`, token: emulator.sessionToken }))
        .status,
    ).toBe(400);
  });
});

describe('the deploy', () => {
  test.each([
    { type: 'text/plain', body: '{"branch":"main"}', says: 'Content-Type' },
    { type: 'application/jsonp', body: '{"branch":"main"}', says: 'Content-Type' },
    { type: 'application/json', body: '', says: 'valid JSON' },
    { type: 'application/json', body: '{"branch"', says: 'valid JSON' },
    { type: 'application/json', body: '"main"', says: 'object' },
    { type: 'application/json', body: '{}', says: 'branch' },
    { type: 'application/json', body: '{"branch":""}', says: 'branch' },
    { type: 'application/json', body: '{"branch":1}', says: 'branch' },
    {
      type: 'application/json',
      body: '{"branch":"main","commit":"abc"}',
      says: 'Unknown field "commit"',
    },
  ])('$type $body is a 400', async ({ type, body, says }) => {
    const emulator = await emulate();
    const token = tokenFor(emulator, ['service']);
    const answer = await ask(emulator, {
      method: 'POST',
      path: DEPLOY,
      token,
      headers: { 'content-type': type },
      body,
    });
    expect(answer.status).toBe(400);
    expect(field(answer, 'error', 'message')).toContain(says);
    expect(emulator.world.service('acme', 'web').deploysAccepted).toBe(0);
  });

  test('is accepted and visible, and a second one during the rollout is a conflict', async () => {
    const emulator = await emulate();
    const token = tokenFor(emulator, ['service']);
    const before = emulator.world.service('acme', 'web');
    const first = await deploy(emulator, token, 'web', 'feature/x');
    expect([first.status, first.text]).toEqual([202, '{}']);
    const after = emulator.world.service('acme', 'web');
    expect(after).toMatchObject({
      status: 'deploying',
      deploysAccepted: 1,
      lastBranch: 'feature/x',
    });
    expect(Date.parse(after.updatedAt)).toBeGreaterThan(Date.parse(before.updatedAt));
    expect((await deploy(emulator, token)).status).toBe(409);
    expect(emulator.world.service('acme', 'web').deploysAccepted).toBe(1);
  });

  test.each([
    { answer: {}, status: 202, text: /^\{\}$/ },
    { answer: { status: 200, body: 'none' as const }, status: 200, text: /^$/ },
    { answer: { status: 204, body: 'none' as const }, status: 204, text: /^$/ },
    { answer: { status: 201, body: 'text' as const }, status: 201, text: /^Deployment started/ },
    {
      answer: { body: 'ids' as const },
      status: 202,
      text: /^\{"id":"dep_[0-9a-f]{12}","status":"deploying","endpoint":"https:\/\/web\.acme/,
    },
    {
      answer: { body: 'service' as const },
      status: 202,
      text: /^\{"id":"svc_.*"status":"deploying"/,
    },
  ])('responds as configured: $answer', async ({ answer, status, text }) => {
    const emulator = await emulate({ scenario: { deployAnswer: answer } });
    const response = await deploy(emulator, tokenFor(emulator, ['service']));
    expect(response.status).toBe(status);
    expect(response.text).toMatch(text);
  });

  test('looks for the name in the personal namespace first', async () => {
    const emulator = await emulate();
    const token = tokenFor(emulator, ['service']);
    await deploy(emulator, token, 'blog');
    expect(emulator.world.service('ada', 'blog').deploysAccepted).toBe(1);
    emulator.world.addService({ namespace: 'ada', name: 'web' });
    await deploy(emulator, token, 'web');
    expect(emulator.world.service('ada', 'web').deploysAccepted).toBe(1);
    expect(emulator.world.service('acme', 'web').deploysAccepted).toBe(0);
    expect((await deploy(emulator, token, 'wbe')).status).toBe(404);
  });

  test('can be read by its id, if the scenario says where', async () => {
    const emulator = await emulate({
      scenario: {
        deploymentPath: '/{namespace}/service/{service}/deployment/{id}',
        deployAnswer: { body: 'id' },
        rollout: [{ status: 'failed' }],
      },
    });
    const token = tokenFor(emulator, ['service']);
    const { id } = JSON.parse((await deploy(emulator, token)).text) as { readonly id: string };
    const read = (one: string) =>
      send(emulator, 'GET', `/acme/service/web/deployment/${one}`, token, undefined);
    expect(JSON.parse((await read(id)).text)).toMatchObject({
      id,
      branch: 'main',
      status: 'failed',
    });
    expect((await read('dep_000000000000')).status).toBe(404);
    expect(
      (await send(emulator, 'GET', `/ada/service/web/deployment/${id}`, token, undefined)).status,
    ).toBe(404);
  });

  test('at another path replaces the documented path', async () => {
    const emulator = await emulate({
      scenario: { deployPath: '/auth/v1/seed/{namespace}/services/{service}/deploy' },
    });
    const token = tokenFor(emulator, ['service']);
    expect((await deploy(emulator, token)).status).toBe(404);
    const path = (namespace: string) => `/auth/v1/seed/${namespace}/services/web/deploy`;
    expect((await send(emulator, 'POST', path('ada'), token, { branch: 'main' })).status).toBe(404);
    expect((await send(emulator, 'POST', path('acme'), token, { branch: 'main' })).status).toBe(
      202,
    );
    expect(emulator.requests.map(({ operation }) => operation)).toEqual([
      'unknown',
      'service.deploy',
      'service.deploy',
    ]);
  });
});

test('a test can stop a service', async () => {
  const { world } = await emulate();
  const before = world.service('acme', 'web').updatedAt;
  world.setStatus('acme', 'web', 'stopped');
  expect(world.service('acme', 'web').status).toBe('stopped');
  expect(world.service('acme', 'web').updatedAt > before).toBe(true);
  expect(() => world.service('acme', 'wbe')).toThrow('no service acme/wbe');
});
