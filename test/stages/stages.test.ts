import { expect, test } from '@jest/globals';
import type { Rollout, Scenario } from '../../emulator/scenario.ts';
import { needsPosix } from '../support/posix.ts';
import { type Rehearsed, rehearse, rehearseOn } from '../support/rehearse.ts';

const good: Rollout = [{ status: 'deploying', looks: 1 }, { status: 'running' }];
const bad: Rollout = [
  { status: 'deploying', looks: 1 },
  { status: 'failed', log: ['Error: cannot find module app'] },
];
const NAMES = ['db', 'api', 'worker', 'site'];
/** Makes a stage's calls come in the order of its services. */
const ONE_BY_ONE = { 'max-parallel': '1' };
const THREE = 'acme/db then acme/api acme/worker then acme/site';

function staged(fields: Partial<Scenario> = {}): Scenario {
  const services = NAMES.map((name) => ({ namespace: 'acme', name }));
  return { services, rollout: good, ...fields };
}

/** The services that were deployed, in the order of the calls. */
function called({ requests }: Pick<Rehearsed, 'requests'>): readonly string[] {
  return requests
    .filter(({ operation }) => operation === 'service.deploy')
    .map(({ path }) => /services\/(\w+)\/deploy/.exec(path)?.[1] ?? '');
}

function rowsOf({ report }: Pick<Rehearsed, 'report'>): unknown {
  return report?.deployments.map(({ service, stage, status }) => [service, stage, status]);
}

test.concurrent.each(['github', 'gitlab', 'shell'] as const)(
  'on %s, a stage starts when every service of the previous stage is deployed',
  async (host) => {
    const run = await rehearseOn(host, {
      scenario: staged(),
      inputs: { ...ONE_BY_ONE, service: THREE },
    });
    expect([run.exitStatus, run.outputs['status']]).toEqual([0, 'deployed']);
    expect(called(run)).toEqual(NAMES);
    const times = run.report?.deployments.map(({ started_at, finished_at }) => ({
      from: Date.parse(started_at ?? ''),
      to: Date.parse(finished_at ?? ''),
    }));
    const [db, api, worker, site] = times ?? [];
    expect(api?.from).toBeGreaterThanOrEqual(db?.to ?? Number.NaN);
    expect(worker?.from).toBeLessThan(api?.to ?? Number.NaN);
    expect(site?.from).toBeGreaterThanOrEqual(Math.max(api?.to ?? 0, worker?.to ?? 0));
    expect(rowsOf(run)).toEqual([
      ['db', 1, 'deployed'],
      ['api', 2, 'deployed'],
      ['worker', 2, 'deployed'],
      ['site', 3, 'deployed'],
    ]);
  },
);

test.concurrent('after a failure, the stage continues, and the next is skipped and says why', async () => {
  const scenario = staged({ rollouts: { 'acme/api': [bad] } });
  const run = await rehearse({ scenario, inputs: { ...ONE_BY_ONE, service: THREE } });
  expect([run.exitStatus, run.outputs['status'], run.outputs['failure-code']]).toEqual([
    5,
    'failed',
    'rollout-failed',
  ]);
  expect(called(run)).toEqual(['db', 'api', 'worker']);
  expect(rowsOf(run)).toEqual([
    ['db', 1, 'deployed'],
    ['api', 2, 'failed'],
    ['worker', 2, 'deployed'],
    ['site', 3, 'skipped'],
  ]);
  expect(run.report?.deployments[3]?.reason).toBe('acme/api in stage 2 failed');
  expect(run.page.join('\n')).toContain(
    'Stage 3 of 3 is skipped (acme/site): acme/api in stage 2 failed.',
  );
  for (const name of NAMES) expect(run.summary.split(`\`acme/${name}\``).length).toBeGreaterThan(1);
});

test.concurrent('a stage whose health check fails stops the next stage', async () => {
  const run = await rehearse({
    scenario: staged(),
    inputs: {
      service: 'acme/db then acme/site',
      timeout: '2m',
      'health-check': '/healthz',
    },
  });
  // The emulated services have no public address to check.
  expect(run.exitStatus).not.toBe(0);
  expect(called(run)).toEqual(['db']);
  expect(rowsOf(run)).toEqual([
    ['db', 1, 'failed'],
    ['site', 2, 'skipped'],
  ]);
});

test.concurrent('a dry run shows the stages and sends nothing', async () => {
  const run = await rehearse({
    scenario: staged(),
    inputs: { ...ONE_BY_ONE, service: THREE, 'dry-run': 'true' },
  });
  expect(called(run)).toEqual([]);
  const page = run.page.join('\n');
  expect(page).toMatch(
    /stage 1 of 3\n.*acme\/db.*\n.*stage 2 of 3\n.*acme\/api.*\n.*acme\/worker.*\n.*stage 3 of 3\n.*acme\/site/,
  );
});

test.concurrent('re-reads a service before its stage in case someone else deployed it', async () => {
  const run = await rehearse({
    scenario: staged(),
    inputs: { service: 'acme/db then acme/site', logs: 'off' },
  });
  const second = run.operations.lastIndexOf('service.deploy');
  expect(run.operations[second - 1]).toBe('service.get');
  expect(run.requests[second - 1]?.path).toBe('/acme/service/site');
});

needsPosix()(
  'a cancel in the second stage: the third is skipped, and the run ends within 2 s',
  async () => {
    let killedMs = 0;
    const run = await rehearse({
      scenario: staged({ rollouts: { 'acme/api': [[{ status: 'deploying' }]] } }),
      inputs: { ...ONE_BY_ONE, service: THREE },
      during: async ({ emulator, clock, child }) => {
        await clock.until(
          () => emulator.world.service('acme', 'api').deploysAccepted === 1,
          'the second stage began',
        );
        killedMs = clock.nowMs();
        child.kill('SIGINT');
      },
    });
    expect([run.exitStatus, run.outputs['status']]).toEqual([130, 'cancelled']);
    expect(run.endedMs - killedMs).toBeLessThanOrEqual(2_000);
    expect(rowsOf(run)).toEqual([
      ['db', 1, 'deployed'],
      ['api', 2, 'cancelled'],
      ['worker', 2, 'cancelled'],
      ['site', 3, 'skipped'],
    ]);
  },
);

test.concurrent('all stages share the timeout of the run', async () => {
  const run = await rehearse({
    scenario: staged({ rollout: [{ status: 'deploying', ms: 50_000 }, { status: 'running' }] }),
    inputs: { service: 'acme/db then acme/api then acme/site', timeout: '90s' },
  });
  expect([run.exitStatus, run.outputs['failure-code']]).toEqual([6, 'timed-out']);
  expect(rowsOf(run)).toEqual([
    ['db', 1, 'deployed'],
    ['api', 2, 'timed-out'],
    ['site', 3, 'skipped'],
  ]);
});
