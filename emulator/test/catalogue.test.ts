import { describe, expect, test } from '@jest/globals';
import { ask, emulate, field } from './client.ts';

const names = (text: string): unknown[] =>
  JSON.parse(text).data.map((item: { name: string }) => item.name);

describe('repositories', () => {
  test.each([
    { path: '/auth/v1/v1/repos', shown: ['web', 'api', 'worker', 'blog'] },
    { path: '/acme/repositories', shown: ['web', 'api', 'worker'] },
    { path: '/auth/v1/acme/repositories', shown: ['web', 'api', 'worker'] },
    { path: '/auth/v1/repository/ada', shown: ['blog'] },
    { path: '/acme/repositories?sort=name&order=asc', shown: ['api', 'web', 'worker'] },
    { path: '/acme/repositories?sort=size', shown: ['worker', 'web', 'api'] },
    { path: '/acme/repositories?visibility=internal', shown: ['worker'] },
    { path: '/acme/repositories?per_page=1&page=2', shown: ['api'] },
  ])('GET $path', async ({ path, shown }) => {
    const emulator = await emulate();
    const answer = await ask(emulator, { path, token: emulator.sessionToken });
    expect(names(answer.text)).toEqual(shown);
  });

  test('get one by id', async () => {
    const emulator = await emulate();
    const list = await ask(emulator, {
      path: '/auth/v1/repository/acme',
      token: emulator.sessionToken,
    });
    const id = String(field(list, 'data', 0, 'id'));
    expect(id).toMatch(/^repo_[0-9a-f]{12}$/);
    const one = await ask(emulator, {
      path: `/auth/v1/repository/acme/${id}`,
      token: emulator.sessionToken,
    });
    expect(JSON.parse(one.text)).toEqual(field(list, 'data', 0));
    expect(
      (await ask(emulator, { path: `/auth/v1/repository/ada/${id}`, token: emulator.sessionToken }))
        .status,
    ).toBe(404);
  });

  test.each(['sort=stars', 'order=up', 'visibility=secret'])('%s is a 400', async (query) => {
    const emulator = await emulate();
    expect(
      (await ask(emulator, { path: `/acme/repositories?${query}`, token: emulator.sessionToken }))
        .status,
    ).toBe(400);
  });
});

describe('jobs', () => {
  test.each([
    { path: '/acme/jobs', shown: ['train-ranker', 'nightly-eval', 'reindex'] },
    { path: '/acme/jobs?sort=name&order=asc', shown: ['nightly-eval', 'reindex', 'train-ranker'] },
    { path: '/acme/jobs?status=failed', shown: ['reindex'] },
    { path: '/ada/jobs?status=cancelled', shown: [] },
  ])('GET $path', async ({ path, shown }) => {
    const emulator = await emulate();
    expect(names((await ask(emulator, { path, token: emulator.sessionToken })).text)).toEqual(
      shown,
    );
  });

  test('get one by name', async () => {
    const emulator = await emulate();
    const job = await ask(emulator, {
      path: '/acme/job/train-ranker',
      token: emulator.sessionToken,
    });
    expect(JSON.parse(job.text)).toMatchObject({
      name: 'train-ranker',
      status: 'running',
      completed_at: null,
    });
    expect(
      (await ask(emulator, { path: '/acme/job/train', token: emulator.sessionToken })).status,
    ).toBe(404);
    expect(
      (await ask(emulator, { path: '/acme/jobs?status=done', token: emulator.sessionToken }))
        .status,
    ).toBe(400);
  });
});

test('users: the caller', async () => {
  const emulator = await emulate();
  expect(
    field(
      await ask(emulator, { path: '/auth/v1/users', token: emulator.sessionToken }),
      'data',
      0,
      'username',
    ),
  ).toBe('ada');
});
