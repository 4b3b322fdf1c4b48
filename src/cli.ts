import { readFileSync } from 'node:fs';
import { parseCommand } from './command.ts';
import { helpText } from './help.ts';
import { createGitlabHost } from './hosts/gitlab.ts';
import { createShellHost } from './hosts/shell.ts';
import { sayLive } from './live.ts';
import { main } from './main.ts';
import { exitWith, openStdout } from './stdout.ts';
import { version } from './version.ts';

const out = openStdout();

// A run that ends without a verdict (a crash, an unsettled promise) must never be green.
process.exitCode = 1;
const command = parseCommand(process.argv.slice(2));
if (command.kind === 'help') {
  out.write(helpText());
  process.exitCode = 0;
} else if (command.kind === 'version') {
  out.write(`${version}\n`);
  process.exitCode = 0;
} else if (command.kind === 'misuse') {
  process.stderr.write(`${command.problem}\n`);
  process.exitCode = 2;
} else {
  const { env, stdout } = process;
  if (command.tokenFromStdin) env['OUTPOST_TOKEN'] = readFileSync(0, 'utf8');
  const flags = { ...command.flags, ...(command.verb === 'check' ? { 'dry-run': 'true' } : {}) };
  const options = { env, flags, folder: process.cwd(), stdout: out };
  const isGitlab = (command.host ?? (env['GITLAB_CI'] === 'true' ? 'gitlab' : 'shell')) === 'gitlab';
  const colour = env['FORCE_COLOR'] ? true : stdout.isTTY === true && !env['NO_COLOR'];
  const host = isGitlab
    ? createGitlabHost(options)
    : createShellHost({ ...options, terminal: { colour, rewrites: stdout.isTTY === true, columns: stdout.columns ?? 80 } });
  if (command.verb === 'live') await sayLive(host);
  exitWith(command.verb === 'live' ? 0 : await main(host));
}
