import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { type Run, remainingMs } from '../run.ts';
import { Secret } from '../secret.ts';
import type { Checkout } from './checkout.ts';
import type { Config, Repository } from './config.ts';
import { type GitEnd, isolatedEnvironment, runGit } from './git.ts';
import type { Plan } from './plan.ts';
import { isShallowRefusal, noSuchRepository, pushFailure } from './push-failure.ts';

/** What a push did. */
export interface Pushed {
  readonly commit: string;
  readonly branch: string;
  /** The commit that the branch was at before; undefined = there was no such branch. */
  readonly formerCommit: string | undefined;
}

/** A push to one branch, with everything that it takes. */
interface Delivery {
  readonly repository: Repository;
  readonly url: string;
  readonly branch: string;
  readonly checkout: Checkout;
  /** The empty repository that is pushed from. */
  readonly quarantine: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const PROGRESS_EVERY_MS = 10_000;

/**
 * Plan -> Pushed: brings the commit of this run to its branch on Outpost, and sees it there.
 *
 * The push leaves from an empty repository that borrows the checkout's objects, so that no setting, hook or helper of the checkout
 * takes part, and nothing is written into it. The token travels in a header that git reads from its environment: it is in no file and
 * no argument. Redirects are off, for git would send that header along.
 *
 * @throws Failure `push-refused`, `push-rejected`, `push-lost`
 */
export async function push(plan: Plan, checkout: Checkout, token: Secret, run: Run): Promise<Pushed> {
  const { push: repository, pushBranch: branch } = plan.config;
  if (repository === undefined || branch === undefined) throw new Error('there is nothing to push');
  const quarantine = openQuarantine();
  const remove = (): void => rmSync(quarantine, { recursive: true, force: true });
  // Also where the process ends without coming back here.
  process.once('exit', remove);
  try {
    const url = `${plan.config.origin.origin}/${repository.namespace}/${repository.name}.git`;
    const env = isolatedEnvironment(quarantine, settings(plan.config, token, run));
    const delivery: Delivery = { repository, url, branch, checkout, quarantine, env };
    await fill(delivery, run);
    return await deliver(delivery, run);
  } finally {
    remove();
    process.removeListener('exit', remove);
  }
}

/** A folder of our own, readable for nobody else. */
function openQuarantine(): string {
  return mkdtempSync(join(process.env['RUNNER_TEMP'] || tmpdir(), 'outpost-push-'));
}

/** The settings of every git command here; the token is in the last of them. */
function settings({ origin, username, push: repository }: Config, token: Secret, { host }: Run): readonly (readonly [string, string])[] {
  const credentials = Buffer.from(`${username ?? repository?.namespace}:${token.reveal()}`).toString('base64');
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
    // The empty value takes away a header that another setting may have put there.
    [`http.${origin.origin}/.extraHeader`, ''],
    [`http.${origin.origin}/.extraHeader`, `Authorization: Basic ${credentials}`],
  ];
}

function git(delivery: Delivery, run: Run, args: readonly string[], onProgress?: (text: string) => void): Promise<GitEnd> {
  const { quarantine: cwd, env } = delivery;
  return runGit({
    args,
    cwd,
    env,
    timeoutMs: Math.max(1, remainingMs(run)),
    signal: run.signal,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

/** Makes the empty repository, and lets it borrow the checkout's objects. */
async function fill(delivery: Delivery, run: Run): Promise<void> {
  const { quarantine, checkout } = delivery;
  const end = await git(delivery, run, ['init', '--quiet', '--bare', '--template=', `--object-format=${checkout.objectFormat}`, '.']);
  if (end.status !== 0) throw pushFailure(end, 'Preparing the push', delivery.repository);
  mkdirSync(join(quarantine, 'objects', 'info'), { recursive: true });
  writeFileSync(join(quarantine, 'objects', 'info', 'alternates'), `${checkout.objectsFolder}\n`);
  if (checkout.shallowFile !== undefined) cpSync(checkout.shallowFile, join(quarantine, 'shallow'));
}

async function deliver(delivery: Delivery, run: Run): Promise<Pushed> {
  const { branch, checkout, repository } = delivery;
  const { commit } = checkout;
  const name = `${repository.namespace}/${repository.name}`;
  const formerCommit = await commitOnOutpost(delivery, run);
  const pushed = { commit, branch, formerCommit };
  if (formerCommit === commit) {
    run.host.say(`${name}: ${branch} is at ${commit.slice(0, 7)} already.`);
    return pushed;
  }
  run.host.say(`${name}: pushing ${commit.slice(0, 7)} to ${branch}.`);
  let end = await send(delivery, run);
  if (isShallowRefusal(end) && (await deepen(delivery, run))) end = await send(delivery, run);
  run.host.quote(`${name} (git)`, remoteLines(end.stderr));
  // A rejection is an answer; anything else that went wrong may have come after the server had taken the commit.
  if (end.status !== 0 && /^!/m.test(end.stdout)) throw pushFailure(end, `Pushing to ${name}`, repository);
  const now = await commitOnOutpost(delivery, run).catch((error: unknown) => {
    throw end.status === 0 || run.signal.aborted ? error : pushFailure(end, `Pushing to ${name}`, repository);
  });
  if (now !== commit) throw end.status === 0 ? notThere(name, branch, commit, now) : pushFailure(end, `Pushing to ${name}`, repository);
  run.host.say(`${name}: ${branch} is at ${commit.slice(0, 7)}${end.status === 0 ? '' : ', though the connection broke behind it'}.`);
  return pushed;
}

/** A commit id, not a name: what is pushed cannot change between the check and the push. */
function send(delivery: Delivery, run: Run): Promise<GitEnd> {
  const { url, branch, checkout } = delivery;
  const args = ['push', '--porcelain', '--no-verify', '--progress', url, `${checkout.commit}:refs/heads/${branch}`];
  let saidMs = run.clock.nowMs();
  return git(delivery, run, args, (text) => {
    const percent = /Writing objects:\s+(\d+)%/.exec(text)?.[1];
    if (percent === undefined || run.clock.nowMs() - saidMs < PROGRESS_EVERY_MS) return;
    saidMs = run.clock.nowMs();
    run.host.say(`Pushing: ${percent} % of the objects are written.`);
  });
}

/** Asks Outpost where the branch is. @throws Failure when it does not say. */
async function commitOnOutpost(delivery: Delivery, run: Run): Promise<string | undefined> {
  const { url, branch, repository } = delivery;
  const end = await git(delivery, run, ['ls-remote', '--quiet', url, `refs/heads/${branch}`]);
  if (end.status === 0) return /^([0-9a-f]{40,64})\t/m.exec(end.stdout)?.[1];
  const failure = pushFailure(end, `Reading ${repository.namespace}/${repository.name}`, repository);
  if (failure.code === 'push-refused' && /not found|error: 404/.test(end.stderr))
    throw noSuchRepository(repository, await repositoryNames(repository.namespace, run));
  throw failure;
}

async function repositoryNames(namespace: string, run: Run): Promise<readonly string[]> {
  const reply = await run.client.repositories(namespace);
  return reply.kind === 'value' ? reply.value : [];
}

/**
 * Fetches the missing history from where the CI system cloned, without a secret: that works for public repositories, and leaves
 * nothing in the checkout.
 *
 * @returns whether the history is whole now.
 */
async function deepen(delivery: Delivery, run: Run): Promise<boolean> {
  const { checkout, quarantine } = delivery;
  if (checkout.originUrl === undefined) return false;
  run.host.say('The checkout is shallow; fetching the rest of its history without a secret.');
  const env = isolatedEnvironment(quarantine, [
    ['protocol.allow', 'never'],
    ['protocol.https.allow', 'always'],
    ['credential.helper', ''],
  ]);
  const end = await git({ ...delivery, env }, run, ['fetch', '--quiet', '--unshallow', '--no-tags', checkout.originUrl, checkout.commit]);
  return end.status === 0;
}

function notThere(name: string, branch: string, commit: string, now: string | undefined): Failure {
  return new Failure({
    code: 'push-lost',
    attempted: `Pushing to ${name}`,
    happened: `git said that it pushed ${commit.slice(0, 7)}, yet ${branch} is ${now === undefined ? 'not there' : `at ${now.slice(0, 7)}`}`,
    hint: 'Something moved the branch at the same time: let one job at a time push to it, and run this one again.',
  });
}

/** What the server said, without git's own progress. */
function remoteLines(stderr: string): readonly string[] {
  return stderr
    .split(/[\r\n]+/)
    .filter((line) => line.startsWith('remote: ') && !/^remote: (?:Resolving|Compressing|Counting|Enumerating)/.test(line));
}
