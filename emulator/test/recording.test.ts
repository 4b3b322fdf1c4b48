import { describe, expect, test } from '@jest/globals';
import { ask, deploy, emulate, field, send, tokenFor } from './client.ts';

test('requests are recorded in order, with their operation', async () => {
  const emulator = await emulate();
  const token = emulator.world.createToken({ name: 'ci', scopes: ['service'] });
  await ask(emulator, { path: '/acme/services?per_page=2', token });
  await deploy(emulator, token);
  await ask(emulator, { path: '/nowhere', token: 'op_pat_00000000000000000000' });
  expect(emulator.requests).toMatchObject([
    {
      method: 'GET',
      path: '/acme/services',
      query: { per_page: '2' },
      status: 200,
      operation: 'service.list',
      tokenName: 'ci',
    },
    {
      method: 'POST',
      body: { branch: 'main' },
      status: 202,
      operation: 'service.deploy',
      headers: { authorization: 'Bearer ***' },
    },
    { path: '/nowhere', status: 404, operation: 'unknown' },
  ]);
  expect(emulator.requests[2]).not.toHaveProperty('tokenName');
});

test('no field of a recorded request contains a token', async () => {
  const emulator = await emulate();
  const token = tokenFor(emulator, ['service']);
  const basic = `Basic ${Buffer.from(`ada:${token}`).toString('base64')}`;
  const escaped = [...token].map((char) => `%${char.charCodeAt(0).toString(16)}`).join('');
  const unicode = [...token]
    .map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
  const headers = {
    authorization: basic,
    'x-note': `see ${token}`,
    cookie: `session=${token}`,
    'proxy-authorization': token,
  };
  await ask(emulator, { path: `/acme/${token}?q=${token}&${token}=1&e=${escaped}`, headers });
  await ask(emulator, { path: `/acme/${escaped}`, token });
  await send(emulator, 'POST', '/auth/v1/pat', token, { name: token, [token]: [token] });
  await ask(emulator, {
    method: 'POST',
    path: '/auth/v1/pat',
    token,
    headers: { 'content-type': 'application/json' },
    body: `{"name":"${unicode}"}`,
  });
  await ask(emulator, { method: 'POST', path: '/auth/v1/pat', token, body: `not json ${token}` });
  await ask(emulator, { path: `/acme/services?s=${emulator.sessionToken}` });
  const kept = JSON.stringify(emulator.requests);
  expect(emulator.requests).toHaveLength(6);
  for (const form of [token, escaped, unicode, basic.slice(6), emulator.sessionToken])
    expect(kept).not.toContain(form);
});

describe('the control routes', () => {
  test('are not recorded or rate limited', async () => {
    const emulator = await emulate({ plan: 'free' });
    for (let request = 0; request < 20; request++) {
      expect((await ask(emulator, { path: '/_emulator/requests' })).status).toBe(200);
    }
    expect(emulator.requests).toEqual([]);
  });

  test('show the scenario and the requests', async () => {
    const emulator = await emulate({ scenario: 'unknown-service' });
    const scenario = await ask(emulator, { path: '/_emulator/scenario' });
    expect(JSON.parse(scenario.text)).toMatchObject({
      name: 'unknown-service',
      rehearsal: { exit: 4, inputs: { service: 'acme/wbe' } },
    });
    await ask(emulator, { path: '/acme/services', token: emulator.sessionToken });
    const requests = await ask(emulator, { path: '/_emulator/requests' });
    expect(field(requests, 0, 'operation')).toBe('service.list');
    expect(requests.text).not.toContain(emulator.sessionToken);
  });

  test('create tokens, and replace existing ones', async () => {
    const emulator = await emulate();
    const body = { name: 'rehearsal', scopes: ['service'], expires_at: '2020-01-01T00:00:00Z' };
    const expired = String(
      field(await send(emulator, 'POST', '/_emulator/tokens', '', body), 'token'),
    );
    expect(
      field(await ask(emulator, { path: '/acme/services', token: expired }), 'error', 'message'),
    ).toContain('expired');
    const fresh = await send(emulator, 'POST', '/_emulator/tokens', '', {
      name: 'rehearsal',
      scopes: ['service'],
      expires_in_days: 30,
    });
    expect(
      (await ask(emulator, { path: '/acme/services', token: String(field(fresh, 'token')) }))
        .status,
    ).toBe(200);
    const dora = await send(emulator, 'POST', '/_emulator/tokens', '', {
      user: 'dora',
      name: 'x',
      scopes: ['service'],
    });
    expect(
      (await ask(emulator, { path: '/acme/services', token: String(field(dora, 'token')) })).status,
    ).toBe(404);
  });

  test.each([
    { body: {}, says: 'name' },
    { body: { name: 'x' }, says: 'scopes' },
    { body: { name: 'x', scopes: ['all'] }, says: 'scopes' },
    { body: { name: 'x', scopes: [], expires_in_days: 1 }, says: 'expires_in_days' },
    { body: { name: 'x', scopes: [], expires_at: 'soon' }, says: 'expires_at' },
    { body: { name: 'x', scopes: [], user: 'eve' }, says: 'user' },
    { body: { name: 'x', scopes: [], days: 1 }, says: 'days' },
  ])('reject $body', async ({ body, says }) => {
    const answer = await send(await emulate(), 'POST', '/_emulator/tokens', '', body);
    expect(answer.status).toBe(400);
    expect(field(answer, 'error', 'message')).toContain(says);
  });

  test('do not include any others', async () => {
    expect((await ask(await emulate(), { path: '/_emulator/world' })).status).toBe(404);
  });
});
