import { spawn } from 'node:child_process';
import { devNull } from 'node:os';
import { findGit, offline } from '../../lib/git-program.ts';

/** How a git command ended. */
export interface GitEnd {
  /** undefined = it was killed before it finished. */
  readonly status: number | undefined;
  readonly stdout: string;
  /** Untrusted text: contains whatever the server sends, unchanged. */
  readonly stderr: string;
  /** Killed at its deadline, or never started. */
  readonly trouble: 'timed-out' | 'not-installed' | undefined;
}

export interface GitCommand {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Called with each piece of stderr as it comes. */
  readonly onProgress?: (text: string) => void;
  /** Called with each piece of stdout as it comes; what was handed over is not kept. */
  readonly onOutput?: (text: string) => void;
}

/** git's own messages are short; output from the server may be long and is not kept in full. */
const MAX_OUTPUT_LENGTH = 1_048_576;

/**
 * Runs git in its own process group, so that its helpers (git-remote-https, pack-objects) end with
 * it at the deadline or on a cancel. On a cancel, a runner signals only the main process.
 *
 * @throws the signal's reason when the job is cancelled.
 */
export async function runGit(command: GitCommand): Promise<GitEnd> {
  command.signal.throwIfAborted();
  const program = findGit(process.env['PATH']);
  if (program === undefined)
    return { status: undefined, stdout: '', stderr: '', trouble: 'not-installed' };
  const hasGroups = process.platform !== 'win32';
  const child = spawn(program, [...command.args], {
    cwd: command.cwd,
    env: command.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: hasGroups,
  });
  const endAll = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(hasGroups ? -child.pid : child.pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
  };
  const end = { stdout: '', stderr: '', trouble: undefined as GitEnd['trouble'] };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      if (stream === 'stderr') command.onProgress?.(text);
      if (stream === 'stdout' && command.onOutput !== undefined) command.onOutput(text);
      else end[stream] = lastOf(`${end[stream]}${text}`);
    });
  }
  const timer = setTimeout(() => {
    end.trouble = 'timed-out';
    endAll();
  }, command.timeoutMs);
  command.signal.addEventListener('abort', endAll, { once: true });
  try {
    const status = await new Promise<number | undefined>((resolve) => {
      child.on('error', () => {
        end.trouble = 'not-installed';
        resolve(undefined);
      });
      child.on('close', (code) => resolve(code ?? undefined));
    });
    command.signal.throwIfAborted();
    return { ...end, status };
  } finally {
    clearTimeout(timer);
    command.signal.removeEventListener('abort', endAll);
  }
}

/** Cuts at twice the length, so that growing output is not copied for each piece. */
function lastOf(text: string): string {
  return text.length > 2 * MAX_OUTPUT_LENGTH ? text.slice(-MAX_OUTPUT_LENGTH) : text;
}

/**
 * Variables that git may inherit when it talks to a server: program paths, proxies, certificates.
 */
const PASSED_ON = [
  'PATH',
  'SystemRoot',
  'TMPDIR',
  'https_proxy',
  'HTTPS_PROXY',
  'no_proxy',
  'NO_PROXY',
  'SSL_CERT_DIR',
  // GitHub's runner uses this to find processes that a killed step left behind.
  // https://github.com/actions/runner/issues/598
  'RUNNER_TRACKING_ID',
] as const;

/**
 * For a command that carries the token: a clean environment without settings of the user, the
 * system or the repository. Settings are passed as GIT_CONFIG_* variables, not in files or in
 * arguments that other processes can read.
 *
 * @param home an empty folder of our own.
 */
export function isolatedEnvironment(
  home: string,
  config: readonly (readonly [key: string, value: string])[],
): Readonly<Record<string, string | undefined>> {
  const passed = Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]]));
  return {
    ...passed,
    HOME: home,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    ...configEntries(config),
  };
}

/** For a command that only reads locally: nothing in the repository can make it start a program. */
export function offlineEnvironment(home: string): Readonly<Record<string, string | undefined>> {
  return { ...isolatedEnvironment(home, []), ...offline };
}

function configEntries(
  config: readonly (readonly [key: string, value: string])[],
): Readonly<Record<string, string>> {
  const entries = config.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(config.length), ...Object.fromEntries(entries) };
}
