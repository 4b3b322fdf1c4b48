import type { ServerResponse } from 'node:http';
import { expect, test } from '@jest/globals';
import {
  type GithubStoreOptions,
  primaryLimit,
  secondaryLimit,
  startGithubStore,
} from '../../stores/github-store.ts';
import { startGitlabStore } from '../../stores/gitlab-store.ts';
import { ending, field, sealed, tell } from './client.ts';

const SECRETS = '/repos/acme/web/actions/secrets';
const PLACE = { repository: 'acme/web', name: 'OUTPOST_TOKEN' };

async function github(options: GithubStoreOptions = {}) {
  const store = ending(await startGithubStore({ watch: [/op_pat_[A-Za-z0-9]+/], ...options }));
  const token = store.issueToken({ secrets: 'write' });
  const { json } = await tell(store, `${SECRETS}/public-key`, { token });
  const put = async (value: string, signal?: AbortSignal) => {
    const body = {
      encrypted_value: await sealed(value, field(json, 'key')),
      key_id: field(json, 'key_id'),
    };
    return tell(store, `${SECRETS}/OUTPOST_TOKEN`, {
      method: 'PUT',
      token,
      body,
      ...(signal === undefined ? {} : { signal }),
    });
  };
  return { store, token, put };
}

test('a lost response stores the value, a lost request does not', async () => {
  const { store, put } = await github();
  store.failNext({ method: 'PUT', pathPattern: /OUTPOST_TOKEN$/, mode: 'reset' });
  store.failNext({ method: 'PUT', mode: 'applied-then-reset' });
  await expect(put('first')).rejects.toThrow();
  expect(store.secretOf(PLACE)).toBeUndefined();
  await expect(put('second')).rejects.toThrow();
  expect(store.secretOf(PLACE)).toBe('second');
  expect((await put('third')).status).toBe(204);
  expect(store.requests.map(({ status }) => status)).toEqual([200, 'reset', 'reset', 204]);
});

test.each([
  ['hang', undefined],
  ['applied-then-hang', 'a value'],
] as const)(
  'a response that never comes (%s): later requests are answered, and the client gives up',
  async (mode, stored) => {
    let note = (_: ServerResponse): void => undefined;
    const kept = new Promise<ServerResponse>((resolve) => {
      note = resolve;
    });
    const { store, token, put } = await github({ hold: (response) => note(response) });
    store.failNext({ mode, method: 'PUT' });
    const patience = new AbortController();
    const end = put('a value', patience.signal).then(
      () => 'answered',
      () => 'given up',
    );
    const response = await kept;
    expect((await tell(store, SECRETS, { token })).status).toBe(200);
    expect(response.headersSent).toBe(false);
    patience.abort();
    expect(await end).toBe('given up');
    expect(store.secretOf(PLACE)).toBe(stored);
    expect(store.requests.map(({ status }) => status)).toEqual([200, 'hang', 200]);
  },
);

test('a request that the gateway gave up on is applied when the store catches up', async () => {
  const { store, put } = await github();
  store.failNext({ mode: 'late', status: 504, method: 'PUT' });
  expect((await put('first')).status).toBe(504);
  expect(store.secretOf(PLACE)).toBeUndefined();
  store.catchUp();
  expect(store.secretOf(PLACE)).toBe('first');
});

test('a store that goes away has applied the request, and comes back at the same address', async () => {
  const { store, put } = await github();
  store.failNext({ mode: 'applied-then-away', method: 'PUT' });
  await expect(put('first')).rejects.toThrow();
  await expect(put('second')).rejects.toThrow();
  expect(store.secretOf(PLACE)).toBe('first');
  await store.mend();
  expect((await put('third')).status).toBe(204);
});

test("failures use the vendor's messages, for as many requests as requested", async () => {
  const { store, token, put } = await github();
  store.failNext({ mode: 'status', status: 503, times: 2, skip: 1 });
  expect((await put('first')).status).toBe(201);
  for (const _ of [1, 2])
    expect((await put('second')).json).toMatchObject({
      status: '503',
      message: 'Service unavailable',
    });
  expect(store.secretOf(PLACE)).toBe('first');
  store.failNext({ mode: 'status', ...secondaryLimit(7) });
  const limited = await put('third');
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([403, '7']);
  store.failNext({ mode: 'status', ...primaryLimit(30, 429) });
  expect((await put('third')).headers.get('x-ratelimit-remaining')).toBe('0');
  store.failNext({ mode: 'html', status: 200, pathPattern: '/public-key' });
  const page = await tell(store, `${SECRETS}/public-key`, { token });
  expect([page.status, page.headers.get('content-type'), page.json]).toEqual([
    200,
    'text/html; charset=utf-8',
    undefined,
  ]);
});

test('GitLab uses its own message for rate limits', async () => {
  const store = ending(await startGitlabStore());
  store.failNext({ mode: 'status', status: 429 });
  const limited = await tell(store, '/projects/1', { token: store.issueToken({}) });
  expect(limited).toMatchObject({
    status: 429,
    json: { message: { error: expect.stringContaining('too many times') } },
  });
  expect(limited.headers.get('retry-after')).toBe('1');
});

test('requests are recorded without authorization and bodies, and show where a secret was', async () => {
  const { store, token, put } = await github();
  await put('op_pat_abc123');
  await tell(store, `${SECRETS}/op_pat_abc123?x=op_pat_abc123`, {
    token,
    headers: { 'x-note': 'see op_pat_abc123' },
  });
  await tell(store, `${SECRETS}/OUTPOST_TOKEN`, {
    method: 'PUT',
    token,
    body: { encrypted_value: btoa('op_pat_abc123'), key_id: '1' },
  });
  expect(store.requests.map(({ secretIn }) => secretIn)).toEqual([
    [],
    ['value'],
    ['target', 'headers'],
    ['body'],
  ]);
  const kept = JSON.stringify(store.requests);
  expect(kept).not.toContain('op_pat_');
  expect(kept).not.toContain(token);
  expect(store.requests[2]).toMatchObject({
    path: `${SECRETS}/***`,
    query: { x: '***' },
    headers: { 'x-note': '***' },
  });
});
