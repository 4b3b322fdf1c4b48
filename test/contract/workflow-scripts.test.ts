import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { startEmulator } from '../../emulator/server.ts';
import { git, openSandbox, ROOT, type Sandbox } from '../support/gitlab/sandbox.ts';
import { needsPosix } from '../support/posix.ts';
import { VirtualClock } from '../support/virtual-time/clock.ts';
import { MiniRunner, type StepResult, stepOf, stepsOf } from './workflow-runner.ts';

// GitHub runs these scripts, and we can't. But we can check that they do what their workflows
// expect.
const testWithShell = needsPosix('bash', 'git');
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

async function newRunner(): Promise<{
  readonly runner: MiniRunner;
  readonly temp: string;
  readonly clock: VirtualClock;
}> {
  const clock = await VirtualClock.start();
  const temp = mkdtempSync(join(tmpdir(), 'outpost-workflow-'));
  const runner = new MiniRunner(temp, clock);
  cleanUp.push(
    () => clock.close(),
    () => rmSync(temp, { recursive: true, force: true, maxRetries: 5 }),
    () => runner.stop(),
  );
  return { runner, temp, clock };
}

testWithShell('ci: the job `action` passes against the emulator that it starts', async () => {
  const { runner } = await newRunner();
  const steps: Record<string, StepResult> = {};
  for (const step of stepsOf('ci.yml', 'action').filter(
    ({ uses }) => uses === undefined || uses === './',
  )) {
    const result =
      step['run'] === undefined
        ? await runner.action(step, { steps })
        : await runner.script(step, { steps });
    steps[String(step['id'] ?? step['name'])] = result;
    if (step['continue-on-error'] === undefined)
      expect([step['name'], result]).toEqual([step['name'], { ...result, outcome: 'success' }]);
  }
  expect(Object.values(steps).map(({ outcome }) => outcome)).toEqual([
    'success',
    'success',
    'success',
    'failure',
    'failure',
    'success',
  ]);
});

testWithShell.each([
  { results: ['success', 'success'], outcome: 'success' },
  { results: ['success', 'failure', 'success'], outcome: 'failure' },
  { results: ['success', 'success', 'cancelled'], outcome: 'failure' },
  { results: ['skipped', 'success'], outcome: 'failure' },
])('ci-ok: $results results in $outcome', async ({ results, outcome }) => {
  const step = stepOf('ci.yml', 'ci-ok', 'Every job has succeeded');
  const env = { ...step, env: { JOBS: '{}', RESULTS: results.join(' ') } };
  const { runner } = await newRunner();
  expect((await runner.script(env, {})).outcome).toBe(outcome);
});

testWithShell('check-dist: fails and names the files if a build changes or adds any', async () => {
  const script = 'scripts/clean-tree.ts';
  const sandbox = open({
    'dist/cli/index.js': 'old\n',
    [script]: readFileSync(join(ROOT, script), 'utf8'),
  });
  const step = stepOf('ci.yml', 'check-dist', 'Nothing has changed');
  const { runner } = await newRunner();
  expect((await runner.script(step, {}, sandbox.folder)).outcome).toBe('success');
  writeFileSync(join(sandbox.folder, 'dist/cli/index.js'), 'new\n');
  writeFileSync(join(sandbox.folder, 'dist/extra.js'), 'new\n');
  const { outcome, log } = await runner.script(step, {}, sandbox.folder);
  expect(outcome).toBe('failure');
  expect(log).toContain('dist/cli/index.js');
  expect(log).toContain('dist/extra.js');
});

const PR = {
  github: { token: 'none', event: { pull_request: { head: { ref: 'dependabot/npm/zod' } } } },
};

/** Programs that print how they were called, in place of those that would contact GitHub. */
const GH = '#!/usr/bin/env bash\necho "gh $*"\n';

function open(files: Readonly<Record<string, string>>): Sandbox {
  const sandbox = openSandbox(files);
  cleanUp.push(() => sandbox.remove());
  return sandbox;
}

/** Two checkouts of one commit, as in the two jobs, and their origin. */
async function rebuild(
  change: (folder: string) => void,
  patch?: (folder: string) => string,
): Promise<{
  readonly built: StepResult;
  readonly committed: StepResult;
  readonly origin: string;
}> {
  const origin = open({
    'dist/cli/index.js': 'old\n',
    'gitlab/README.md': 'old\n',
    'examples/a.yml': 'old\n',
    'package.json': '{}\n',
  });
  const { runner, temp } = await newRunner();
  const [build, commit] = ['build', 'commit'].map((name) => {
    git(temp, 'clone', '--quiet', origin.folder, name);
    return join(temp, name);
  }) as [string, string];
  change(build);
  const built = await runner.script(stepOf('rebuild-dist.yml', 'build', 'Make a patch'), PR, build);
  if (patch !== undefined) writeFileSync(join(temp, 'dist.patch'), `${patch(build)}\n`);
  const gh = open({ gh: GH });
  const env = {
    PATH: `${gh.folder}:${process.env['PATH']}`,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
  };
  git(gh.folder, 'update-index', '--chmod=+x', 'gh');
  git(gh.folder, 'checkout-index', '--force', 'gh');
  const committed = await runner.script(
    stepOf('rebuild-dist.yml', 'commit', 'Commit, push, start ci'),
    PR,
    commit,
    env,
  );
  return { built, committed, origin: origin.folder };
}

testWithShell(
  'rebuild-dist: commits the build to the pull request branch in one commit and starts ci',
  async () => {
    const { built, committed, origin } = await rebuild((folder) => {
      writeFileSync(join(folder, 'dist/cli/index.js'), 'new\0\n');
      writeFileSync(join(folder, 'gitlab/README.md'), 'new\n');
      writeFileSync(join(folder, 'examples/a.yml'), 'new\n');
      writeFileSync(join(folder, 'dist/added.js'), 'new\n');
    });
    expect(built.outputs).toEqual({ changed: 'true' });
    expect(committed).toMatchObject({
      outcome: 'success',
      log: expect.stringContaining('gh workflow run ci.yml --ref dependabot/npm/zod'),
    });
    const branch = PR.github.event.pull_request.head.ref;
    expect(git(origin, 'diff', '--name-only', 'main', branch).split('\n')).toEqual([
      'dist/added.js',
      'dist/cli/index.js',
      'examples/a.yml',
      'gitlab/README.md',
    ]);
    expect(git(origin, 'log', '--format=%s', `main..${branch}`)).toBe('Rebuild dist');
  },
);

testWithShell('rebuild-dist: a build that changes nothing starts no second job', async () => {
  expect((await rebuild(() => undefined)).built.outputs).toEqual({});
});

testWithShell(
  'rebuild-dist: only dist, gitlab, and examples are taken from a patch that a dependency could have written',
  async () => {
    const { committed, origin } = await rebuild(
      (folder) => {
        writeFileSync(join(folder, 'package.json'), '{"scripts":{"preinstall":"evil"}}\n');
        writeFileSync(join(folder, '.gitlab-ci.yml'), 'evil\n');
        writeFileSync(join(folder, 'dist/cli/index.js'), 'new\n');
        git(folder, 'add', '--all');
      },
      (folder) => git(folder, 'diff', '--cached', '--binary'),
    );
    expect(committed.outcome).toBe('success');
    expect(git(origin, 'diff', '--name-only', 'main', PR.github.event.pull_request.head.ref)).toBe(
      'dist/cli/index.js',
    );
  },
);

/**
 * Replaces the gh CLI. A file contains what the newest issue says, and requests are written to
 * another file.
 */
const GH_ISSUES = `#!/usr/bin/env bash
if [ "$2" = list ]; then cat "$RUNNER_TEMP/last" 2> /dev/null || true
else echo "$*" >> "$RUNNER_TEMP/asked"; cp "$RUNNER_TEMP/issue.md" "$RUNNER_TEMP/last"; fi
`;

testWithShell(
  'canary: opens an issue if a response has changed, but not a second one',
  async () => {
    const { runner, temp, clock } = await newRunner();
    const gh = open({ gh: GH_ISSUES });
    git(gh.folder, 'update-index', '--chmod=+x', 'gh');
    git(gh.folder, 'checkout-index', '--force', 'gh');
    const env = { PATH: `${gh.folder}:${dirname(process.execPath)}:${process.env['PATH']}` };
    const asked = (): number =>
      existsSync(join(temp, 'asked'))
        ? readFileSync(join(temp, 'asked'), 'utf8').split('\n').length - 1
        : 0;
    const day = async (
      scenario: Scenario,
    ): Promise<{ check: string; issues: number; ended: string }> => {
      const emulator = await startEmulator({ scenario, now: clock.nowMs, timing: clock });
      try {
        const secrets = {
          OUTPOST_CANARY_TOKEN: emulator.world.createToken({ name: 'canary', scopes: ['service'] }),
        };
        const vars = { OUTPOST_CANARY_SERVICE: 'acme/web', OUTPOST_CANARY_ORIGIN: emulator.origin };
        const contexts = {
          secrets,
          vars,
          github: { token: 'none', repository: 'outpost/deploy-action' },
        };
        const ask = await runner.script(
          stepOf('canary.yml', 'outpost', 'Ask'),
          contexts,
          ROOT,
          env,
        );
        const more = { ...contexts, steps: { ask } };
        const told = await runner.script(
          stepOf('canary.yml', 'outpost', 'Open an issue if an answer has changed'),
          more,
          ROOT,
          env,
        );
        expect(told).toMatchObject({ outcome: 'success' });
        const last = await runner.script(
          stepOf('canary.yml', 'outpost', 'A deploy would begin'),
          more,
        );
        return { check: ask.outputs['check'] ?? '', issues: asked(), ended: last.outcome };
      } finally {
        await emulator.close();
      }
    };
    expect(await day({})).toEqual({ check: '0', issues: 1, ended: 'success' });
    expect(await day({})).toEqual({ check: '0', issues: 1, ended: 'success' });
    const issue = readFileSync(join(temp, 'issue.md'), 'utf8');
    expect(issue).not.toMatch(/acme|op_pat_/);
    expect(await day({ spelling: { keys: 'camelCase' } })).toMatchObject({ issues: 2 });
    const { check, ended } = await day({ dialect: 'none', elsewhere: 'html' });
    expect({ isZero: check === '0', ended }).toEqual({ isZero: false, ended: 'failure' });
  },
);
