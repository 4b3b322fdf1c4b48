import { readFileSync } from 'node:fs';
import type { Host } from '../host.ts';
import type { HostName, RawInputs } from '../inputs/table.ts';
import { type Output, openStderr } from '../output/stdout.ts';
import type { Environment } from './environment.ts';
import { createGitlabHost } from './gitlab.ts';
import { createShellHost } from './shell.ts';

/** What a command line says about the host and its output. */
export interface CommandLine {
  /** undefined = GitLab in GitLab jobs, otherwise any shell. */
  readonly host: HostName | undefined;
  readonly tokenFromStdin: boolean;
  /** Whether the command writes result files that no flag names. */
  readonly writesFiles: boolean;
  /** Only the JSON report goes to standard output; the log goes to standard error. */
  readonly json?: boolean;
  /** Print only the result, warnings and errors. */
  readonly quiet?: boolean;
  /** Write the JSON report to this file. */
  readonly report?: string | undefined;
}

/**
 * All of standard input. If it can't be read (a folder, or closed), there is no token, and the run
 * reports it as missing.
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
  { host, tokenFromStdin, writesFiles, json = false, quiet = false, report }: CommandLine,
  flags: RawInputs,
  env: Environment,
  stdout: Output,
): Host {
  if (tokenFromStdin) env['OUTPOST_TOKEN'] = readToken();
  const errors = openStderr();
  const log = json ? errors : stdout;
  const results = { files: writesFiles, print: json ? stdout.write : undefined, report };
  const options = { env, flags, folder: process.cwd(), log, results };
  if ((host ?? (env['GITLAB_CI'] === 'true' ? 'gitlab' : 'shell')) === 'gitlab')
    return spoken(createGitlabHost(options), quiet);
  const isTerminal = log.columns() !== undefined && env['TERM'] !== 'dumb';
  const colour = env['FORCE_COLOR']
    ? true
    : isTerminal && errors.columns() !== undefined && !env['NO_COLOR'];
  const isLive = isTerminal && log.columns() !== 0;
  return spoken(createShellHost({ ...options, errors, colour, isLive }), quiet);
}

/** The host, without its progress messages if it should be quiet. */
function spoken(host: Host, quiet: boolean): Host {
  if (!quiet) return host;
  const { progress: _, ...rest } = host;
  const nothing = (): undefined => undefined;
  const silent = { say: nothing, quote: nothing, group: nothing, notice: nothing };
  return { ...rest, ...silent, repeatsLog: true };
}
