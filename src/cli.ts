#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Command, parseCommand } from './args/command.ts';
import { deployProgram } from './args/commands.ts';
import { helpText } from './args/help.ts';
import { main } from './deploy/main.ts';
import { probe } from './deploy/probe.ts';
import { printStatus } from './deploy/status.ts';
import { openCommandHost } from './hosts/command.ts';
import { version } from './lib/version.ts';
import { exitWith, type Output, openStderr, openStdout } from './output/stdout.ts';

// A run that ends without a result (a crash, an unsettled promise) must never be green.
process.exitCode = 1;
// No top-level await: the bundler would wrap the whole program in one function, which V8 parses
// twice.
void runCommand(process.argv.slice(2), process.env, process.argv[1] ?? '');

/**
 * Runs the command given by the arguments, and exits with its status.
 *
 * @param script the file that node was started with.
 */
async function runCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  script: string,
): Promise<void> {
  // The token commands are a separate program, which reads the rest itself.
  const [first, second, ...rest] = args;
  if (first === 'token') return exitWith(await runBeside(script, args.slice(1)));
  if (first === 'help' && second === 'token')
    return exitWith(await runBeside(script, ['help', ...rest]));
  const stdout = openStdout();
  const command = parseCommand(args, deployProgram);
  switch (command.kind) {
    case 'help':
      stdout.write(helpText(deployProgram, command.verb));
      return exitWith(0);
    case 'version':
      stdout.write(`${version}\n`);
      return exitWith(0);
    case 'misuse':
      openStderr().write(`${command.problem}\n`);
      return exitWith(2);
    case 'run':
      return exitWith(await run(command, env, stdout));
  }
}

function run(
  command: Extract<Command<'deploy' | 'check' | 'status' | 'probe'>, { kind: 'run' }>,
  env: NodeJS.ProcessEnv,
  stdout: Output,
): Promise<number> {
  const { verb } = command;
  const { json, quiet, report, ...flags } = command.flags;
  const host = openCommandHost(
    {
      ...command,
      writesFiles: verb === 'deploy',
      json: isTrue(json),
      quiet: isTrue(quiet),
      report: report?.trim() || undefined,
    },
    { ...flags, ...(verb === 'check' ? { 'dry-run': 'true' } : {}) },
    env,
    stdout,
  );
  switch (verb) {
    case 'deploy':
    case 'check':
      return main(host);
    case 'status':
      return printStatus(host);
    case 'probe':
      return probe(host);
  }
}

function isTrue(text = ''): boolean {
  return /^true$/i.test(text);
}

/**
 * `outpost-deploy token ...`: runs dist/token/index.js next to this program. The token commands are
 * a separate file because a deploy shouldn't have to download what they need (the stores, a
 * cipher).
 *
 * @param script this program's own file.
 * @returns its exit status; 2 if the file isn't there.
 */
function runBeside(script: string, args: readonly string[]): Promise<number> {
  const own = dirname(realpathSync(script));
  const program = join(own, '..', 'token', 'index.js');
  // Next to a copy of this file in any other folder, it would be somebody else's program.
  if (basename(own) !== 'cli' || !existsSync(program)) {
    const address = `https://raw.githubusercontent.com/outpost/deploy-action/v${version}/dist/token/index.js`;
    openStderr().write(
      `The token commands are in a separate file, which isn't here. Download it and run it:\n  curl -fsSLo outpost-token.mjs ${address}\n  node outpost-token.mjs help\n`,
    );
    return Promise.resolve(2);
  }
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => child.kill(signal));
    child.on('error', () => resolve(1));
    child.on('exit', (status) => resolve(status ?? 1));
  });
}
