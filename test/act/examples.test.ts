import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { needsGit } from '../../emulator/test/git-client.ts';
import { workflow } from '../examples/workflow.ts';
import { type ActOptions, type ActResult, runAct, stagesOf } from '../support/act/run.ts';
import { PUBLISHED } from '../support/act/workflows.ts';
import { needs } from '../support/gitlab/needs.ts';
import { quick } from '../support/health/check.ts';
import { text, withEndpoint } from '../support/health/endpoint.ts';
import { newOrigin, type Repository } from '../support/push/git.ts';

// The examples with all their jobs, conditions and expressions, run by a runner that is not of this
// project.

const testWithAct = needs('act', 'bash', 'git');
const testWithPush = testWithAct === test ? needsGit() : testWithAct;

const failedMain = `Failure - Main ${PUBLISHED}`;

function runExample(file: string, options: Partial<ActOptions> = {}): Promise<ActResult> {
  return runAct({ workflow: workflow(file).text, scenario: quick, ...options });
}

/** The deploys that Outpost was asked for: `web@main`. */
function deploysOf({ emulator }: ActResult): readonly string[] {
  return emulator.requests
    .filter(({ operation }) => operation === 'service.deploy')
    .map(
      ({ path, body }) =>
        `${/services\/([^/]+)/.exec(path)?.[1]}@${(body as { readonly branch?: string }).branch}`,
    );
}

testWithAct.each(['push', 'workflow_dispatch'])(
  'single-service.yml deploys the branch on %s',
  async (event) => {
    const ran = await runExample('single-service.yml', { event });
    expect(deploysOf(ran)).toEqual(['web@main']);
  },
);

/** A push that changed these files. */
function pushOf(...changed: readonly string[]): {
  readonly repository: Repository;
  readonly payload: unknown;
} {
  const repository = newOrigin();
  const before = repository.git('rev-parse', 'HEAD');
  for (const path of changed) {
    mkdirSync(dirname(join(repository.folder, path)), { recursive: true });
    repository.commit(path, path);
  }
  return { repository, payload: { before } };
}

const pushes = [
  { changed: ['services/web/a', 'services/worker/a'], deploys: ['web@main', 'worker@main'] },
  { changed: ['shared/a'], deploys: ['api@main', 'web@main', 'worker@main'] },
  { changed: ['README.md'], deploys: [] },
];

testWithAct.each(pushes)(
  'monorepo.yml, where $changed changed, deploys $deploys',
  async ({ changed, deploys }) => {
    const ran = await runExample('monorepo.yml', pushOf(...changed));
    // The jobs of a matrix run side by side.
    expect([...deploysOf(ran)].sort()).toEqual(deploys);
  },
);

testWithAct('monorepo.yml: one service that fails keeps none of the others back', async () => {
  const failing = {
    rollouts: { 'acme/api': [[{ status: 'deploying', looks: 1 }, { status: 'failed' }]] },
  };
  const ran = await runExample('monorepo.yml', {
    ...pushOf('shared/a'),
    scenario: { ...quick, ...failing },
    exitStatus: 1,
  });
  expect(stagesOf(ran).filter((stage) => stage.endsWith(`Main ${PUBLISHED}`))).toHaveLength(3);
  expect(stagesOf(ran).filter((stage) => stage === failedMain)).toHaveLength(1);
  expect(ran.page).toEqual(
    expect.arrayContaining([
      'acme/web is deployed and running.',
      'acme/worker is deployed and running.',
    ]),
  );
});

// act has no secrets of environments. Here one token is used for both, and the other is there by
// its name.
const ofEnvironments = ['GitHub staging', 'GitHub production'].map((name) => ({
  name,
  scopes: ['service'],
}));
const staging = { namespace: 'acme', name: 'web-staging' };

testWithAct('protected-environment.yml deploys to staging, then to production', async () => {
  const ran = await runExample('protected-environment.yml', {
    tokens: ofEnvironments,
    scenario: { ...quick, services: [staging] },
  });
  expect(deploysOf(ran)).toEqual(['web-staging@main', 'web@main']);
});

testWithAct('protected-environment.yml leaves production alone where staging failed', async () => {
  const scenario = { rollout: [{ status: 'failed' }], services: [staging] };
  const ran = await runExample('protected-environment.yml', {
    tokens: ofEnvironments,
    scenario,
    exitStatus: 1,
  });
  expect(deploysOf(ran)).toEqual(['web-staging@main']);
});

const requests = [
  {
    from: 'its own repository',
    head: 'acme/shop',
    actor: 'ada',
    deploys: ['web-preview@feature/cart'],
  },
  { from: 'a fork', head: 'stranger/shop', actor: 'ada', deploys: [] },
  { from: 'Dependabot', head: 'acme/shop', actor: 'dependabot[bot]', deploys: [] },
];

testWithAct.each(requests)(
  'preview.yml: a pull request from $from deploys $deploys',
  async ({ head, actor, deploys }) => {
    const ran = await runExample('preview.yml', {
      event: 'pull_request',
      payload: {
        number: 7,
        action: 'opened',
        repository: { full_name: 'acme/shop' },
        pull_request: {
          head: { ref: 'feature/cart', repo: { full_name: head } },
          base: { ref: 'main' },
        },
      },
      args: [`--actor=${actor}`],
      tokens: [{ name: 'Previews', scopes: ['service'] }],
      scenario: { ...quick, services: [{ namespace: 'acme', name: 'web-preview' }] },
    });
    expect(deploysOf(ran)).toEqual(deploys);
  },
);

testWithPush('push-and-deploy.yml pushes the commit of the checkout, and deploys it', async () => {
  const repository = newOrigin();
  const commit = repository.git('rev-parse', 'HEAD');
  const ran = await runExample('push-and-deploy.yml', {
    repository,
    tokens: [{ name: 'GitHub push', scopes: ['service', 'repo'] }],
    prepare: ({ world }) => world.createRepository({ namespace: 'acme', name: 'web' }),
  });
  expect(ran.page).toContainEqual(expect.stringMatching(/^acme\/web: main is at [0-9a-f]{7}\./));
  expect(ran.emulator.world.service('acme', 'web')).toMatchObject({
    lastBranch: 'main',
    lastCommit: commit,
  });
});

const answers = [
  { name: 'the new revision answers', old: false, deploys: ['web@main'], stable: true },
  {
    name: 'the old one still answers',
    old: true,
    deploys: ['web@main', 'web@stable'],
    stable: false,
  },
];

testWithAct.each(answers)(
  'rollback.yml, where $name, deploys $deploys',
  async ({ old, deploys, stable }) => {
    const repository = newOrigin();
    const commit = repository.git('rev-parse', 'HEAD');
    await withEndpoint(
      (response) => text(response, 200, old ? '0000000' : commit),
      async ({ url }) => {
        // The endpoint of an emulated service does not exist: ours is asked, and not for twenty
        // minutes.
        const local = workflow('rollback.yml')
          .text.replace('health-check: /', `health-check: ${url}/`)
          .replace('timeout: 20m', 'timeout: 2m');
        const programs = { gh: 'echo "gh $*"' };
        const ran = await runExample('rollback.yml', {
          workflow: local,
          repository,
          programs,
          exitStatus: stable ? 0 : 1,
        });
        expect(deploysOf(ran)).toEqual(deploys);
        const moved = ran.page.filter((line) => line.startsWith('gh '));
        expect(moved).toEqual(
          stable
            ? [
                `gh api --method PATCH repos/acme/shop/git/refs/heads/stable -f sha=${commit} -F force=true`,
              ]
            : [],
        );
      },
    );
  },
);

const lives = [
  { name: 'has long to live', expiresInHours: 24 * 60, exitStatus: 0, failed: [] },
  { name: 'has ten days', expiresInHours: 24 * 10, exitStatus: 1, failed: ['the next step'] },
  { name: 'is dead', expiresInHours: -24, exitStatus: 1, failed: [failedMain] },
] as const;

testWithAct.each(lives)(
  'scheduled-token-check.yml, where the token $name',
  async ({ expiresInHours, exitStatus, failed }) => {
    const ran = await runExample('scheduled-token-check.yml', {
      event: 'schedule',
      expiresInHours,
      exitStatus,
    });
    const failures = stagesOf(ran).filter((stage) => stage.startsWith('Failure'));
    expect(failures.map((stage) => (stage === failedMain ? stage : 'the next step'))).toEqual(
      failed,
    );
    expect(deploysOf(ran)).toEqual([]);
  },
);
