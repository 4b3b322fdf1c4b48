import { describe, expect, test } from '@jest/globals';
import { describePlan, makePlan } from '../../src/deploy/plan.ts';
import type { Preflight } from '../../src/deploy/preflight.ts';
import type { Service } from '../../src/outpost/model.ts';
import { aConfig, aForm, aService } from '../support/build.ts';

const web = { namespace: 'acme', service: 'web', branch: 'main', stage: 1 };
const worker = { namespace: 'acme', service: 'worker', branch: 'release', stage: 1 };

function preflight(
  config: Partial<Preflight['config']> = {},
  baselines: readonly (readonly [string, Service])[] = [['acme/web', aService()]],
  provedByHealth: readonly string[] = [],
): Preflight {
  return {
    config: aConfig(config),
    atWallMs: 0,
    skewMs: 0,
    form: aForm(),
    checkout: undefined,
    job: undefined,
    baselines: new Map(baselines),
    provedByHealth: new Set(provedByHealth),
  };
}

const both: readonly (readonly [string, Service])[] = [
  ['acme/worker', aService({ name: 'worker', phase: 'idle' })],
  ['acme/web', aService()],
];

test('plans one deploy per target, in input order, each with its baseline', () => {
  const { deploys } = makePlan(preflight({ targets: [web, worker] }, both));
  const fresh = {
    commit: undefined,
    wasPushedBefore: false,
    isStale: false,
    isProvedByHealth: false,
    callsBefore: 0,
  };
  expect(deploys).toEqual([
    { ...fresh, target: web, baseline: aService() },
    { ...fresh, target: worker, baseline: aService({ name: 'worker', phase: 'idle' }) },
  ]);
});

test.each<[readonly string[], readonly boolean[]]>([
  [[], [false, false]],
  [['acme/web'], [true, false]],
  [
    ['acme/worker', 'acme/web'],
    [true, true],
  ],
  [
    ['ada/web', 'web'],
    [false, false],
  ],
])('the health check of %j can prove a deploy: each service has its own flag', (names, proved) => {
  const { deploys } = makePlan(preflight({ targets: [web, worker] }, both, names));
  expect(deploys.map(({ isProvedByHealth }) => isProvedByHealth)).toEqual(proved);
});

describe('proof: commit', () => {
  const push = { namespace: 'acme', name: 'web' };
  const showsCommit: readonly (readonly [string, Service])[] = [
    ['acme/web', aService({ commit: 'feedbeef' })],
  ];
  const proof = 'commit' as const;

  test.each<[string, Preflight]>([
    ['Outpost shows the live commit', preflight({ proof }, showsCommit)],
    ['this run pushes it', preflight({ proof, push })],
    ['the health check names it', preflight({ proof }, undefined, ['acme/web'])],
    ['the rollout is not waited for', preflight({ proof, wait: false })],
  ])('can be met if %s', (_, ready) => {
    expect(makePlan(ready).deploys).toHaveLength(1);
  });

  test('is rejected before the call if nothing could ever prove it', () => {
    expect(() => makePlan(preflight({ proof }))).toThrow(
      expect.objectContaining({
        code: 'config-invalid',
        attempted: 'Planning the deploy of acme/web',
        hint: expect.stringContaining('`health-check-contains: "{commit:7}"`'),
      }),
    );
  });

  test('is rejected if it cannot be met for one of several services', () => {
    const config = { proof, targets: [web, worker] };
    expect(() => makePlan(preflight(config, both, ['acme/web']))).toThrow(
      expect.objectContaining({
        code: 'config-invalid',
        attempted: 'Planning the deploy of acme/worker',
      }),
    );
    expect(makePlan(preflight(config, both, ['acme/web', 'acme/worker'])).deploys).toHaveLength(2);
  });
});

const DRY = 'dry run: the deploy call is not sent, so its address and the branch are not tested';
const BY_ROLLOUT =
  'proof: this deployment succeeds, or a rollout starts after the call and reaches a `running` that lasts for 10 s';

describe('the plan as text', () => {
  test.each<[string, Partial<Preflight['config']>, readonly string[]]>([
    ['followed', {}, [BY_ROLLOUT, 'then follow it to the end (timeout for the whole run: 15 m)']],
    ['not waited for', { wait: false }, ['then stop without waiting for the rollout']],
    ['a dry run says so, and says what would count as proof', { dryRun: true }, [BY_ROLLOUT, DRY]],
    ['a dry run that does not wait', { dryRun: true, wait: false }, [DRY]],
    [
      'with a health check',
      { healthCheck: '/healthz' },
      [
        'then check /healthz on each endpoint',
        BY_ROLLOUT,
        'then follow it to the end (timeout for the whole run: 15 m)',
      ],
    ],
    [
      'with a full health check URL, without waiting',
      { healthCheck: 'https://web.example/healthz', dryRun: true, wait: false },
      ['then check https://web.example/healthz', DRY],
    ],
  ])('%s', (_, config, last) => {
    expect(describePlan(makePlan(preflight(config)))).toEqual([
      'acme/web  branch main, now running: POST https://outpost.run/auth/v1/v1/services/web/deploy',
      ...last,
    ]);
  });

  test.each<[Preflight['config']['proof'], RegExp]>([
    ['rollout', /a rollout starts after the call and reaches a `running` that lasts for 30 s/],
    ['updated-at', /a new `updated_at` and a `running` that lasts for 30 s/],
    ['commit', /this run's commit is live/],
  ])('what counts as proof: %s', (proof, words) => {
    const config = { proof, stableForMs: 30_000, push: { namespace: 'acme', name: 'web' } };
    const proofWith = (proved: readonly string[]) =>
      describePlan(makePlan(preflight(config, undefined, proved))).find((line) =>
        line.startsWith('proof: '),
      );
    const byHealth = /, or the health check, which looks for this run/;
    expect(proofWith([])).toMatch(words);
    expect(proofWith([])).not.toMatch(byHealth);
    expect(proofWith(['acme/web'])).toMatch(words);
    expect(proofWith(['acme/web'])).toMatch(byHealth);
  });

  test('several services are aligned in columns, each with the exact request to send', () => {
    const config = {
      targets: [web, worker],
      deployPath: '/{namespace}/service/{service}/deploy',
      origin: new URL('http://127.0.0.1:8787'),
    };
    expect(describePlan(makePlan(preflight(config, both)))).toEqual([
      'acme/web     branch main, now running: POST http://127.0.0.1:8787/acme/service/web/deploy',
      'acme/worker  branch release, now stopped: POST http://127.0.0.1:8787/acme/service/worker/deploy',
      BY_ROLLOUT,
      'then follow them to the end (timeout for the whole run: 15 m)',
    ]);
  });

  test('a service without a status', () => {
    expect(
      describePlan(makePlan(preflight({}, [['acme/web', aService({ statusWord: '' })]])))[0],
    ).toContain('now without a status:');
  });
});
