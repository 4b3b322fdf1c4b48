import { readFileSync } from 'node:fs';
import type { Host } from '../host.ts';
import type { HostName, RawInputs } from '../inputs/table.ts';
import type { Stdout } from '../output/stdout.ts';
import type { Environment } from './environment.ts';
import { createGitlabHost } from './gitlab.ts';
import { createShellHost } from './shell.ts';

/** What a command line says of the host that it runs on. */
export interface CommandLine {
  /** undefined = GitLab in its jobs, else any shell. */
  readonly host: HostName | undefined;
  readonly tokenFromStdin: boolean;
}

/**
 * Standard input, whole. One that cannot be read (a folder, none at all) holds no token, which is
 * then said to be missing.
 */
function readToken(): string {
  try {
    return readFileSync(0, 'utf8');
  } catch {
    return '';
  }
}

/** The host of a command. */
export function openCommandHost(
  { host, tokenFromStdin }: CommandLine,
  flags: RawInputs,
  env: Environment,
  stdout: Stdout,
): Host {
  if (tokenFromStdin) env['OUTPOST_TOKEN'] = readToken();
  const options = { env, flags, folder: process.cwd(), stdout };
  if ((host ?? (env['GITLAB_CI'] === 'true' ? 'gitlab' : 'shell')) === 'gitlab')
    return createGitlabHost(options);
  const { isTTY = false, columns = 80 } = process.stdout;
  const colour = env['FORCE_COLOR'] ? true : isTTY && !env['NO_COLOR'];
  return createShellHost({ ...options, terminal: { colour, rewrites: isTTY, columns } });
}
