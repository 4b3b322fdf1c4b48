import { readFileSync } from 'node:fs';
import { type Command, parseCommand } from './command.ts';
import { helpText } from './help.ts';
import { createGitlabHost } from './hosts/gitlab.ts';
import { createShellHost } from './hosts/shell.ts';
import { sayLive } from './live.ts';
import { main } from './main.ts';
import { exitWith, openStdout, type Stdout, writeUsageError } from './stdout.ts';
import { runBeside } from './token-beside.ts';
import { version } from './version.ts';

/**
 * Runs the command that the arguments ask for, and ends the process with its status.
 *
 * @param script the file that node was started with.
 */
export async function runCommand(args: readonly string[], env: NodeJS.ProcessEnv, script: string): Promise<void> {
  const stdout = openStdout();
  const command = parseCommand(args);
  switch (command.kind) {
    case 'help':
      stdout.write(helpText());
      return exitWith(0);
    case 'version':
      stdout.write(`${version}\n`);
      return exitWith(0);
    case 'misuse':
      writeUsageError(command.problem);
      return exitWith(2);
    case 'token':
      return exitWith(await runBeside(script, command.args));
    case 'run':
      return exitWith(await run(command, env, stdout));
  }
}

async function run(command: Extract<Command, { kind: 'run' }>, env: NodeJS.ProcessEnv, stdout: Stdout): Promise<number> {
  if (command.tokenFromStdin) env['OUTPOST_TOKEN'] = readFileSync(0, 'utf8');
  const flags = { ...command.flags, ...(command.verb === 'check' ? { 'dry-run': 'true' } : {}) };
  const options = { env, flags, folder: process.cwd(), stdout };
  const isGitlab = (command.host ?? (env['GITLAB_CI'] === 'true' ? 'gitlab' : 'shell')) === 'gitlab';
  const { isTTY = false, columns = 80 } = process.stdout;
  const colour = env['FORCE_COLOR'] ? true : isTTY && !env['NO_COLOR'];
  const host = isGitlab ? createGitlabHost(options) : createShellHost({ ...options, terminal: { colour, rewrites: isTTY, columns } });
  if (command.verb !== 'live') return main(host);
  await sayLive(host);
  return 0;
}
