import type { ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parseCommand } from '../../src/args/command.ts';
import { tokenProgram } from '../../src/args/commands.ts';
import { flagsOf } from '../../src/args/flags.ts';
import { version } from '../../src/lib/version.ts';
import { CLI_BUNDLE } from '../support/run-cli.ts';
import { runToken, TOKEN_BUNDLE } from '../support/run-token.ts';
import { assertNoLeak, spawnBundle } from '../support/spawn-bundle.ts';
import { openOutpost } from './outpost.ts';

const TOKEN = 'op_pat_2vN8xQ4LrT0yWb6KsE1u';

const misuse: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['no command', [], /There is no command: `outpost-deploy token help` lists them/],
  ['a command with a slip', ['rotte'], /There is no command `rotte`\. Did you mean rotate\?/],
  [
    'an unknown command',
    ['xyz'],
    /The commands are report, list, rotate, revoke, create, compromised, help and version/,
  ],
  [
    'an unknown flag',
    ['rotate', '--stroe=github'],
    /There is no flag `--stroe`\. Did you mean --store\?/,
  ],
  ['a flag of another command', ['list', '--store=github'], /--store is no flag of `token list`/],
  [
    'a flag of rotate, for report',
    ['report', '--strategy=replace'],
    /--strategy is no flag of `token report`/,
  ],
  ['a flag of report, for rotate', ['rotate', '--strict'], /--strict is no flag of `token rotate`/],
  [
    'a flag of GitHub alone',
    ['rotate', '--allow-unsafe-trigger'],
    /There is no flag `--allow-unsafe-trigger`/,
  ],
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
  [
    'the token as a flag',
    ['rotate', `--token=${TOKEN}`],
    /Set the variable OUTPOST_TOKEN, or use --token-stdin/,
  ],
  [
    'the token of the store as a flag',
    ['rotate', '--store-token', TOKEN],
    /Set the variable OUTPOST_STORE_TOKEN\.$/,
  ],
  [
    'the token of the store as a flag, elsewhere',
    ['list', `--store-token=${TOKEN}`],
    /Set the variable OUTPOST_STORE_TOKEN/,
  ],
  [
    'a token where a command stands',
    [TOKEN],
    /There is no command <not shown: it may be a secret>/,
  ],
  ['a token that stands alone', ['rotate', TOKEN], /<not shown: it may be a secret> stands alone/],
  ['a token as the name of a flag', ['list', `--${TOKEN}`], /There is no flag <not shown/],
];

test.each(misuse)('misuse says what to change, and repeats no token: %s', (_, args, says) => {
  const command = parseCommand(args, tokenProgram);
  expect(command).toEqual({ kind: 'misuse', problem: expect.stringMatching(says) });
  assertNoLeak([JSON.stringify(command)], TOKEN);
});

// What is said is the same in all of them: some are enough to see who says it.
test.each(misuse.filter((_, index) => index % 5 === 0))(
  'misuse ends with 2, and repeats no token: %s',
  async (_, args, says) => {
    const { exitStatus, stdout, stderr } = await runToken({
      host: 'shell',
      args,
      secrets: () => [TOKEN],
    });
    expect({ exitStatus, stdout }).toEqual({ exitStatus: 2, stdout: '' });
    expect(stderr.trimEnd()).toMatch(says);
  },
);

test.each([[['help']], [['--help']], [['-h']], [['rotate', '--help']], [['revoke', '-h']]])(
  'a question for help: %j',
  (args) => {
    expect(parseCommand(args, tokenProgram)).toEqual({ kind: 'help' });
  },
);

test('help fits a screen of 30 lines and 80 columns', async () => {
  const { exitStatus, stdout } = await runToken({ host: 'shell', args: ['rotate', '--help'] });
  expect(exitStatus).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(30);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  for (const verb of ['report', 'list', 'rotate', 'revoke NAME', 'create|compromised NAME'])
    expect(lines.some((line) => line.startsWith(verb))).toBe(true);
  // All flags, and none of the secrets.
  const flags = tokenProgram.commands.flatMap(flagsOf).map(({ name }) => `--${name}`);
  expect([...flags, '--token-stdin', '--host'].filter((flag) => !stdout.includes(flag))).toEqual(
    [],
  );
  expect(stdout).not.toMatch(/--store-token|--token[ =]/);
});

test('version', async () => {
  expect((await runToken({ host: 'shell', args: ['version'] })).stdout).toBe(`${version}\n`);
});

test('the token may come by standard input, and other inputs by variables', async () => {
  const { emulator, clock } = await openOutpost();
  const token = emulator.world.createToken({ name: 'laptop', scopes: ['service'] });
  const env = { OUTPOST_ORIGIN: emulator.origin, OUTPOST_JSON: 'true' };
  const run = {
    host: 'shell',
    args: ['list', '--token-stdin'],
    stdin: `${token}\n`,
    env,
    secrets: () => [token],
    clock,
  } as const;
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
  const result = await runToken({
    host: 'shell',
    bundle: CLI_BUNDLE,
    shipped: true,
    args: ['token', ...args],
  });
  expect(result).toMatchObject({
    exitStatus,
    stdout: expect.stringMatching(stdout),
    stderr: expect.stringMatching(stderr),
  });
});

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('outpost-deploy token hands %s over, and the status back', async (signal, status) => {
  const { emulator, clock } = await openOutpost({
    scenario: { faults: [{ on: 'token.list', do: { kind: 'hang' } }] },
  });
  const token = emulator.world.createToken({ name: 'laptop', scopes: ['service'] });
  let child: ChildProcess | undefined;
  const ended = runToken({
    host: 'shell',
    bundle: CLI_BUNDLE,
    shipped: true,
    args: ['token', 'list', '--origin', emulator.origin],
    // For the program that it hands over to.
    env: clock.nodeEnv,
    token,
    clock,
    onStart: (started) => {
      child = started;
    },
  });
  const sent = clock
    .until(() => emulator.requests.length > 0, 'the list was asked for')
    .then(() => child?.kill(signal));
  const [{ exitStatus, stdout }] = await Promise.all([ended, sent]);
  expect(exitStatus).toBe(status);
  expect(stdout).toMatch(/the job was cancelled/);
});

test('outpost-deploy alone in a folder says where the other program is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
  try {
    const alone = join(folder, 'bin', 'outpost-deploy.mjs');
    mkdirSync(dirname(alone));
    copyFileSync(CLI_BUNDLE, alone);
    const run = { bundle: alone, args: ['token', 'list'], env: { OUTPOST_TOKEN: TOKEN }, folder };
    const { exitStatus, stdout, stderr } = await spawnBundle(run);
    expect({ exitStatus, stdout }).toEqual({ exitStatus: 2, stdout: '' });
    expect(stderr).toContain(
      `https://raw.githubusercontent.com/outpost/deploy-action/v${version}/dist/token/index.js`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the program alone in a folder works', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
  try {
    const alone = join(folder, 'outpost-token.mjs');
    copyFileSync(TOKEN_BUNDLE, alone);
    const { exitStatus, stdout } = await spawnBundle({
      bundle: alone,
      args: ['version'],
      env: {},
      folder,
    });
    expect({ exitStatus, stdout }).toEqual({ exitStatus: 0, stdout: `${version}\n` });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
