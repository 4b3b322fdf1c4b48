import { spawn } from 'node:child_process';
import { existsSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Command, parseCommand } from './args/command.ts';
import { deployProgram } from './args/commands.ts';
import { helpText } from './args/help.ts';
import { main } from './deploy/main.ts';
import { type Probed, probe } from './deploy/probe.ts';
import { printStatus } from './deploy/status.ts';
import type { Host } from './host.ts';
import { openCommandHost } from './hosts/command.ts';
import { version } from './lib/version.ts';
import { exitWith, openStdout, type Stdout, writeUsageError } from './output/stdout.ts';

// A run that ends without a verdict (a crash, an unsettled promise) must never be green.
process.exitCode = 1;
// Not awaited at the top level: the bundler would wrap the whole program in one function, which V8
// reads twice.
void runCommand(process.argv.slice(2), process.env, process.argv[1] ?? '');

/**
 * Runs the command that the arguments ask for, and ends the process with its status.
 *
 * @param script the file that node was started with.
 */
async function runCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  script: string,
): Promise<void> {
  // Tokens have a program of their own, which reads the rest by itself.
  if (args[0] === 'token') return exitWith(await runBeside(script, args.slice(1)));
  const stdout = openStdout();
  const command = parseCommand(args, deployProgram);
  switch (command.kind) {
    case 'help':
      stdout.write(helpText(deployProgram));
      return exitWith(0);
    case 'version':
      stdout.write(`${version}\n`);
      return exitWith(0);
    case 'misuse':
      writeUsageError(command.problem);
      return exitWith(2);
    case 'run':
      return exitWith(await run(command, env, stdout));
  }
}

async function run(
  command: Extract<Command<'deploy' | 'check' | 'status' | 'probe'>, { kind: 'run' }>,
  env: NodeJS.ProcessEnv,
  stdout: Stdout,
): Promise<number> {
  const { report, ...flags } = command.flags;
  const dryRun = command.verb === 'check' ? { 'dry-run': 'true' } : {};
  const host = openCommandHost(command, { ...flags, ...dryRun }, env, stdout);
  switch (command.verb) {
    case 'deploy':
    case 'check':
      return main(host);
    case 'status':
      return printStatus(host);
    case 'probe': {
      const probed = await probe(host);
      return report === undefined ? probed.exitStatus : saveReport(probed, report, host);
    }
  }
}

function saveReport({ exitStatus, report }: Probed, file: string, host: Host): number {
  if (report === undefined) return exitStatus;
  try {
    // A file of that name, or a link, is not written through.
    rmSync(file, { force: true });
    writeFileSync(file, report, { flag: 'wx' });
    host.say(`${file}: what was seen, without token, names, hosts and logs: made for an issue.`);
    return exitStatus;
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? ` (${String(thrown.code)})` : '';
    writeUsageError(`The report cannot be written to ${file}${code}.`);
    return 2;
  }
}

/**
 * `outpost-deploy token ...`: hands over to dist/token/index.js beside this program. The commands
 * about tokens are a file of their own, since what else they need (the stores, a cipher) is
 * nothing that a deploy should download.
 *
 * @param script this program's own file.
 * @returns the other's exit status; 2 where it is not there.
 */
function runBeside(script: string, args: readonly string[]): Promise<number> {
  const program = join(dirname(realpathSync(script)), '..', 'token', 'index.js');
  if (!existsSync(program)) {
    const address = `https://raw.githubusercontent.com/outpost/deploy-action/v${version}/dist/token/index.js`;
    writeUsageError(
      `The commands about tokens are a program of their own, which is not beside this one. Fetch it and run it in its place: ${address}`,
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
