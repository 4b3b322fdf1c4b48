import { describe, expect, test } from '@jest/globals';
import { describePlan, makePlan } from '../../src/deploy/plan.ts';
import type { Preflight } from '../../src/deploy/preflight.ts';
import type { Service } from '../../src/outpost/model.ts';
import { aConfig, aService } from '../support/build.ts';

const web = { namespace: 'acme', service: 'web', branch: 'main' };
const worker = { namespace: 'acme', service: 'worker', branch: 'release' };

function preflight(
  config: Partial<Preflight['config']> = {},
  baselines: readonly (readonly [string, Service])[] = [['acme/web', aService()]],
): Preflight {
  const token = {
    name: undefined,
    needed: [],
    held: undefined,
    missing: [],
    excess: [],
    expires_at: undefined,
    days_left: undefined,
    last_used_at: undefined,
  };
  return {
    config: aConfig(config),
    token,
    atWallMs: 0,
    skewMs: 0,
    checkout: undefined,
    baselines: new Map(baselines),
  };
}

const both: readonly (readonly [string, Service])[] = [
  ['acme/worker', aService({ name: 'worker', status: 'stopped' })],
  ['acme/web', aService()],
];

test('there is one deploy a target, in the order of the input, each with the service as it was', () => {
  const { deploys } = makePlan(preflight({ targets: [web, worker] }, both));
  expect(deploys).toEqual([
    { target: web, baseline: aService(), commit: undefined, isStale: false, callsBefore: 0 },
    {
      target: worker,
      baseline: aService({ name: 'worker', status: 'stopped' }),
      commit: undefined,
      isStale: false,
      callsBefore: 0,
    },
  ]);
});

describe('the plan in words', () => {
  test.each<[string, Partial<Preflight['config']>, string]>([
    ['followed', {}, 'then follow it to the end, 15 m for the whole run'],
    ['not waited for', { wait: false }, 'then stop: the rollout is not waited for'],
    ['a dry run says so, waited for or not', { dryRun: true }, 'dry run: nothing is sent'],
    ['a dry run that would not wait', { dryRun: true, wait: false }, 'dry run: nothing is sent'],
  ])('%s', (_, config, last) => {
    expect(describePlan(makePlan(preflight(config)))).toEqual([
      'acme/web  branch main, now running: POST https://outpost.run/auth/v1/v1/services/web/deploy',
      last,
    ]);
  });

  test('several services stand in columns, and each shows the very request that is sent', () => {
    const config = {
      targets: [web, worker],
      deployPath: '/{namespace}/service/{service}/deploy',
      origin: new URL('http://127.0.0.1:8787'),
    };
    expect(describePlan(makePlan(preflight(config, both)))).toEqual([
      'acme/web     branch main, now running: POST http://127.0.0.1:8787/acme/service/web/deploy',
      'acme/worker  branch release, now stopped: POST http://127.0.0.1:8787/acme/service/worker/deploy',
      'then follow them to the end, 15 m for the whole run',
    ]);
  });

  test('a service that tells no status', () => {
    expect(
      describePlan(makePlan(preflight({}, [['acme/web', aService({ statusWord: '' })]])))[0],
    ).toContain('now without a status:');
  });
});
