import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { TokenHabits } from '../scenario.ts';
import { ask, emulate, field, send, tokenFor } from './client.ts';

const DAY_MS = 86_400_000;
const PATS = '/auth/v1/pat';

describe('creating a token', () => {
  test('shows the value only once', async () => {
    const emulator = await emulate();
    const created = await send(emulator, 'POST', PATS, emulator.sessionToken, {
      name: 'ci',
      scopes: ['service'],
      expires_in_days: 30,
    });
    expect(created.status).toBe(201);
    expect(field(created, 'token')).toMatch(/^op_pat_[A-Za-z0-9]{20,40}$/);
    const read = await ask(emulator, { path: `${PATS}/ci`, token: emulator.sessionToken });
    expect(Object.keys(JSON.parse(read.text))).toEqual([
      'name',
      'scopes',
      'created_at',
      'expires_at',
      'last_used_at',
    ]);
  });

  test.each([
    { days: 30 as const, expires: '2026-01-31T00:00:00.000Z' },
    { days: 60 as const, expires: '2026-03-02T00:00:00.000Z' },
    { days: 90 as const, expires: '2026-04-01T00:00:00.000Z' },
    { days: undefined, expires: null },
  ])('with a lifetime of $days days', async ({ days, expires }) => {
    const emulator = await emulate({ now: () => Date.parse('2026-01-01T00:00:00Z') });
    const created = await send(emulator, 'POST', PATS, emulator.sessionToken, {
      name: 'ci',
      scopes: [],
      expires_in_days: days,
    });
    expect(field(created, 'expires_at')).toBe(expires);
  });

  test.each([
    { body: { name: '' }, says: 'name' },
    { body: { scopes: [] }, says: 'name' },
    { body: { name: 'ci', scopes: ['services'] }, says: 'Unknown scope "services"' },
    { body: { name: 'ci', scopes: 'service' }, says: 'scopes' },
    { body: { name: 'ci', expires_in_days: 31 }, says: 'expires_in_days' },
    { body: { name: 'ci', expires_in_days: null }, says: 'expires_in_days' },
    { body: { name: 'ci', expiry: 30 }, says: 'Unknown field "expiry"' },
    { body: [], says: 'object' },
  ])('$body is rejected', async ({ body, says }) => {
    const emulator = await emulate();
    const answer = await send(emulator, 'POST', PATS, emulator.sessionToken, body);
    expect(answer.status).toBe(400);
    expect(field(answer, 'error', 'message')).toContain(says);
  });

  test('needs a unique name', async () => {
    const emulator = await emulate();
    expect((await send(emulator, 'POST', PATS, emulator.sessionToken, { name: 'ci' })).status).toBe(
      201,
    );
    expect((await send(emulator, 'POST', PATS, emulator.sessionToken, { name: 'ci' })).status).toBe(
      409,
    );
    expect(() => emulator.world.createToken({ name: 'ci', scopes: [] })).toThrow(
      'already has a token',
    );
  });

  test.each([
    { scopes: ['admin:org'], status: 201 },
    { scopes: ['service', 'repo'], status: 403 },
  ])('with a token that holds $scopes', async ({ scopes, status }) => {
    const emulator = await emulate();
    expect(
      (await send(emulator, 'POST', PATS, tokenFor(emulator, scopes), { name: 'ci' })).status,
    ).toBe(status);
  });
});

describe('the lifetime of a token', () => {
  test('last used', async () => {
    let nowMs = Date.parse('2026-01-01T00:00:00Z');
    const emulator = await emulate({ now: () => nowMs });
    const token = emulator.world.createToken({ name: 'ci', scopes: ['service'] });
    const read = () => ask(emulator, { path: `${PATS}/ci`, token: emulator.sessionToken });
    expect(field(await read(), 'last_used_at')).toBeNull();
    nowMs += DAY_MS;
    await ask(emulator, { path: '/acme/services', token });
    expect(field(await read(), 'last_used_at')).toBe('2026-01-02T00:00:00.000Z');
  });

  test('expiry', async () => {
    let nowMs = Date.parse('2026-01-01T00:00:00Z');
    const emulator = await emulate({ now: () => nowMs });
    const token = emulator.world.createToken({
      name: 'ci',
      scopes: ['service'],
      expiresInDays: 30,
    });
    nowMs += 30 * DAY_MS - 1;
    expect((await ask(emulator, { path: '/acme/services', token })).status).toBe(200);
    nowMs += 1;
    const expired = await ask(emulator, { path: '/acme/services', token });
    expect(expired.status).toBe(401);
    expect(field(expired, 'error', 'message')).toContain('expired at 2026-01-31');
  });

  test('regenerating keeps the name and scopes, revokes the old value, and restarts the lifetime', async () => {
    let nowMs = Date.parse('2026-01-01T00:00:00Z');
    const emulator = await emulate({ now: () => nowMs });
    const old = emulator.world.createToken({ name: 'ci', scopes: ['service'], expiresInDays: 30 });
    nowMs += 31 * DAY_MS;
    const answer = await send(emulator, 'POST', `${PATS}/ci/regenerate`, emulator.sessionToken, {});
    expect(JSON.parse(answer.text)).toMatchObject({
      name: 'ci',
      scopes: ['service'],
      expires_at: '2026-03-03T00:00:00.000Z',
    });
    const renewed = String(field(answer, 'token'));
    expect(renewed).not.toBe(old);
    expect((await ask(emulator, { path: '/acme/services', token: old })).status).toBe(401);
    expect((await ask(emulator, { path: '/acme/services', token: renewed })).status).toBe(200);
  });

  test('revoking takes effect at once and frees the name', async () => {
    const emulator = await emulate();
    const token = emulator.world.createToken({ name: 'ci', scopes: ['service'] });
    expect((await ask(emulator, { path: '/acme/services', token })).status).toBe(200);
    const revoked = await ask(emulator, {
      method: 'DELETE',
      path: `${PATS}/ci`,
      token: emulator.sessionToken,
    });
    expect([revoked.status, revoked.text]).toEqual([204, '']);
    expect((await ask(emulator, { path: '/acme/services', token })).status).toBe(401);
    expect((await ask(emulator, { path: `${PATS}/ci`, token: emulator.sessionToken })).status).toBe(
      404,
    );
    expect(emulator.world.createToken({ name: 'ci', scopes: [] })).not.toBe(token);
  });

  test("other users' tokens are not visible", async () => {
    const emulator = await emulate();
    const ben = emulator.world.createToken({ user: 'ben', name: 'mine', scopes: ['service'] });
    emulator.world.createToken({ name: 'hers', scopes: [] });
    expect((await ask(emulator, { path: `${PATS}/mine`, token: ben })).status).toBe(200);
    expect((await ask(emulator, { path: `${PATS}/hers`, token: ben })).status).toBe(404);
    expect(field(await ask(emulator, { path: PATS, token: ben }), 'data', 'length')).toBe(1);
  });

  test('a method of the world throws for an unknown token or an invalid date', async () => {
    const { world } = await emulate();
    expect(() => world.revokeToken('ada', 'ci')).toThrow('no token named "ci"');
    expect(() => world.createToken({ name: 'ci', scopes: [], expiresAt: 'soon' })).toThrow(
      'not a date',
    );
  });
});

describe('token options of a scenario', () => {
  test('scopes that were not requested, omitted fields, and a custom page size', async () => {
    const emulator = await emulate({
      scenario: {
        tokens: { givesScopes: ['repo'], omits: ['created_at', 'last_used_at'], pageSize: 2 },
      },
    });
    for (const name of ['a', 'b', 'c'])
      await send(emulator, 'POST', PATS, emulator.sessionToken, { name, scopes: ['service'] });
    const first = await ask(emulator, {
      path: `${PATS}?per_page=100`,
      token: emulator.sessionToken,
    });
    expect(field(first, 'data', 0)).toEqual({ name: 'a', scopes: ['repo'], expires_at: null });
    expect(field(first, 'data', 'length')).toBe(2);
    expect(field(first, 'pagination')).toEqual({ page: 1, per_page: 2, total: 3, total_pages: 2 });
    const second = await ask(emulator, {
      path: `${PATS}?per_page=100&page=2`,
      token: emulator.sessionToken,
    });
    expect(field(second, 'data', 0, 'name')).toBe('c');
  });
});

describe('the response to a read of one token', () => {
  const ci = {
    name: 'ci',
    scopes: ['service', 'repo'],
    created_at: '2026-01-01T00:00:00.000Z',
    expires_at: '2026-01-31T00:00:00.000Z',
    last_used_at: null,
  };
  const other = { ...ci, name: 'other', scopes: [], expires_at: null };

  test.each<{ readonly tokens: TokenHabits; readonly shown: unknown }>([
    { tokens: {}, shown: ci },
    { tokens: { shape: 'record' }, shown: ci },
    { tokens: { shape: 'data' }, shown: { data: ci } },
    { tokens: { shape: 'token' }, shown: { token: ci } },
    { tokens: { shape: 'pat' }, shown: { pat: ci } },
    { tokens: { shape: 'list' }, shown: [other, ci] },
    { tokens: { shape: 'data-list' }, shown: { data: [other, ci] } },
    { tokens: { scopesAs: 'list' }, shown: ci },
    {
      tokens: { scopesAs: 'objects' },
      shown: { ...ci, scopes: [{ name: 'service' }, { name: 'repo' }] },
    },
    { tokens: { scopesAs: 'text' }, shown: { ...ci, scopes: 'service repo' } },
    {
      tokens: { keys: 'camelCase', omits: ['last_used_at'], shape: 'data' },
      shown: {
        data: {
          name: 'ci',
          scopes: ci.scopes,
          createdAt: ci.created_at,
          expiresAt: ci.expires_at,
        },
      },
    },
    {
      tokens: { times: 'epoch-seconds' },
      shown: { ...ci, created_at: 1_767_225_600, expires_at: 1_769_817_600 },
    },
    {
      tokens: { times: 'epoch-milliseconds' },
      shown: { ...ci, created_at: 1_767_225_600_000, expires_at: 1_769_817_600_000 },
    },
  ])('$tokens', async ({ tokens, shown }) => {
    const emulator = await emulate({ scenario: { tokens } });
    const { scopes } = ci;
    emulator.world.createToken({ name: 'ci', scopes, expiresInDays: 30 });
    emulator.world.createToken({ name: 'other', scopes: [] });
    const read = await ask(emulator, { path: `${PATS}/ci`, token: emulator.sessionToken });
    expect(JSON.parse(read.text)).toEqual(shown);
  });

  test('the list and the response to a new token use the same form', async () => {
    const tokens = { shape: 'data', scopesAs: 'text', keys: 'camelCase' } as const;
    const emulator = await emulate({ scenario: { tokens } });
    const body = { name: 'ci', scopes: ['service', 'repo'] };
    const created = await send(emulator, 'POST', PATS, emulator.sessionToken, body);
    const { token, ...record } = JSON.parse(created.text);
    expect(token).toMatch(/^op_pat_/);
    expect(record).toMatchObject({ name: 'ci', scopes: 'service repo', expiresAt: null });
    const list = await ask(emulator, { path: PATS, token: emulator.sessionToken });
    expect(field(list, 'data')).toEqual([record]);
  });
});

test('only hashes of tokens are stored', async () => {
  const emulator = await emulate();
  const values = [tokenFor(emulator, ['service']), tokenFor(emulator, ['repo'])];
  values.push(
    emulator.world.regenerateToken('ada', emulator.world.tokens.ownedBy('ada')[0]?.name ?? ''),
    emulator.sessionToken,
  );
  for (const token of values) await ask(emulator, { path: '/acme/services', token });
  const dump =
    inspect(emulator.world, { depth: Number.POSITIVE_INFINITY, showHidden: true }) +
    JSON.stringify(emulator.world);
  const records = JSON.stringify(emulator.world.tokens.ownedBy('ada'));
  for (const value of values) expect(`${dump}${records}`).not.toContain(value);
});
