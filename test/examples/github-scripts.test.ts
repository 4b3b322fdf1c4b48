import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { needs } from '../support/gitlab/needs.ts';
import { rehearse } from '../support/rehearse.ts';
import { allFilled, type Contexts, holds, workflow } from './workflow.ts';

const testWithShell = needs('bash', 'git');
const folder = mkdtempSync(join(tmpdir(), 'outpost-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface ScriptRun {
  readonly exitStatus: number | null;
  readonly output: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Runs the script of a job as the runner does: bash, with its own options, and the step's
 * environment alone.
 */
function runScript(
  file: string,
  jobName: string,
  contexts: Contexts,
  env: Readonly<Record<string, string>> = {},
): ScriptRun {
  const step = workflow(file)
    .jobs.find(({ name }) => name === jobName)
    ?.steps.find(({ run }) => run !== undefined);
  const outputFile = join(folder, 'outputs');
  writeFileSync(outputFile, '');
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? 'exit 99'],
    {
      cwd: folder,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        GITHUB_OUTPUT: outputFile,
        ...env,
        ...allFilled(step?.env ?? {}, contexts),
      },
    },
  );
  return {
    exitStatus: status,
    output: `${stdout}${stderr}`,
    outputs: Object.fromEntries(
      [...readFileSync(outputFile, 'utf8').matchAll(/^([\w-]+)=(.*)$/gm)].map(([, name, value]) => [
        name,
        value,
      ]),
    ),
  };
}

function git(...args: readonly string[]): string {
  const env = {
    PATH: process.env['PATH'],
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
  };
  return execFileSync('git', [...args], { cwd: folder, env, encoding: 'utf8' }).trim();
}

/** Adds files in one commit. */
function commit(...paths: readonly string[]): string {
  for (const path of paths) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), path);
  }
  git('add', '--', ...paths);
  git(
    '-c',
    'user.name=ada',
    '-c',
    'user.email=ada@example.com',
    'commit',
    '--quiet',
    '--message=Change',
  );
  return git('rev-parse', 'HEAD');
}

/**
 * What the job `changes` says of a push from one commit to another, and whether a deploy follows.
 */
function changed(
  before: string,
  after: string,
): { readonly services: unknown; readonly deploys: boolean } {
  const { exitStatus, outputs } = runScript(
    'monorepo.yml',
    'changes',
    { github: { event: { before } } },
    { GITHUB_SHA: after },
  );
  expect(exitStatus).toBe(0);
  const condition = workflow('monorepo.yml').jobs.find(({ name }) => name === 'deploy')?.all['if'];
  const deploys = holds(condition, { needs: { changes: { outputs } } });
  return { services: JSON.parse(outputs['services'] ?? ''), deploys };
}

testWithShell('monorepo.yml: a push deploys the services whose files it changed', () => {
  git('init', '--quiet', '--initial-branch=main');
  const first = commit('README.md', 'services/web/a', 'services/api/a');
  const web = commit('services/web/b');
  const two = commit('services/web/c', 'services/worker/a', 'services/web-admin/a');
  const readme = commit('services.md');
  const shared = commit('shared/a');
  const all = ['web', 'api', 'worker'];
  expect(changed(first, web)).toEqual({ services: ['web'], deploys: true });
  expect(changed(web, two)).toEqual({ services: ['web', 'worker'], deploys: true });
  expect(changed(two, readme)).toEqual({ services: [], deploys: false });
  expect(changed(readme, shared)).toEqual({ services: all, deploys: true });
  // Several commits in one push; a branch that is new; a commit that is gone; a run that was
  // started by hand.
  expect(changed(first, shared).services).toEqual(all);
  for (const before of ['0'.repeat(40), 'f'.repeat(40), ''])
    expect(changed(before, shared).services).toEqual(all);
});

const lives = [
  { name: 'has long to live', expiresInHours: 24 * 60, days: '60', checkExit: 0, exit: 0 },
  { name: 'has ten days', expiresInHours: 24 * 10, days: '10', checkExit: 0, exit: 1 },
  { name: 'is dead', expiresInHours: -24, days: '', checkExit: 3, exit: 0 },
];

test.concurrent.each(lives)(
  'scheduled-token-check.yml: a token that $name',
  async ({ expiresInHours, days, checkExit, exit }) => {
    const step = workflow('scheduled-token-check.yml').jobs[0]?.steps[0];
    const { token: _, ...inputs } = step?.with ?? {};
    const token = { name: inputs['token-name'] ?? '', scopes: ['service'] };
    const ran = await rehearse({
      scenario: { rehearsal: { inputs: {}, token, exit: 0 } },
      inputs,
      expiresInHours,
    });
    expect(ran.exitStatus).toBe(checkExit);
    expect(ran.operations).not.toContain('service.deploy');
    // After a step that failed the runner does not start the next one.
    if (checkExit !== 0) return;
    expect(ran.outputs).toMatchObject({ status: 'checked', 'token-days-left': days });
    const after = runScript('scheduled-token-check.yml', 'check', {
      steps: { outpost: { outputs: ran.outputs } },
    });
    expect(after.exitStatus).toBe(exit);
    if (exit !== 0)
      expect(after.output).toMatch(
        /^::error title=The Outpost token expires soon::10 days are left\./,
      );
  },
);
