import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FaultRule } from '../../emulator/faults.ts';
import type { JobStep, Scenario } from '../../emulator/scenario.ts';
import { onSite } from '../faults/launch.ts';
import { needsPosix } from '../support/posix.ts';
import {
  type RehearsalOptions,
  type Rehearsed,
  rehearse,
  rehearseOn,
} from '../support/rehearse.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const BODY = { name: 'migrate', command: 'bin/migrate --to {commit}', env: { RUN: ['{run}'] } };
const FILLED = JSON.stringify(BODY).replace('{commit}', COMMIT).replace('{run}', '1');
/** The name that an earlier attempt of run 1 gave its job. */
const EARLIER = `migrate-0123456-1-${createHash('sha256').update(FILLED).digest('hex').slice(0, 4)}`;
const queued: JobStep = { status: 'queued', looks: 1 };
const done: readonly JobStep[] = [
  queued,
  { status: 'running', looks: 2, log: ['applying 0042'] },
  { status: 'succeeded', log: ['1 migration applied'] },
];
const crash: readonly JobStep[] = [
  queued,
  { status: 'running', looks: 1, log: ['applying 0042'] },
  { status: 'failed', log: ['ERROR: column "total" already exists'] },
];
const rollout = [{ status: 'deploying', looks: 1 }, { status: 'running' }] as const;
const scenarioOf = (
  jobs: readonly (readonly JobStep[])[],
  more: Partial<Scenario> = {},
): Scenario => ({
  rollout,
  jobs,
  ...more,
});

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-job-'));
  writeFileSync(join(folder, 'migrate.json'), JSON.stringify(BODY));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function withJob({ inputs, ...options }: RehearsalOptions): Promise<Rehearsed> {
  return rehearse({
    scopes: ['service', 'job'],
    checkout: { folder, commit: COMMIT },
    ...options,
    inputs: { 'pre-deploy-job': 'migrate.json', ...inputs },
  });
}

const statusesOf = ({ emulator }: Rehearsed) =>
  emulator.world.jobsOf('acme').map(({ status }) => status);
const count = ({ operations }: Rehearsed, operation: string): number =>
  operations.filter((one) => one === operation).length;

test.concurrent.each(['github', 'gitlab'] as const)(
  'on %s, the job runs before the deploy, with placeholders filled in and its log quoted',
  async (host) => {
    const run = await rehearseOn(host, {
      scenario: scenarioOf([done]),
      scopes: ['service', 'job'],
      checkout: { folder, commit: COMMIT },
      inputs: { 'pre-deploy-job': 'migrate.json' },
    });
    expect(run.exitStatus).toBe(0);
    const [job, ...others] = run.emulator.world.jobsOf('acme');
    expect(others).toEqual([]);
    const id = /^migrate-0123456-([0-9a-f]+|\d+)-[0-9a-f]{4}$/.exec(job?.name ?? '')?.[1];
    expect(job?.body).toEqual({
      name: job?.name,
      command: `bin/migrate --to ${COMMIT}`,
      env: { RUN: [id] },
    });
    expect(run.operations.indexOf('service.deploy')).toBeGreaterThan(
      run.operations.lastIndexOf('job.get'),
    );
    expect(run.page.join('\n')).toMatch(/applying 0042[\s\S]*1 migration applied/);
    expect(run.report?.pre_deploy_job).toMatchObject({ name: job?.name, status: 'succeeded' });
    expect(run.report?.phases.map(({ phase }) => phase)).toContain('pre-deploy job');
  },
);

test.concurrent('a failed job: no deploy call, and its last log lines in the summary', async () => {
  const run = await withJob({ scenario: scenarioOf([crash]) });
  expect([run.exitStatus, run.outputs['status'], run.outputs['failure-code']]).toEqual([
    5,
    'failed',
    'pre-deploy-failed',
  ]);
  expect(count(run, 'service.deploy')).toBe(0);
  expect(run.summary).toContain('ERROR: column "total" already exists');
  expect(run.report?.pre_deploy_job).toMatchObject({ status: 'failed' });
  expect(run.report?.failure?.phase).toBe('pre-deploy job');
});

test.concurrent.each(['on-failure', 'off'])('logs: %s', async (logs) => {
  const run = await withJob({ scenario: scenarioOf([crash]), inputs: { logs } });
  const isShown = run.page.some((line) => line.includes('column "total" already exists'));
  expect([run.exitStatus, isShown]).toEqual([5, logs === 'on-failure']);
});

describe('a re-run', () => {
  const again = (scenario: Scenario, inputs = {}, env = {}) =>
    withJob({
      scenario,
      inputs,
      env: { GITHUB_RUN_ATTEMPT: '2', ...env },
      prepare: async ({ origin, world }, token) => {
        const answer = await fetch(`${origin}/auth/v1/seed/acme/jobs`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ name: EARLIER }),
        });
        expect([answer.status, world.jobsOf('acme').length]).toEqual([201, 1]);
      },
    });

  test.concurrent('follows the job of the previous attempt', async () => {
    const run = await again(scenarioOf([done]));
    expect([run.exitStatus, count(run, 'job.create'), statusesOf(run)]).toEqual([
      0,
      1,
      ['succeeded'],
    ]);
    expect(run.page.join('\n')).toContain('an earlier attempt of this run created the job');
  });

  test.concurrent('creates a second job if that one failed', async () => {
    const run = await again(scenarioOf([[{ status: 'failed' }], done]));
    expect(run.exitStatus).toBe(0);
    expect(run.emulator.world.jobsOf('acme').map(({ name, status }) => [name, status])).toEqual([
      [EARLIER, 'failed'],
      [`${EARLIER}-2`, 'succeeded'],
    ]);
  });

  test.concurrent('does not create it twice if job names can repeat', async () => {
    const run = await again(scenarioOf([done], { jobNames: 'any' }));
    expect([run.exitStatus, statusesOf(run)]).toEqual([0, ['succeeded']]);
  });
});

needsPosix()('killed during the job and run again: one job, one deploy', async () => {
  const slow = [queued, { status: 'running', ms: 60_000 }, { status: 'succeeded' }];
  const count = (of: readonly { readonly operation: string }[], name: string): number =>
    of.filter(({ operation }) => operation === name).length;
  await onSite(
    scenarioOf([slow]),
    async ({ emulator, clock, launch }) => {
      const inputs = { 'pre-deploy-job': 'migrate.json' };
      const env = { GITHUB_WORKSPACE: folder, GITHUB_SHA: COMMIT, GITHUB_RUN_ID: '7' };
      const first = launch({ host: 'github', inputs, env });
      await clock.until(() => count(emulator.requests, 'job.get') > 2, 'the job is followed');
      first.child.kill('SIGKILL');
      expect((await first.ended).signal).toBe('SIGKILL');
      const again = { ...env, GITHUB_RUN_ATTEMPT: '2' };
      const { exitStatus, stdout } = await launch({ host: 'github', inputs, env: again }).ended;
      expect(`${exitStatus}\n${stdout}`).toMatch(/^0\n[\s\S]*an earlier attempt of this run/);
      expect(emulator.world.jobsOf('acme').map(({ status }) => status)).toEqual(['succeeded']);
      expect(count(emulator.requests, 'job.create')).toBe(1);
      expect(emulator.world.service('acme', 'web').deploysAccepted).toBe(1);
    },
    ['service', 'job'],
  );
});

const lost = (times: number, afterHandling: boolean): FaultRule => ({
  on: 'job.create',
  times,
  afterHandling,
  do: { kind: 'answer', status: 502, headers: {}, body: 'bad gateway' },
});

test.concurrent('a lost answer: the job is looked up, not created twice', async () => {
  const run = await withJob({ scenario: scenarioOf([done], { faults: [lost(1, true)] }) });
  expect([run.exitStatus, count(run, 'job.create'), statusesOf(run)]).toEqual([
    0,
    1,
    ['succeeded'],
  ]);
  expect(run.page.join('\n')).toMatch(/got no clear answer.*the call is not sent again/);
});

test.concurrent('a call without an answer that created no job: nothing is deployed', async () => {
  const run = await withJob({ scenario: scenarioOf([done], { faults: [lost(1, false)] }) });
  expect([run.exitStatus, run.outputs['failure-code'], count(run, 'job.create')]).toEqual([
    5,
    'pre-deploy-failed',
    1,
  ]);
  expect(count(run, 'service.deploy')).toBe(0);
});

const refusal = (status: number): FaultRule => ({
  on: 'job.create',
  times: 'always',
  do: {
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/json' },
    body: '{"error":{"code":"x","message":"no"}}',
  },
});

test.concurrent('if it is unknown whether the job exists, none is created', async () => {
  const down: FaultRule = {
    on: 'job.get',
    times: 'always',
    do: { kind: 'answer', status: 503, headers: {}, body: 'down' },
  };
  const run = await withJob({ scenario: scenarioOf([done], { faults: [down] }) });
  expect([run.exitStatus, run.outputs['failure-code']]).toEqual([8, 'unavailable']);
  expect([count(run, 'job.create'), count(run, 'service.deploy')]).toEqual([0, 0]);
});

test.concurrent.each([
  [422, 4, 'refused'],
  [403, 4, 'forbidden'],
  [404, 4, 'not-found'],
])('a job that Outpost refuses with %i', async (status, exitStatus, code) => {
  const run = await withJob({ scenario: scenarioOf([done], { faults: [refusal(status)] }) });
  expect([run.exitStatus, run.outputs['failure-code']]).toEqual([exitStatus, code]);
  expect(count(run, 'service.deploy')).toBe(0);
});

test.concurrent.each(['id', 'data', 'job', 'none'] as const)(
  'a job creation answered with %s',
  async (body) => {
    const run = await withJob({
      scenario: scenarioOf([done], { jobAnswer: { status: 202, body } }),
    });
    expect([run.exitStatus, statusesOf(run)]).toEqual([0, ['succeeded']]);
  },
);

test.concurrent('a job that cannot be read: no deploy, and the error names the input to set', async () => {
  const run = await withJob({
    scenario: scenarioOf([done], {
      faults: [
        {
          on: 'job.get',
          times: 'always',
          do: { kind: 'answer', status: 200, headers: {}, body: '<html>' },
        },
      ],
    }),
    inputs: { timeout: '5m' },
  });
  expect([run.exitStatus, run.outputs['failure-code']]).toEqual([5, 'pre-deploy-failed']);
  expect(run.page.join('\n')).toContain('`api: job=/');
  expect(count(run, 'service.deploy')).toBe(0);
});

test.concurrent('a job that takes too long', async () => {
  const run = await withJob({
    scenario: scenarioOf([[{ status: 'running', ms: 900_000 }]]),
    inputs: { timeout: '2m' },
  });
  expect([run.exitStatus, run.outputs['failure-code']]).toEqual([6, 'timed-out']);
  expect(run.report?.pre_deploy_job).toMatchObject({ status: 'timed-out' });
  expect(count(run, 'service.deploy')).toBe(0);
});

needsPosix()(
  'a cancel during the job ends the run within 2 s, and nothing is deployed',
  async () => {
    let killedMs = 0;
    const run = await withJob({
      scenario: scenarioOf([[{ status: 'running' }]]),
      during: async ({ emulator, clock, child }) => {
        await clock.until(
          () => emulator.requests.filter(({ operation }) => operation === 'job.get').length > 2,
          'the job is followed',
        );
        killedMs = clock.nowMs();
        child.kill('SIGTERM');
      },
    });
    expect([run.exitStatus, run.outputs['status']]).toEqual([143, 'cancelled']);
    expect(run.endedMs - killedMs).toBeLessThanOrEqual(2_000);
    expect(count(run, 'service.deploy')).toBe(0);
    expect(run.report?.pre_deploy_job).toMatchObject({ status: 'cancelled' });
  },
);

test.concurrent('a dry run names the job and creates none', async () => {
  const run = await withJob({ scenario: scenarioOf([done]), inputs: { 'dry-run': 'true' } });
  expect([run.exitStatus, run.outputs['status'], statusesOf(run)]).toEqual([0, 'checked', []]);
  expect(run.page.join('\n')).toMatch(
    /run the job acme\/migrate-0123456-1-[0-9a-f]{4}, and deploy if it succeeds: POST .*\/auth\/v1\/seed\/acme\/jobs/,
  );
});

test.concurrent('the token needs the scope `job`', async () => {
  const run = await withJob({ scenario: scenarioOf([done]), scopes: ['service'] });
  expect([run.exitStatus, run.outputs['failure-code']]).toEqual([3, 'token-scope-missing']);
  expect(count(run, 'job.create')).toBe(0);
});

test.concurrent('a rollback does not undo the job, and says so', async () => {
  const run = await withJob({
    scenario: scenarioOf([done], {
      rollouts: {
        'acme/web': [[{ status: 'deploying', looks: 1 }, { status: 'failed' }], rollout],
      },
    }),
    inputs: { 'on-failure': 'rollback', 'rollback-branch': 'stable' },
  });
  expect([run.exitStatus, run.outputs['status'], statusesOf(run)]).toEqual([
    5,
    'rolled-back',
    ['succeeded'],
  ]);
  expect(run.page.join('\n')).toContain('This does not undo the job that ran before the deploy.');
  expect(run.summary).toContain('The rollback did not undo it.');
});

describe('the file', () => {
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return name;
  };
  test.concurrent.each([
    ['no.json', undefined, /it cannot be read \(ENOENT\)/],
    ['text.json', 'name: x', /it is not valid JSON/],
    ['list.json', '[]', /it is not a JSON object/],
    ['name.json', '{"name": "a b"}', /its `name` can only contain/],
    ['number.json', '{"name": 7}', /its `name` can only contain/],
    ['namespace.json', '{"name": "a", "namespace": "../b"}', /its `namespace` is not a valid name/],
    ['long.json', `{"name": "${'a'.repeat(60)}"}`, /is longer than 61 characters/],
    ['unknown.json', '{"name": "a", "command": "{nope}"}', /`\{nope\}` is not a placeholder/],
    ['big.json', `"${'a'.repeat(300_000)}"`, /it is larger than 262144 bytes/],
    ['.', undefined, /it is not a file/],
  ])('%s is rejected before anything is sent', async (name, text, says) => {
    if (text !== undefined) write(name, text);
    const run = await withJob({
      scenario: scenarioOf([done]),
      inputs: { 'pre-deploy-job': name },
    });
    expect([run.exitStatus, run.outputs['failure-code'], run.operations]).toEqual([
      2,
      'config-invalid',
      [],
    ]);
    expect(run.page.join('\n')).toMatch(says);
  });

  test.concurrent('warns about a job without a commit; its name defaults to the file name', async () => {
    const name = write('reindex.json', '{"command": "bin/reindex", "namespace": "acme"}');
    const run = await withJob({
      scenario: scenarioOf([done]),
      inputs: { 'pre-deploy-job': name },
    });
    expect(run.exitStatus).toBe(0);
    expect(run.page.join('\n')).toContain('reindex.json does not contain the commit');
    expect(run.emulator.world.jobsOf('acme')[0]?.name).toMatch(/^reindex-0123456-1-[0-9a-f]{4}$/);
  });
});

test.concurrent('`wait: false` is rejected with a job', async () => {
  const run = await withJob({ scenario: scenarioOf([done]), inputs: { wait: 'false' } });
  expect([run.exitStatus, run.operations]).toEqual([2, []]);
});

test.concurrent.each([
  'reference',
  'base-url',
  'seed',
  'plural',
  'resource-first',
  'double-v1',
  'single-v1',
] as const)('a job is read the same way as services: %s', async (dialect) => {
  const run = await withJob({ scenario: scenarioOf([done], { dialect }) });
  expect([run.exitStatus, statusesOf(run)]).toEqual([0, ['succeeded']]);
  expect(run.page.join('\n')).toContain('1 migration applied');
});
