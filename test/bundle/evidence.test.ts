import { describe, expect, test } from '@jest/globals';
import { modelScenario } from '../../emulator/rollout-models.ts';
import type { DeployBody, Scenario } from '../../emulator/scenario.ts';
import { startEmulator } from '../../emulator/server.ts';
import { type RehearsalOptions, rehearse } from '../support/rehearse.ts';
import { runGithub } from '../support/run-github.ts';
import { VirtualClock } from '../support/virtual-time/clock.ts';

// The mistakes of the first edition, as small worlds. test/bundle/scenarios.test.ts has those that
// you can start by name.

const MINUTE_MS = 60_000;

/** How a run ended, and how many deploys Outpost accepted. */
async function endOf(options: RehearsalOptions) {
  const { exitStatus, outputs, emulator } = await rehearse(options);
  const deploys = emulator.world.deploysOf('acme', 'web');
  return { exitStatus, code: outputs['failure-code'], accepted: deploys.length, deploys };
}

const quick = { timeout: '3m' };
const oneDeploy = (exitStatus: number, code: string) => ({ exitStatus, code, accepted: 1 });

describe('a rollout that fails later does not pass before', () => {
  test.each<[string, Scenario, string]>([
    ['rolling, early', modelScenario('rolling', { ending: 'fails-early' }), 'rollout-failed'],
    [
      'rolling, late',
      modelScenario('rolling', { ending: 'fails-late', ms: 60_000 }),
      'rollout-failed',
    ],
    [
      'rolling, by its deployment',
      modelScenario('rolling', { ending: 'fails-late', signs: 'deployment' }),
      'rollout-failed',
    ],
    ['queued', modelScenario('queued', { ending: 'fails-late' }), 'rollout-failed'],
    [
      'after a failed one',
      modelScenario('after-failed', { ending: 'fails-late' }),
      'rollout-failed',
    ],
  ])('%s', async (_, scenario, code) => {
    expect(await endOf({ scenario, inputs: quick })).toMatchObject(oneDeploy(5, code));
  });

  test('a new version that never serves does not pass', async () => {
    const scenario = modelScenario('rolling', { ending: 'never', signs: 'versions' });
    expect(await endOf({ scenario, inputs: quick })).toMatchObject(oneDeploy(6, 'timed-out'));
  });

  test('nor is a rolling update that shows nothing, unless `updated_at` is chosen as proof', async () => {
    const scenario = modelScenario('rolling');
    expect(await endOf({ scenario, inputs: quick })).toMatchObject(
      oneDeploy(7, 'rollout-unproven'),
    );
    const inputs = { ...quick, proof: 'updated-at' };
    expect(await endOf({ scenario, inputs })).toMatchObject(oneDeploy(0, ''));
  });
});

describe('where one deployment can be read by its id, its own status decides', () => {
  const path = '/{namespace}/service/{service}/deployment/{id}';
  // The service itself stays `running`, whatever happens to the new revision.
  const world = (ending: 'good' | 'fails-late'): Scenario => ({
    ...modelScenario('rolling', { ending, signs: 'deployment' }),
    deploymentInfo: false,
    deployAnswer: { body: 'ids' },
    deploymentPath: path,
  });

  test.each([
    ['good', 0, ''],
    ['fails-late', 5, 'rollout-failed'],
  ] as const)('%s', async (ending, exitStatus, code) => {
    const inputs = { ...quick, api: `deployment=${path}` };
    expect(await endOf({ scenario: world(ending), inputs })).toMatchObject(
      oneDeploy(exitStatus, code),
    );
  });

  test.each(['good', 'fails-late'] as const)(
    '%s: without its address nothing does',
    async (ending) => {
      expect(await endOf({ scenario: world(ending), inputs: quick })).toMatchObject(
        oneDeploy(7, 'rollout-unproven'),
      );
    },
  );

  test('an address that is wrong changes nothing, and costs one request a look', async () => {
    const inputs = { ...quick, api: 'deployment=/{namespace}/deployments/{id}' };
    expect(await endOf({ scenario: world('good'), inputs })).toMatchObject(
      oneDeploy(7, 'rollout-unproven'),
    );
  });
});

test.each([9_000, 10_000, 11_100, 12_300, 70_000, 72_500])(
  'running after %d ms: the run ends within one look, and when it has kept running for 10 s',
  async (ms) => {
    const scenario: Scenario = { rollout: [{ status: 'deploying', ms }, { status: 'running' }] };
    const { exitStatus, emulator, endedMs } = await rehearse({ scenario });
    const called = emulator.requests.find(({ operation }) => operation === 'service.deploy');
    const lagMs = endedMs - (called?.atMs ?? Number.NaN) - ms;
    expect({ exitStatus, isQuick: lagMs <= 10_000 + (ms < 60_000 ? 3_000 : 5_000) }).toEqual({
      exitStatus: 0,
      isQuick: true,
    });
    expect(lagMs).toBeGreaterThanOrEqual(10_000);
  },
);

describe('a good deploy is not rolled back', () => {
  const inputs = { ...quick, 'on-failure': 'rollback', 'rollback-branch': 'stable' };
  const scaled = modelScenario('scale-to-zero');
  test.each<[string, Scenario, number, string]>([
    ['that scaled to zero', scaled, 0, ''],
    ['after a failed one', modelScenario('after-failed'), 0, ''],
    ['that nothing proves', modelScenario('rolling'), 7, 'rollout-unproven'],
    [
      'whose service is called failed for another reason',
      modelScenario('rolling', { ending: 'fails-early' }),
      5,
      'rollout-failed',
    ],
  ])('%s', async (_, scenario, exitStatus, code) => {
    expect(await endOf({ scenario, inputs: { ...inputs, timeout: '4m' } })).toMatchObject(
      oneDeploy(exitStatus, code),
    );
  });

  test('a bad one is, by strong evidence', async () => {
    const { rollout } = modelScenario('in-place', { ending: 'fails-late' });
    const back = modelScenario('in-place').rollout;
    const scenario: Scenario = { rollouts: { 'acme/web': [rollout ?? [], back ?? []] } };
    expect(await endOf({ scenario, inputs })).toMatchObject({
      exitStatus: 5,
      code: 'rollout-failed',
      accepted: 2,
      deploys: [
        { branch: 'main', end: 'failed' },
        { branch: 'stable', isLive: true },
      ],
    });
  });
});

describe('a success that carries an error is a refusal', () => {
  const bodies: readonly DeployBody[] = [
    'error-object',
    'error-text',
    'error-list',
    'success-false',
    'ok-false',
  ];
  test.each(bodies.flatMap((body) => ['true', 'false'].map((wait) => ({ body, wait }))))(
    '$body, wait: $wait',
    async ({ body, wait }) => {
      const scenario: Scenario = {
        deployAnswer: { body },
        // An autoscaler changes `updated_at` anyway.
        afterRefusal: [
          { status: 'running', ms: 5_000 },
          { status: 'running', movesUpdatedAt: true },
        ],
      };
      expect(await endOf({ scenario, inputs: { wait } })).toMatchObject({
        exitStatus: 4,
        code: 'refused',
        accepted: 0,
      });
    },
  );
});

describe('every spelling is read', () => {
  test.each<[string, NonNullable<Scenario['spelling']>]>([
    [
      'camelCase, state, epoch seconds',
      { keys: 'camelCase', status: 'state', times: 'epoch-seconds' },
    ],
    ['phase, epoch milliseconds', { status: 'phase', times: 'epoch-milliseconds' }],
    ['status.phase, another zone', { status: 'status.phase', times: 'offset' }],
  ])('%s', async (_, spelling) => {
    const scenario = { ...modelScenario('in-place'), spelling };
    expect(await endOf({ scenario, inputs: quick })).toMatchObject(oneDeploy(0, ''));
    const bad = { ...modelScenario('in-place', { ending: 'fails-late' }), spelling };
    expect(await endOf({ scenario: bad, inputs: quick })).toMatchObject(
      oneDeploy(5, 'rollout-failed'),
    );
  });

  test.each(['CrashLoopBackOff', 'error', 'UNHEALTHY'])(
    '%s ends a rollout at once',
    async (word) => {
      const scenario: Scenario = {
        ...modelScenario('in-place', { ending: 'fails-late' }),
        spelling: { words: { failed: word } },
      };
      const { endedMs, emulator, outputs } = await rehearse({ scenario });
      const [deploy] = emulator.world.deploysOf('acme', 'web');
      expect(outputs['failure-code']).toBe('rollout-failed');
      expect(endedMs - (deploy?.endedAtMs ?? 0)).toBeLessThanOrEqual(5_000);
    },
  );
});

test.each(['stream', 'on-failure', 'off'])(
  'from a final status to the exit takes one interval at most, with `logs: %s`',
  async (logs) => {
    const slow = {
      on: 'service.logs',
      times: 'always',
      do: { kind: 'slow', delayMs: 20_000 },
    } as const;
    const bad: Scenario = {
      ...modelScenario('in-place', { ending: 'fails-late', ms: 90_000 }),
      faults: logs === 'stream' ? [] : [slow],
    };
    const { endedMs, emulator } = await rehearse({ scenario: bad, inputs: { logs } });
    const [deploy] = emulator.world.deploysOf('acme', 'web');
    expect(endedMs - (deploy?.endedAtMs ?? 0)).toBeLessThanOrEqual(
      logs === 'on-failure' ? 7_500 : 5_000,
    );
  },
);

test('twelve jobs share a token of 60 requests a minute: none fails for the limit', async () => {
  const clock = await VirtualClock.start();
  const emulator = await startEmulator({
    scenario: {
      services: Array.from({ length: 12 }, (_, index) => ({
        namespace: 'acme',
        name: `s${index}`,
      })),
      rollout: modelScenario('in-place', { ms: 3 * MINUTE_MS }).rollout ?? [],
    },
    plan: 'free',
    now: clock.nowMs,
    timing: clock,
  });
  try {
    const token = emulator.world.createToken({ name: 'rehearsal', scopes: ['service'] });
    const runs = Array.from({ length: 12 }, (_, index) =>
      runGithub({
        token,
        clock,
        inputs: { service: `acme/s${index}`, origin: emulator.origin, 'token-name': 'rehearsal' },
      }),
    );
    const ended = await Promise.all(runs);
    const codes = ended.map(({ outputs }) => outputs['failure-code']);
    expect(codes.filter((code) => code !== '' && code !== 'rollout-unproven')).toEqual([]);
    expect(codes.filter((code) => code === '').length).toBe(12);
  } finally {
    await emulator.close();
    await clock.close();
  }
});
