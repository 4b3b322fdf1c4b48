import { execFileSync } from 'node:child_process';

/** Runs git in the current folder; `extra` variables are added to its environment. */
export function git(args: readonly string[], extra: Readonly<Record<string, string>> = {}): Buffer {
  return execFileSync('git', args, {
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0', ...extra },
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

export function gitText(
  args: readonly string[],
  extra: Readonly<Record<string, string>> = {},
): string {
  return git(args, extra).toString('utf8').trim();
}

/** The commit that a name points to, or undefined if there is no such name. */
export function commitOf(name: string): string | undefined {
  try {
    return execFileSync('git', ['rev-parse', '--quiet', '--verify', `${name}^{commit}`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

/** A file from the commit that is released, not from the folder. */
export function committed(path: string): Buffer {
  return git(['show', `HEAD:${path}`]);
}

/** The refs of a remote by full name, with the IDs of the refs themselves, which a lease needs. */
export function remoteRefs(
  remote: string,
  patterns: readonly string[],
  extra: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const lines = gitText(['ls-remote', '--refs', remote, ...patterns], extra).split('\n');
  return new Map(
    lines
      .filter((line) => line !== '')
      .map((line) => [line.split('\t')[1] ?? '', line.split('\t')[0] ?? '']),
  );
}

/**
 * The token for a push, as git settings in environment variables. Every process could read it in an
 * argument, and a later step could read it in a file. Empty if there is no token: a rehearsal
 * pushes to a folder.
 */
export function pushAccess(
  user: string,
  token: string | undefined,
): Readonly<Record<string, string>> {
  if (token === undefined || token === '') return {};
  return {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`,
    // git would send that header to wherever a redirect leads.
    GIT_CONFIG_KEY_1: 'http.followRedirects',
    GIT_CONFIG_VALUE_1: 'false',
  };
}
