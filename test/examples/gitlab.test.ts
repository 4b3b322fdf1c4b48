import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { startEmulator } from '../../emulator/server.ts';
import { preview, runPipeline, whenByJob } from '../support/gitlab/local-runner.ts';
import { bundleOf, git, openSandbox, ROOT, templateFiles } from '../support/gitlab/sandbox.ts';
import { asMapping, parseYaml } from '../support/gitlab/yaml.ts';
import { quick } from '../support/health/check.ts';
import { text, withEndpoint } from '../support/health/endpoint.ts';
import { bad, good } from '../support/health/rollback.ts';
import { needsPosix } from '../support/posix.ts';
import { VirtualClock } from '../support/virtual-time/clock.ts';
import {
  anyPipeline,
  declared,
  deploysOf,
  type ExampleRun,
  example,
  open,
  ran,
  sandboxes,
} from './gitlab-example.ts';

const testWithRunner = needsPosix('bash', 'git');
const names = readdirSync(join(ROOT, 'examples/gitlab'));

test.each(names)(
  '%s is a .gitlab-ci.yml that only sets inputs which its components declare',
  (name) => {
    const { text: source, includes, jobs } = example(name);
    // A template for other projects has its own file name.
    if (name !== 'deploy-template.yml') expect(source).toMatch(/^# \.gitlab-ci\.yml\n/);
    expect([...includes, ...Object.keys(jobs)]).not.toEqual([]);
    for (const { template: which, inputs } of includes)
      expect(declared(which)).toEqual(expect.arrayContaining(Object.keys(inputs)));
    // GitLab would merge two jobs with the same name. Two results with the same name would also
    // become one.
    for (const input of ['job-name', 'dotenv-prefix']) {
      const having = includes.filter(({ template: which }) => declared(which).includes(input));
      expect(new Set(having.map(({ inputs }) => inputs[input] ?? 'the usual one')).size).toBe(
        having.length,
      );
    }
  },
);

testWithRunner('single-service.yml deploys', async () => {
  await ran('single-service.yml', {}, (result) => {
    expect(result.output).toContain('acme/web is deployed and running.');
    expect(result).toMatchObject({ exitStatus: 0, failed: {} });
    expect(deploysOf(result, 'web')).toBe(1);
  });
});

testWithRunner(
  'token-from-vault.yml: the job gets the value instead of a file, and deploys',
  async () => {
    const { yaml, problem } = await preview(open('token-from-vault.yml'));
    expect(problem).toBe('');
    const job = asMapping(parseYaml(yaml)['outpost-deploy']);
    expect(asMapping(job['secrets'])['OUTPOST_TOKEN']).toMatchObject({ file: false });
    expect(Object.keys(asMapping(job['id_tokens']))).toEqual(['VAULT_ID_TOKEN']);
    // The variable takes the place of what GitLab would get from Vault.
    await ran('token-from-vault.yml', {}, (result) => {
      expect(result).toMatchObject({ exitStatus: 0, failed: {} });
      expect(deploysOf(result, 'web')).toBe(1);
    });
  },
);

testWithRunner('monorepo.yml: a push gets a job for each service whose files changed', async () => {
  const sandbox = open('monorepo.yml');
  const variables = { CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main' };
  const { yaml, problem } = await preview(sandbox);
  expect(problem).toBe('');
  const jobs = parseYaml(yaml);
  const stages = ['api', 'worker', 'web'].map(
    (service) => asMapping(jobs[`deploy-${service}`])['stage'],
  );
  expect(stages).toEqual(['back-end', 'back-end', 'front-end']);
  for (const service of ['web', 'api', 'worker']) {
    expect(asMapping(jobs[`deploy-${service}`])['rules']).toEqual([
      {
        if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH',
        changes: [`services/${service}/**/*`, 'shared/**/*'],
      },
    ]);
  }
  expect(
    Object.values(await whenByJob(sandbox, { ...variables, CI_COMMIT_BRANCH: 'topic' })),
  ).toEqual(['never', 'never', 'never']);
});

testWithRunner(
  'preview.yml: merge requests from this project get a job, those from a fork do not',
  async () => {
    const sandbox = open('preview.yml');
    const mergeRequest = { CI_PIPELINE_SOURCE: 'merge_request_event', CI_PROJECT_ID: '7' };
    expect(
      await whenByJob(sandbox, { ...mergeRequest, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '7' }),
    ).toEqual({ preview: 'on_success' });
    expect(
      await whenByJob(sandbox, { ...mergeRequest, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '8' }),
    ).toEqual({ preview: 'never' });
    // This machine has no GitLab with merge requests. The conditions were checked above, so the job
    // runs without them here.
    await ran('preview.yml', { changes: anyPipeline }, (result) => {
      expect(result).toMatchObject({ exitStatus: 0, failed: {} });
      expect([deploysOf(result, 'web-preview'), deploysOf(result, 'web')]).toEqual([1, 0]);
    });
  },
);

testWithRunner(
  'protected-environment.yml: staging is deployed, production waits for approval',
  async () => {
    const variables = { CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main' };
    expect(await whenByJob(open('protected-environment.yml'), variables)).toEqual({
      'deploy-staging': 'on_success',
      'deploy-production': 'manual',
    });
    await ran('protected-environment.yml', {}, (result) => {
      expect(result).toMatchObject({ exitStatus: 0, failed: {} });
      expect([deploysOf(result, 'web-staging'), deploysOf(result, 'web')]).toEqual([1, 0]);
    });
  },
);

testWithRunner('push-and-deploy.yml pushes the commit and deploys it', async () => {
  await ran('push-and-deploy.yml', { token: { scopes: ['service', 'repo'] } }, (result) => {
    expect(result).toMatchObject({ exitStatus: 0, failed: {} });
    expect(result.output).toMatch(/acme\/web: pushing [0-9a-f]{7} to main/);
    const commit = git(sandboxes.at(-1)?.folder ?? '', 'rev-parse', 'HEAD');
    expect(result.emulator.world.service('acme', 'web')).toMatchObject({
      deploysAccepted: 1,
      lastCommit: commit,
    });
  });
});

const pushToken = { scopes: ['service', 'repo'] };

/**
 * Outpost's branch is one commit ahead of the project's checkout, because a later pipeline has
 * pushed.
 */
function oneBehind(branch: string): NonNullable<ExampleRun['prepare']> {
  return ({ folder }, { world }) => {
    const repository = world.repositories.find('acme', 'web');
    if (repository === undefined) throw new Error('the emulator has no repository acme/web');
    git(folder, 'commit', '--quiet', '--allow-empty', '--message=Two');
    git(folder, 'push', '--quiet', world.git.open(repository), `HEAD:refs/heads/${branch}`);
    git(folder, 'reset', '--quiet', '--hard', 'HEAD~1');
  };
}

/** The commit of the project opened last. */
function projectCommit(): string {
  return git(sandboxes.at(-1)?.folder ?? '', 'rev-parse', 'HEAD');
}

testWithRunner(
  'promotion.yml: staging gets the commit, then production gets the same one',
  async () => {
    const args = ['--manual', 'deploy-production'];
    // Each environment has its own token.
    const prepare: ExampleRun['prepare'] = (_, { world }) => {
      world.createToken({ name: 'GitLab production', ...pushToken });
    };
    await ran('promotion.yml', { token: pushToken, args, prepare }, (result) => {
      expect(result).toMatchObject({ exitStatus: 0, failed: {} });
      const { world } = result.emulator;
      const lastCommit = projectCommit();
      expect(world.service('acme', 'web-staging')).toMatchObject({
        lastBranch: 'staging',
        lastCommit,
      });
      expect(world.service('acme', 'web')).toMatchObject({ lastBranch: 'production', lastCommit });
    });
  },
);

testWithRunner(
  'promotion.yml: a commit that is not on staging is not promoted, even if someone presses play',
  async () => {
    const args = ['--manual', 'deploy-production'];
    const prepare = oneBehind('staging');
    await ran('promotion.yml', { token: pushToken, args, prepare }, (result) => {
      expect(result).toMatchObject({ exitStatus: 1, failed: { 'deploy-staging': 9 } });
      expect([deploysOf(result, 'web-staging'), deploysOf(result, 'web')]).toEqual([0, 0]);
    });
  },
);

testWithRunner('rollback.yml: the rollback button runs the job of an older commit', async () => {
  await ran('rollback.yml', { token: pushToken, prepare: oneBehind('main') }, (result) => {
    expect(result).toMatchObject({ exitStatus: 0, failed: {} });
    expect(result.output).toMatch(/main moves back 1 commit to [0-9a-f]{7}/);
    expect(result.emulator.world.service('acme', 'web')).toMatchObject({
      lastBranch: 'main',
      lastCommit: projectCommit(),
    });
  });
});

testWithRunner(
  'deploy-tag.yml: the commit of the tag goes to the branch `production`',
  async () => {
    const onTag = { CI_COMMIT_TAG: 'v1.0.0', CI_COMMIT_BRANCH: '' };
    expect(await whenByJob(open('deploy-tag.yml'), onTag)).toEqual({
      'outpost-deploy': 'on_success',
    });
    expect(await whenByJob(open('deploy-tag.yml'), { CI_COMMIT_BRANCH: 'main' })).toEqual({
      'outpost-deploy': 'never',
    });
    await ran('deploy-tag.yml', { token: pushToken, variables: onTag }, (result) => {
      expect(result).toMatchObject({ exitStatus: 0, failed: {} });
      expect(result.emulator.world.service('acme', 'web')).toMatchObject({
        lastBranch: 'production',
        lastCommit: projectCommit(),
      });
    });
  },
);

testWithRunner(
  'automatic-rollback.yml: an unhealthy service gets its old branch back and the job fails',
  async () => {
    const path = String(example('automatic-rollback.yml').includes[0]?.inputs['health-check']);
    await withEndpoint(
      (response, _, number) => text(response, number < 8 ? 500 : 200),
      ({ url, asked }) =>
        // An emulated service has no real endpoint, so the example's path is requested from a
        // server of this test, and for less than twenty minutes.
        ran(
          'automatic-rollback.yml',
          { changes: { 'health-check': `${url}${path}`, timeout: '80s' } },
          (result) => {
            expect(result.output).toMatch(/the previous revision \(branch stable\) is live again/);
            expect(result).toMatchObject({ exitStatus: 1, failed: { 'outpost-deploy': 5 } });
            expect(result.emulator.world.service('acme', 'web')).toMatchObject({
              deploysAccepted: 2,
              lastBranch: 'stable',
            });
            expect(asked[0]?.path).toBe('/healthz');
          },
        ),
    );
  },
);

testWithRunner('scheduled-token-check.yml only runs in scheduled pipelines', async () => {
  const sandbox = open('scheduled-token-check.yml');
  expect(await whenByJob(sandbox, { CI_PIPELINE_SOURCE: 'schedule' })).toEqual({
    'outpost-check': 'on_success',
  });
  expect(await whenByJob(sandbox, { CI_PIPELINE_SOURCE: 'push' })).toEqual({
    'outpost-check': 'never',
  });
});

testWithRunner.each([
  {
    name: 'that expires in ten days',
    hours: 24 * 10,
    failed: {},
    says: /The Outpost token expires soon/,
  },
  {
    name: 'that expires within a day',
    hours: 20,
    failed: { 'outpost-check': 3 },
    says: /token-expires-during-run/,
  },
])('scheduled-token-check.yml: a token $name', async ({ hours, failed, says }) => {
  await ran('scheduled-token-check.yml', { changes: anyPipeline, token: { hours } }, (result) => {
    expect(result.failed).toEqual(failed);
    expect(result.output).toMatch(says);
    expect(deploysOf(result, 'web')).toBe(0);
  });
});

const SHOP = [
  ...['search', 'media', 'mail'],
  ...['accounts', 'catalog', 'orders', 'payments', 'shipping'],
  ...['web', 'admin', 'partners', 'docs'],
];

/** The example with a project that is one commit ahead of acme/shop on Outpost. */
function ofTheShop(scenario: Scenario): ExampleRun {
  return {
    scenario,
    services: SHOP.map((name) => ({ namespace: 'acme', name, repository: 'acme/shop' })),
    token: pushToken,
    // Emulated services have no real endpoints.
    changes: { 'health-check': '' },
    prepare: ({ folder }, { world }) => {
      world.createRepository({ namespace: 'acme', name: 'shop' });
      const repository = world.repositories.find('acme', 'shop');
      if (repository === undefined) throw new Error('the emulator has no repository acme/shop');
      git(folder, 'push', '--quiet', world.git.open(repository), 'HEAD:refs/heads/main');
      git(folder, 'commit', '--quiet', '--allow-empty', '--message=Two');
    },
  };
}

/** `[service, stage, status]` of each deployment in the report. */
function rowsOf(): unknown {
  const report = JSON.parse(sandboxes.at(-1)?.read('outpost-report.json') ?? '{}');
  return report.deployments?.map((one: Record<string, unknown>) => [
    one['service'],
    one['stage'],
    one['status'],
  ]);
}

/** One row for each service, with the status of its stage. */
function rowsWith(...statuses: readonly string[]): unknown {
  return SHOP.map((service, index) => {
    const stage = index < 3 ? 1 : index < 8 ? 2 : 3;
    return [service, stage, statuses[stage - 1]];
  });
}

test('stages.yml: twelve services in three stages take fewer than thirty lines', () => {
  const lines = example('stages.yml').text.split('\n');
  expect(lines.filter((line) => !/^ *(?:#.*)?$/.test(line)).length).toBeLessThan(30);
});

testWithRunner('stages.yml: deploys twelve services in three stages', async () => {
  await ran('stages.yml', ofTheShop({ rollout: good }), (result) => {
    expect(result).toMatchObject({ exitStatus: 0, failed: {} });
    expect(rowsOf()).toEqual(rowsWith('deployed', 'deployed', 'deployed'));
    const { lastCommit } = result.emulator.world.service('acme', 'docs');
    expect(lastCommit).toBe(projectCommit());
  });
});

testWithRunner('stages.yml: a failure in the second stage rolls all services back', async () => {
  const scenario = { rollout: good, rollouts: { 'acme/orders': [bad, good] } };
  await ran('stages.yml', ofTheShop(scenario), (result) => {
    expect(result).toMatchObject({ exitStatus: 1, failed: { 'outpost-deploy': 5 } });
    expect(rowsOf()).toEqual(rowsWith('rolled-back', 'rolled-back', 'skipped'));
    const before = git(sandboxes.at(-1)?.folder ?? '', 'rev-parse', 'HEAD~1');
    expect(result.emulator.world.service('acme', 'search').lastCommit).toBe(before);
  });
});

testWithRunner.each([
  { name: 'succeeds', status: 'succeeded', failed: {}, deploys: 1 },
  { name: 'fails', status: 'failed', failed: { 'outpost-deploy': 5 }, deploys: 0 },
])('pre-deploy-job.yml: the migration $name', async ({ status, failed, deploys }) => {
  const [, json = ''] =
    /^# {3}(\{\n[\s\S]*?^# {3}\})$/m.exec(example('pre-deploy-job.yml').text) ?? [];
  const run: ExampleRun = {
    scenario: { ...quick, jobs: [[{ status }]] },
    token: { scopes: ['service', 'repo', 'job'] },
    prepare: ({ folder }) => {
      mkdirSync(join(folder, 'ops'));
      writeFileSync(join(folder, 'ops/migrate.json'), json.replace(/^# {3}/gm, ''));
      git(folder, 'add', 'ops');
      git(folder, 'commit', '--quiet', '--message=Two');
    },
  };
  await ran('pre-deploy-job.yml', run, (result) => {
    expect(result.failed).toEqual(failed);
    expect(result.emulator.world.jobsOf('acme').map(({ body }) => body)).toMatchObject([
      { image: `registry.example.com/acme/web:${projectCommit()}` },
    ]);
    expect(deploysOf(result, 'web')).toBe(deploys);
  });
});

testWithRunner(
  'deploy-template.yml: a project can deploy with the include from the comment',
  async () => {
    const { text: source } = example('deploy-template.yml');
    // Here both files are in one project, and the program is this checkout's.
    const [, caller = ''] = /^# {3}(include:\n(?:# {5,}.*\n)+)/m.exec(source) ?? [];
    const included = caller
      .replace(/^# {3}/gm, '')
      .replace(/- project: .*\n *ref: .*\n *file: (.*)/, '- local: $1');
    expect(included).toContain('- local: deploy.yml\n');
    const clock = await VirtualClock.start();
    const emulator = await startEmulator({ scenario: quick, now: clock.nowMs, timing: clock });
    try {
      const template = source
        .replace(/component: \S+/, 'local: templates/deploy.yml')
        .replace(
          '      service: $',
          `      origin: ${emulator.origin}\n      bundle-url: ${bundleOf('deploy')}\n      service: $`,
        );
      const sandbox = openSandbox({
        ...templateFiles(),
        'deploy.yml': template,
        '.gitlab-ci.yml': included,
      });
      sandboxes.push(sandbox);
      const token = emulator.world.createToken({ name: 'GitLab CI', scopes: ['service'] });
      const main = { CI_DEFAULT_BRANCH: 'main', CI_COMMIT_BRANCH: 'main' };
      const variables = { OUTPOST_TOKEN: token, ...main };
      const result = await runPipeline(sandbox, { clock, variables });
      expect(`${result.exitStatus}\n${result.output}`).toMatch(/^0\n/);
      expect(emulator.world.service('acme', 'web').deploysAccepted).toBe(1);
    } finally {
      await emulator.close();
      await clock.close();
    }
  },
);
