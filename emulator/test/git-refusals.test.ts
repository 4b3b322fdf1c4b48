import { randomBytes } from 'node:crypto';
import { describe, expect } from '@jest/globals';
import { until } from '../../test/support/build.ts';
import { hostileHookText } from '../payloads.ts';
import type { RepositoryOptions, SizeRefusal } from '../repositories.ts';
import type { Emulator } from '../server.ts';
import { ask, emulate, tokenFor } from './client.ts';
import type { Credential } from './git-client.ts';
import { cloneUrl, headerOf, needsGit, newCheckout } from './git-client.ts';
import { beginPush, packOf, receivedBytes, saidByHooks } from './git-wire.ts';

const test = needsGit();

function credential(
  emulator: Emulator,
  scopes: readonly string[] = ['repo'],
  user = 'ada',
): Credential {
  return { user, token: tokenFor(emulator, scopes, user) };
}

function emulateWeb(rules: Partial<RepositoryOptions>): Promise<Emulator> {
  return emulate({ scenario: { repositories: [{ namespace: 'acme', name: 'web', ...rules }] } });
}

async function refusedPush(
  emulator: Emulator,
  ref = 'main',
  fullName = 'acme/web',
): Promise<string> {
  const checkout = await newCheckout();
  const { code, out, err } = await checkout.git(
    ['push', '--porcelain', cloneUrl(emulator, fullName), ref],
    credential(emulator),
  );
  expect(code).not.toBe(0);
  return out + err;
}

describe('who can fetch and push', () => {
  test.each([
    { scopes: ['repo'], fetched: 0, pushed: 0 },
    { scopes: ['repo:read'], fetched: 0, pushed: 403 },
    { scopes: ['service', 'repo:read'], fetched: 0, pushed: 403 },
    {
      scopes: ['service', 'job', 'machine', 'admin:org', 'admin:ssh_key'],
      fetched: 403,
      pushed: 403,
    },
    { user: 'ben', scopes: ['repo'], fetched: 0, pushed: 0 },
    { user: 'cleo', scopes: ['repo'], fetched: 0, pushed: 403 },
    { user: 'dora', scopes: ['repo'], fetched: 404, pushed: 404 },
  ])('$user with $scopes', async ({ user = 'ada', scopes, fetched, pushed }) => {
    const emulator = await emulate();
    const checkout = await newCheckout();
    const who = credential(emulator, scopes, user);
    const fetch = await checkout.git(['ls-remote', cloneUrl(emulator)], who);
    const push = await checkout.git(['push', cloneUrl(emulator), 'main'], who);
    expect([fetch.code === 0, push.code === 0]).toEqual([fetched === 0, pushed === 0]);
    const statuses = emulator.requests
      .filter(({ operation }) => operation === 'git.advertise')
      .map(({ status }) => status);
    expect(statuses).toEqual([fetched === 0 ? 200 : fetched, pushed === 0 ? 200 : pushed]);
    if (pushed === 403)
      expect(push.err).toContain(
        scopes.includes('repo') ? 'Contributor' : 'lacks the scope "repo"',
      );
    expect(emulator.world.branchCommit('acme', 'web', 'main') === undefined).toBe(pushed !== 0);
  });

  test.each([
    { header: () => undefined, says: 'user name' },
    { header: (token: string) => `Bearer ${token}`, says: 'user name' },
    {
      header: (token: string) => headerOf({ user: 'ben', token }),
      says: `doesn't belong to the user "ben"`,
    },
    {
      header: (token: string) => headerOf({ user: '', token }),
      says: `doesn't belong to the user ""`,
    },
    {
      header: () => headerOf({ user: 'ada', token: 'op_pat_00000000000000000000' }),
      says: 'unknown or was revoked',
    },
    { header: () => 'Basic !!', says: 'user name' },
    {
      header: (token: string) => `Basic ${Buffer.from(token).toString('base64')}`,
      says: 'user name',
    },
  ])('401 $says', async ({ header, says }) => {
    const emulator = await emulate();
    const authorization = header(tokenFor(emulator, ['repo']));
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const answer = await ask(emulator, {
      path: '/acme/web.git/info/refs?service=git-upload-pack',
      headers,
    });
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([
      401,
      'Basic realm="Outpost"',
    ]);
    expect(answer.text).toContain(says);
  });

  test('a session token or an expired token is not accepted as a password', async () => {
    const emulator = await emulate();
    const expired = emulator.world.createToken({
      name: 'old',
      scopes: ['repo'],
      expiresAt: '2020-01-01T00:00:00Z',
    });
    for (const token of [emulator.sessionToken, expired]) {
      const headers = { authorization: headerOf({ user: 'ada', token }) };
      expect(
        (await ask(emulator, { path: '/acme/web.git/info/refs?service=git-upload-pack', headers }))
          .status,
      ).toBe(401);
    }
  });

  test.each([
    ['GET', '/acme/nope.git/info/refs?service=git-upload-pack'],
    ['GET', '/acme/web.git/info/refs'],
    ['GET', '/acme/web.git/HEAD'],
    ['GET', '/acme/web.git/git-receive-pack'],
    ['POST', '/acme/web.git/git-upload-archive'],
    ['GET', '/acme/%2e%2e.git/info/refs?service=git-upload-pack'],
    ['GET', '/acme/web/info/refs?service=git-upload-pack'],
  ])('%s %s is a 404', async (method, path) => {
    const emulator = await emulate();
    const headers = { authorization: headerOf(credential(emulator)) };
    const answer = await ask(emulator, { method, path, headers });
    expect([404, 401]).toContain(answer.status);
    if (path.includes('.git/')) expect(answer.status).toBe(404);
  });

  test('errors only repeat the credential in a scenario that enables it', async () => {
    for (const echoToken of [false, true]) {
      const emulator = await emulate({ scenario: { echoToken } });
      const checkout = await newCheckout();
      const ada = credential(emulator, ['repo:read']);
      const { err } = await checkout.git(['push', cloneUrl(emulator), 'main'], ada);
      expect(err.includes(headerOf(ada))).toBe(echoToken);
    }
  });
});

describe('a push is rejected', () => {
  test('to a protected branch, and only to that one', async () => {
    const emulator = await emulateWeb({ protectedBranches: ['release/1', 'main'] });
    const said = await refusedPush(emulator);
    expect(said).toContain('remote: error: branch main is protected');
    expect(said).toContain(
      '!\trefs/heads/main:refs/heads/main\t[remote rejected] (pre-receive hook declined)',
    );
    expect(await refusedPush(emulator, 'main:release/1')).toContain(
      'branch release/1 is protected',
    );
    const checkout = await newCheckout();
    expect(
      (await checkout.git(['push', cloneUrl(emulator), 'main:main2'], credential(emulator))).code,
    ).toBe(0);
    expect(emulator.world.branchCommit('acme', 'web', 'main')).toBeUndefined();
  });

  test.each([
    hostileHookText,
    '##[set-output name=x]y\n::error::x\u001b[31m\rz\n',
    '',
    '$(touch x) `id` \'"\\ %s\n',
  ])('by a hook whose output arrives byte for byte: %j', async (declineHook) => {
    const emulator = await emulateWeb({ declineHook });
    const commit = emulator.world.setBranch('acme', 'web', 'main') ?? '';
    expect((await saidByHooks(emulator, credential(emulator), commit)).toString('utf8')).toBe(
      declineHook,
    );
    expect(emulator.world.branchCommit('acme', 'web', 'new')).toBeUndefined();
    expect(await refusedPush(emulator, 'main:other')).toContain('pre-receive hook declined');
  });

  test('by a hook that repeats the credential, if the scenario enables it', async () => {
    const declineHook = 'got {{token}} in {{authorization}}\n';
    for (const echoToken of [true, false]) {
      const emulator = await emulate({
        scenario: { echoToken, repositories: [{ namespace: 'acme', name: 'web', declineHook }] },
      });
      const commit = emulator.world.setBranch('acme', 'web', 'main') ?? '';
      const ada = credential(emulator);
      const said = (await saidByHooks(emulator, ada, commit)).toString('utf8');
      expect(said).toBe(echoToken ? `got ${ada.token} in ${headerOf(ada)}\n` : 'got  in \n');
    }
  });

  test('if someone else pushed first, unless it is forced with a lease', async () => {
    const emulator = await emulate();
    const theirs = emulator.world.setBranch('acme', 'web', 'main');
    expect(await refusedPush(emulator)).toContain('[rejected] (fetch first)');
    const checkout = await newCheckout();
    const ada = credential(emulator);
    const forced = await checkout.git(
      ['push', `--force-with-lease=main:${theirs}`, cloneUrl(emulator), 'main'],
      ada,
    );
    expect(forced.code).toBe(0);
    emulator.world.setBranch('acme', 'web', 'main');
    const stale = await checkout.git(
      ['push', `--force-with-lease=main:${theirs}`, cloneUrl(emulator), 'main'],
      ada,
    );
    expect([stale.code, stale.err]).toEqual([1, expect.stringContaining('stale info')]);
  });
});

test('a gateway that rejects chunked uploads accepts a small push, and a big one in one piece', async () => {
  const emulator = await emulateWeb({ refusesChunks: true });
  const checkout = await newCheckout();
  const ada = credential(emulator);
  expect((await checkout.git(['push', cloneUrl(emulator), 'main:small'], ada)).code).toBe(0);
  await checkout.commit(randomBytes(3_000_000));
  const { code, err } = await checkout.git(['push', cloneUrl(emulator), 'main'], ada);
  expect([code, err]).toEqual([expect.any(Number), expect.stringContaining('HTTP 411')]);
  expect(emulator.world.branchCommit('acme', 'web', 'main')).toBeUndefined();
  const whole = ['-c', 'http.postBuffer=100m', 'push', cloneUrl(emulator), 'main'];
  expect((await checkout.git(whole, ada)).code).toBe(0);
});

describe('a push that is too large', () => {
  test.each<{ tooLarge?: SizeRefusal; bytes: number; says: string }>([
    { bytes: 300_000, says: 'HTTP 413' },
    { bytes: 3_000_000, says: 'HTTP 413' },
    { tooLarge: 'answer', bytes: 3_000_000, says: 'HTTP 413' },
    {
      tooLarge: 'hook',
      bytes: 3_000_000,
      says: 'remote: error: this push is larger than the 200000 bytes that Outpost allows',
    },
    { tooLarge: 'unpack', bytes: 3_000_000, says: 'pack exceeds maximum allowed size' },
  ])('$tooLarge: $says', async ({ bytes, says, ...rules }) => {
    const emulator = await emulateWeb({ maxPackBytes: 200_000, ...rules });
    const checkout = await newCheckout();
    const ada = credential(emulator);
    expect((await checkout.git(['push', cloneUrl(emulator), 'main:small'], ada)).code).toBe(0);
    await checkout.commit(randomBytes(bytes));
    const { code, err } = await checkout.git(['push', cloneUrl(emulator), 'main'], ada);
    expect([code, err]).toEqual([expect.any(Number), expect.stringContaining(says)]);
    expect(code).not.toBe(0);
    expect(emulator.world.branchCommit('acme', 'web', 'main')).toBeUndefined();
    if (says === 'HTTP 413')
      expect(emulator.requests.at(-1)).toMatchObject({ operation: 'git.push', status: 413 });
  });

  test('is also rejected after git has started to receive it', async () => {
    const emulator = await emulateWeb({ maxPackBytes: 200_000 });
    const checkout = await newCheckout();
    const commit = await checkout.commit(randomBytes(300_000));
    const pack = await packOf(checkout);
    const push = beginPush(emulator, credential(emulator), commit, 'main');
    push.write(pack.subarray(0, 150_000));
    await until(() => receivedBytes(emulator) > 0);
    expect((await push.end(pack.subarray(150_000))).toString('utf8')).toContain('200000 bytes');
    expect(emulator.requests[0]).toMatchObject({ operation: 'git.push', status: 413 });
    expect(emulator.world.branchCommit('acme', 'web', 'main')).toBeUndefined();
  });
});
