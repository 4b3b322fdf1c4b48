import { expect, test } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { endOf, errorOf, quick } from '../support/health/check.ts';
import { text, withEndpoint } from '../support/health/endpoint.ts';
import { branchesDeployed } from '../support/health/rollback.ts';
import { gitTest, newOrigin } from '../support/push/git.ts';
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
  const services = ['web-preview', 'web-staging'].map((name) => ({ namespace: 'acme', name }));
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
