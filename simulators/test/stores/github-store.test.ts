import { request } from 'node:http';
import { expect, test } from '@jest/globals';
import type { GithubStore, GithubStoreOptions } from '../../stores/github-store.ts';
import { startGithubStore } from '../../stores/github-store.ts';
import type { Told } from './client.ts';
import { ending, field, sealed, tell } from './client.ts';

const VALUE = 'op_pat_Zk3vYw9-é_plain';
const REPOSITORY = '/repos/acme/web/actions/secrets';
const ENVIRONMENT = '/repos/acme/web/environments/production/secrets';
const ORGANIZATION = '/orgs/acme/actions/secrets';
const web = { repository: 'acme/web', name: 'OUTPOST_TOKEN' };

async function start(
  options: GithubStoreOptions = {},
): Promise<{ store: GithubStore; token: string }> {
  const store = ending(await startGithubStore(options));
  return { store, token: store.issueToken({ secrets: 'write', organization: 'write' }) };
}

/** Reads the key, seals the value and writes it, as a client must. */
async function write(
  store: GithubStore,
  token: string,
  folder: string,
  more: object = {},
  value = VALUE,
): Promise<Told> {
  const { json } = await tell(store, `${folder}/public-key`, { token });
  const body = {
    encrypted_value: await sealed(value, field(json, 'key')),
    key_id: field(json, 'key_id'),
    ...more,
  };
  return tell(store, `${folder}/OUTPOST_TOKEN`, { method: 'PUT', token, body });
}

test('a repository secret sealed by libsodium is opened, created, then updated', async () => {
  let now = Date.UTC(2026, 0, 2, 3, 4, 5);
  const { store, token } = await start({ now: () => now });
  expect(await write(store, token, REPOSITORY)).toMatchObject({ status: 201, json: {} });
  expect(store.secretOf(web)).toBe(VALUE);
  now += 60_000;
  expect(await write(store, token, REPOSITORY, {}, 'second')).toMatchObject({
    status: 204,
    text: '',
  });
  const shown = {
    name: 'OUTPOST_TOKEN',
    created_at: '2026-01-02T03:04:05Z',
    updated_at: '2026-01-02T03:05:05Z',
  };
  expect((await tell(store, `${REPOSITORY}/outpost_token`, { token })).json).toEqual(shown);
  expect((await tell(store, REPOSITORY, { token })).json).toEqual({
    total_count: 1,
    secrets: [shown],
  });
  expect(store.writes.map(({ action, value, atMs }) => [action, value, now - atMs])).toEqual([
    ['created', VALUE, 60_000],
    ['updated', 'second', 0],
  ]);
  expect(
    (await tell(store, `${REPOSITORY}/OUTPOST_TOKEN`, { method: 'DELETE', token })).status,
  ).toBe(204);
  expect((await tell(store, `${REPOSITORY}/OUTPOST_TOKEN`, { token })).status).toBe(404);
  expect(store.secretOf(web)).toBeUndefined();
});

test('an environment has its own key and secrets, even if its name must be encoded', async () => {
  const { store, token } = await start({
    repositories: [{ name: 'acme/web', environments: ['production', 'eu/blue green'] }],
  });
  expect((await write(store, token, ENVIRONMENT)).status).toBe(201);
  expect(
    (
      await write(
        store,
        token,
        '/repos/acme/web/environments/eu%2Fblue%20green/secrets',
        {},
        'blue',
      )
    ).status,
  ).toBe(201);
  expect(store.secretOf({ ...web, environment: 'production' })).toBe(VALUE);
  expect(store.secretOf({ ...web, environment: 'eu/blue green' })).toBe('blue');
  expect(store.secretOf(web)).toBeUndefined();
  expect(
    (await tell(store, '/repos/acme/web/environments/nowhere/secrets/public-key', { token }))
      .status,
  ).toBe(404);
});

test('an organization secret needs a visibility, and an update without repositories removes all of them', async () => {
  const { store, token } = await start({
    repositories: [{ name: 'acme/web' }, { name: 'acme/api' }],
  });
  const ids = [store.repositoryId('acme/web'), store.repositoryId('acme/api')];
  expect((await write(store, token, ORGANIZATION)).json).toMatchObject({
    message: 'Invalid request.\n\n"visibility" wasn\'t supplied.',
  });
  expect(
    (
      await write(store, token, ORGANIZATION, {
        visibility: 'selected',
        selected_repository_ids: ids,
      })
    ).status,
  ).toBe(201);
  const { json } = await tell(store, `${ORGANIZATION}/OUTPOST_TOKEN`, { token });
  expect(json).toMatchObject({
    visibility: 'selected',
    selected_repositories_url: `${store.url}${ORGANIZATION}/OUTPOST_TOKEN/repositories`,
  });
  const first = await tell(store, `${ORGANIZATION}/OUTPOST_TOKEN/repositories?per_page=1`, {
    token,
  });
  expect(first.json).toMatchObject({
    total_count: 2,
    repositories: [{ id: ids[0], full_name: 'acme/web' }],
  });
  expect(first.headers.get('link')).toContain('page=2>; rel="next"');
  expect((await write(store, token, ORGANIZATION, { visibility: 'selected' })).status).toBe(204);
  expect(store.accessOf({ organization: 'acme', name: 'OUTPOST_TOKEN' })).toEqual({
    visibility: 'selected',
    selectedRepositoryIds: [],
  });
  expect((await write(store, token, ORGANIZATION, { visibility: 'all' })).status).toBe(204);
  expect((await tell(store, `${ORGANIZATION}/OUTPOST_TOKEN/repositories`, { token })).status).toBe(
    409,
  );
});

test('a box that was changed, cut, or sealed for another key, or is not a box, gets 422 and stores nothing', async () => {
  const { store, token } = await start();
  const { json } = await tell(store, `${REPOSITORY}/public-key`, { token });
  const keyId = field(json, 'key_id');
  const box = Buffer.from(await sealed(VALUE, field(json, 'key')), 'base64');
  const put = async (bytes: Uint8Array, id = keyId): Promise<Told> => {
    const body = { encrypted_value: Buffer.from(bytes).toString('base64'), key_id: id };
    return await tell(store, `${REPOSITORY}/OUTPOST_TOKEN`, { method: 'PUT', token, body });
  };
  for (const at of [0, 32, 48, box.length - 1]) {
    const changed = Buffer.from(box);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect((await put(changed)).status).toBe(422);
  }
  expect((await put(box.subarray(0, 40))).status).toBe(422);
  expect((await put(Buffer.from(VALUE))).status).toBe(422);
  expect((await put(box, '1')).json).toMatchObject({
    status: '422',
    message: expect.stringContaining('improperly encrypted'),
  });
  store.replaceKey({ repository: 'acme/web' });
  expect((await put(box)).status).toBe(422);
  const missing = await tell(store, `${REPOSITORY}/OUTPOST_TOKEN`, {
    method: 'PUT',
    token,
    body: { encrypted_value: 'c2VjcmV0' },
  });
  expect(missing.json).toMatchObject({ message: 'Invalid request.\n\n"key_id" wasn\'t supplied.' });
  expect(store.writes).toEqual([]);
});

test('permissions: 401, 403 with the message for the kind of token, 404 for what it cannot see', async () => {
  const { store, token } = await start({
    repositories: [{ name: 'acme/web', environments: ['production'] }, { name: 'acme/hidden' }],
  });
  const words = async (asked: string, path: string): Promise<unknown> => {
    const { status, json } = await tell(store, path, { token: asked });
    return [status, field(json, 'message')];
  };
  const key = `${REPOSITORY}/public-key`;
  expect(await words('ghp_unknown', key)).toEqual([401, 'Bad credentials']);
  expect((await tell(store, key)).json).toMatchObject({
    status: '401',
    message: 'Requires authentication',
  });
  const none = store.issueToken({});
  expect(await words(none, key)).toEqual([403, 'Resource not accessible by personal access token']);
  expect(
    (await tell(store, key, { token: none })).headers.get('x-accepted-github-permissions'),
  ).toBe('secrets=read');
  expect(await words(store.issueToken({ kind: 'job', secrets: 'write' }), key)).toEqual([
    403,
    'Resource not accessible by integration',
  ]);
  const reader = store.issueToken({ secrets: 'read' });
  expect(await words(reader, key)).toEqual([200, undefined]);
  expect((await write(store, reader, REPOSITORY)).status).toBe(403);
  const shut = [403, 'Resource not accessible by personal access token'];
  expect(
    await words(
      store.issueToken({ secrets: 'write', environments: 'none' }),
      `${ENVIRONMENT}/public-key`,
    ),
  ).toEqual(shut);
  expect(await words(reader, `${ORGANIZATION}/public-key`)).toEqual(shut);
  const blind = store.issueToken({ secrets: 'write', repositories: ['acme/web'] });
  expect(await words(blind, '/repos/acme/hidden')).toEqual([404, 'Not Found']);
  expect(await words(blind, '/repos/acme/hidden/actions/secrets/public-key')).toEqual([
    404,
    'Not Found',
  ]);
  store.revokeToken(token);
  expect((await tell(store, key, { token })).status).toBe(401);
});

test('a repository shows whether it is archived and what the token can do; an archived one is read-only', async () => {
  const { store, token } = await start();
  const web = await tell(store, '/repos/Acme/Web', { token: store.issueToken({ role: 'read' }) });
  expect(web.json).toMatchObject({
    full_name: 'acme/web',
    archived: false,
    permissions: { admin: false, push: false, pull: true },
  });
  store.archive('acme/web');
  expect((await tell(store, '/repos/acme/web', { token })).json).toMatchObject({
    archived: true,
    permissions: { admin: true },
  });
  const answer = await write(store, token, REPOSITORY);
  expect(answer).toMatchObject({
    status: 403,
    json: { message: 'Repository was archived so is read-only.' },
  });
});

test('an Enterprise Server serves everything under /api/v3 and nothing elsewhere', async () => {
  const { store, token } = await start({ prefix: '/api/v3' });
  expect(store.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v3$/);
  expect((await write(store, token, REPOSITORY)).status).toBe(201);
  expect(
    (await tell({ url: new URL(store.url).origin }, '/repos/acme/web', { token })).status,
  ).toBe(404);
});

test('a request without a User-Agent or for an unknown API version is rejected', async () => {
  const { store, token } = await start();
  const status = await new Promise((resolve, reject) => {
    const asked = request(
      `${store.url}/repos/acme/web`,
      { headers: { authorization: `Bearer ${token}` } },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    asked.on('error', reject);
    asked.end();
  });
  expect(status).toBe(403);
  const old = await tell(store, '/repos/acme/web', {
    token,
    headers: { 'x-github-api-version': '2020-01-01' },
  });
  expect(old.status).toBe(400);
});
