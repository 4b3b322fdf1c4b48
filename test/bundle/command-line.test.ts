import { expect, test } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { startEmulator } from '../../emulator/server.ts';
import { findLeaks } from '../../simulators/runner/leaks.ts';
import { deployProgram } from '../../src/args/commands.ts';
import { helpText } from '../../src/args/help.ts';
import { version } from '../../src/lib/version.ts';
import { wrong } from '../args/wrong-invocations.ts';
import { TOKEN } from '../support/build.ts';
import { needsPosix } from '../support/posix.ts';
import { type CliResult, type CliRun, runCli } from '../support/run-cli.ts';
import { VirtualClock } from '../support/virtual-time/clock.ts';

const ROLLOUT: Scenario = { rollout: [{ status: 'deploying' }, { status: 'running' }] };
const LOG_LINE = 'Error: no such table';
const FAILING: Scenario = {
  rollout: [{ status: 'deploying' }, { status: 'failed', log: [LOG_LINE] }],
};

/** Runs a command in a shell against its own emulator. */
async function ask(
  verb: NonNullable<CliRun['verb']>,
  flags: readonly string[],
  scenario: Scenario = ROLLOUT,
  run: Partial<CliRun> = {},
): Promise<CliResult> {
  const clock = await VirtualClock.start();
  const emulator = await startEmulator({ scenario, now: clock.nowMs, timing: clock });
  try {
    const token = emulator.world.createToken({ name: 'laptop', scopes: ['service'] });
    const where = ['--service=acme/web', `--origin=${emulator.origin}`];
    const branch = verb === 'status' ? [] : ['--branch=main'];
    const args = [verb, '--host=shell', ...where, ...branch, ...flags];
    return await runCli({ host: 'shell', args, token, clock, ...run });
  } finally {
    await emulator.close();
    await clock.close();
  }
}

// test/args/command.test.ts has a row for each of them.
test.each(wrong.filter((_, index) => index % 6 === 1))(
  'a wrong invocation exits with 2 and writes to standard error: %j',
  async (args, answer) => {
    const { exitStatus, stdout, stderr } = await runCli({ host: 'shell', args });
    expect({ exitStatus, stdout, stderr }).toEqual({
      exitStatus: 2,
      stdout: '',
      stderr: `${answer}\n`,
    });
    expect(findLeaks(stderr, TOKEN)).toEqual([]);
  },
);

test.each([
  ['--version', `${version}\n`],
  ['-h', helpText(deployProgram, undefined)],
])('%s', async (flag, text) => {
  const { exitStatus, stdout, stderr } = await runCli({ host: 'shell', args: [flag] });
  expect({ exitStatus, stdout, stderr }).toEqual({ exitStatus: 0, stdout: text, stderr: '' });
});

test('the verdict goes to stdout, a warning to stderr', async () => {
  const { exitStatus, stdout, stderr } = await ask('deploy', []);
  expect(exitStatus).toBe(0);
  expect(stdout).toMatch(/^acme\/web is deployed and running\.\n$/m);
  expect(stderr).toBe('');
  const soon = new Date(Date.now() + 3 * 86_400_000).toISOString();
  const warned = await ask('deploy', [`--token-expires=${soon}`]);
  expect(warned.stderr).toMatch(/^Warning: /);
  expect(warned.stdout).not.toMatch(/^Warning: /m);
});

// stdout and stderr are two pipes, so the order is known only within each of them.
test.each([['stream'], ['on-failure']])(
  'a failure goes to stderr, and its log lines come once, before the verdict: --logs=%s',
  async (logs) => {
    const { exitStatus, stdout, stderr } = await ask('deploy', [`--logs=${logs}`], FAILING);
    expect(exitStatus).toBe(5);
    expect(stdout).toMatch(/no such table\n[\s\S]*^acme\/web: failed: .*\n$/m);
    expect(stdout.split(LOG_LINE)).toHaveLength(2);
    expect(stderr).toMatch(/^Error: Outpost deploy: rollout-failed/);
    expect(stderr).not.toContain(LOG_LINE);
  },
);

test.each([
  ['deploy', ROLLOUT, 0, { status: 'deployed', exit_status: 0 }],
  ['deploy', FAILING, 5, { status: 'failed', failure: { code: 'rollout-failed' } }],
  ['check', ROLLOUT, 0, { status: 'checked', headline: expect.stringMatching(/^Checked/) }],
  ['status', ROLLOUT, 0, { services: [{ service: 'web', status: 'running' }], failures: [] }],
  [
    'status',
    { dialect: 'none', elsewhere: 'html' },
    4,
    { failures: [{ code: 'service-unreadable' }] },
  ],
  ['probe', ROLLOUT, 0, { version, rows: expect.any(Array) }],
] as const)('%s --json prints only JSON: %j', async (verb, scenario, status, has) => {
  const { exitStatus, stdout, stderr } = await ask(verb, ['--json'], scenario as Scenario);
  expect({ exitStatus, json: JSON.parse(stdout) }).toMatchObject({ exitStatus: status, json: has });
  expect(stderr).not.toBe('');
});

test('the JSON of a probe without a token only has the code', async () => {
  const run = await ask('probe', ['--json'], ROLLOUT, { token: '' });
  expect(JSON.parse(run.stdout)).toEqual({ version, rows: [], failure: 'token-missing' });
});

test.each([
  ['deploy', ROLLOUT, /^acme\/web is deployed and running\.\n$/, /^$/],
  ['deploy', FAILING, /^$/, /^Error: Outpost deploy: rollout-failed[\s\S]*no such table/],
  ['check', ROLLOUT, /^Checked: acme\/web can be deployed\. Nothing was changed\.\n$/, /^$/],
  ['status', ROLLOUT, /^acme\/web: now running, .*\n$/, /^$/],
  ['probe', ROLLOUT, /^Nothing to set: .*\n$/, /^$/],
] as const)('%s --quiet prints only the result', async (verb, scenario, out, err) => {
  const { stdout, stderr } = await ask(verb, ['--quiet'], scenario);
  expect(stdout).toMatch(out);
  expect(stderr).toMatch(err);
});

test('--quiet --json prints JSON, and no log', async () => {
  const { stdout, stderr } = await ask('deploy', ['--quiet', '--json', '--no-wait']);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'accepted' });
  expect(stderr).toMatch(/^Outpost accepted the deploy of acme\/web\..*\n$/);
});

test.each(['check', 'status', 'probe'] as const)(
  '%s writes only the requested file',
  async (verb) => {
    expect((await ask(verb, [])).files).toEqual({});
    const { files, stdout } = await ask(verb, ['--report=outpost-own.json', '--json']);
    expect(files).toEqual({ 'outpost-own.json': stdout });
  },
);

test('a file that cannot be written is a warning', async () => {
  const { exitStatus, stderr } = await ask('status', ['--report=none/such/outpost.json']);
  expect(exitStatus).toBe(0);
  expect(stderr).toMatch(/^Warning: none\/such\/outpost\.json could not be written/);
});

needsPosix()('Ctrl-C in a shell interrupts a run, not a job', async () => {
  const clock = await VirtualClock.start();
  const scenario: Scenario = { rollout: [{ status: 'deploying' }] };
  const emulator = await startEmulator({ scenario, now: clock.nowMs, timing: clock });
  try {
    const token = emulator.world.createToken({ name: 'laptop', scopes: ['service'] });
    const { exitStatus, page } = await runCli({
      host: 'shell',
      inputs: { service: 'acme/web', branch: 'main', origin: emulator.origin },
      token,
      clock,
      onStart: (child) => {
        void clock
          .until(() => emulator.world.service('acme', 'web').deploysAccepted > 0, 'a deploy')
          .then(() => child.kill('SIGINT'));
      },
    });
    expect(exitStatus).toBe(130);
    expect(page.join('\n')).toMatch(/acme\/web: .*the run was interrupted/);
    expect(page.join('\n')).not.toMatch(/\bjob\b.*cancel|cancel.*\bjob\b/);
  } finally {
    await emulator.close();
    await clock.close();
  }
});
