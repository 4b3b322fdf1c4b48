import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import { until } from '../../test/support/build.ts';
import type { Emulator } from '../server.ts';
import { ask, emulate, field, send, tokenFor } from './client.ts';
import type { Credential } from './git-client.ts';
import { cloneUrl, needsGit, newCheckout, temporaryFolder } from './git-client.ts';
import { beginPush, packOf, receivedBytes, stalledPush } from './git-wire.ts';

const test = needsGit();

function adaWith(emulator: Emulator, ...scopes: readonly string[]): Credential {
  return { user: 'ada', token: tokenFor(emulator, scopes) };
}

describe('a repository', () => {
  test('can be pushed to, cloned, and fetched from', async () => {
    const emulator = await emulate();
    const checkout = await newCheckout();
    const ada = adaWith(emulator, 'repo');
    const first = (await checkout.git(['rev-parse', 'HEAD'])).out.trim();
    expect(
      await checkout.git(['push', '--porcelain', cloneUrl(emulator), 'main'], ada),
    ).toMatchObject({
      code: 0,
      out: expect.stringContaining('*\trefs/heads/main:refs/heads/main\t[new branch]'),
    });
    expect(emulator.world.branchCommit('acme', 'web', 'main')).toBe(first);
    const clone = join(temporaryFolder(), 'clone');
    expect(
      (await checkout.git(['clone', '--quiet', '--depth=1', cloneUrl(emulator), clone], ada)).code,
    ).toBe(0);
    expect((await checkout.git(['-C', clone, 'rev-parse', 'HEAD'])).out.trim()).toBe(first);
    const second = await checkout.commit('two');
    expect(
      (await checkout.git(['push', cloneUrl(emulator), 'main', 'main:refs/heads/feature/x'], ada))
        .code,
    ).toBe(0);
    expect(
      (await checkout.git(['-C', clone, 'fetch', '--quiet', 'origin', 'main'], ada)).code,
    ).toBe(0);
    expect((await checkout.git(['-C', clone, 'rev-parse', 'FETCH_HEAD'])).out.trim()).toBe(second);
    expect(
      (await checkout.git(['ls-remote', cloneUrl(emulator)], ada)).out.trim().split('\n'),
    ).toEqual([`${second}\tHEAD`, `${second}\trefs/heads/feature/x`, `${second}\trefs/heads/main`]);
  });

  test('is empty if it was created through the API, and accepts a push', async () => {
    const emulator = await emulate();
    const ada = adaWith(emulator, 'repo');
    const created = await send(emulator, 'POST', '/auth/v1/repository/acme', ada.token, {
      name: 'shop',
      default_branch: 'trunk',
    });
    expect(JSON.parse(created.text)).toMatchObject({
      full_name: 'acme/shop',
      default_branch: 'trunk',
      pushed_at: null,
    });
    const checkout = await newCheckout();
    expect(await checkout.git(['ls-remote', cloneUrl(emulator, 'acme/shop')], ada)).toEqual({
      code: 0,
      out: '',
      err: '',
    });
    expect(
      (await checkout.git(['push', cloneUrl(emulator, 'acme/shop'), 'main:trunk'], ada)).code,
    ).toBe(0);
    const path = `/auth/v1/repository/acme/${String(field(created, 'id'))}`;
    expect(
      Date.parse(String(field(await ask(emulator, { path, token: ada.token }), 'pushed_at'))),
    ).not.toBeNaN();
    expect(
      (await checkout.git(['ls-remote', '--symref', cloneUrl(emulator, 'acme/shop'), 'HEAD'], ada))
        .out,
    ).toContain('refs/heads/trunk');
  });

  test('can be created with an initial commit', async () => {
    const emulator = await emulate();
    const { token } = adaWith(emulator, 'repo');
    expect(
      (
        await send(emulator, 'POST', '/auth/v1/repository/ada', token, {
          name: 'notes',
          init: true,
        })
      ).status,
    ).toBe(201);
    expect(emulator.world.branchCommit('ada', 'notes', 'main')).toMatch(/^[0-9a-f]{40}$/);
  });

  test('can be changed without a push', async () => {
    const { world } = await emulate();
    expect(world.branchCommit('acme', 'web', 'main')).toBeUndefined();
    const first = world.setBranch('acme', 'web', 'main');
    const second = world.setBranch('acme', 'web', 'main');
    expect([first, second]).toEqual([
      expect.stringMatching(/^[0-9a-f]{40}$/),
      world.branchCommit('acme', 'web', 'main'),
    ]);
    expect(second).not.toBe(first);
    expect(world.setBranch('acme', 'web', 'main', first)).toBe(first);
    world.setBranch('acme', 'web', 'main', null);
    expect(world.branchCommit('acme', 'web', 'main')).toBeUndefined();
    expect(() => world.setBranch('acme', 'web', 'main', 'a'.repeat(40))).toThrow(
      'git update-ref failed',
    );
    expect(() => world.branchCommit('acme', 'wbe', 'main')).toThrow('no repository acme/wbe');
  });
});

describe('recorded requests', () => {
  test('include every request, without the token in any form', async () => {
    const emulator = await emulate();
    const checkout = await newCheckout();
    const ada = adaWith(emulator, 'repo');
    const inUrl = cloneUrl(emulator).replace('//', `//ada:${ada.token}@`);
    await checkout.git(['push', inUrl, 'main']);
    await checkout.git(['fetch', inUrl, 'main']);
    await checkout.commit(randomBytes(1_500_000));
    await checkout.git(['push', cloneUrl(emulator), 'main'], ada);
    const seen = emulator.requests.map(({ operation, status, headers }) => [
      operation,
      status,
      headers['authorization'],
    ]);
    const shown = 'Basic ***';
    expect(seen).toEqual([
      ['git.advertise', 401, undefined],
      ['git.advertise', 200, shown],
      ['git.push', 200, shown],
      ['git.advertise', 401, undefined],
      ['git.advertise', 200, shown],
      ['git.fetch', 200, shown],
      ['git.advertise', 200, shown],
      ['git.probe', 200, shown],
      ['git.push', 200, shown],
    ]);
    const kept = JSON.stringify(emulator.requests);
    for (const form of [ada.token, Buffer.from(`ada:${ada.token}`).toString('base64')])
      expect(kept).not.toContain(form);
    expect(emulator.requests[2]).toMatchObject({
      path: '/acme/web.git/git-receive-pack',
      body: undefined,
      tokenName: expect.any(String),
    });
  });

  test("the emulator's environment is not passed to git", async () => {
    const emulator = await emulate();
    const checkout = await newCheckout();
    process.env['GIT_DIR'] = '/nowhere';
    process.env['GIT_CONFIG_PARAMETERS'] = "'receive.denyCreate'='nonsense";
    try {
      expect(
        (await checkout.git(['push', cloneUrl(emulator), 'main'], adaWith(emulator, 'repo'))).code,
      ).toBe(0);
    } finally {
      delete process.env['GIT_DIR'];
      delete process.env['GIT_CONFIG_PARAMETERS'];
    }
  });
});

describe('the temporary folder', () => {
  test('is created on the first use of git, is private, and is deleted with the emulator', async () => {
    const emulator = await emulate();
    await ask(emulator, { path: '/acme/repositories', token: emulator.sessionToken });
    expect(emulator.world.git.root).toBeUndefined();
    emulator.world.setBranch('acme', 'web', 'main');
    const { root = '' } = emulator.world.git;
    expect(statSync(root).mode & 0o077).toBe(0);
    await emulator.close();
    expect(existsSync(root)).toBe(false);
  });

  test('is deleted even if a push is in progress', async () => {
    const emulator = await emulate();
    const ada = adaWith(emulator, 'repo');
    const breakOff = stalledPush(
      emulator,
      ada,
      emulator.world.setBranch('acme', 'web', 'main') ?? '',
    );
    await until(() => emulator.requests.length === 1);
    const { root = '' } = emulator.world.git;
    // `close` doesn't wait for the push, which is only aborted afterward.
    await emulator.close();
    expect(existsSync(root)).toBe(false);
    breakOff();
  });
});

test('an interrupted push changes nothing and is recorded as aborted', async () => {
  const emulator = await emulate();
  const breakOff = stalledPush(
    emulator,
    adaWith(emulator, 'repo'),
    emulator.world.setBranch('acme', 'web', 'main') ?? '',
  );
  await until(() => emulator.requests.length === 1);
  breakOff();
  await until(() => emulator.requests[0]?.status === 'aborted');
  expect(emulator.world.branchCommit('acme', 'web', 'new')).toBeUndefined();
});

// `npm run bench` measures how much of a push is held in memory.
test('a big push is streamed: git gets the first half before the second is sent', async () => {
  const emulator = await emulate();
  const checkout = await newCheckout();
  const commit = await checkout.commit(randomBytes(4 * 1_048_576));
  const pack = await packOf(checkout);
  const half = pack.length / 2;
  const push = beginPush(emulator, adaWith(emulator, 'repo'), commit, 'main');
  push.write(pack.subarray(0, half));
  // Git writes in blocks, so the end of this half may still be in its buffer.
  await until(() => receivedBytes(emulator) > half - 65_536);
  expect(emulator.requests[0]?.status).toBe('pending');
  expect(emulator.world.branchCommit('acme', 'web', 'main')).toBeUndefined();
  expect((await push.end(pack.subarray(half))).toString('latin1')).toContain('unpack ok');
  expect(emulator.world.branchCommit('acme', 'web', 'main')).toBe(commit);
});
