import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { needs } from '../support/gitlab/needs.ts';
import { endOf } from '../support/health/check.ts';
import { temporaryFolder } from '../support/push/git.ts';
import { rehearse } from '../support/rehearse.ts';
import { runStep, success } from './github-step.ts';
import { runScript } from './script.ts';
import { holds, type Step, workflow } from './workflow.ts';

const testWithShell = needs('bash', 'jq');

/** The steps of a job that run scripts. */
function scriptsOf(file: string, jobName: string): readonly Step[] {
  const job = workflow(file).jobs.find(({ name }) => name === jobName);
  return job?.steps.filter(({ run }) => run !== undefined) ?? [];
}

/** The output of the job `changes` if these filters matched, and whether a deploy follows. */
async function chosen(
  changes: readonly string[],
  event = 'push',
): Promise<{ readonly service: string | undefined; readonly deploys: boolean }> {
  const [, services] = scriptsOf('monorepo.yml', 'changes');
  if (services === undefined) throw new Error('monorepo.yml has no second script');
  const contexts = { steps: { filter: { outputs: { changes: JSON.stringify(changes) } } } };
  const env = { GITHUB_EVENT_NAME: event };
  const { exitStatus, outputs } = await runScript(services, temporaryFolder(), contexts, env);
  expect(exitStatus).toBe(0);
  const condition = workflow('monorepo.yml').jobs.find(({ name }) => name === 'deploy')?.all['if'];
  const deploys = holds(condition, { needs: { changes: { outputs } } });
  return { service: outputs['service'], deploys };
}

testWithShell(
  'monorepo.yml: a push deploys what changed in stages; a manual run deploys everything',
  async () => {
    const all = 'acme/api acme/worker then acme/web';
    expect(await chosen(['web'])).toEqual({ service: 'acme/web', deploys: true });
    expect(await chosen(['web', 'api'])).toEqual({
      service: 'acme/api then acme/web',
      deploys: true,
    });
    expect(await chosen(['worker', 'api'])).toEqual({
      service: 'acme/api acme/worker',
      deploys: true,
    });
    expect(await chosen([])).toEqual({ service: '', deploys: false });
    expect(await chosen(['api', 'worker', 'web'])).toEqual({ service: all, deploys: true });
    expect(await chosen([], 'workflow_dispatch')).toEqual({ service: all, deploys: true });
  },
);

testWithShell(
  'monorepo.yml: the step deploys the services that the previous job printed',
  async () => {
    const { service } = await chosen(['web', 'api']);
    const contexts = { needs: { changes: { outputs: { service } } } };
    const ran = await runStep('monorepo.yml', 'deploy', { contexts });
    expect(endOf(ran)).toEqual(success);
    const rows = ran.report?.deployments.map((one) => [one.service, one.stage]);
    expect(rows).toEqual([
      ['api', 1],
      ['web', 2],
    ]);
  },
);

const greenRuns = [
  { name: 'the last successful run', json: '[{"headSha":"0123abc"}]', commit: '0123abc' },
  { name: 'the push if no run has succeeded yet', json: '[]', commit: '' },
];

testWithShell.each(greenRuns)('monorepo.yml compares with $name', async ({ json, commit }) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'bin'));
  const gh = join(folder, 'bin/gh');
  // What gh does with its last argument, `--jq`.
  writeFileSync(gh, `#!/bin/bash\necho "$*" > calls\njq -r "\${@: -1}" <<< '${json}'\n`);
  chmodSync(gh, 0o755);
  const [last] = scriptsOf('monorepo.yml', 'changes');
  if (last === undefined) throw new Error('monorepo.yml has no script');
  const { exitStatus, outputs } = await runScript(
    last,
    folder,
    { github: { token: 'ghs_1', repository: 'acme/shop' } },
    {
      PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter),
      GITHUB_WORKFLOW: 'Deploy what changed',
      GITHUB_REF_NAME: 'main',
    },
  );
  expect({ exitStatus, outputs }).toEqual({ exitStatus: 0, outputs: { commit } });
  expect(readFileSync(join(folder, 'calls'), 'utf8')).toMatch(
    /^run list --workflow Deploy what changed --branch main --status success --limit 1 /,
  );
});

const lives = [
  { name: 'is valid for 60 days', expiresInHours: 24 * 60, days: '60', checkExit: 0, exit: 0 },
  { name: 'expires in ten days', expiresInHours: 24 * 10, days: '10', checkExit: 0, exit: 1 },
  { name: 'has expired', expiresInHours: -24, days: '', checkExit: 3, exit: 0 },
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
    // After a failed step, the runner doesn't start the next one.
    if (checkExit !== 0) return;
    expect(ran.outputs).toMatchObject({ status: 'checked', 'token-days-left': days });
    const [after] = scriptsOf('scheduled-token-check.yml', 'check');
    if (after === undefined) throw new Error('scheduled-token-check.yml has no script');
    const contexts = { steps: { outpost: { outputs: ran.outputs } } };
    const said = await runScript(after, temporaryFolder(), contexts);
    expect(said.exitStatus).toBe(exit);
    if (exit !== 0)
      expect(said.output).toMatch(
        /^::error title=The Outpost token expires soon::10 days are left\./,
      );
  },
);
