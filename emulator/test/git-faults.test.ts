import { randomBytes } from 'node:crypto';
import { describe, expect } from '@jest/globals';
import { until } from '../../test/support/build.ts';
import type { FaultRule, WireFault } from '../faults.ts';
import type { Emulator } from '../server.ts';
import { systemTiming } from '../timing.ts';
import { emulate, tokenFor } from './client.ts';
import type { Checkout, Credential, GitRun } from './git-client.ts';
import { cloneUrl, headerOf, needsGit, newCheckout } from './git-client.ts';

const test = needsGit();

interface Attempt {
  readonly emulator: Emulator;
  readonly checkout: Checkout;
  readonly ada: Credential;
  readonly run: GitRun;
}

/** Runs one push, or one fetch of somebody else's commit, against these faults. */
async function attempt(
  rule: FaultRule,
  { echoToken = false, content = 3, what = 'push' } = {},
): Promise<Attempt> {
  // The git client uses the real clock, so the emulator has to use it too.
  const emulator = await emulate({ scenario: { faults: [rule], echoToken }, timing: systemTiming });
  const checkout = await newCheckout();
  await checkout.commit(randomBytes(content));
  const ada = { user: 'ada', token: tokenFor(emulator, ['repo']) };
  if (what === 'fetch') emulator.world.setBranch('acme', 'web', 'main');
  const run = await checkout.git([what, cloneUrl(emulator), 'main'], ada);
  return { emulator, checkout, ada, run };
}

function isApplied({ emulator }: Attempt): boolean {
  return emulator.world.branchCommit('acme', 'web', 'main') !== undefined;
}

const unavailable: WireFault = {
  kind: 'answer',
  status: 503,
  headers: { 'content-type': 'text/plain' },
  body: 'down\n',
};

describe.each(['git.advertise', 'git.push'] as const)('on %s', (on) => {
  // If a reused connection breaks without an answer, the git client repeats a small push by itself.
  test.each<{ fault: WireFault; says: RegExp; status: number | string; times?: 'always' }>([
    { fault: unavailable, says: /503/, status: 503 },
    {
      fault: { kind: 'answer', status: 401 },
      says: /could not read Username|HTTP 401/,
      status: 401,
    },
    {
      fault: { kind: 'reset' },
      times: 'always',
      says: /reset by peer|hung up|Empty reply/i,
      status: 'reset',
    },
    { fault: { kind: 'redirect', location: '/acme/api.git/info/refs' }, says: /302/, status: 302 },
  ])(
    '$fault fails the push, and nothing is applied',
    async ({ fault, says, status, times = 1 }) => {
      const tried = await attempt({ on, times, do: fault });
      expect(tried.run.code).not.toBe(0);
      expect(tried.run.err).toMatch(says);
      expect(tried.emulator.requests.at(-1)).toMatchObject({ operation: on, status });
      expect(isApplied(tried)).toBe(false);
      if (times === 'always') return;
      expect(
        (await tried.checkout.git(['push', cloneUrl(tried.emulator), 'main'], tried.ada)).code,
      ).toBe(0);
    },
  );

  test('a hang lasts until the emulator ends', async () => {
    const emulator = await emulate({ scenario: { faults: [{ on, do: { kind: 'hang' } }] } });
    const checkout = await newCheckout();
    const ada = { user: 'ada', token: tokenFor(emulator, ['repo']) };
    let isOver = false;
    const push = checkout.git(['push', cloneUrl(emulator), 'main'], ada).finally(() => {
      isOver = true;
    });
    await until(() => emulator.requests.at(-1)?.status === 'hang');
    expect(emulator.requests.at(-1)?.operation).toBe(on);
    // The emulator still serves other requests.
    expect((await checkout.git(['ls-remote', cloneUrl(emulator)], ada)).code).toBe(0);
    expect(isOver).toBe(false);
    await emulator.close();
    expect((await push).code).not.toBe(0);
  });
});

test('a redirect to another host is sent unchanged', async () => {
  const other = await emulate();
  const location = `${cloneUrl(other)}/info/refs?service=git-receive-pack`;
  const { run } = await attempt({ on: 'git.advertise', do: { kind: 'redirect', location } });
  expect(run.err).toContain('302');
  expect(other.requests).toEqual([]);
});

test('the server disconnects during a big push', async () => {
  // curl resends a request that a reused connection didn't take, so the fault has to apply every
  // time.
  const fault = { on: 'git.push', times: 'always', do: { kind: 'reset' } } as const;
  const tried = await attempt(fault, { content: 8_000_000 });
  expect(tried.run.code).not.toBe(0);
  const operations = tried.emulator.requests.map(({ operation }) => operation);
  expect(operations.slice(0, 3)).toEqual(['git.advertise', 'git.probe', 'git.push']);
  expect(operations.slice(3).every((operation) => operation === 'git.push')).toBe(true);
  expect(isApplied(tried)).toBe(false);
});

describe('the push is applied and the response is lost', () => {
  // In the first case, the client repeats the push and gets a refusal, because its own first
  // attempt has already created the branch.
  test.each<{ fault: WireFault; afterHandling?: true; content?: number }>([
    { fault: { kind: 'reset' }, afterHandling: true },
    { fault: { kind: 'reset' }, afterHandling: true, content: 3_000_000 },
    { fault: unavailable, afterHandling: true },
    { fault: { kind: 'cut' } },
    { fault: { kind: 'cut', framing: 'chunked' } },
  ])('$fault', async ({ fault, afterHandling = false, content }) => {
    const tried = await attempt(
      { on: 'git.push', afterHandling, do: fault },
      content === undefined ? {} : { content },
    );
    expect(tried.run.code).not.toBe(0);
    expect(tried.emulator.requests.at(-1)?.operation).toBe('git.push');
    expect(isApplied(tried)).toBe(true);
    const again = await tried.checkout.git(['push', cloneUrl(tried.emulator), 'main'], tried.ada);
    expect([again.code, again.err]).toEqual([0, 'Everything up-to-date\n']);
  });
});

test.each<{ fault: WireFault; code: number }>([
  { fault: { kind: 'cut' }, code: 128 },
  { fault: unavailable, code: 128 },
  { fault: { kind: 'slow', delayMs: 1 }, code: 0 },
])('a fetch with the fault $fault ends with $code', async ({ fault, code }) => {
  const { run, emulator } = await attempt(
    { on: 'git.fetch', times: 'always', do: fault },
    { what: 'fetch' },
  );
  expect(run.code).toBe(code);
  expect(emulator.requests.at(-1)?.operation).toBe('git.fetch');
});

test('a canned response can repeat the credential', async () => {
  const body = 'no: {{token}} {{authorization}}\n';
  const fault: WireFault = {
    kind: 'answer',
    status: 403,
    headers: { 'content-type': 'text/plain' },
    body,
  };
  const { run, ada } = await attempt({ on: 'git.advertise', do: fault }, { echoToken: true });
  expect(run.err).toContain(`remote: no: ${ada.token} ${headerOf(ada)}`);
});
