import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { needs } from '../../test/support/gitlab/needs.ts';
import { MAX_BODY_BYTES, strangerRefusal } from '../guard.ts';
import { ask, deploy, emulate, field, send, tokenFor } from './client.ts';

describe('which requests are rejected', () => {
  test.each([
    { host: '127.0.0.1:4747', status: undefined },
    { host: 'localhost:4747', status: undefined },
    { host: 'LocalHost:4747', status: undefined },
    { host: '[::1]:4747', status: undefined },
    { host: '127.0.0.1', status: undefined },
    { host: '127.0.0.1:4748', status: undefined },
    { host: '127.0.0.1:', status: 421 },
    { host: 'localhost.evil.example:4747', status: 421 },
    { host: 'evil.example:4747', status: 421 },
    { host: '127.0.0.2:4747', status: 421 },
    { host: '::1:4747', status: 421 },
    { host: '', status: 421 },
    { host: undefined, status: 421 },
    { host: '127.0.0.1:4747', origin: 'http://127.0.0.1:4747', status: 403 },
    { host: '127.0.0.1:4747', origin: 'null', status: 403 },
    { host: '127.0.0.1:4747', origin: '', status: 403 },
    { host: 'evil.example:4747', origin: 'http://evil.example', status: 421 },
    { host: 'evil.example', status: 421 },
  ])('Host $host, Origin $origin: $status', ({ status, ...headers }) => {
    const given = Object.fromEntries(
      Object.entries(headers).filter(([, value]) => value !== undefined),
    );
    expect(strangerRefusal(given)?.status).toBe(status);
  });

  test.each([
    { method: 'GET', path: '/acme/service/web' },
    { method: 'POST', path: '/auth/v1/v1/services/web/deploy' },
    { method: 'POST', path: '/_emulator/tokens' },
    { method: 'GET', path: '/_emulator/requests' },
    { method: 'GET', path: '/acme/web.git/info/refs?service=git-upload-pack' },
    { method: 'POST', path: '/acme/web.git/git-receive-pack' },
  ])('$method $path', async ({ method, path }) => {
    const emulator = await emulate();
    const token = tokenFor(emulator, ['service']);
    const body = method === 'POST' ? { body: '{"branch":"main"}' } : {};
    const port = new URL(emulator.origin).port;
    for (const { headers, status, code } of [
      { headers: { host: `evil.example:${port}` }, status: 421, code: 'misdirected_request' },
      { headers: { origin: emulator.origin }, status: 403, code: 'forbidden' },
    ]) {
      const answer = await ask(emulator, { method, path, token, headers, ...body });
      expect([answer.status, field(answer, 'error', 'code')]).toEqual([status, code]);
    }
    expect(emulator.requests).toMatchObject([
      { method, operation: 'unknown', status: 421 },
      { method, operation: 'unknown', status: 403 },
    ]);
    expect(emulator.world.service('acme', 'web').deploysAccepted).toBe(0);
    expect(emulator.world.tokens.ownedBy('ada')).toHaveLength(1);
  });

  test('a request without Host', async () => {
    const emulator = await emulate();
    const socket = connect(Number(new URL(emulator.origin).port), '127.0.0.1', () =>
      socket.write('GET /acme/service/web HTTP/1.0\r\n\r\n'),
    );
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    await new Promise((resolve) => socket.once('close', resolve));
    expect(text).toMatch(/^HTTP\/1\.1 421 /);
  });
});

describe('bodies', () => {
  test.each([
    { path: '/auth/v1/v1/services/web/deploy', operation: 'unknown' },
    { path: '/_emulator/tokens', operation: 'unknown' },
  ])('over the limit for $path: 413, and nothing changes', async ({ path, operation }) => {
    const emulator = await emulate();
    const token = tokenFor(emulator, ['service']);
    const padding = ' '.repeat(MAX_BODY_BYTES);
    const answer = await ask(emulator, {
      method: 'POST',
      path,
      token,
      headers: { 'content-type': 'application/json' },
      body: `{"branch":"main"}${padding}`,
    });
    expect([answer.status, field(answer, 'error', 'code')]).toEqual([413, 'too_large']);
    expect(emulator.requests).toMatchObject([{ operation, status: 413, body: undefined }]);
    expect(emulator.world.service('acme', 'web').deploysAccepted).toBe(0);
    expect((await deploy(emulator, token)).status).toBe(202);
  });

  test('of exactly the limit are accepted', async () => {
    const emulator = await emulate();
    const token = tokenFor(emulator, ['service']);
    const branch = 'b'.repeat(MAX_BODY_BYTES - JSON.stringify({ branch: '' }).length);
    const path = '/auth/v1/v1/services/web/deploy';
    expect((await send(emulator, 'POST', path, token, { branch })).status).toBe(202);
  });
});

/** Some machines, especially containers, have no IPv6. */
const ipv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

needs(...(ipv6 ? [] : ['IPv6']))('the emulator on ::1', async () => {
  const emulator = await emulate({ host: '::1' });
  const token = tokenFor(emulator, ['service']);
  expect(emulator.origin).toMatch(/^http:\/\/\[::1\]:\d+$/);
  expect((await ask(emulator, { path: '/acme/service/web', token })).status).toBe(200);
  expect((await deploy(emulator, token)).status).toBe(202);
  expect(emulator.requests.at(-1)?.headers['host']).toBe(new URL(emulator.origin).host);
});
