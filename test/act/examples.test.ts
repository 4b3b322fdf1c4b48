import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { needsGit } from '../../emulator/test/git-client.ts';
import { workflow } from '../examples/workflow.ts';
import { type ActOptions, type ActResult, runAct, stagesOf } from '../support/act/run.ts';
import { PUBLISHED } from '../support/act/workflows.ts';
import { needs } from '../support/gitlab/needs.ts';
import { quick } from '../support/health/check.ts';
import { text, withEndpoint } from '../support/health/endpoint.ts';
import { newOrigin, temporaryFolder } from '../support/push/git.ts';

// Runs the examples with all their jobs, conditions and expressions in a runner that is independent
// of this project.

const testWithAct = needs('act', 'bash', 'git');
const testWithPush = testWithAct === test ? needsGit() : testWithAct;

const failedMain = `Failure - Main ${PUBLISHED}`;

function runExample(file: string, options: Partial<ActOptions> = {}): Promise<ActResult> {
  return runAct({ workflow: workflow(file).text, scenario: quick, ...options });
}

/** The deploys that were requested from Outpost: `web@main`. */
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

/**
 * What dorny/paths-filter does for a push with filters of whole folders, according to its README:
 * it compares with `base`, or else with the commit before the push. Written for this test.
 */
const PATHS_FILTER = `
const fs = require('node:fs');
const { execFileSync } = require('node:child_process');
const { INPUT_BASE, INPUT_FILTERS, GITHUB_EVENT_PATH, GITHUB_OUTPUT } = process.env;
const base = INPUT_BASE || JSON.parse(fs.readFileSync(GITHUB_EVENT_PATH, 'utf8')).before || 'HEAD~1';
const files = execFileSync('git', ['diff', '--no-renames', '--name-only', base, 'HEAD'], { encoding: 'utf8' });
const changes = [...INPUT_FILTERS.matchAll(/^ *(\\w+): \\[(.*)\\]$/gm)].flatMap(([, name, globs]) =>
  globs.split(', ').some((glob) => files.split('\\n').some((file) => file.startsWith(glob.replace('**', '')))) ? [name] : [],
);
fs.appendFileSync(GITHUB_OUTPUT, 'changes=' + JSON.stringify(changes) + '\\n');
`;

/** Replaces a third-party action that an example uses with this script. */
function inPlaceOf(action: string, file: string, script: string): readonly string[] {
  const uses = workflow(file)
    .jobs.flatMap(({ steps }) => steps.map((step) => step.uses))
    .find((one) => one?.startsWith(`${action}@`));
  if (uses === undefined) throw new Error(`${file} does not use ${action}`);
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'index.js'), script);
  const inputs = '{ base: {}, filters: {}, header: {}, path: {} }';
  writeFileSync(
    join(folder, 'action.yml'),
    `name: stand-in\ninputs: ${inputs}\nruns: { using: node24, main: index.js }\n`,
  );
  return [`--local-repository=${uses}=${folder}`];
}

/** A push that changed these files, after one that changed others. */
function pushOf(
  changed: readonly string[],
  earlier: readonly string[] = [],
): Pick<ActOptions, 'repository' | 'payload'> & { readonly atFirst: string } {
  const repository = newOrigin();
  const atFirst = repository.git('rev-parse', 'HEAD');
  const commitAll = (paths: readonly string[]): string => {
    for (const path of paths) {
      mkdirSync(dirname(join(repository.folder, path)), { recursive: true });
      repository.commit(path, path);
    }
    return repository.git('rev-parse', 'HEAD');
  };
  const before = commitAll(earlier);
  commitAll(changed);
  return { repository, payload: { before }, atFirst };
}

const web = ['services/web/a'];
const all = ['api@main', 'worker@main', 'web@main'];
const pushes = [
  { changed: ['services/web/a', 'services/api/a'], deploys: ['api@main', 'web@main'] },
  { changed: ['shared/a'], deploys: all },
  { changed: ['README.md'], deploys: [] },
  { changed: ['README.md'], event: 'workflow_dispatch', deploys: all },
];

function runMonorepo(
  { atFirst, ...push }: ReturnType<typeof pushOf>,
  { lastGreen = '', ...options }: Partial<ActOptions> & { readonly lastGreen?: string } = {},
): Promise<ActResult> {
  return runExample('monorepo.yml', {
    ...push,
    args: inPlaceOf('dorny/paths-filter', 'monorepo.yml', PATHS_FILTER),
    programs: { gh: `echo '${lastGreen}'` },
    ...options,
  });
}

testWithAct.each(pushes)(
  'monorepo.yml: if $changed changed, deploys $deploys',
  async ({ changed, deploys, event }) => {
    const ran = await runMonorepo(pushOf(changed), event === undefined ? {} : { event });
    // The deploys of a stage run side by side, so their order varies.
    expect([...deploysOf(ran)].sort()).toEqual([...deploys].sort());
  },
);

testWithAct('monorepo.yml: deploys what an earlier run should have deployed', async () => {
  const push = pushOf(web, ['services/api/a']);
  const alone = await runMonorepo(push);
  expect(deploysOf(alone)).toEqual(['web@main']);
  const due = await runMonorepo(push, { lastGreen: push.atFirst });
  expect(deploysOf(due)).toEqual(['api@main', 'web@main']);
});

testWithAct('monorepo.yml: a service that fails blocks the next stage', async () => {
  const failing = {
    rollouts: { 'acme/api': [[{ status: 'deploying', looks: 1 }, { status: 'failed' }]] },
  };
  const ran = await runMonorepo(pushOf(['shared/a']), {
    scenario: { ...quick, ...failing },
    exitStatus: 1,
  });
  expect([...deploysOf(ran)].sort()).toEqual(['api@main', 'worker@main']);
  expect(stagesOf(ran)).toContain(failedMain);
});

testWithAct('reusable-workflow.yml: the caller in its comment deploys its service', async () => {
  const { text: reusable } = workflow('reusable-workflow.yml');
  const [, caller = ''] = /^# {3}(jobs:\n(?:# {5,}.*\n)+)/m.exec(reusable) ?? [];
  expect(caller.trim().split('\n')).toHaveLength(6);
  const repository = newOrigin();
  const path = '.github/workflows/outpost-deploy.yml';
  mkdirSync(join(repository.folder, dirname(path)), { recursive: true });
  repository.commit(path, reusable);
  // Here the other repository's file is in the caller's own repository.
  const jobs = caller
    .replace(/^# {3}/gm, '')
    .replace(/uses: acme\/workflows\/(.*)@v1/, 'uses: ./$1');
  const ran = await runExample('reusable-workflow.yml', {
    workflow: `on: push\n${jobs}`,
    repository,
  });
  expect(deploysOf(ran)).toEqual(['web@main']);
});

const ended = [
  { name: 'went well', scenario: quick, exitStatus: 0 as const, says: ':white_check_mark:' },
  {
    name: 'failed',
    scenario: { rollout: [{ status: 'deploying', looks: 1 }, { status: 'failed' }] },
    exitStatus: 1 as const,
    says: ':x:',
  },
];

testWithAct.each(ended)(
  'notify-slack.yml: the channel gets a message about a deploy that $name',
  async (run) => {
    const { scenario, exitStatus, says } = run;
    const programs = { curl: 'cat' };
    const ran = await runExample('notify-slack.yml', { scenario, exitStatus, programs });
    expect(ran.page.join('\n')).toContain(`"text": "${says} `);
  },
);

// act doesn't support environment secrets. Here one token is used for both environments. The other
// token only has to exist under its name.
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

testWithAct(
  'protected-environment.yml does not deploy to production if staging failed',
  async () => {
    const scenario = { rollout: [{ status: 'failed' }], services: [staging] };
    const ran = await runExample('protected-environment.yml', {
      tokens: ofEnvironments,
      scenario,
      exitStatus: 1,
    });
    expect(deploysOf(ran)).toEqual(['web-staging@main']);
  },
);

/** The event of a pull request from this repository. */
function pullRequestOf(head: string): unknown {
  return {
    number: 7,
    action: 'opened',
    repository: { full_name: 'acme/shop' },
    pull_request: {
      head: { ref: 'feature/cart', repo: { full_name: head } },
      base: { ref: 'main' },
    },
  };
}

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
      payload: pullRequestOf(head),
      args: [`--actor=${actor}`],
      tokens: [{ name: 'Previews', scopes: ['service'] }],
      scenario: { ...quick, services: [{ namespace: 'acme', name: 'web-preview' }] },
    });
    expect(deploysOf(ran)).toEqual(deploys);
  },
);

const previews = [
  { name: 'went well', scenario: quick, exitStatus: 0 as const, says: /is deployed and running\./ },
  {
    name: 'failed',
    scenario: { rollout: [{ status: 'deploying', looks: 1 }, { status: 'failed' }] },
    exitStatus: 1 as const,
    says: /rollout-failed/,
  },
];

testWithAct.each(previews)(
  'pull-request-comment.yml: the comment of a preview that $name',
  async (run) => {
    const { scenario, exitStatus, says } = run;
    const file = 'pull-request-comment.yml';
    // What marocchino/sticky-pull-request-comment would write.
    const print = `console.log('comment ' + process.env.INPUT_HEADER + '\\n' + require('node:fs').readFileSync(process.env.INPUT_PATH, 'utf8'));`;
    const ran = await runExample(file, {
      event: 'pull_request',
      payload: pullRequestOf('acme/shop'),
      tokens: [{ name: 'Previews', scopes: ['service'] }],
      scenario: { ...scenario, services: [{ namespace: 'acme', name: 'web-preview' }] },
      args: inPlaceOf('marocchino/sticky-pull-request-comment', file, print),
      exitStatus,
    });
    expect(deploysOf(ran)).toEqual(['web-preview@feature/cart']);
    const [, comment = ''] = ran.page.join('\n').split('comment outpost-preview\n');
    expect(comment).toMatch(/^## /);
    expect(comment).toMatch(says);
  },
);

testWithPush('push-and-deploy.yml pushes the checked-out commit and deploys it', async () => {
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
  'automatic-rollback.yml: if $name, deploys $deploys',
  async ({ old, deploys, stable }) => {
    const repository = newOrigin();
    const commit = repository.git('rev-parse', 'HEAD');
    await withEndpoint(
      (response) => text(response, 200, old ? '0000000' : commit),
      async ({ url }) => {
        // An emulated service has no real endpoint, so the health check calls a server of this
        // test, and for less than twenty minutes.
        const local = workflow('automatic-rollback.yml')
          .text.replace('health-check: /', `health-check: ${url}/`)
          .replace('timeout: 20m', 'timeout: 2m');
        const programs = { gh: 'echo "gh $*"' };
        const ran = await runExample('automatic-rollback.yml', {
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
  { name: 'is valid for 60 days', expiresInHours: 24 * 60, exitStatus: 0, failed: [] },
  {
    name: 'expires in ten days',
    expiresInHours: 24 * 10,
    exitStatus: 1,
    failed: ['the next step'],
  },
  { name: 'has expired', expiresInHours: -24, exitStatus: 1, failed: [failedMain] },
] as const;

testWithAct.each(lives)(
  'scheduled-token-check.yml: the token $name',
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
