import type { ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parseCommand } from '../../src/args/command.ts';
import { tokenProgram } from '../../src/args/commands.ts';
import { helpText } from '../../src/args/help.ts';
import { version } from '../../src/lib/version.ts';
import { CLI_BUNDLE } from '../support/run-cli.ts';
import { runToken, TOKEN_BUNDLE } from '../support/run-token.ts';
import { assertNoLeak, spawnBundle } from '../support/spawn-bundle.ts';
import { openOutpost } from './outpost.ts';

const TOKEN = 'op_pat_2vN8xQ4LrT0yWb6KsE1u';

const misuse: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['no command', [], /No command\. .*Run `outpost-deploy token help` for a list/],
  ['a command with a slip', ['rotte'], /Unknown command `rotte`\. Did you mean `rotate`\?/],
  [
    'an unknown command',
    ['xyz'],
    /Unknown command `xyz`\. Run `outpost-deploy token help` for a list/,
  ],
  [
    'an unknown flag',
    ['rotate', '--stroe=github'],
    /Unknown flag `--stroe`\. Did you mean `--store`\?/,
  ],
  [
    'a flag of another command',
    ['list', '--store=github'],
    /`outpost-deploy token list` has no flag `--store`\. Run `outpost-deploy token help list` for a list/,
  ],
  [
    'a flag of rotate, for report',
    ['report', '--strategy=replace'],
    /`outpost-deploy token report` has no flag `--strategy`/,
  ],
  [
    'a flag of report, for rotate',
    ['rotate', '--strict'],
    /`outpost-deploy token rotate` has no flag `--strict`/,
  ],
  [
    'a flag of GitHub alone',
    ['rotate', '--allow-unsafe-trigger'],
    /Unknown flag `--allow-unsafe-trigger`/,
  ],
  [
    'revoke without a name',
    ['revoke'],
    /The token's name is missing. For example: `outpost-deploy token revoke ci`/,
  ],
  ['revoke with two names', ['revoke', 'one', 'two'], /Unexpected argument `two`/],
  [
    'rotate with a name that stands alone',
    ['rotate', 'deploy'],
    /Unexpected argument `deploy`\. A value needs its flag, as in `outpost-deploy token report --token-name deploy/,
  ],
  ['a flag without a value', ['rotate', '--token-name'], /`--token-name` needs a value/],
  ['a flag given twice', ['rotate', '--store=github', '--store=gitlab'], /`--store` is set twice/],
  [
    'a host that is none',
    ['list', '--host=jenkins'],
    /`--host` must be gitlab or shell, not `jenkins`/,
  ],
  [
    'the token as a flag',
    ['rotate', `--token=${TOKEN}`],
    /Set the variable OUTPOST_TOKEN, or use `--token-stdin`/,
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
  ['a token where a command stands', [TOKEN], /Unknown command <not shown: it may be a secret>/],
  [
    'a token that stands alone',
    ['rotate', TOKEN],
    /Unexpected argument <not shown: it may be a secret>/,
  ],
  ['a token as the name of a flag', ['list', `--${TOKEN}`], /Unknown flag <not shown/],
];

test.each(misuse)('misuse says what to change and does not repeat a token: %s', (_, args, says) => {
  const command = parseCommand(args, tokenProgram);
  expect(command).toEqual({ kind: 'misuse', problem: expect.stringMatching(says) });
  assertNoLeak([JSON.stringify(command)], TOKEN);
});

// The messages are the same in all of them, so a few are enough to see where they are printed.
test.each(misuse.filter((_, index) => index % 5 === 0))(
  'misuse exits with 2 and does not repeat a token: %s',
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

test.each([
  [['help'], undefined],
  [['--help'], undefined],
  [['-h'], undefined],
  [['rotate', '--help'], 'rotate'],
  [['revoke', '-h'], 'revoke'],
  [['help', 'create'], 'create'],
])('a question for help: %j', (args, verb) => {
  expect(parseCommand(args, tokenProgram)).toEqual({ kind: 'help', verb });
});

test('the help of a command lists all its flags', async () => {
  const { exitStatus, stdout } = await runToken({ host: 'shell', args: ['rotate', '--help'] });
  expect({ exitStatus, stdout }).toEqual({
    exitStatus: 0,
    stdout: helpText(tokenProgram, 'rotate'),
  });
});

test('the other program shows the help of the token commands too', async () => {
  const run = { host: 'shell', bundle: CLI_BUNDLE, shipped: true } as const;
  const { stdout } = await runToken({ ...run, args: ['help', 'token', 'list'] });
  expect(stdout).toBe(helpText(tokenProgram, 'list'));
});

test('version', async () => {
  expect((await runToken({ host: 'shell', args: ['version'] })).stdout).toBe(`${version}\n`);
});

test('the token can come from standard input, and other inputs from variables', async () => {
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
  ['help', ['help'], 0, /^outpost-deploy token .*: manage the tokens/, /^$/],
  ['misuse', ['rotte'], 2, /^$/, /Did you mean `rotate`/],
  ['a run that fails', ['list', '--origin=http://127.0.0.1:9'], 3, /^$/, /token-missing/],
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
  ['SIGTERM', 143, /the job was cancelled/],
  ['SIGINT', 130, /the run was interrupted/],
] as const)(
  'outpost-deploy token forwards %s, and returns the exit status',
  async (signal, status, says) => {
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
      // For the program to which it hands over.
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
    const [{ exitStatus, stderr }] = await Promise.all([ended, sent]);
    expect(exitStatus).toBe(status);
    expect(stderr).toMatch(says);
  },
);

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
