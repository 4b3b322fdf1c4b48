import { describe, expect, test } from '@jest/globals';
import { ask, deploy, emulate, field, tokenFor } from './client.ts';

const REQUEST_ID = /^req_[0-9a-f]{12}$/;

describe('what each credential can access', () => {
  const everyScope = [
    'repo',
    'repo:read',
    'machine',
    'service',
    'job',
    'admin:org',
    'admin:ssh_key',
  ];
  const routes = [
    { path: '/acme/services', opens: ['service'] },
    { path: '/acme/service/web', opens: ['service'] },
    { path: '/acme/service/web/logs', opens: ['service'] },
    { path: '/acme/jobs', opens: ['job'] },
    { path: '/acme/job/reindex', opens: ['job'] },
    { path: '/acme/job/reindex/logs', opens: ['job'] },
    { path: '/auth/v1/v1/repos', opens: ['repo', 'repo:read'] },
    { path: '/acme/repositories', opens: ['repo', 'repo:read'] },
    { path: '/auth/v1/acme/repositories', opens: ['repo', 'repo:read'] },
    { path: '/auth/v1/repository/acme', opens: ['repo', 'repo:read'] },
    { path: '/auth/v1/users', opens: everyScope },
    { path: '/auth/v1/pat', opens: everyScope },
  ];

  test.each(routes)('GET $path', async ({ path, opens }) => {
    const emulator = await emulate();
    for (const scope of everyScope) {
      const answer = await ask(emulator, { path, token: tokenFor(emulator, [scope]) });
      expect([scope, answer.status]).toEqual([scope, opens.includes(scope) ? 200 : 403]);
      if (answer.status === 403)
        expect(field(answer, 'error', 'message')).toContain(`"${opens[0]}"`);
    }
    expect((await ask(emulator, { path, token: emulator.sessionToken })).status).toBe(200);
    expect((await ask(emulator, { path })).status).toBe(401);
    expect((await ask(emulator, { path, token: 'op_pat_00000000000000000000' })).status).toBe(401);
  });

  test.each(everyScope)('a deploy with a token that has the scope %s', async (scope) => {
    const emulator = await emulate();
    const answer = await deploy(emulator, tokenFor(emulator, [scope]));
    expect(answer.status).toBe(scope === 'service' ? 202 : 403);
    expect(emulator.world.service('acme', 'web').deploysAccepted).toBe(scope === 'service' ? 1 : 0);
  });

  test.each([
    { user: 'ada', read: 200, deployed: 202 },
    { user: 'ben', read: 200, deployed: 403 },
    { user: 'cleo', read: 200, deployed: 403 },
    { user: 'dora', read: 404, deployed: 404 },
  ])('$user in acme', async ({ user, read, deployed }) => {
    const emulator = await emulate();
    const token = tokenFor(emulator, ['service', 'job', 'repo'], user);
    for (const path of [
      '/acme/services',
      '/acme/service/web',
      '/acme/service/web/logs',
      '/acme/jobs',
      '/acme/repositories',
    ]) {
      expect([path, (await ask(emulator, { path, token })).status]).toEqual([path, read]);
    }
    const answer = await deploy(emulator, token);
    expect(answer.status).toBe(deployed);
    if (deployed === 403) expect(field(answer, 'error', 'message')).toContain('Maintainer');
  });

  test('a maintainer can deploy', async () => {
    const emulator = await emulate();
    emulator.world.namespaces.grant('acme', 'dora', 'Maintainer');
    expect((await deploy(emulator, tokenFor(emulator, ['service'], 'dora'))).status).toBe(202);
  });
});

describe('the Authorization header', () => {
  test.each([
    { authorization: 'API-Key ci$sk_live_123', message: 'API-Key <key_name>$<key_secret>' },
    { authorization: 'Basic YWRhOng=', message: 'not known' },
    { authorization: 'Bearer', message: 'empty or malformed' },
    { authorization: 'Bearer a b', message: 'empty or malformed' },
    { authorization: 'op_pat_00000000000000000000', message: 'not known' },
  ])('$authorization is a 401', async ({ authorization, message }) => {
    const answer = await ask(await emulate(), {
      path: '/acme/services',
      headers: { authorization },
    });
    expect(answer.status).toBe(401);
    expect(field(answer, 'error', 'message')).toContain(message);
    expect(answer.headers['www-authenticate']).toContain('Bearer');
  });
});

describe('the documented error shape', () => {
  test.each([
    { method: 'GET', path: '/nowhere', status: 404, code: 'not_found' },
    { method: 'GET', path: '/', status: 404, code: 'not_found' },
    { method: 'GET', path: '/acme/services/', status: 404, code: 'not_found' },
    { method: 'GET', path: '/acme/service/%zz', status: 404, code: 'not_found' },
    { method: 'GET', path: '/acme/service/a%2Fb', status: 404, code: 'not_found' },
    { method: 'GET', path: '/auth/v1/services/web/deploy', status: 404, code: 'not_found' },
    { method: 'PUT', path: '/acme/services', status: 405, code: 'method_not_allowed' },
    { method: 'GET', path: '/acme/services?page=0', status: 400, code: 'invalid_request' },
  ])('$method $path', async ({ method, path, status, code }) => {
    const emulator = await emulate();
    const answer = await ask(emulator, { method, path, token: emulator.sessionToken });
    expect(answer.status).toBe(status);
    expect(field(answer, 'error')).toEqual({
      code,
      message: expect.any(String),
      request_id: expect.stringMatching(REQUEST_ID),
    });
    expect(answer.headers['x-request-id']).toBe(field(answer, 'error', 'request_id'));
  });

  test('successful responses have a request id too', async () => {
    const emulator = await emulate();
    const answer = await ask(emulator, { path: '/acme/services', token: emulator.sessionToken });
    expect(answer.headers['x-request-id']).toMatch(REQUEST_ID);
  });

  test('errors only repeat the credential in a scenario that enables it', async () => {
    const token = 'op_pat_echoechoechoechoecho';
    const quiet = await ask(await emulate(), { path: '/acme/services', token });
    const loud = await ask(await emulate({ scenario: { echoToken: true } }), {
      path: '/acme/services',
      token,
    });
    expect(JSON.stringify([quiet.text, quiet.headers])).not.toContain(token);
    expect(field(loud, 'error', 'message')).toContain(token);
    expect(loud.headers['x-debug-authorization']).toContain(token);
  });
});
