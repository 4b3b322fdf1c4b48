import { writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, expect } from '@jest/globals';
import type { ScenarioName } from '../../emulator/scenarios.ts';
import { type Emulator, startEmulator } from '../../emulator/server.ts';
import { type LocalResult, runPipeline } from '../support/gitlab/local-runner.ts';
import {
  CLI_BUNDLE,
  type Include,
  type InputValue,
  openPipeline,
  type Sandbox,
} from '../support/gitlab/sandbox.ts';
import { withEndpoint } from '../support/health/endpoint.ts';
import { needsPosix } from '../support/posix.ts';
import { readReport } from '../support/report-schema.ts';
import { VirtualClock } from '../support/virtual-time/clock.ts';
import { hold } from '../support/virtual-time/connections.ts';

const testWithRunner = needsPosix('bash', 'git');
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

interface Pipeline {
  readonly scenario?: ScenarioName;
  readonly inputs?: readonly Readonly<Record<string, InputValue>>[];
  readonly template?: Include['template'];
  readonly jobs?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly token?: 'good' | 'revoked' | 'none';
}

interface Outcome extends LocalResult {
  readonly sandbox: Sandbox;
  readonly emulator: Emulator;
}

/** Runs a pipeline against its own emulator. Each entry of `inputs` is one include. */
async function outcomeOf({
  scenario = 'ok',
  inputs = [{}],
  template = 'deploy',
  jobs,
  variables,
  token = 'good',
}: Pipeline): Promise<Outcome> {
  const clock = await VirtualClock.start();
  const emulator = await startEmulator({ scenario, now: clock.nowMs, timing: clock });
  cleanUps.push(emulator.close, () => clock.close());
  const value = emulator.world.createToken({ name: 'ci', scopes: ['service'], expiresInDays: 90 });
  if (token === 'revoked') emulator.world.revokeToken('ada', 'ci');
  const usual = {
    service: 'acme/web',
    origin: emulator.origin,
    'token-name': 'ci',
    'bundle-url': CLI_BUNDLE,
  };
  const sandbox = openPipeline(
    inputs.map((own) => ({ template, inputs: { ...usual, ...own } })),
    jobs,
  );
  cleanUps.push(sandbox.remove);
  const secret = token === 'none' ? {} : { OUTPOST_TOKEN: value };
  const result = await runPipeline(sandbox, { clock, variables: { ...secret, ...variables } });
  return { ...result, sandbox, emulator };
}

function posts({ emulator }: Outcome): readonly string[] {
  return emulator.requests.filter(({ method }) => method === 'POST').map(({ path }) => path);
}

testWithRunner('a successful deploy passes, and later jobs get its outputs', async () => {
  const jobs =
    'read: { stage: .post, needs: [outpost-deploy], script: [\'echo "read: $OUTPOST_STATUS $OUTPOST_ENDPOINT"\'] }';
  const outcome = await outcomeOf({ jobs });
  expect(outcome.output).toContain('read: deployed https://web.acme.outpost.run');
  expect(outcome).toMatchObject({ exitStatus: 0, failed: {} });
  expect(posts(outcome)).toEqual(['/auth/v1/v1/services/web/deploy']);
  expect(readReport(outcome.sandbox.read('outpost-report.json') ?? '')).toMatchObject({
    status: 'deployed',
  });
  expect(outcome.sandbox.read('outpost-annotations.json')).toContain(
    'https://web.acme.outpost.run',
  );
  expect(outcome.sandbox.read('.outpost-deploy-program')).toBeUndefined();
});

interface Failing extends Pipeline {
  readonly name: string;
  readonly exit: number;
  readonly says: RegExp;
  readonly failureCode?: string;
}

const failing: readonly Failing[] = [
  {
    name: 'a rollout that fails',
    scenario: 'failing-rollout',
    exit: 5,
    says: /failed/,
    failureCode: 'rollout-failed',
  },
  {
    name: 'no token',
    token: 'none',
    exit: 3,
    says: /OUTPOST_TOKEN is not set/,
    failureCode: 'token-missing',
  },
  {
    name: 'a revoked token',
    token: 'revoked',
    exit: 3,
    says: /rejected|revoked/,
    failureCode: 'token-rejected',
  },
  {
    name: 'a program that cannot be fetched',
    inputs: [{ 'bundle-url': 'http://127.0.0.1:9/index.js' }],
    exit: 69,
    says: /could not be fetched from http:\/\/127\.0\.0\.1:9\/index\.js.*Nothing was deployed/s,
  },
  {
    name: 'a path without a program',
    inputs: [{ 'bundle-url': 'mirror/none.mjs' }],
    exit: 69,
    says: /ENOENT/,
  },
];

testWithRunner.each(failing)(
  '$name ends with exit status $exit',
  async ({ exit, says, failureCode, ...pipeline }) => {
    const outcome = await outcomeOf(pipeline);
    expect(outcome.output).toMatch(says);
    expect(outcome).toMatchObject({ exitStatus: 1, failed: { 'outpost-deploy': exit } });
    expect(outcome.sandbox.read('outpost.env')).toMatch(/^OUTPOST_STATUS=failed$/m);
    if (failureCode === undefined) expect(posts(outcome)).toEqual([]);
    else
      expect(outcome.sandbox.read('outpost.env')).toMatch(
        new RegExp(`^OUTPOST_FAILURE_CODE=${failureCode}$`, 'm'),
      );
  },
);

const mirrors = [
  { name: 'is silent', answer: hold, reason: 'no complete answer within 30 s', eachMs: 30_000 },
  { name: 'refuses in an answer without an end', answer: refuse, reason: 'HTTP 500', eachMs: 0 },
];

/** Nobody reads the body of such an answer, so it must not delay the job either. */
function refuse(response: ServerResponse): void {
  response.writeHead(500).write('Sorry');
  hold(response);
}

testWithRunner.each(mirrors)(
  'a mirror that $name gets four requests, and then the job fails',
  async ({ answer, reason, eachMs }) => {
    const clock = await VirtualClock.start();
    cleanUps.push(() => clock.close());
    await withEndpoint(answer, async ({ url, asked }) => {
      const sandbox = openPipeline([
        { template: 'deploy', inputs: { service: 'acme/web', 'bundle-url': `${url}/index.js` } },
      ]);
      cleanUps.push(sandbox.remove);
      const startMs = clock.nowMs();
      const { failed, output } = await runPipeline(sandbox, { clock });
      expect(failed).toEqual({ 'outpost-deploy': 69 });
      expect(asked).toHaveLength(4);
      for (const pause of [1, 2, 4])
        expect(output).toContain(
          `Could not fetch the program from ${url}/index.js: ${reason}. Trying again in ${pause} s.`,
        );
      expect(output).toContain(`could not be fetched from ${url}/index.js: ${reason}.`);
      expect(clock.nowMs() - startMs).toBe(4 * eachMs + 7_000);
    });
  },
);

testWithRunner('a program with another SHA-256 is not run', async () => {
  const sandbox = openPipeline([
    { template: 'deploy', inputs: { service: 'acme/web', 'bundle-url': 'mirror.mjs' } },
  ]);
  cleanUps.push(sandbox.remove);
  writeFileSync(join(sandbox.folder, 'mirror.mjs'), 'console.log("it ran");\n');
  const { failed, output } = await runPipeline(sandbox, {
    variables: { OUTPOST_TOKEN: 'op_pat_2vN8xQ4LrT0yWb6KsE1u' },
  });
  expect(failed).toEqual({ 'outpost-deploy': 70 });
  expect(output).toMatch(/has the SHA-256 [0-9a-f]{64}, but mirror\.mjs has [0-9a-f]{64}\./);
  expect(output).not.toContain('it ran');
  expect(sandbox.read('outpost-annotations.json')).toContain('#exit-status');
  expect(sandbox.read('.outpost-deploy-program')).toBeUndefined();
});

testWithRunner(
  'two includes deploy two services side by side, each with its own outputs',
  async () => {
    const jobs =
      'read: { stage: .post, needs: [web, api], script: [\'echo "read: $WEB_STATUS $WEB_ENDPOINT $API_STATUS $API_ENDPOINT"\'] }';
    const inputs = [
      { 'job-name': 'web', 'dotenv-prefix': 'WEB_' },
      { 'job-name': 'api', 'dotenv-prefix': 'API_', service: 'acme/api' },
    ];
    const outcome = await outcomeOf({ scenario: 'three-services', jobs, inputs });
    expect(outcome.output).toContain(
      'read: deployed https://web.acme.outpost.run deployed https://api.acme.outpost.run',
    );
    expect(outcome).toMatchObject({ exitStatus: 0, failed: {} });
    expect([...posts(outcome)].sort()).toEqual([
      '/auth/v1/v1/services/api/deploy',
      '/auth/v1/v1/services/web/deploy',
    ]);
  },
);

testWithRunner('one include deploys several services', async () => {
  const outcome = await outcomeOf({
    scenario: 'three-services',
    inputs: [{ service: 'acme/web,acme/api@release' }],
  });
  expect(outcome).toMatchObject({ exitStatus: 0, failed: {} });
  const report = readReport(outcome.sandbox.read('outpost-report.json') ?? '');
  expect(report.deployments).toMatchObject([
    { service: 'web', branch: 'main', status: 'deployed' },
    { service: 'api', branch: 'release', status: 'deployed' },
  ]);
});

testWithRunner('pipeline variables do not change what the include says', async () => {
  const variables = {
    OUTPOST_ORIGIN: 'http://127.0.0.1:9',
    OUTPOST_SERVICE: 'evil/evil',
    OUTPOST_BRANCH: 'evil',
    OUTPOST_TOKEN_EXPIRES: 'never',
    OUTPOST_DRY_RUN: 'true',
    OUTPOST_DOTENV_PREFIX: 'EVIL_',
    bundle_sha256: 'evil',
    bundle_version: 'evil',
  };
  const outcome = await outcomeOf({ variables });
  expect(outcome).toMatchObject({ exitStatus: 0, failed: {} });
  expect(posts(outcome)).toEqual(['/auth/v1/v1/services/web/deploy']);
  expect(readReport(outcome.sandbox.read('outpost-report.json') ?? '').deployments).toMatchObject([
    { service: 'web', branch: 'main' },
  ]);
  expect(outcome.sandbox.read('outpost.env')).toMatch(/^OUTPOST_STATUS=deployed$/m);
});

testWithRunner('the check of a good token changes nothing and passes', async () => {
  const outcome = await outcomeOf({ template: 'check', inputs: [{ strict: true }] });
  expect(outcome).toMatchObject({ exitStatus: 0, failed: {} });
  expect(outcome.emulator.requests.length).toBeGreaterThan(0);
  expect(posts(outcome)).toEqual([]);
});

testWithRunner.each([
  { strict: false, exitStatus: 0 },
  { strict: true, exitStatus: 1 },
])(
  'the check of a revoked token, strict $strict: the pipeline ends with $exitStatus',
  async ({ strict, exitStatus }) => {
    const outcome = await outcomeOf({ template: 'check', token: 'revoked', inputs: [{ strict }] });
    expect(outcome).toMatchObject({ exitStatus, failed: { 'outpost-check': 3 } });
  },
);

testWithRunner.each([
  ['names the token: its scopes are checked', 'ci', 0, /needed +`service`/],
  ['names nothing that Outpost has: a warning, and the run goes on', 'gone', 0, /is set to "gone"/],
  [
    'holds a token by mistake: it is no hint, and is not shown',
    'op_pat_2vN8xQ4LrT0yWb6KsE1u',
    0,
    /deployed/,
  ],
  ['would be a command', '$(touch broken)', 0, /deployed/],
] as const)('without `token-name`, OUTPOST_TOKEN_NAME %s', async (_, hint, exitStatus, says) => {
  const outcome = await outcomeOf({
    inputs: [{ 'token-name': '' }],
    // A value from an earlier job must not count either.
    variables: { OUTPOST_TOKEN_NAME: hint, OUTPOST_TOKEN_HINT: 'from-elsewhere' },
  });
  expect(outcome.exitStatus).toBe(exitStatus);
  expect(outcome.output).toMatch(says);
  expect(outcome.output).not.toMatch(/from-elsewhere|op_pat_/);
  expect(outcome.sandbox.read('broken')).toBeUndefined();
});

testWithRunner('with `token-name`, OUTPOST_TOKEN_NAME does not count', async () => {
  const variables = { OUTPOST_TOKEN_NAME: 'gone' };
  const outcome = await outcomeOf({ variables });
  expect(outcome.exitStatus).toBe(0);
  expect(outcome.output).not.toMatch(/gone/);
  const unknown = await outcomeOf({ inputs: [{ 'token-name': 'gone' }] });
  expect(unknown.output).toMatch(/token-name-unknown/);
});
