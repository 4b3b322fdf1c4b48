import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { type Emulator, startEmulator } from '../../emulator/server.ts';
import { aServer, atEnd } from '../support/build.ts';
import { runGithub } from '../support/run-github.ts';
import { spawnBundle } from '../support/spawn-bundle.ts';
import { VirtualClock } from '../support/virtual-time/clock.ts';

const PRE = fileURLToPath(new URL('../../dist/github/pre.js', import.meta.url));
const TOKEN = 'op_pat_2vN8xQ4LrT0yWb6KsE1u';

const DAY_MS = 86_400_000;

interface Early {
  readonly token?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, string>>;
}

/** The pre step, as the runner starts it at the beginning of the job. */
function early(
  { token, inputs = {}, env: further = {} }: Early,
  origin: string,
  clock: VirtualClock,
) {
  const all = { service: 'acme/web', origin, ...inputs };
  const env = {
    ...further,
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF_NAME: 'main',
    GITHUB_REF_TYPE: 'branch',
    INPUT_TOKEN: token,
    ...Object.fromEntries(
      Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
  };
  return spawnBundle({ bundle: PRE, env, folder: '.', clock });
}

async function withEmulator(
  task: (emulator: Emulator, clock: VirtualClock) => Promise<void>,
  scenario: Scenario = {},
): Promise<void> {
  const clock = await VirtualClock.start();
  const emulator = await startEmulator({ scenario, now: clock.nowMs, timing: clock });
  try {
    await task(emulator, clock);
  } finally {
    await emulator.close();
    await clock.close();
  }
}

test('a good token and a visible service: two requests, no output', () =>
  withEmulator(async (emulator, clock) => {
    const token = emulator.world.createToken({
      name: 'ci',
      scopes: ['service'],
      expiresInDays: 90,
    });
    const { exitStatus, stdout } = await early(
      { token, inputs: { 'token-name': 'ci' } },
      emulator.origin,
      clock,
    );
    expect(exitStatus).toBe(0);
    expect(stdout.replace(/^::add-mask::.*\n/gm, '')).toBe('');
    expect(emulator.requests.map(({ operation }) => operation)).toEqual([
      'token.list',
      'service.get',
    ]);
  }));

test.each([
  ['warn', 0, /^::warning title=The Outpost deploy in this job will fail::/m],
  ['error', 3, /^::error title=Outpost deploy%3A token-expired%2C found before the build::/m],
  ['off', 0, /^(?!.*(?:warning|error))/],
])('an expired token with early-check: %s', (mode, exit, says) =>
  withEmulator(async (emulator, clock) => {
    const token = emulator.world.createToken({
      name: 'ci',
      scopes: ['service'],
      expiresAt: '2020-01-01T00:00:00Z',
    });
    const { exitStatus, stdout } = await early(
      { token, inputs: { 'token-name': 'ci', 'early-check': mode } },
      emulator.origin,
      clock,
    );
    expect(exitStatus).toBe(exit);
    expect(stdout).toMatch(says);
    expect(emulator.requests.length).toBeLessThanOrEqual(10);
  }),
);

test("Outpost's clock counts: the token is valid on a machine that is two days ahead", async () => {
  const clock = await VirtualClock.start();
  atEnd(() => clock.close());
  const atOutpostMs = clock.nowMs() - 2 * DAY_MS;
  const record = {
    name: 'ci',
    scopes: ['service'],
    expires_at: new Date(atOutpostMs + DAY_MS).toISOString(),
  };
  const { origin } = await aServer((response, { path }) => {
    response.writeHead(200, {
      'content-type': 'application/json',
      date: new Date(atOutpostMs).toUTCString(),
    });
    const service = { name: 'web', status: 'running' };
    response.end(JSON.stringify(path.includes('/pat/') ? record : service));
  });
  const inputs = { 'token-name': 'ci', 'early-check': 'error' };
  const { exitStatus, stdout } = await early({ token: TOKEN, inputs }, origin.origin, clock);
  expect({ exitStatus, stdout: stdout.replace(/^::add-mask::.*\n/gm, '') }).toEqual({
    exitStatus: 0,
    stdout: '',
  });
});

test('a token that replaced the named one in a rotation is found', () =>
  withEmulator(async (emulator, clock) => {
    const token = emulator.world.createToken({
      name: 'ci-2026-11-24-081502-x7k2',
      scopes: ['repo:read'],
    });
    const { stdout } = await early(
      { token, inputs: { 'token-name': 'ci' } },
      emulator.origin,
      clock,
    );
    expect(stdout).toMatch(/it is missing the scope `service`/);
    expect(emulator.requests.length).toBe(1);
  }));

test('a missing scope is reported before the build', () =>
  withEmulator(async (emulator, clock) => {
    const token = emulator.world.createToken({ name: 'ci', scopes: ['repo:read'] });
    const { stdout } = await early(
      { token, inputs: { 'token-name': 'ci' } },
      emulator.origin,
      clock,
    );
    expect(stdout).toMatch(/it is missing the scope `service`/);
  }));

test.each<[string, Early]>([
  ['no token yet', {}],
  ['inputs that a later step fills in', { token: TOKEN, inputs: { service: '' } }],
  ['an Outpost that does not answer', { token: TOKEN, inputs: { origin: 'http://127.0.0.1:9' } }],
  ['a service that is not there yet', { token: TOKEN }],
])('no output, and no failed job: %s', (_, run) =>
  withEmulator(async (emulator, clock) => {
    const token =
      run.inputs === undefined && run.token !== undefined
        ? emulator.world.createToken({ name: 'ci', scopes: ['service'] })
        : run.token;
    const inputs = { ...(run.inputs ?? { service: 'acme/later' }) };
    const { exitStatus, stdout } = await early(
      { ...(token === undefined ? {} : { token }), inputs },
      emulator.origin,
      clock,
    );
    expect(exitStatus).toBe(0);
    expect(stdout.replace(/^::add-mask::.*\n/gm, '')).toBe('');
  }),
);

test('a token of another kind is reported at once', () =>
  withEmulator(async (emulator, clock) => {
    const { exitStatus, stdout } = await early(
      { token: 'ghp_9fK2mX7qLw3Zr8Tb5Vn1Yc6Hd4Js0Ae2Gu' },
      emulator.origin,
      clock,
    );
    expect(exitStatus).toBe(0);
    expect(stdout).toMatch(
      /::warning title=The Outpost deploy in this job will fail::.*it is a GitHub token/,
    );
    expect(emulator.requests).toEqual([]);
  }));

test('a service that no address shows is reported before the build, but does not fail the job', async () => {
  const clock = await VirtualClock.start();
  const scenario: Scenario = { dialect: 'none', elsewhere: 'html' };
  const emulator = await startEmulator({ scenario, now: clock.nowMs, timing: clock });
  try {
    const token = emulator.world.createToken({ name: 'ci', scopes: ['service'] });
    const inputs = { 'early-check': 'error', 'token-name': 'ci' };
    const { exitStatus, stdout } = await early({ token, inputs }, emulator.origin, clock);
    expect(exitStatus).toBe(0);
    expect(stdout).toMatch(/::warning .*none of the known addresses returned it/);
    expect(emulator.requests.length).toBeLessThanOrEqual(10);
  } finally {
    await emulator.close();
    await clock.close();
  }
});

test('the main step starts with the form that it finds', async () => {
  const clock = await VirtualClock.start();
  const emulator = await startEmulator({
    scenario: {
      dialect: 'single-v1',
      rollout: [{ status: 'deploying', looks: 1 }, { status: 'running' }],
    },
    now: clock.nowMs,
    timing: clock,
  });
  const folder = mkdtempSync(join(tmpdir(), 'outpost-early-'));
  try {
    const token = emulator.world.createToken({ name: 'ci', scopes: ['service'] });
    const state = join(folder, 'state');
    writeFileSync(state, '');
    await early({ token, env: { GITHUB_STATE: state } }, emulator.origin, clock);
    const [, number] = /^outpost-form<<(?:\S+)\n(\d)\n/.exec(readFileSync(state, 'utf8')) ?? [];
    expect(number).toBe('6');
    const asked = emulator.requests.length;
    const inputs = { service: 'acme/web', origin: emulator.origin };
    const run = (kept: string) =>
      runGithub({ inputs, token, clock, env: { 'STATE_outpost-form': kept } });
    const main = await run(number ?? '');
    expect(main.exitStatus).toBe(0);
    const operations = emulator.requests.slice(asked).map(({ operation }) => operation);
    expect(operations.slice(0, 2)).toEqual(['service.get', 'service.deploy']);
    // A wrong or invalid number only costs an extra request.
    for (const kept of ['2', '9', 'x']) expect((await run(kept)).exitStatus).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
    await emulator.close();
    await clock.close();
  }
});
test.each<[string, Early, RegExp]>([
  ['no token', {}, /token-missing%2C found before the build/],
  [
    'inputs that a later step fills in',
    { token: TOKEN, inputs: { service: '' } },
    /token-unchecked%2C found before the build/,
  ],
  [
    'an Outpost that does not answer',
    { token: TOKEN, inputs: { origin: 'http://127.0.0.1:9' } },
    /token-unchecked%2C found before the build/,
  ],
  [
    'a list of tokens that is down, with least-privilege: error',
    { token: TOKEN, inputs: { 'token-name': 'ci', 'least-privilege': 'error' } },
    /token-unchecked%2C found before the build/,
  ],
])('early-check: error fails if the token could not be checked: %s', (_, run, says) =>
  withEmulator(
    async (emulator, clock) => {
      const token =
        run.inputs?.['token-name'] === undefined
          ? run.token
          : emulator.world.createToken({ name: 'ci', scopes: ['service'] });
      const { exitStatus, stdout } = await early(
        {
          ...(token === undefined ? {} : { token }),
          inputs: { ...run.inputs, 'early-check': 'error' },
        },
        emulator.origin,
        clock,
      );
      expect({ exitStatus, stdout }).toEqual({
        exitStatus: 3,
        stdout: expect.stringMatching(says),
      });
    },
    { faults: [{ on: 'token.list', times: 'always', do: { kind: 'answer', status: 503 } }] },
  ),
);
