import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import type { Emulator } from '../../emulator/server.ts';
import { closeJobs, deploys, type Ran, ran } from '../support/gitlab/job.ts';
import { environmentUrl, isRetried, readDotenv } from '../support/gitlab/job-reports.ts';
import { template } from '../support/gitlab/sandbox.ts';
import { asMapping, parseDocuments } from '../support/gitlab/yaml.ts';
import { nodes } from '../support/nodes.ts';
import { needsPosix } from '../support/posix.ts';
import { hold } from '../support/virtual-time/connections.ts';

const testWithRunner = needsPosix('bash', 'git');
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  await closeJobs();
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

function lastLine({ log }: Ran): string | undefined {
  return log.page.findLast((line) => line.trim() !== '');
}

testWithRunner.each(
  nodes().flatMap(({ path, version }) => [
    { shell: 'bash' as const, path, version },
    { shell: 'sh' as const, path, version },
  ]),
)(
  'a deploy that goes well, in $shell with Node $version: the environment gets its URL, and GitLab takes the reports',
  async ({ shell, path }) => {
    const result = await ran({ shell, node: path });
    expect(result).toMatchObject({
      status: 'success',
      retried: false,
      leftProcess: false,
      environmentUrl: 'https://web.acme.outpost.run',
    });
    expect(result.dotenv).toMatchObject({
      variables: { OUTPOST_STATUS: 'deployed', OUTPOST_TOKEN_SCOPES: 'service' },
    });
    expect(result.log.problems).toEqual([]);
    expect(result.log.sections.length).toBeGreaterThan(0);
  },
);

const STAGES = ['acme/db-proxy acme/api', 'acme/web acme/worker', 'acme/site'];
testWithRunner.each(
  (['bash', 'sh'] as const).flatMap((shell) =>
    [
      { form: 'on one line', service: STAGES.join(' then ') },
      {
        form: 'on lines',
        service: `- ${STAGES.join('\n- then\n- ').replaceAll(' acme', '\n- acme')}\n`,
      },
      { form: 'with commas', service: STAGES.join(',then,').replaceAll(' ', ',') },
    ].map((row) => ({ shell, ...row })),
  ),
)('stages $form, in $shell: as everywhere', async ({ shell, service }) => {
  const result = await ran({ shell, scenario: 'stages', inputs: { service, 'max-parallel': 1 } });
  expect(result).toMatchObject({ status: 'success' });
  const called = result.emulator.requests
    .filter(({ operation }) => operation === 'service.deploy')
    .map(({ path }) => /services\/([\w-]+)\//.exec(path)?.[1]);
  expect(called).toEqual(['db-proxy', 'api', 'web', 'worker', 'site']);
  expect(result.log.page.join('\n')).toMatch(
    /Stage 1 of 3: [\s\S]*Stage 2 of 3: [\s\S]*Stage 3 of 3: /,
  );
});

testWithRunner('the runner masks what other commands print', async () => {
  const extra = { before_script: ['echo "before: $OUTPOST_TOKEN"'] };
  const { log } = await ran({ extra, inputs: { 'dry-run': true }, foreignPrint: true });
  expect(log.page).toContain('before: [MASKED]');
});

testWithRunner('a failed deploy is not started again', async () => {
  const result = await ran({ scenario: 'failing-rollout' });
  expect(result).toMatchObject({
    status: 'failed',
    exitStatus: 5,
    retried: false,
    environmentUrl: undefined,
  });
  expect(result.dotenv).toMatchObject({
    variables: { OUTPOST_STATUS: 'failed', OUTPOST_FAILURE_CODE: 'rollout-failed' },
  });
  expect(deploys(result)).toBe(1);
});

testWithRunner('a program that cannot be fetched leaves reports that GitLab accepts', async () => {
  const result = await ran({ inputs: { 'bundle-url': 'none.mjs' } });
  expect(result).toMatchObject({ status: 'failed', exitStatus: 69, retried: false });
  expect(result.dotenv).toEqual({ variables: { OUTPOST_STATUS: 'failed' } });
  expect(JSON.parse(result.sandbox.read('outpost-annotations.json') ?? '')).toHaveProperty(
    'Outpost',
  );
});

/** The rollout was looked at. The first look is the one before the deploy. */
const rollingOut = ({ requests }: Emulator): boolean =>
  requests.filter(({ operation }) => operation === 'service.get').length > 1;

testWithRunner.each([
  { name: 'ends within two seconds', cancel: rollingOut },
  { name: "ends on the machine's clock too", cancel: /acme\/web: deploying/, realTime: true },
])(
  'a cancelled deploy $name, ends with what is live, and leaves no process',
  async ({ name: _, ...options }) => {
    const result = await ran({ scenario: 'never-ready', ...options });
    if (options.realTime === undefined) expect(result.cancelMs).toBeLessThan(2_000);
    expect(lastLine(result)).toMatch(/acme\/web: now deploying/);
    expect(result).toMatchObject({
      status: 'canceled',
      exitStatus: 1,
      leftProcess: false,
      retried: false,
    });
    expect(result.dotenv).toMatchObject({ variables: { OUTPOST_STATUS: 'cancelled' } });
    expect(deploys(result)).toBe(1);
    expect(result.sandbox.read('.outpost-deploy-program')).toBeUndefined();
  },
);

testWithRunner('a deploy ends by itself when its time is up, on a real clock', async () => {
  const result = await ran({ scenario: 'never-ready', inputs: { timeout: '2s' }, realTime: true });
  // How far the run gets in that time depends on the machine. It may have seen the rollout or not,
  // or not even have deployed.
  expect([6, 7, 8]).toContain(result.exitStatus);
  expect(result).toMatchObject({ status: 'failed', leftProcess: false, retried: false });
});

testWithRunner(
  'a job that is cancelled while it fetches the program says that nothing was deployed',
  async () => {
    let asked = false;
    const silent = createServer((_, response) => {
      asked = true;
      hold(response);
    });
    silent.listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    cleanUps.push(
      () => silent.closeAllConnections(),
      () => silent.close(),
    );
    const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/index.js`;
    const result = await ran({
      inputs: { 'bundle-url': address },
      files: { '.outpost-deploy-program': '/tmp/program.mjs' },
      cancel: () => asked,
    });
    expect(result).toMatchObject({ status: 'canceled', leftProcess: false });
    expect(result.cancelMs).toBeLessThan(2_000);
    expect(lastLine(result)).toBe(
      'The job ended before the program was there: nothing was deployed.',
    );
    expect(deploys(result)).toBe(0);
  },
);

test.each([
  ['a blank line', 'A=1\n\nB=2\n', /no assignment/],
  ['a comment', '# made by us\nA=1\n', /no assignment/],
  ['a dash in a name', 'A-B=1\n', /no name/],
  ['nothing', '', /no file/],
  [
    'twenty-one variables',
    Array.from({ length: 21 }, (_, index) => `A${index}=1\n`).join(''),
    /more than 20/,
  ],
  ['six thousand bytes', `A=${'x'.repeat(6_000)}\n`, /larger/],
])('the mini-runner refuses a dotenv report with %s, like GitLab', (_, text, says) => {
  expect(readDotenv(text)).toEqual({ refused: expect.stringMatching(says) });
});

test('the mini-runner sets the URL of an environment like GitLab', () => {
  expect(environmentUrl('$OUTPOST_ENDPOINT', { OUTPOST_ENDPOINT: 'https://a.example.com' })).toBe(
    'https://a.example.com',
  );
  expect(environmentUrl('https://${HOST}/x', { HOST: 'a.example.com' })).toBe(
    'https://a.example.com/x',
  );
  expect(environmentUrl('$OUTPOST_ENDPOINT', { OUTPOST_ENDPOINT: '' })).toBeUndefined();
});

test("GitLab never starts a deploy again, whatever the project's default is", () => {
  const [, jobs] = parseDocuments(template('deploy'));
  const { retry } = asMapping(jobs?.['$[[ inputs.job-name ]]']);
  // The key must exist, because a job without it takes the one from `default:`.
  expect(retry).toBeDefined();
  for (const reason of [
    'runner_system_failure',
    'stuck_or_timeout_failure',
    'script_failure',
  ] as const)
    expect(isRetried(retry, reason, 0)).toBe(false);
});
