import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect } from '@jest/globals';
import type { Emulator } from '../../src/emulator/server.ts';
import { ask, emulate, field, send, tokenFor } from './client.ts';
import type { Credential } from './git-client.ts';
import { cloneUrl, needsGit, newCheckout, temporaryFolder } from './git-client.ts';
import { stalledPush } from './git-wire.ts';

const test = needsGit();

function adaWith(emulator: Emulator, ...scopes: readonly string[]): Credential {
  return { user: 'ada', token: tokenFor(emulator, scopes) };
}

async function until(check: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + 4_000;
  while (!check() && Date.now() < deadlineMs) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(check()).toBe(true);
}

describe('a repository', () => {
  test('is pushed to, cloned and fetched from', async () => {
    const emulator = await emulate();
    const checkout = await newCheckout();
    const ada = adaWith(emulator, 'repo');
    const first = (await checkout.git(['rev-parse', 'HEAD'])).out.trim();
    expect(await checkout.git(['push', '--porcelain', cloneUrl(emulator), 'main'], ada)).toMatchObject({
      code: 0,
      out: expect.stringContaining('*\trefs/heads/main:refs/heads/main\t[new branch]'),
    });
    expect(emulator.world.branchCommit('acme', 'web', 'main')).toBe(first);
    const clone = join(temporaryFolder(), 'clone');
    expect((await checkout.git(['clone', '--quiet', '--depth=1', cloneUrl(emulator), clone], ada)).code).toBe(0);
    expect((await checkout.git(['-C', clone, 'rev-parse', 'HEAD'])).out.trim()).toBe(first);
    const second = await checkout.commit('two');
    expect((await checkout.git(['push', cloneUrl(emulator), 'main', 'main:refs/heads/feature/x'], ada)).code).toBe(0);
    expect((await checkout.git(['-C', clone, 'fetch', '--quiet', 'origin', 'main'], ada)).code).toBe(0);
    expect((await checkout.git(['-C', clone, 'rev-parse', 'FETCH_HEAD'])).out.trim()).toBe(second);
    expect((await checkout.git(['ls-remote', cloneUrl(emulator)], ada)).out.trim().split('\n')).toEqual([
      `${second}\tHEAD`,
      `${second}\trefs/heads/feature/x`,
      `${second}\trefs/heads/main`,
    ]);
  });

  test('created through the API is empty, and takes a push', async () => {
    const emulator = await emulate();
    const ada = adaWith(emulator, 'repo');
    const created = await send(emulator, 'POST', '/auth/v1/repository/acme', ada.token, { name: 'shop', default_branch: 'trunk' });
    expect(JSON.parse(created.text)).toMatchObject({ full_name: 'acme/shop', default_branch: 'trunk', pushed_at: null });
    const checkout = await newCheckout();
    expect(await checkout.git(['ls-remote', cloneUrl(emulator, 'acme/shop')], ada)).toEqual({ code: 0, out: '', err: '' });
    expect((await checkout.git(['push', cloneUrl(emulator, 'acme/shop'), 'main:trunk'], ada)).code).toBe(0);
    const path = `/auth/v1/repository/acme/${String(field(created, 'id'))}`;
    expect(Date.parse(String(field(await ask(emulator, { path, token: ada.token }), 'pushed_at')))).not.toBeNaN();
    expect((await checkout.git(['ls-remote', '--symref', cloneUrl(emulator, 'acme/shop'), 'HEAD'], ada)).out).toContain('refs/heads/trunk');
  });

  test('that begins with a commit is made so', async () => {
    const emulator = await emulate();
    const { token } = adaWith(emulator, 'repo');
    expect((await send(emulator, 'POST', '/auth/v1/repository/ada', token, { name: 'notes', init: true })).status).toBe(201);
    expect(emulator.world.branchCommit('ada', 'notes', 'main')).toMatch(/^[0-9a-f]{40}$/);
  });

  test('may be moved behind the back of its users', async () => {
    const { world } = await emulate();
    expect(world.branchCommit('acme', 'web', 'main')).toBeUndefined();
    const first = world.setBranch('acme', 'web', 'main');
    const second = world.setBranch('acme', 'web', 'main');
    expect([first, second]).toEqual([expect.stringMatching(/^[0-9a-f]{40}$/), world.branchCommit('acme', 'web', 'main')]);
    expect(second).not.toBe(first);
    expect(world.setBranch('acme', 'web', 'main', first)).toBe(first);
    world.setBranch('acme', 'web', 'main', null);
    expect(world.branchCommit('acme', 'web', 'main')).toBeUndefined();
    expect(() => world.setBranch('acme', 'web', 'main', 'a'.repeat(40))).toThrow('git update-ref failed');
    expect(() => world.branchCommit('acme', 'wbe', 'main')).toThrow('no repository acme/wbe');
  });
});

describe('what is kept', () => {
  test('every request, without the token in any form', async () => {
    const emulator = await emulate();
    const checkout = await newCheckout();
    const ada = adaWith(emulator, 'repo');
    const inUrl = cloneUrl(emulator).replace('//', `//ada:${ada.token}@`);
    await checkout.git(['push', inUrl, 'main']);
    await checkout.git(['fetch', inUrl, 'main']);
    await checkout.commit(randomBytes(1_500_000));
    await checkout.git(['push', cloneUrl(emulator), 'main'], ada);
    const seen = emulator.requests.map(({ operation, status, headers }) => [operation, status, headers['authorization']]);
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
    for (const form of [ada.token, Buffer.from(`ada:${ada.token}`).toString('base64')]) expect(kept).not.toContain(form);
    expect(emulator.requests[2]).toMatchObject({ path: '/acme/web.git/git-receive-pack', body: undefined, tokenName: expect.any(String) });
  });

  test('the environment of the emulator is not that of its git', async () => {
    const emulator = await emulate();
    const checkout = await newCheckout();
    process.env['GIT_DIR'] = '/nowhere';
    process.env['GIT_CONFIG_PARAMETERS'] = "'receive.denyCreate'='nonsense";
    try {
      expect((await checkout.git(['push', cloneUrl(emulator), 'main'], adaWith(emulator, 'repo'))).code).toBe(0);
    } finally {
      delete process.env['GIT_DIR'];
      delete process.env['GIT_CONFIG_PARAMETERS'];
    }
  });
});

describe('the temporary folder', () => {
  test('comes with the first use of git, is private, and goes with the emulator', async () => {
    const emulator = await emulate();
    await ask(emulator, { path: '/acme/repositories', token: emulator.sessionToken });
    expect(emulator.world.git.root).toBeUndefined();
    emulator.world.setBranch('acme', 'web', 'main');
    const { root = '' } = emulator.world.git;
    expect(statSync(root).mode & 0o077).toBe(0);
    await emulator.close();
    expect(existsSync(root)).toBe(false);
  });

  test('goes although a push is under way', async () => {
    const emulator = await emulate();
    const ada = adaWith(emulator, 'repo');
    const breakOff = stalledPush(emulator, ada, emulator.world.setBranch('acme', 'web', 'main') ?? '');
    await until(() => emulator.requests.length === 1);
    const { root = '' } = emulator.world.git;
    // It does not wait for the push, which is broken off after it alone.
    await emulator.close();
    expect(existsSync(root)).toBe(false);
    breakOff();
  });
});

test('a push that breaks off changes nothing and is kept as aborted', async () => {
  const emulator = await emulate();
  const breakOff = stalledPush(emulator, adaWith(emulator, 'repo'), emulator.world.setBranch('acme', 'web', 'main') ?? '');
  await until(() => emulator.requests.length === 1);
  breakOff();
  await until(() => emulator.requests[0]?.status === 'aborted');
  expect(emulator.world.branchCommit('acme', 'web', 'new')).toBeUndefined();
});

test('a big push is not held in memory', async () => {
  const MEBIBYTE = 1_048_576;
  const emulator = await emulate();
  const checkout = await newCheckout();
  const commits: string[] = [];
  for (let count = 0; count < 3; count += 1) commits.push(await checkout.commit(randomBytes(24 * MEBIBYTE)));
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  // After a collection, what is left is what somebody holds on to.
  const heldBytes = (): number => {
    collect();
    return process.memoryUsage().arrayBuffers;
  };
  const beforeBytes = heldBytes();
  const samples: number[] = [];
  let timer: NodeJS.Timeout | undefined;
  // A collection of this process's heap can take longer than any fixed interval: each leaves the server twice as long to work.
  const sample = (): void => {
    const startedMs = performance.now();
    samples.push(heldBytes() - beforeBytes);
    timer = setTimeout(sample, 2 * (performance.now() - startedMs));
  };
  sample();
  const ada = adaWith(emulator, 'repo');
  for (const commit of commits) {
    expect(await checkout.git(['push', cloneUrl(emulator), `${commit}:refs/heads/main`], ada)).toMatchObject({ code: 0 });
    expect(emulator.world.branchCommit('acme', 'web', 'main')).toBe(commit);
  }
  clearTimeout(timer);
  expect(samples.length).toBeGreaterThan(3);
  // What is on its way through sockets and pipes is a few MiB, and up to 17 where a large process collects slowly; a push that is held is all
  // of its 24.
  expect(Math.max(...samples)).toBeLessThan(20 * MEBIBYTE);
});
