import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { endOf, errorOf, quick } from '../support/health/check.ts';
import { text, withEndpoint } from '../support/health/endpoint.ts';
import { bad, branchesDeployed, good } from '../support/health/rollback.ts';
import { at, cloneOf, gitTest, newOrigin } from '../support/push/git.ts';
import { outpostAt, ownStep, pushStep, runStep, SHA, success } from './github-step.ts';
import { holds, workflow } from './workflow.ts';

const plain = [
  { file: 'single-service.yml', job: 'deploy', service: 'web' },
  { file: 'notify-slack.yml', job: 'deploy', service: 'web' },
  { file: 'datadog-event.yml', job: 'deploy', service: 'web' },
  {
    file: 'reusable-workflow.yml',
    job: 'deploy',
    service: 'api',
    // The inputs of the caller in the comment, and the defaults for the rest.
    contexts: {
      inputs: { service: 'acme/api', 'token-name': 'GitHub Actions', 'health-check': '' },
    },
  },
  { file: 'protected-environment.yml', job: 'staging', service: 'web-staging' },
  { file: 'protected-environment.yml', job: 'production', service: 'web' },
];

test.concurrent.each(plain)(
  '$file, $job: deploys acme/$service without warnings',
  async ({ file, job, service, ...run }) => {
    const ran = await runStep(file, job, run);
    expect(endOf(ran)).toEqual(success);
    expect(branchesDeployed(ran)).toEqual([{ branch: 'main' }]);
    expect(ran.emulator.world.service('acme', service).deploysAccepted).toBe(1);
    expect(ran.log.annotations).toEqual([]);
  },
);

const event = (head: string) => ({
  pull_request: { head: { repo: { full_name: head } } },
  repository: { full_name: 'acme/shop' },
});
const pullRequest = {
  GITHUB_EVENT_NAME: 'pull_request',
  GITHUB_HEAD_REF: 'feature/cart',
  GITHUB_REF_NAME: '7/merge',
};

test.concurrent('preview.yml: a pull request deploys its own branch', async () => {
  const ran = await runStep('preview.yml', 'preview', {
    env: pullRequest,
    event: event('acme/shop'),
  });
  expect(endOf(ran)).toEqual(success);
  expect(branchesDeployed(ran)).toEqual([{ branch: 'feature/cart' }]);
});

test('preview.yml: pull requests from forks and Dependabot start no job', () => {
  const [job] = workflow('preview.yml').jobs;
  const starts = (head: string, actor: string): boolean =>
    holds(job?.all['if'], { github: { repository: 'acme/shop', actor, event: event(head) } });
  expect([
    starts('acme/shop', 'ada'),
    starts('stranger/shop', 'ada'),
    starts('acme/shop', 'dependabot[bot]'),
  ]).toEqual([true, false, false]);
});

test.concurrent('preview.yml: without its condition, a fork would get an error that explains the missing token', async () => {
  const ran = await runStep('preview.yml', 'preview', {
    env: { ...pullRequest, INPUT_TOKEN: '' },
    event: event('stranger/shop'),
  });
  expect(endOf(ran)).toEqual({ exitStatus: 3, status: 'failed', code: 'token-missing' });
  expect(errorOf(ran)).toMatch(/comes from a fork/);
});

gitTest('push-and-deploy.yml: the commit is pushed to Outpost and deployed', async () => {
  const { folder, git } = newOrigin();
  const commit = git('rev-parse', 'HEAD');
  const ran = await runStep('push-and-deploy.yml', 'deploy', {
    scopes: ['service', 'repo'],
    env: { GITHUB_WORKSPACE: folder, GITHUB_SHA: commit },
    prepare: ({ world }) => {
      world.createRepository({ namespace: 'acme', name: 'web' });
    },
  });
  expect(endOf(ran)).toEqual(success);
  expect(ran.emulator.world.service('acme', 'web')).toMatchObject({
    lastBranch: 'main',
    lastCommit: commit,
  });
  expect(ran.log.annotations).toEqual([]);
});

gitTest('promotion.yml: staging gets the commit, then production gets the same one', async () => {
  const origin = newOrigin();
  const [event, old] = [at(origin).commit, origin.git('rev-parse', 'HEAD~1')];
  for (const [job, service, branch] of [
    ['staging', 'web-staging', 'staging'],
    ['production', 'web', 'production'],
  ] as const) {
    const prepare = outpostAt(origin, { staging: old, production: old });
    const { ran } = await pushStep('promotion.yml', job, { origin, sha: event, prepare });
    expect(ran.emulator.world.service('acme', service)).toMatchObject({
      lastBranch: branch,
      lastCommit: event,
    });
    expect(ran.log.annotations).toEqual([]);
  }
});

gitTest('promotion.yml: a run that is too late leaves staging alone', async () => {
  const origin = newOrigin();
  const [newer, event] = [at(origin).commit, origin.git('rev-parse', 'HEAD~1')];
  const clone = cloneOf(origin);
  clone.git('checkout', '--quiet', '--detach', event);
  const ran = await runStep('promotion.yml', 'staging', {
    scopes: ['service', 'repo'],
    env: { GITHUB_WORKSPACE: clone.folder, GITHUB_SHA: event },
    prepare: (...all) => outpostAt(origin, { staging: newer })(...all),
  });
  expect(endOf(ran)).toEqual({ exitStatus: 0, status: 'skipped', code: '' });
  expect(ran.operations).not.toContain('git.push');
  // That commit wasn't tested on staging, so it isn't offered to production.
  const condition = workflow('promotion.yml').jobs.find(({ name }) => name === 'production')?.all;
  const isOffered = (status: string | undefined) =>
    holds(condition?.['if'], { needs: { staging: { outputs: { status } } } });
  expect([isOffered(ran.outputs['status']), isOffered('deployed')]).toEqual([false, true]);
});

gitTest('promotion.yml: approving an older run again restores its commit', async () => {
  const origin = newOrigin();
  const [newer, event] = [at(origin).commit, origin.git('rev-parse', 'HEAD~1')];
  const prepare = outpostAt(origin, { production: newer });
  const run = { origin, sha: event, prepare, env: { GITHUB_RUN_ATTEMPT: '2' } };
  const { ran } = await pushStep('promotion.yml', 'production', run);
  expect(ran.emulator.world.service('acme', 'web')).toMatchObject({ lastCommit: event });
  expect(ran.log.annotations.map(({ message }) => message)).toEqual([
    expect.stringMatching(/production moves back 1 commit/),
  ]);
});

gitTest(
  'rollback.yml: deploys the commit that someone enters and a reviewer approves',
  async () => {
    const origin = newOrigin();
    const [event, older] = [at(origin).commit, origin.git('rev-parse', 'HEAD~2')];
    const { ran, deployed } = await pushStep('rollback.yml', 'deploy', {
      origin,
      sha: event,
      contexts: { inputs: { commit: older } },
      prepare: outpostAt(origin, { main: event }),
      env: { GITHUB_EVENT_NAME: 'workflow_dispatch' },
    });
    expect(deployed).toBe(older);
    expect(ran.emulator.world.service('acme', 'web')).toMatchObject({ lastCommit: older });
    expect(workflow('rollback.yml').jobs[0]?.all['environment']).toMatchObject({
      name: 'production',
    });
  },
);

gitTest('deploy-tag.yml: the commit of the tag goes to the branch `production`', async () => {
  const origin = newOrigin();
  const event = at(origin).commit;
  const { ran } = await pushStep('deploy-tag.yml', 'deploy', {
    origin,
    sha: event,
    prepare: outpostAt(origin, {}),
    env: { GITHUB_REF: 'refs/tags/v1', GITHUB_REF_NAME: 'v1', GITHUB_REF_TYPE: 'tag' },
  });
  expect(ran.emulator.world.service('acme', 'web')).toMatchObject({
    lastBranch: 'production',
    lastCommit: event,
  });
});

const revisions = [
  {
    name: 'the new revision answers',
    body: `{"commit":"${SHA}"}`,
    end: success,
    branches: ['main'],
  },
  {
    name: 'the old one still answers',
    body: '{"commit":"0000000"}',
    end: { exitStatus: 5, status: 'rolled-back', code: 'health-check-failed' },
    branches: ['main', 'stable'],
  },
];

test.concurrent.each(revisions)(
  'automatic-rollback.yml: $name',
  async ({ body, end, branches }) => {
    const path = ownStep('automatic-rollback.yml', 'deploy').with['health-check'];
    await withEndpoint(
      (response) => text(response, 200, body),
      async ({ url, asked }) => {
        // An emulated service has no real endpoint, so the example's path is requested from a
        // server of this test, and for less than twenty minutes.
        const ran = await runStep('automatic-rollback.yml', 'deploy', {
          inputs: { 'health-check': `${url}${path}`, timeout: '2m' },
        });
        expect(endOf(ran)).toEqual(end);
        expect(branchesDeployed(ran)).toEqual(branches.map((branch) => ({ branch })));
        expect(asked[0]?.path).toBe('/healthz');
      },
    );
  },
);

const SHOP = [
  ...['search', 'media', 'mail'],
  ...['accounts', 'catalog', 'orders', 'payments', 'shipping'],
  ...['web', 'admin', 'partners', 'docs'],
];
const shop = SHOP.map((name) => ({ namespace: 'acme', name, repository: 'acme/shop' }));

/** Runs the example against an Outpost whose repository acme/shop is one commit behind. */
async function release(run: Partial<Parameters<typeof pushStep>[2]>) {
  const origin = newOrigin();
  const [event, old] = [at(origin).commit, origin.git('rev-parse', 'HEAD~1')];
  const prepare = outpostAt(origin, { main: old }, 'shop');
  const { ran } = await pushStep('stages.yml', 'deploy', { origin, sha: event, prepare, ...run });
  const rows = ran.report?.deployments.map(({ service, stage, status }) => [
    service,
    stage,
    status,
  ]);
  const live = ran.emulator.world.service('acme', 'orders').lastCommit;
  return {
    ran,
    rows,
    live: live === event ? 'this commit' : live === old ? 'the one before' : live,
  };
}

/** One row for each service, with the status of its stage. */
function rowsWith(...statuses: readonly string[]): unknown {
  return SHOP.map((service, index) => {
    const stage = index < 3 ? 1 : index < 8 ? 2 : 3;
    return [service, stage, statuses[stage - 1]];
  });
}

gitTest('stages.yml: deploys twelve services in three stages', async () => {
  // Emulated services have no real endpoints.
  const inputs = { 'health-check': '' };
  const { ran, rows, live } = await release({
    scenario: { services: shop, rollout: good },
    inputs,
  });
  expect(rows).toEqual(rowsWith('deployed', 'deployed', 'deployed'));
  expect(live).toBe('this commit');
  expect(ran.log.annotations).toEqual([]);
});

gitTest('stages.yml: a failure in the second stage rolls all services back', async () => {
  const { rows, live } = await release({
    scenario: { services: shop, rollout: good, rollouts: { 'acme/orders': [bad, good] } },
    inputs: { 'health-check': '' },
    end: { exitStatus: 5, status: 'rolled-back', code: 'rollout-failed' },
  });
  expect(rows).toEqual(rowsWith('rolled-back', 'rolled-back', 'skipped'));
  expect(live).toBe('the one before');
});

gitTest(
  'stages.yml: each service gets a health check, and an unhealthy one blocks the next stage',
  async () => {
    const { ran, rows } = await release({
      scenario: { services: shop, rollout: good },
      inputs: { timeout: '2m' },
      env: { https_proxy: 'http://127.0.0.1:9' },
      end: { exitStatus: 5, status: 'failed', code: 'health-check-failed' },
    });
    expect(rows).toEqual(rowsWith('failed', 'skipped', 'skipped'));
    for (const name of SHOP.slice(0, 3))
      expect(ran.page.join('\n')).toContain(
        `https://${name}.acme.outpost.run/healthz does not respond`,
      );
  },
);

/** The JSON of ops/migrate.json from the example's comment. */
function jobInComment(file: string): string {
  const [, json = ''] = /^# {3}(\{\n[\s\S]*?^# {3}\})$/m.exec(workflow(file).text) ?? [];
  return json.replace(/^# {3}/gm, '');
}

const migrations = [
  { name: 'succeeds', job: ['succeeded'], end: success, deploys: 1 },
  {
    name: 'fails',
    job: ['failed'],
    end: { exitStatus: 5, status: 'failed', code: 'pre-deploy-failed' },
    deploys: 0,
  },
] as const;

gitTest.each(migrations)(
  'pre-deploy-job.yml: the migration $name',
  async ({ job, end, deploys }) => {
    const origin = newOrigin();
    const old = at(origin).commit;
    mkdirSync(join(origin.folder, 'ops'));
    const event = origin.commit('ops/migrate.json', jobInComment('pre-deploy-job.yml'));
    const { ran } = await pushStep('pre-deploy-job.yml', 'deploy', {
      origin,
      sha: event,
      end,
      scopes: ['service', 'repo', 'job'],
      scenario: { ...quick, jobs: [job.map((status) => ({ status }))] },
      prepare: outpostAt(origin, { main: old }),
    });
    const jobs = ran.emulator.world.jobsOf('acme');
    expect(jobs.map(({ body }) => body)).toMatchObject([
      { image: `registry.example.com/acme/web:${event}` },
    ]);
    expect(ran.emulator.world.service('acme', 'web')).toMatchObject({ deploysAccepted: deploys });
    // The job names the commit, and the token has the scope, so there is nothing to warn about.
    const warnings = ran.log.annotations.filter(({ level }) => level !== 'error');
    expect(warnings).toEqual([]);
  },
);
