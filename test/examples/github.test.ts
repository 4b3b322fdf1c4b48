import { expect, test } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { endOf, errorOf, quick } from '../support/health/check.ts';
import { text, withEndpoint } from '../support/health/endpoint.ts';
import { branchesDeployed } from '../support/health/rollback.ts';
import { seed } from '../support/push/deploys.ts';
import { at, cloneOf, gitTest, newOrigin, type Repository } from '../support/push/git.ts';
import { type RehearsalOptions, type Rehearsed, rehearse } from '../support/rehearse.ts';
import { allFilled, type Contexts, holds, type Step, workflow } from './workflow.ts';

const SHA = '5f0c1a6e2b7d4938a1c0e5f6b7a8d9c0e1f2a3b4';
const success = { exitStatus: 0, status: 'deployed', code: '' } as const;

/** The step of ours in a job. */
function ownStep(file: string, job: string): Step {
  const step = workflow(file)
    .jobs.find(({ name }) => name === job)
    ?.steps.find(({ uses }) => uses?.startsWith('outpost/deploy-action@'));
  if (step === undefined) throw new Error(`${file} has no step of ours in the job ${job}`);
  return step;
}

interface ExampleRun extends Partial<RehearsalOptions> {
  readonly contexts?: Contexts;
}

/**
 * Runs the step as it stands in the example, against an Outpost that has its services and a token
 * of its name.
 */
function runStep(
  file: string,
  job: string,
  { contexts = {}, scenario = quick, inputs, ...run }: ExampleRun = {},
): Promise<Rehearsed> {
  const { token: _, ...given } = allFilled(ownStep(file, job).with, {
    github: { sha: SHA },
    ...contexts,
  });
  const services = ['web-preview', 'web-staging'].map((name) => ({
    namespace: 'acme',
    name,
    repository: 'acme/web',
  }));
  const token = {
    name: given['token-name'] ?? '',
    scopes: ['service'],
    expiresInDays: 90,
  } as const;
  const world = { ...(scenario as Scenario), services, rehearsal: { inputs: {}, token, exit: 0 } };
  return rehearse({ ...run, scenario: world, inputs: { ...given, ...inputs } });
}

const plain = [
  { file: 'single-service.yml', job: 'deploy', service: 'web' },
  { file: 'monorepo.yml', job: 'deploy', service: 'api', contexts: { matrix: { service: 'api' } } },
  { file: 'protected-environment.yml', job: 'staging', service: 'web-staging' },
  { file: 'protected-environment.yml', job: 'production', service: 'web' },
];

test.concurrent.each(plain)(
  '$file, $job: deploys acme/$service and has nothing to complain of',
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

test('preview.yml: pull requests from forks and from Dependabot start no job', () => {
  const [job] = workflow('preview.yml').jobs;
  const starts = (head: string, actor: string): boolean =>
    holds(job?.all['if'], { github: { repository: 'acme/shop', actor, event: event(head) } });
  expect([
    starts('acme/shop', 'ada'),
    starts('stranger/shop', 'ada'),
    starts('acme/shop', 'dependabot[bot]'),
  ]).toEqual([true, false, false]);
});

test.concurrent('preview.yml: without its condition a fork would hear why there is none', async () => {
  const ran = await runStep('preview.yml', 'preview', {
    env: { ...pullRequest, INPUT_TOKEN: '' },
    event: event('stranger/shop'),
  });
  expect(endOf(ran)).toEqual({ exitStatus: 3, status: 'failed', code: 'token-missing' });
  expect(errorOf(ran)).toMatch(/comes from a fork/);
});

gitTest('push-and-deploy.yml: the commit is on Outpost, and is what was deployed', async () => {
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

/**
 * Runs the step of a job that pushes, in a clone where its checkout step has been before: at the
 * `ref` that it names, else at the commit of the event.
 */
async function pushStep(
  file: string,
  job: string,
  { origin, sha, contexts = {}, ...run }: ExampleRun & { origin: Repository; sha: string },
): Promise<{ readonly ran: Rehearsed; readonly deployed: string }> {
  const [checkout] = workflow(file).jobs.flatMap(({ name, steps }) =>
    name === job ? steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')) : [],
  );
  const { ref = sha } = allFilled(checkout?.with ?? {}, contexts);
  const clone = cloneOf(origin);
  clone.git('checkout', '--quiet', '--detach', ref);
  const ran = await runStep(file, job, {
    ...run,
    contexts,
    scopes: ['service', 'repo'],
    env: { GITHUB_WORKSPACE: clone.folder, GITHUB_SHA: sha, ...run.env },
  });
  expect(endOf(ran)).toEqual(success);
  return { ran, deployed: at(clone).commit };
}

/** Outpost's repository acme/web, with branches of it at commits of the origin. */
const outpostAt =
  (
    origin: Repository,
    branches: Readonly<Record<string, string>>,
  ): NonNullable<RehearsalOptions['prepare']> =>
  (emulator) => {
    emulator.world.createRepository({ namespace: 'acme', name: 'web' });
    for (const [branch, commit] of Object.entries(branches)) seed(emulator, origin, commit, branch);
  };

gitTest('promotion.yml: staging gets the commit, and production the same one', async () => {
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

gitTest('promotion.yml: a run that comes too late leaves staging as it is', async () => {
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
});

gitTest(
  'promotion.yml: an older run that is approved once more brings its commit back',
  async () => {
    const origin = newOrigin();
    const [newer, event] = [at(origin).commit, origin.git('rev-parse', 'HEAD~1')];
    const prepare = outpostAt(origin, { production: newer });
    const run = { origin, sha: event, prepare, env: { GITHUB_RUN_ATTEMPT: '2' } };
    const { ran } = await pushStep('promotion.yml', 'production', run);
    expect(ran.emulator.world.service('acme', 'web')).toMatchObject({ lastCommit: event });
    expect(ran.log.annotations.map(({ message }) => message)).toEqual([
      expect.stringMatching(/production goes back 1 commit/),
    ]);
  },
);

gitTest('older-commit.yml: the commit that somebody names, and a reviewer approves', async () => {
  const origin = newOrigin();
  const [event, older] = [at(origin).commit, origin.git('rev-parse', 'HEAD~2')];
  const { ran, deployed } = await pushStep('older-commit.yml', 'deploy', {
    origin,
    sha: event,
    contexts: { inputs: { commit: older } },
    prepare: outpostAt(origin, { main: event }),
    env: { GITHUB_EVENT_NAME: 'workflow_dispatch' },
  });
  expect(deployed).toBe(older);
  expect(ran.emulator.world.service('acme', 'web')).toMatchObject({ lastCommit: older });
  expect(workflow('older-commit.yml').jobs[0]?.all['environment']).toMatchObject({
    name: 'production',
  });
});

gitTest('deploy-tag.yml: the commit of the tag goes to the branch production', async () => {
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

test.concurrent.each(revisions)('rollback.yml: $name', async ({ body, end, branches }) => {
  const path = ownStep('rollback.yml', 'deploy').with['health-check'];
  await withEndpoint(
    (response) => text(response, 200, body),
    async ({ url, asked }) => {
      // The endpoint of an emulated service does not exist; the path of the example is asked of
      // ours, and not for twenty minutes.
      const ran = await runStep('rollback.yml', 'deploy', {
        inputs: { 'health-check': `${url}${path}`, timeout: '2m' },
      });
      expect(endOf(ran)).toEqual(end);
      expect(branchesDeployed(ran)).toEqual(branches.map((branch) => ({ branch })));
      expect(asked[0]?.path).toBe('/healthz');
    },
  );
});
