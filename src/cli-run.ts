import { type Command, parseCommand } from './command.ts';
import { openCommandHost } from './command-host.ts';
import { helpText } from './help.ts';
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
  const flags = { ...command.flags, ...(command.verb === 'check' ? { 'dry-run': 'true' } : {}) };
  const host = openCommandHost(command, flags, env, stdout);
  if (command.verb !== 'live') return main(host);
  await sayLive(host);
  return 0;
}
