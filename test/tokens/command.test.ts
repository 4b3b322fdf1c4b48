import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { flagsOf, parseTokenCommand } from '../../src/token-command.ts';
import { version } from '../../src/version.ts';
import { emulate } from '../emulator/client.ts';
import { until } from '../faults/launch.ts';
import { CLI_BUNDLE } from '../support/run-cli.ts';
import { runToken, TOKEN_BUNDLE } from '../support/run-token.ts';
import { spawnBundle } from '../support/spawn-bundle.ts';

const TOKEN = 'op_pat_2vN8xQ4LrT0yWb6KsE1u';

const misuse: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['no command', [], /There is no command: `outpost-deploy token help` lists them/],
  ['a command with a slip', ['rotte'], /There is no command `rotte`\. Did you mean rotate\?/],
  ['an unknown command', ['xyz'], /The commands are report, list, rotate, revoke, help and version/],
  ['an unknown flag', ['rotate', '--stroe=github'], /There is no flag `--stroe`\. Did you mean --store\?/],
  ['a flag of another command', ['list', '--store=github'], /--store is no flag of `token list`/],
  ['a flag of rotate, for report', ['report', '--strategy=replace'], /--strategy is no flag of `token report`/],
  ['a flag of report, for rotate', ['rotate', '--strict'], /--strict is no flag of `token rotate`/],
  ['a flag of GitHub alone', ['rotate', '--allow-unsafe-trigger'], /There is no flag `--allow-unsafe-trigger`/],
  ['revoke without a name', ['revoke'], /Which token\? Write its name: `token revoke NAME`/],
  ['revoke with two names', ['revoke', 'one', 'two'], /`two` stands alone/],
  [
    'rotate with a name that stands alone',
    ['rotate', 'deploy'],
    /`deploy` stands alone: a value belongs to a flag, as in --token-name NAME/,
  ],
  ['a flag without a value', ['rotate', '--token-name'], /--token-name needs a value/],
  ['a flag given twice', ['rotate', '--store=github', '--store=gitlab'], /--store is given twice/],
  ['a host that is none', ['list', '--host=jenkins'], /--host is gitlab or shell, not `jenkins`/],
  ['the token as a flag', ['rotate', `--token=${TOKEN}`], /Set the variable OUTPOST_TOKEN, or use --token-stdin/],
  ['the token of the store as a flag', ['rotate', '--store-token', TOKEN], /Set the variable OUTPOST_STORE_TOKEN\.$/],
  ['the token of the store as a flag, elsewhere', ['list', `--store-token=${TOKEN}`], /Set the variable OUTPOST_STORE_TOKEN/],
  ['a token where a command stands', [TOKEN], /There is no command <not shown: it may be a secret>/],
  ['a token that stands alone', ['rotate', TOKEN], /<not shown: it may be a secret> stands alone/],
  ['a token as the name of a flag', ['list', `--${TOKEN}`], /There is no flag <not shown/],
];

test.each(misuse)('misuse says what to change: %s', (_, args, says) => {
  expect(parseTokenCommand(args)).toEqual({ kind: 'misuse', problem: expect.stringMatching(says) });
});

test.each(misuse)('misuse ends with 2, and repeats no token: %s', async (_, args, says) => {
  const { exitStatus, stdout, stderr } = await runToken({ host: 'shell', args, secrets: () => [TOKEN], realTime: true });
  expect({ exitStatus, stdout }).toEqual({ exitStatus: 2, stdout: '' });
  expect(stderr.trimEnd()).toMatch(says);
});

test.each([['help'], ['--help'], ['-h'], ['rotate', '--help'], ['revoke', '-h']])(
  'help fits a screen of 24 lines and 80 columns: %s %s',
  async (...args) => {
    const { exitStatus, stdout } = await runToken({ host: 'shell', args, realTime: true });
    expect(exitStatus).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    for (const verb of ['report', 'list', 'rotate', 'revoke NAME']) expect(lines.some((line) => line.startsWith(verb))).toBe(true);
    // All flags, and none of the secrets.
    const flags = (['report', 'list', 'rotate', 'revoke'] as const).flatMap((verb) => flagsOf(verb).map(({ name }) => `--${name}`));
    expect([...flags, '--token-stdin', '--host'].filter((flag) => !stdout.includes(flag))).toEqual([]);
    expect(stdout).not.toMatch(/--store-token|--token[ =]/);
  },
);

test('version', async () => {
  expect((await runToken({ host: 'shell', args: ['version'], realTime: true })).stdout).toBe(`${version}\n`);
});

test('the token may come by standard input, and other inputs by variables', async () => {
  const emulator = await emulate();
  const token = emulator.world.createToken({ name: 'laptop', scopes: ['service'] });
  const env = { OUTPOST_ORIGIN: emulator.origin, OUTPOST_JSON: 'true' };
  const run = { host: 'shell', args: ['list', '--token-stdin'], stdin: `${token}\n`, env, secrets: () => [token], realTime: true } as const;
  const { exitStatus, stdout } = await runToken(run);
  expect(exitStatus).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ tokens: [{ name: 'laptop' }] });
});

test.each([
  ['version', ['version'], 0, /^\d+\.\d+\.\d+\n$/, /^$/],
  ['help', ['help'], 0, /looks after the tokens/, /^$/],
  ['misuse', ['rotte'], 2, /^$/, /Did you mean rotate/],
  ['a run that fails', ['list', '--origin=http://127.0.0.1:9'], 3, /token-missing/, /^$/],
] as const)('outpost-deploy token hands over: %s', async (_, args, exitStatus, stdout, stderr) => {
  const result = await runToken({ host: 'shell', bundle: CLI_BUNDLE, shipped: true, args: ['token', ...args], realTime: true });
  expect(result).toMatchObject({ exitStatus, stdout: expect.stringMatching(stdout), stderr: expect.stringMatching(stderr) });
});

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('outpost-deploy token hands %s over, and the status back', async (signal, status) => {
  const emulator = await emulate({ scenario: { faults: [{ on: 'token.list', do: { kind: 'hang' } }] } });
  const token = emulator.world.createToken({ name: 'laptop', scopes: ['service'] });
  let kill = (): void => undefined;
  const ended = runToken({
    host: 'shell',
    bundle: CLI_BUNDLE,
    shipped: true,
    args: ['token', 'list', '--origin', emulator.origin],
    token,
    realTime: true,
    onStart: (child) => {
      kill = () => {
        child.kill(signal);
      };
    },
  });
  await until(() => emulator.requests.length > 0, 'the list was asked for', 30_000).finally(kill);
  const { exitStatus, stdout } = await ended;
  expect(exitStatus).toBe(status);
  expect(stdout).toMatch(/the job was cancelled/);
});

test('outpost-deploy alone in a folder says where the other program is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
  try {
    const alone = join(folder, 'bin', 'outpost-deploy.mjs');
    mkdirSync(dirname(alone));
    copyFileSync(CLI_BUNDLE, alone);
    const run = { bundle: alone, args: ['token', 'list'], env: { OUTPOST_TOKEN: TOKEN }, folder, realTime: true };
    const { exitStatus, stdout, stderr } = await spawnBundle(run);
    expect({ exitStatus, stdout }).toEqual({ exitStatus: 2, stdout: '' });
    expect(stderr).toContain(`https://raw.githubusercontent.com/outpost/deploy-action/v${version}/dist/token/index.js`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the program alone in a folder works', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
  try {
    const alone = join(folder, 'outpost-token.mjs');
    copyFileSync(TOKEN_BUNDLE, alone);
    const { exitStatus, stdout } = await spawnBundle({ bundle: alone, args: ['version'], env: {}, folder, realTime: true });
    expect({ exitStatus, stdout }).toEqual({ exitStatus: 0, stdout: `${version}\n` });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
