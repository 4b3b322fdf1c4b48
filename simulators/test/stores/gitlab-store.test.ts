import { expect, test } from '@jest/globals';
import type { GitlabStore, GitlabStoreOptions } from '../../stores/gitlab-store.ts';
import { startGitlabStore, throttled, tooManyRequests } from '../../stores/gitlab-store.ts';
import type { Told } from './client.ts';
import { ending, field, tell } from './client.ts';

const VALUE = 'op_pat_Zk3vYw9abc';
const VARIABLES = '/projects/acme%2Fweb/variables';
const ONE = `${VARIABLES}/OUTPOST_TOKEN`;
const web = { project: 'acme/web', key: 'OUTPOST_TOKEN' };

interface Started {
  readonly store: GitlabStore;
  readonly token: string;
  readonly say: (method: string, path: string, body?: unknown) => Promise<Told>;
}

async function start(options: GitlabStoreOptions = {}): Promise<Started> {
  const store = ending(await startGitlabStore(options));
  const token = store.issueToken({ role: 'owner' });
  return { store, token, say: (method, path, body) => tell(store, path, { method, token, body }) };
}

test('a variable is created, shown, updated, and deleted; an update keeps the fields it does not set', async () => {
  const { store, say } = await start();
  const fields = {
    variable_type: 'env_var',
    protected: true,
    masked: true,
    raw: true,
    environment_scope: '*',
    description: 'For CI',
  };
  const created = await say('POST', VARIABLES, { key: 'OUTPOST_TOKEN', value: VALUE, ...fields });
  expect(created).toMatchObject({
    status: 201,
    json: { key: 'OUTPOST_TOKEN', value: VALUE, hidden: false, ...fields },
  });
  expect((await say('PUT', ONE, { value: 'second-value' })).json).toEqual({
    key: 'OUTPOST_TOKEN',
    value: 'second-value',
    hidden: false,
    ...fields,
  });
  expect((await say('GET', `/projects/${store.idOf(web)}/variables`)).json).toMatchObject([
    { value: 'second-value', protected: true },
  ]);
  expect(
    (await say('PUT', ONE, new URLSearchParams({ value: 'third-value', protected: 'false' }))).json,
  ).toMatchObject({
    protected: false,
  });
  expect(store.secretOf(web)).toBe('third-value');
  expect(await say('DELETE', ONE)).toMatchObject({ status: 204, text: '' });
  expect(await say('GET', ONE)).toMatchObject({
    status: 404,
    json: { message: '404 Variable Not Found' },
  });
  expect(store.writes.map(({ action, value }) => [action, value])).toEqual([
    ['created', VALUE],
    ['updated', 'second-value'],
    ['updated', 'third-value'],
    ['deleted', undefined],
  ]);
});

test('a group has its own variables', async () => {
  const { store, say } = await start();
  expect(
    (await say('POST', '/groups/acme/variables', { key: 'OUTPOST_TOKEN', value: VALUE })).status,
  ).toBe(201);
  expect(
    (await say('PUT', '/groups/acme/variables/OUTPOST_TOKEN', { value: 'second' })).status,
  ).toBe(200);
  expect(store.secretOf({ group: 'acme', key: 'OUTPOST_TOKEN' })).toBe('second');
  expect(store.secretOf(web)).toBeUndefined();
  expect((await say('GET', '/groups/nowhere/variables')).json).toEqual({
    message: '404 Group Not Found',
  });
});

test('variables with the same name are told apart by their scope', async () => {
  const { store, say } = await start();
  store.seed({ ...web, scope: 'production' }, 'p');
  store.seed({ ...web, scope: 'review/*' }, 'r');
  const several = {
    status: 409,
    json: { message: expect.stringContaining("Please use 'filter[environment_scope]'") },
  };
  expect(await say('GET', ONE)).toMatchObject(several);
  expect(await say('PUT', ONE, { value: 'x' })).toMatchObject(several);
  const filter = `?${new URLSearchParams({ 'filter[environment_scope]': 'review/*' })}`;
  expect((await say('PUT', `${ONE}${filter}`, { value: 'x' })).json).toMatchObject({
    value: 'x',
    environment_scope: 'review/*',
  });
  expect(
    (await say('PUT', ONE, { value: 'y', filter: { environment_scope: 'production' } })).status,
  ).toBe(200);
  expect([
    store.secretOf({ ...web, scope: 'production' }),
    store.secretOf({ ...web, scope: 'review/*' }),
  ]).toEqual(['y', 'x']);
  // The filter must equal the variable's scope. It isn't matched as a pattern.
  expect((await say('GET', `${ONE}?filter[environment_scope]=review/1`)).status).toBe(404);
  expect((await say('PUT', `${ONE}${filter}`, { environment_scope: 'production' })).status).toBe(
    400,
  );
  expect(
    (
      await say('POST', VARIABLES, {
        key: 'OUTPOST_TOKEN',
        value: 'z',
        environment_scope: 'production',
      })
    ).json,
  ).toEqual({
    message: { key: ['(OUTPOST_TOKEN) has already been taken'] },
  });
});

test.each([
  ['too short', 'seven77', false, 400],
  ['two lines', 'eight888\nmore', false, 400],
  ['a dollar, which would be expanded', 'eight$888', false, 400],
  ['a dollar in a raw value', 'eight$888', true, 201],
  ['a space in a raw value', 'eight 888', true, 400],
  ['a token', VALUE, false, 201],
])('a masked value: %s', async (_, value, raw, status) => {
  const { say } = await start();
  const answer = await say('POST', VARIABLES, { key: 'OUTPOST_TOKEN', value, masked: true, raw });
  expect(answer.status).toBe(status);
  if (status === 400) expect(answer.json).toEqual({ message: { value: ['is invalid'] } });
});

test('a hidden variable never shows its value again, accepts a new one, and stays hidden', async () => {
  const { store, say } = await start();
  const created = await say('POST', VARIABLES, {
    key: 'OUTPOST_TOKEN',
    value: VALUE,
    masked_and_hidden: true,
  });
  expect(created.json).toMatchObject({ value: null, masked: true, hidden: true });
  expect((await say('GET', ONE)).json).toMatchObject({ value: null });
  expect((await say('PUT', ONE, { value: 'second-value' })).json).toMatchObject({
    value: null,
    hidden: true,
  });
  expect(store.secretOf(web)).toBe('second-value');
  expect((await say('PUT', ONE, { value: VALUE, masked: false })).json).toEqual({
    message: {
      base: ['The visibility setting cannot be changed for masked and hidden variables.'],
    },
  });
  expect(store.secretOf(web)).toBe('second-value');
});

test('a body with a missing or invalid parameter is rejected', async () => {
  const { say } = await start();
  expect((await say('POST', VARIABLES, { value: VALUE })).json).toEqual({
    error: 'key is missing',
  });
  expect((await say('POST', VARIABLES, { key: 'OUT-POST', value: VALUE })).json).toMatchObject({
    message: { key: [expect.any(String)] },
  });
  expect(
    (await say('POST', VARIABLES, { key: 'A', value: VALUE, masked: 'perhaps' })).json,
  ).toEqual({ error: 'masked is invalid' });
  expect((await say('PATCH', ONE, { value: VALUE })).status).toBe(404);
});

test('permissions', async () => {
  const { store, token } = await start({ projects: ['acme/web', 'acme/hidden'] });
  const ask = (asked: string | undefined, path: string, method = 'GET') =>
    tell(store, path, {
      method,
      ...(asked === undefined ? {} : { headers: { 'private-token': asked } }),
    });
  store.seed(web, VALUE);
  expect((await ask(token, ONE)).status).toBe(200);
  expect(await ask(undefined, ONE)).toMatchObject({
    status: 401,
    json: { message: '401 Unauthorized' },
  });
  expect((await ask('glpat-unknown', ONE)).status).toBe(401);
  const developer = store.issueToken({ role: 'developer' });
  expect(await ask(developer, ONE)).toMatchObject({
    status: 403,
    json: { message: '403 Forbidden' },
  });
  expect((await ask(developer, '/projects/acme%2Fweb')).json).toMatchObject({
    permissions: { project_access: { access_level: 30 } },
  });
  const maintainer = store.issueToken({ role: 'maintainer' });
  expect([
    (await ask(maintainer, ONE)).status,
    (await ask(maintainer, '/groups/acme/variables')).status,
  ]).toEqual([200, 403]);
  const reader = store.issueToken({ scope: 'read_api' });
  expect((await ask(reader, ONE)).status).toBe(200);
  expect((await ask(reader, ONE, 'DELETE')).json).toEqual({
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges than provided by the access token.',
    scope: 'api',
  });
  expect((await ask(store.issueToken({ scope: 'other' }), ONE)).status).toBe(403);
  const blind = store.issueToken({ sees: ['acme/web'] });
  expect((await ask(blind, '/projects/acme%2Fhidden')).json).toEqual({
    message: '404 Project Not Found',
  });
  store.revokeToken(token, 'expired');
  expect(await ask(token, ONE)).toMatchObject({ status: 401, json: { error: 'invalid_token' } });
});

test('an archived project says so, and its variables cannot be read or changed', async () => {
  const { store, say } = await start();
  store.seed(web, VALUE);
  expect((await say('GET', '/projects/acme%2Fweb')).json).toMatchObject({
    archived: false,
    path_with_namespace: 'acme/web',
  });
  store.archive('acme/web');
  expect((await say('GET', `/projects/${store.idOf(web)}`)).json).toMatchObject({ archived: true });
  expect((await say('GET', ONE)).status).toBe(403);
  expect((await say('PUT', ONE, { value: 'x' })).json).toEqual({ message: '403 Forbidden' });
  expect(store.secretOf(web)).toBe(VALUE);
});

test('a list is paginated', async () => {
  const { store, say } = await start();
  for (let number = 0; number < 21; number++)
    store.seed({ project: 'acme/web', key: `KEY_${number}` }, 'x');
  const first = await say('GET', VARIABLES);
  expect([field(first.json, 'length'), first.headers.get('x-next-page')]).toEqual([20, '2']);
  const last = await say('GET', `${VARIABLES}?page=2`);
  expect([last.json, last.headers.get('x-next-page')]).toMatchObject([[{ key: 'KEY_20' }], '']);
});

test('faults: a lost response, and rate limits in JSON and in text', async () => {
  const { store, say } = await start({ watch: [VALUE] });
  store.failNext({ method: 'POST', pathPattern: '/variables', mode: 'applied-then-reset' });
  await expect(say('POST', VARIABLES, { key: 'OUTPOST_TOKEN', value: VALUE })).rejects.toThrow();
  expect(store.secretOf(web)).toBe(VALUE);
  store.failNext({ mode: 'status', ...tooManyRequests() });
  expect(await say('PUT', ONE, { value: 'x' })).toMatchObject({
    status: 429,
    json: { message: { error: expect.any(String) } },
  });
  store.failNext({ mode: 'status', ...throttled(3) });
  expect(await say('PUT', ONE, { value: 'x' })).toMatchObject({
    status: 429,
    json: undefined,
    text: 'Retry later\n',
  });
  await say('PUT', ONE, { value: VALUE, description: `was ${VALUE}` });
  expect(store.requests.map(({ status, secretIn }) => [status, secretIn])).toEqual([
    ['reset', ['value']],
    [429, []],
    [429, []],
    [200, ['body', 'value']],
  ]);
});
