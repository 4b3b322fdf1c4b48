import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Report } from '../../src/report/report.ts';
import { needs } from '../support/gitlab/needs.ts';
import { bad, rollouts } from '../support/health/rollback.ts';
import { telling } from '../support/push/deploys.ts';
import { at, gitTest, newOrigin, type Repository, temporaryFolder } from '../support/push/git.ts';
import type { Rehearsed } from '../support/rehearse.ts';
import { outpostAt, pushStep, runStep } from './github-step.ts';
import { runScript, type ScriptRun, type StandIn, withStandIn } from './script.ts';
import { holds, type Step, workflow } from './workflow.ts';

const testWithShell = needs('bash', 'curl', 'jq');
/** `gitTest` is skipped if git can't serve. */
const testWithGit = testWithShell === test ? gitTest : testWithShell;

const SECRET = 'https://hooks.example.com/services/T0/B0/secret';
/** Text that a service can write into its log, and that Outpost can put into an answer. */
const HOSTILE =
  '"; touch pwned; $(touch pwned) `touch pwned` <!channel> <https://evil.example|x> & \\ \'';
const failing = { exitStatus: 5, status: 'failed', code: 'rollout-failed' };

/** The step after our action in the job `deploy`. */
function stepAfter(file: string): Step {
  const steps = workflow(file).jobs[0]?.steps ?? [];
  const ours = steps.findIndex(({ uses }) => uses?.startsWith('outpost/'));
  const step = steps[ours + 1];
  if (step === undefined) throw new Error(`${file} has no step after ours`);
  return step;
}

interface After extends ScriptRun {
  readonly folder: string;
}

/** Runs the step after our action with the results of a run, if GitHub's runner would run it. */
async function after(
  file: string,
  { outputs }: Pick<Rehearsed, 'outputs'>,
  report: Report | undefined,
  env: Readonly<Record<string, string>>,
  folder = temporaryFolder(),
): Promise<After> {
  const step = stepAfter(file);
  const path = join(folder, 'report.json');
  writeFileSync(path, JSON.stringify(report));
  const github = { server_url: 'https://github.com', repository: 'acme/shop', run_id: '7' };
  const contexts = { github, steps: { outpost: { outputs: { ...outputs, report: path } } } };
  if (!holds(step.if, contexts)) throw new Error(`${file} would not run the step`);
  const variables = { GITHUB_REPOSITORY: 'acme/shop', GITHUB_RUN_ID: '7', ...env };
  return { ...(await runScript(step, folder, contexts, variables)), folder };
}

/** A report in which all quoted text is hostile. */
function hostile(report: Report | undefined): Report {
  if (report?.failure == null) throw new Error('there is no failure to quote');
  const failure = { ...report.failure, happened: HOSTILE, hint: HOSTILE };
  return { ...report, headline: HOSTILE, failure };
}

const accept = () => ({ status: 200, json: {} });
/** Expects that the secret went only where it belongs. */
function expectNoSecret(said: ScriptRun, secret = SECRET): void {
  expect(said.output).not.toContain(secret);
}

testWithShell('notify-slack.yml: the messages in Slack after a success and a failure', async () => {
  const file = 'notify-slack.yml';
  const good = await runStep(file, 'deploy');
  const failed = await runStep(file, 'deploy', { scenario: rollouts(bad) });
  expect(failed.outputs['failure-code']).toBe('rollout-failed');
  await withStandIn(accept, async ({ url, received }) => {
    const env = { SLACK_WEBHOOK_URL: `${url}/services/secret` };
    for (const { outputs, report } of [good, failed])
      expect(await after(file, { outputs }, report, env)).toMatchObject({ exitStatus: 0 });
    expect(received.map(({ request, json }) => [request, json])).toEqual([
      [
        'POST /services/secret',
        {
          text: ':white_check_mark: acme/web is deployed and running.\n<https://github.com/acme/shop/actions/runs/7|Open the run>',
        },
      ],
      [
        'POST /services/secret',
        {
          text: `:x: ${failed.report?.headline}\nWhat to do: ${failed.report?.failure?.hint}\n<https://github.com/acme/shop/actions/runs/7|Open the run>`,
        },
      ],
    ]);
  });
});

/** The two recipes that quote texts from the report. */
const quoting = [
  { file: 'notify-slack.yml', path: '/hook', variable: 'SLACK_WEBHOOK_URL' },
  { file: 'datadog-event.yml', path: '/api/v1/events', variable: 'DATADOG_URL' },
];

testWithShell.each(quoting)(
  '$file: untrusted text is quoted and runs nothing',
  async ({ file, path, variable }) => {
    const ran = await runStep(file, 'deploy', { scenario: rollouts(bad) });
    await withStandIn(accept, async ({ url, received }) => {
      const env = {
        DATADOG_API_KEY: SECRET,
        [variable]: variable === 'DATADOG_URL' ? url : `${url}${path}`,
      };
      const said = await after(file, ran, hostile(ran.report), env);
      expect(said).toMatchObject({ exitStatus: 0 });
      expect(existsSync(join(said.folder, 'pwned'))).toBe(false);
      expectNoSecret(said);
      const [{ request, json } = { request: '', json: {} }] = received;
      expect(request).toBe(`POST ${path}`);
      const { text } = json as { readonly text: string };
      const quoted =
        file === 'notify-slack.yml'
          ? HOSTILE.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
          : HOSTILE;
      expect(text).toContain(quoted);
      // Slack would notify the whole channel.
      if (file === 'notify-slack.yml') expect(text).not.toContain('<!');
    });
  },
);

testWithShell('the step after ours does not run if there is no report', () => {
  const nothing = { steps: { outpost: { outputs: {} } } };
  const files = ['notify-slack.yml', 'datadog-event.yml', 'dora.yml', 'sentry-release.yml'];
  expect(files.map((file) => holds(stepAfter(file).if, nothing))).toEqual(files.map(() => false));
});

testWithShell.each(['notify-slack.yml', 'datadog-event.yml'])(
  '%s: if the other service is down, only that step fails',
  async (file) => {
    const ran = await runStep(file, 'deploy');
    await withStandIn(
      () => ({ status: 503 }),
      async ({ url }) => {
        const env = { SLACK_WEBHOOK_URL: url, DATADOG_URL: url, DATADOG_API_KEY: SECRET };
        expect((await after(file, ran, ran.report, env)).exitStatus).not.toBe(0);
      },
    );
    const { text } = workflow(file);
    expect(text).toContain('continue-on-error: true');
  },
);

testWithShell('datadog-event.yml: the events after a success and a failure', async () => {
  const file = 'datadog-event.yml';
  const good = await runStep(file, 'deploy');
  const failed = await runStep(file, 'deploy', { scenario: rollouts(bad) });
  await withStandIn(accept, async ({ url, received }) => {
    const env = { DATADOG_URL: url, DATADOG_API_KEY: SECRET };
    for (const ran of [good, failed])
      expect(await after(file, ran, ran.report, env)).toMatchObject({ exitStatus: 0 });
    expect(received.map(({ headers }) => headers['dd-api-key'])).toEqual([SECRET, SECRET]);
    expect(received.map(({ json }) => json)).toEqual([
      {
        title: 'Deploy of acme/shop: deployed',
        text: 'acme/web is deployed and running.',
        date_happened: Math.floor(Date.parse(good.report?.finished_at ?? '') / 1000),
        alert_type: 'success',
        aggregation_key: 'outpost-deploy',
        tags: [
          'env:production',
          'deploy_status:deployed',
          `git.commit.sha:${good.report?.commit}`,
          'service:web',
        ],
      },
      expect.objectContaining({
        title: 'Deploy of acme/shop: failed',
        alert_type: 'error',
        text: `${failed.report?.headline}\n${failed.report?.failure?.hint}`,
      }),
    ]);
  });
});

interface Pushed {
  readonly ran: Rehearsed;
  readonly origin: Repository;
  readonly event: string;
  readonly old: string;
}

/** Runs the step of an example that pushes, two commits ahead of what Outpost runs. */
async function pushed(
  file: string,
  run: Partial<Parameters<typeof pushStep>[2]> = {},
): Promise<Pushed> {
  const origin = newOrigin();
  const [event, old] = [at(origin).commit, origin.git('rev-parse', 'HEAD~2')];
  const prepare = outpostAt(origin, { main: old });
  const { ran } = await pushStep(file, 'deploy', {
    origin,
    sha: event,
    prepare,
    scenario: telling,
    ...run,
  });
  return { ran, origin, event, old };
}

testWithGit(
  'sentry-release.yml: the release has the live commit and the previous one',
  async () => {
    const file = 'sentry-release.yml';
    const { ran, event, old } = await pushed(file);
    await withStandIn(accept, async ({ url, received }) => {
      const env = { SENTRY_URL: url, SENTRY_AUTH_TOKEN: SECRET };
      const said = await after(file, ran, ran.report, env);
      expect(said).toMatchObject({ exitStatus: 0 });
      expectNoSecret(said);
      const [deployment] = ran.report?.deployments ?? [];
      expect(received.map(({ request, json }) => [request, json])).toEqual([
        [
          'POST /api/0/organizations/acme/releases/',
          {
            version: event,
            projects: ['web'],
            refs: [{ repository: 'acme/shop', commit: event, previousCommit: old }],
          },
        ],
        [
          `POST /api/0/organizations/acme/releases/${event}/deploys/`,
          {
            environment: 'production',
            dateStarted: deployment?.started_at,
            dateFinished: deployment?.finished_at,
            url: deployment?.endpoint,
          },
        ],
      ]);
      const authorized = received.every(
        ({ headers }) => headers.authorization === `Bearer ${SECRET}`,
      );
      expect(authorized).toBe(true);
    });
  },
);

testWithGit('sentry-release.yml: there is no release if the live commit is unknown', async () => {
  const file = 'sentry-release.yml';
  const { ran } = await pushed(file);
  const { report } = ran;
  if (report === undefined) throw new Error('no report');
  await withStandIn(accept, async ({ url, received }) => {
    const env = { SENTRY_URL: url, SENTRY_AUTH_TOKEN: SECRET };
    for (const commit of [undefined, '../../0/x']) {
      const deployments = report.deployments.map((one) => ({ ...one, commit }));
      expect((await after(file, ran, { ...report, deployments }, env)).exitStatus).not.toBe(0);
    }
    expect(received).toEqual([]);
  });
});

/** The record that dora.yml sends to the collector. */
async function recordOf(
  { ran, origin }: Pushed,
  report = ran.report,
): Promise<Readonly<Record<string, unknown>>> {
  const collect = async ({ url, received }: StandIn) => {
    const env = { DORA_URL: `${url}/deploys`, DORA_TOKEN: SECRET };
    const said = await after('dora.yml', ran, report, env, origin.folder);
    expect(said).toMatchObject({ exitStatus: 0 });
    expectNoSecret(said);
    const [only] = received;
    expect([received.length, only?.headers.authorization]).toEqual([1, `Bearer ${SECRET}`]);
    return only?.json as Readonly<Record<string, unknown>>;
  };
  return await withStandIn(accept, collect);
}

testWithGit('dora.yml: the lead time covers the commits since the previous deploy', async () => {
  const site = await pushed('dora.yml');
  const { ran, event, old, origin } = site;
  const end = Math.floor(Date.parse(ran.report?.finished_at ?? '') / 1000);
  const ages = ['HEAD', 'HEAD~1']
    .map((commit) => end - Number(origin.git('log', '-1', '--format=%ct', commit)))
    .sort((a, b) => a - b);
  expect(await recordOf(site)).toMatchObject({
    repository: 'acme/shop',
    environment: 'production',
    status: 'deployed',
    failed: false,
    commit: event,
    previous_commit: old,
    commits: 2,
    lead_time_seconds: { median: ages[0], longest: ages[1] },
  });
});

testWithGit(
  'dora.yml: if the previous commit is unknown, the lead time covers one commit',
  async () => {
    const site = await pushed('dora.yml');
    const { report } = site.ran;
    if (report === undefined) throw new Error('no report');
    for (const previous_commit of [undefined, 'f'.repeat(40), '--output=pwned']) {
      const deployments = report.deployments.map((one) => ({ ...one, previous_commit }));
      expect(await recordOf(site, { ...report, deployments })).toMatchObject({ commits: 1 });
    }
    expect(existsSync(join(site.origin.folder, 'pwned'))).toBe(false);
  },
);

testWithGit('dora.yml: a failed deploy has no lead time', async () => {
  const site = await pushed('dora.yml', {
    scenario: { ...telling, ...rollouts(bad) },
    end: failing,
  });
  expect(await recordOf(site)).toMatchObject({
    status: 'failed',
    failed: true,
    lead_time_seconds: null,
  });
});

testWithShell('the recipes that run after a deploy pass no secret as an argument', () => {
  for (const file of ['notify-slack.yml', 'datadog-event.yml', 'dora.yml', 'sentry-release.yml']) {
    const script = stepAfter(file).run ?? '';
    const uses = script.match(/.*\$\{?(?:SLACK_WEBHOOK_URL|\w+_(?:TOKEN|KEY))\b.*/g) ?? [];
    // printf is a bash builtin, so its arguments don't show in a process list.
    expect(uses.map((line) => /<\(printf '[^']*' "\$\w+"\)/.test(line))).toEqual([true]);
  }
});
