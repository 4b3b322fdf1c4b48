import { describe, expect, test } from '@jest/globals';
import { dialects } from '../../emulator/dialects.ts';
import type { Scenario } from '../../emulator/scenario.ts';
import { type Emulator, startEmulator } from '../../emulator/server.ts';
import { text, withEndpoint } from '../support/health/endpoint.ts';
import { type RehearsalOptions, rehearse } from '../support/rehearse.ts';
import { runGithub } from '../support/run-github.ts';
import { VirtualClock } from '../support/virtual-time/clock.ts';

// It isn't known for certain where Outpost shows a service. These tests cover every form that its
// pages allow, and what the other addresses may answer.

const rollout = [{ status: 'deploying', looks: 1 }, { status: 'running' }] as const;
const elsewheres = ['404', 'html', 'login', '401'] as const;
const readable = dialects.filter((dialect) => dialect !== 'none');

const inputs = { service: 'acme/web', timeout: '2m', 'token-name': '' };

interface World extends Omit<RehearsalOptions, 'scenario'> {
  readonly scenario: Scenario;
}

async function endOf({ scenario, ...options }: World) {
  const result = await rehearse({
    ...options,
    scenario: { rollout, ...scenario },
    inputs: { ...inputs, ...options.inputs },
  });
  const { operations } = result;
  const call = operations.indexOf('service.deploy');
  return {
    ...result,
    code: result.outputs['failure-code'],
    before: operations.slice(0, call < 0 ? undefined : call),
    calls: operations.filter((one) => one === 'service.deploy').length,
    accepted: result.emulator.world.deploysOf('acme', 'web').length,
  };
}

describe.each(elsewheres)('other addresses answer %s', (elsewhere) => {
  test.each(readable)(
    '%s: the form that shows it is found, and used until the end',
    async (dialect) => {
      const run = await endOf({ scenario: { dialect, elsewhere } });
      expect([run.exitStatus, run.calls, run.accepted]).toEqual([0, 1, 1]);
      expect(run.before.filter((one) => one === 'service.get')).toHaveLength(1);
      expect(run.before.length).toBeLessThanOrEqual(8);
      // After the call, no other address is tried.
      expect(run.operations.slice(run.before.length)).not.toContain('elsewhere.get');
    },
  );

  test.each(readable)('%s, wait: false: one request', async (dialect) => {
    const run = await endOf({ scenario: { dialect, elsewhere }, inputs: { wait: 'false' } });
    expect([run.exitStatus, run.operations]).toEqual([0, ['service.deploy']]);
    expect(run.outputs['status']).toBe('accepted');
  });
});

test('the documented form: one read before the call, and forms are not mentioned', async () => {
  const run = await endOf({ scenario: {} });
  expect(run.before).toEqual(['service.get']);
  expect(run.page.join('\n')).not.toContain('service-path');
});

test('the log names the setting that avoids the other attempts, and it works', async () => {
  const scenario: Scenario = { dialect: 'plural' };
  const first = await endOf({ scenario });
  expect(first.before).toHaveLength(5);
  const [, path = ''] = /`service-path: (\S+)`/.exec(first.page.join('\n')) ?? [];
  expect(path).toBe('/auth/v1/{namespace}/services/{service}');
  const second = await endOf({ scenario, inputs: { 'service-path': path } });
  expect([second.exitStatus, second.before]).toEqual([0, ['service.get']]);
});

describe('if only the deploy call works', () => {
  const scenario: Scenario = { dialect: 'none' };

  test.each(elsewheres)(
    'wait: nothing is sent, and the message lists the options (%s)',
    async (elsewhere) => {
      const run = await endOf({ scenario: { ...scenario, elsewhere } });
      expect([run.exitStatus, run.calls]).toEqual([4, 0]);
      expect(run.code).toBe(elsewhere === '404' ? 'not-found' : 'service-unreadable');
      const page = run.page.join('\n');
      expect(page).toContain('GET /acme/service/web: ');
      expect(page).toContain('GET /auth/v1/services/web: ');
      for (const way of ['`service-path`', 'health-check-contains', '`wait: false`'])
        expect(page).toContain(way);
      expect(run.operations.length).toBeLessThanOrEqual(8);
    },
  );

  test('wait: false with the bare name, like the documented curl: exactly one request', async () => {
    const run = await endOf({ scenario, inputs: { service: 'web', wait: 'false' } });
    expect([run.exitStatus, run.operations]).toEqual([0, ['service.deploy']]);
    expect(run.outputs['status']).toBe('accepted');
    expect(JSON.parse(run.outputs['deployments'] ?? '')[0]).toMatchObject({ service: 'web' });
  });
});

test('a revoked token is reported as such, though other addresses answer 401 to anybody', async () => {
  const dead = await endOf({
    scenario: { dialect: 'reference' },
    prepare: ({ world }) => world.revokeToken('ada', 'rehearsal'),
  });
  expect([dead.exitStatus, dead.code, dead.calls]).toEqual([3, 'token-rejected', 0]);
  const alive = await endOf({ scenario: { dialect: 'none', elsewhere: '401' } });
  expect([alive.exitStatus, alive.code]).toEqual([4, 'service-unreadable']);
  expect(alive.page.join('\n')).not.toMatch(/[Rr]egenerate/);
});

describe('several services', () => {
  const both = { service: 'acme/web, acme/api' };
  test.each<[string, Scenario]>([
    ['one list for all', {}],
    ['a list without an envelope', { listEnvelope: 'array' }],
    ['a list under services', { listEnvelope: 'services' }],
    ['a list with an item that has no name', { namelessItem: true }],
    [
      'a list that does not answer',
      { faults: [{ on: 'service.list', do: { kind: 'answer', status: 404 } }] },
    ],
    [
      'a list that is a page',
      { faults: [{ on: 'service.list', do: { kind: 'answer', status: 200, body: '<html>' } }] },
    ],
  ])('%s', async (_, scenario) => {
    const run = await endOf({ scenario: { dialect: 'base-url', ...scenario }, inputs: both });
    expect([run.exitStatus, run.calls]).toEqual([0, 2]);
  });
});

describe('envelopes of a service', () => {
  test.each(['data', 'service', 'result', 'data.service', 'list', 'data-list'] as const)(
    '%s',
    async (envelope) => {
      const run = await endOf({ scenario: { envelope } });
      expect([run.exitStatus, run.before]).toEqual([0, ['service.get']]);
    },
  );

  test.each(['full_name', 'full-in-name'] as const)('named by %s', async (naming) => {
    const run = await endOf({ scenario: { naming } });
    expect([run.exitStatus, run.before]).toEqual([0, ['service.get']]);
  });
});

test('an address with a trailing slash: the redirect is followed once, then remembered', async () => {
  const run = await endOf({ scenario: { readSlash: true } });
  expect([run.exitStatus, run.before]).toEqual([0, ['elsewhere.slash', 'service.get']]);
  expect(run.operations.filter((one) => one === 'elsewhere.slash').length).toBeLessThanOrEqual(2);
});

test('an undocumented status for running can be configured', async () => {
  const scenario: Scenario = { spelling: { words: { running: 'READY' } } };
  const unknown = await endOf({ scenario });
  expect(unknown.exitStatus).toBe(6);
  expect(unknown.page.join('\n')).toContain('`api: running=READY`');
  const told = await endOf({ scenario, inputs: { api: 'running=READY' } });
  expect(told.exitStatus).toBe(0);
});

describe('a health check that names the commit', () => {
  const COMMIT = '5f0c1a6';

  /** What the service reports about itself. From the deploy on, that is its new commit. */
  const checked = (before: string, after: string, fields: Partial<World> = {}) => {
    let emulator: Emulator | undefined;
    const isDeployed = (): boolean =>
      emulator?.requests.some(({ operation }) => operation === 'service.deploy') === true;
    return withEndpoint(
      (response) => text(response, 200, isDeployed() ? after : before),
      ({ url }) =>
        endOf({
          scenario: { dialect: 'none', elsewhere: 'html' },
          ...fields,
          inputs: {
            'health-check': `${url}/version`,
            'health-check-contains': '{commit:7}',
            ...fields.inputs,
          },
          prepare: (prepared) => {
            emulator = prepared;
          },
        }),
    );
  };

  test('proves a deploy of a service that no address shows', async () => {
    const run = await checked('0000000', COMMIT);
    expect([run.exitStatus, run.outputs['status'], run.calls]).toEqual([0, 'deployed', 1]);
    expect(run.page.join('\n')).toContain('Only the health check can confirm the deploy');
  });

  test('even if every address answers like an API without that service', async () => {
    const run = await checked('0000000', COMMIT, { scenario: { dialect: 'none' } });
    expect([run.exitStatus, run.calls]).toEqual([0, 1]);
  });

  test('that never holds leaves the deploy unproven, and rolls nothing back', async () => {
    const inputs = { timeout: '2m', 'on-failure': 'rollback', 'rollback-branch': 'stable' };
    const run = await checked('0000000', '0000000', { inputs });
    expect([run.exitStatus, run.code, run.calls]).toEqual([7, 'rollout-unproven', 1]);
  });

  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['that holds before the call proves nothing', COMMIT, {}],
    ['by a path needs an endpoint, which nobody tells', '0000000', { 'health-check': '/version' }],
    ['for other text proves nothing', '0000000', { 'health-check-contains': 'ok' }],
  ])('%s: nothing is sent', async (_, before, inputs) => {
    const run = await checked(before, COMMIT, { inputs });
    expect([run.exitStatus, run.code, run.calls]).toEqual([4, 'service-unreadable', 0]);
  });
});

test('an origin with an IPv6 address', async () => {
  const clock = await VirtualClock.start();
  const emulator = await startEmulator({
    host: '::1',
    scenario: { rollout },
    now: clock.nowMs,
    timing: clock,
  });
  try {
    expect(emulator.origin).toMatch(/^http:\/\/\[::1\]:/);
    const token = emulator.world.createToken({ name: 'ci', scopes: ['service'] });
    const { exitStatus } = await runGithub({
      inputs: {
        service: 'acme/web',
        origin: emulator.origin,
        'health-check': `${emulator.origin}/healthz`,
      },
      token,
      clock,
    });
    expect(emulator.requests.map(({ operation }) => operation)).toContain('service.deploy');
    expect(exitStatus).toBe(5);
  } finally {
    await emulator.close();
    await clock.close();
  }
});
