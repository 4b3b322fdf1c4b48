import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { startEmulator } from '../../emulator/server.ts';
import { aServer, atEnd } from '../support/build.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';
import { VirtualClock } from '../support/virtual-time/clock.ts';

const TOKEN_NAME = 'nightly-deploys';

/** Runs a command against its own emulator. */
async function ask(
  scenario: Scenario,
  run: Pick<CliRun, 'verb' | 'inputs' | 'args'>,
  isRevoked = false,
) {
  const clock = await VirtualClock.start();
  const emulator = await startEmulator({ scenario, now: clock.nowMs, timing: clock });
  const folder = mkdtempSync(join(tmpdir(), 'outpost-probe-'));
  try {
    const token = emulator.world.createToken({ name: TOKEN_NAME, scopes: ['service'] });
    if (isRevoked) emulator.world.revokeToken('ada', TOKEN_NAME);
    const inputs = { service: 'acme/web', origin: emulator.origin, ...run.inputs };
    const result = await runCli({ ...run, host: 'shell', token, clock, folder, inputs });
    const { requests } = emulator;
    const report = result.files['outpost-probe.json'];
    return { ...result, requests, tookMs: clock.nowMs(), report };
  } finally {
    rmSync(folder, { recursive: true });
    await emulator.close();
    await clock.close();
  }
}

const probing = {
  verb: 'probe',
  inputs: { 'token-name': TOKEN_NAME, report: 'outpost-probe.json' },
} as const;

describe('probe', () => {
  test.each<[string, Scenario, number, RegExp, number]>([
    ['the documented form', {}, 0, /^Nothing to set/m, 12],
    [
      'another form',
      { dialect: 'seed', elsewhere: 'html' },
      0,
      /^On GitHub:\n {2}with:\n {4}service-path: \/auth\/v1\/seed\/\{namespace\}\/services\/\{service\}\nOn GitLab:\n {2}inputs:\n {4}service-path: '\/auth\/v1\/seed/m,
      12,
    ],
    [
      'none',
      { dialect: 'none', elsewhere: 'login' },
      4,
      /^None of the addresses returned the service\./m,
      10,
    ],
    [
      'a word that nobody documented',
      { spelling: { words: { running: 'READY' } } },
      0,
      /^ {4}api: running=READY$/m,
      12,
    ],
  ])('%s', async (_, scenario, exitStatus, says, asked) => {
    const run = await ask(scenario, probing);
    expect(run.exitStatus).toBe(exitStatus);
    expect(run.stdout).toMatch(says);
    expect(run.requests.map(({ method }) => method)).toEqual(Array(asked).fill('GET'));
    expect(asked).toBeLessThanOrEqual(25);
  });

  test('one request per second, and none after a rate limit', async () => {
    const free = await ask({}, probing);
    const [first, ...rest] = free.requests.map(({ atMs }) => atMs);
    expect(rest.every((atMs, index) => atMs - ([first, ...rest][index] ?? 0) >= 1_000)).toBe(true);
    const limited = await ask(
      { faults: [{ on: 'elsewhere.get', do: { kind: 'answer', status: 429 } }], dialect: 'none' },
      probing,
    );
    expect(limited.exitStatus).toBe(8);
    expect(limited.requests).toHaveLength(4);
  });

  test('its report has every answer, as templates, kinds and status words', async () => {
    const { report = '' } = await ask({ dialect: 'base-url', deploymentInfo: true }, probing);
    const { rows } = JSON.parse(report);
    expect(rows.map(({ path }: { path: string }) => path)).toContain(
      '/auth/v1/{namespace}/service/{service}',
    );
    expect(
      rows.find(({ shows_service }: { shows_service: boolean }) => shows_service),
    ).toMatchObject({
      what: 'service',
      status: 200,
      body: 'JSON',
      skeleton: { name: 'text', status: 'word running', updated_at: 'time' },
    });
  });
});

test('the report has no token, name, host, log or other text from an answer', async () => {
  const secret = 'op_pat_AbCdEf0123456789ZyXwVu';
  const hostile = JSON.stringify({
    name: 'web',
    status: 'running',
    state: 'acme',
    phase: secret,
    acme: { WEB: 'main', [secret]: secret, 'a b': 1, [`k${'x'.repeat(60)}`]: 2 },
    deployments: [{ status: 'web', message: 'customer 4711 paid', main: ['https://db.internal'] }],
  });
  const { origin, received } = await aServer((response, { path }) => {
    if (path.endsWith('/logs')) response.end('{"customer":"card 4242"}');
    else
      response
        .writeHead(200, {
          'content-type': 'application/json',
          'x-ratelimit-limit': '60',
          'x-acme': '1',
        })
        .end(hostile);
  });
  const folder = mkdtempSync(join(tmpdir(), 'outpost-probe-'));
  atEnd(() => rmSync(folder, { recursive: true }));
  const clock = await VirtualClock.start();
  try {
    const inputs = {
      service: 'acme/web@main',
      origin: origin.origin,
      'service-path': '/internal-acme/{namespace}/{service}',
      'token-name': 'nightly',
      report: 'outpost-probe.json',
    };
    await runCli({ host: 'shell', verb: 'probe', inputs, token: secret, folder, clock });
  } finally {
    await clock.close();
  }
  expect(received.length).toBeGreaterThan(3);
  const report = readFileSync(join(folder, 'outpost-probe.json'), 'utf8');
  for (const word of [
    'op_pat',
    'AbCdEf',
    'acme',
    'WEB',
    '"web',
    'word web',
    'main',
    'nightly',
    '127.0.0.1',
    '4711',
    '4242',
    'customer',
    'internal',
    'kxxx',
  ])
    expect(report).not.toContain(word);
  expect(report).toContain('x-ratelimit-limit');
});

describe('status', () => {
  test.each<[string, Scenario, Readonly<Record<string, string>>, number, RegExp]>([
    [
      'seen',
      {},
      {},
      0,
      /^acme\/web: now running, 2 of 2 replicas ready, updated \d{4}-.*Z, https?:/m,
    ],
    ['at another form', { dialect: 'plural' }, {}, 0, /^acme\/web: now running/m],
    ['several', {}, { service: 'acme/web,acme/api' }, 0, /^acme\/api: now running/m],
    ['not there', {}, { service: 'acme/wep' }, 4, /Did you mean `acme\/web`\?/],
    [
      'not readable',
      { dialect: 'none', elsewhere: 'html' },
      {},
      4,
      /none of the known addresses returned it/,
    ],
    [
      'not available',
      { faults: [{ on: 'service.get', times: 99, do: { kind: 'answer', status: 503 } }] },
      {},
      8,
      /503/,
    ],
    ['a bad input', {}, { service: 'acme/web/x' }, 2, /`acme\/web\/x`/],
  ])('%s', async (_, scenario, inputs, exitStatus, says) => {
    const run = await ask(scenario, { verb: 'status', inputs });
    expect(exitStatus === 0 ? run.stdout : run.stderr).toMatch(says);
    expect(run.exitStatus).toBe(exitStatus);
    expect(run.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('a token that is revoked', async () => {
    const run = await ask({}, { verb: 'status' }, true);
    expect(run.exitStatus).toBe(3);
    expect(run.stderr).toMatch(/regenerate it/);
  });
});
