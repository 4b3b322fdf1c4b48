import { join } from 'node:path';
import { Secret } from '../../lib/secret.ts';
import type { Config, Repository } from '../config.ts';
import { type Run, remainingMs } from '../run.ts';
import type { Checkout } from './checkout.ts';
import { type GitEnd, isolatedEnvironment, runGit } from './git.ts';
import { inSandbox } from './sandbox.ts';
import { trustSettings } from './trust.ts';

/** A push to one branch, with everything that it needs. */
export interface PushContext {
  readonly config: Config;
  readonly repository: Repository;
  readonly url: string;
  readonly branch: string;
  readonly checkout: Checkout;
  /** The empty repository that is pushed from. */
  readonly sandbox: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a task that talks to Outpost's git, from our own repository. The token is in a header that
 * git reads from its environment, so it is in no file and no argument. Redirects are off, because
 * git would send that header along.
 */
export function withOutpost<Result>(
  config: Config,
  checkout: Checkout,
  token: Secret,
  run: Run,
  task: (context: PushContext) => Promise<Result>,
): Promise<Result> {
  const { push: repository, pushBranch: branch, origin } = config;
  if (repository === undefined || branch === undefined) throw new Error('there is nothing to push');
  const url = `${origin.origin}/${repository.namespace}/${repository.name}.git`;
  return inSandbox(checkout, run, async (sandbox) => {
    const trust = await trustSettings(sandbox, url, run);
    const env = isolatedEnvironment(sandbox, [...trust, ...settings(config, token, run)]);
    return await task({ config, repository, url, branch, checkout, sandbox, env });
  });
}

/** The settings of every git command here; the token is in the last of them. */
function settings(
  { origin, username, push: repository }: Config,
  token: Secret,
  { host }: Run,
): readonly (readonly [string, string])[] {
  const credentials = Buffer.from(
    `${username ?? repository?.namespace}:${token.reveal()}`,
  ).toString('base64');
  host.mask(new Secret(credentials));
  const scheme = origin.protocol === 'https:' ? 'https' : 'http';
  return [
    ['protocol.allow', 'never'],
    [`protocol.${scheme}.allow`, 'always'],
    ['http.followRedirects', 'false'],
    ['http.sslVerify', 'true'],
    ['credential.helper', ''],
    ['core.hooksPath', join('/dev', 'null')],
    ['transfer.credentialsInUrl', 'die'],
    ['push.recurseSubmodules', 'no'],
    ['gc.auto', '0'],
    // If the job is killed, a push to a server that hangs still ends by itself.
    ['http.lowSpeedLimit', '1'],
    ['http.lowSpeedTime', '60'],
    // The empty value removes headers from other settings.
    [`http.${origin.origin}/.extraHeader`, ''],
    [`http.${origin.origin}/.extraHeader`, `Authorization: Basic ${credentials}`],
  ];
}

/** Runs git in the sandbox, with the run's deadline. */
export function git(
  context: PushContext,
  run: Run,
  args: readonly string[],
  onProgress?: (text: string) => void,
): Promise<GitEnd> {
  const { sandbox: cwd, env } = context;
  return runGit({
    args,
    cwd,
    env,
    timeoutMs: Math.max(1, remainingMs(run)),
    signal: run.signal,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

/** The repository's full name on Outpost. */
export function repositoryName({ repository }: Pick<PushContext, 'repository'>): string {
  return `${repository.namespace}/${repository.name}`;
}
