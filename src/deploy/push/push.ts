import { Failure } from '../../lib/failure.ts';
import type { Secret } from '../../lib/secret.ts';
import type { Plan } from '../plan.ts';
import type { Run } from '../run.ts';
import type { Checkout } from './checkout.ts';
import type { GitEnd } from './git.ts';
import { lacksHistory, noSuchRepository, pushFailure } from './push-failure.ts';
import { git, inSandbox, type PushContext } from './sandbox.ts';
import { deepen, isShallow, joinHistories } from './shallow.ts';

/** What a push did. */
export interface Pushed {
  readonly commit: string;
  readonly branch: string;
  /** The commit that the branch was at before; undefined = there was no such branch. */
  readonly formerCommit: string | undefined;
  /** Milliseconds since 1970. */
  readonly startWallMs: number;
  readonly endWallMs: number;
}

const PROGRESS_EVERY_MS = 10_000;

/**
 * Plan -> Pushed: brings the commit of this run to its branch on Outpost, and sees it there.
 *
 * @returns undefined where nothing is to be pushed.
 * @throws Failure `push-refused`, `push-rejected`, `push-lost`
 */
export async function push(
  { config, checkout }: Plan,
  token: Secret,
  run: Run,
): Promise<Pushed | undefined> {
  if (checkout === undefined) return undefined;
  return await inSandbox(config, checkout, token, run, (context) => deliver(context, run));
}

/**
 * The plan with what the push changed: the commit that must run in the end, and baselines that are
 * old by now.
 */
export function planAfterPush(plan: Plan, pushed: Pushed | undefined): Plan {
  if (pushed === undefined) return plan;
  const { branch, commit } = pushed;
  const deploys = plan.deploys.map((planned) => ({
    ...planned,
    commit: planned.target.branch === branch ? commit : undefined,
    isStale: true,
  }));
  return { ...plan, deploys };
}

/**
 * Puts the branch back to where it was before a push, unless somebody has moved it since: the lease
 * makes Outpost refuse that.
 *
 * @throws Failure `push-refused`, `push-rejected`, `push-lost`
 */
export function restoreBranch(
  plan: Plan,
  checkout: Checkout,
  pushed: Pushed,
  token: Secret,
  run: Run,
): Promise<void> {
  return inSandbox(plan.config, checkout, token, run, (context) =>
    restoreTip(context, pushed, run),
  );
}

async function deliver(context: PushContext, run: Run): Promise<Pushed> {
  const { branch, checkout, repository } = context;
  const { commit } = checkout;
  const name = `${repository.namespace}/${repository.name}`;
  const startWallMs = run.clock.wallMs();
  const formerCommit = await commitOnOutpost(context, run);
  if (formerCommit === commit) {
    run.host.say(`${name}: ${branch} is at ${commit.slice(0, 7)} already.`);
    return { commit, branch, formerCommit, startWallMs, endWallMs: run.clock.wallMs() };
  }
  run.host.say(`${name}: pushing ${commit.slice(0, 7)} to ${branch}.`);
  if (formerCommit !== undefined) await joinHistories(context, formerCommit, run);
  let end = await send(context, run);
  if (lacksHistory(end, isShallow(context)) && (await deepen(context, run)))
    end = await send(context, run);
  run.host.quote(`${name} (git)`, remoteLines(end.stderr));
  // However git ended, Outpost knows: a connection may break behind an accepted push, and git's own
  // second try is then rejected.
  const now = await commitOnOutpost(context, run).catch((error: unknown) => {
    throw end.status === 0 || run.signal.aborted
      ? error
      : pushFailure(end, `Pushing to ${name}`, repository, isShallow(context));
  });
  if (now !== commit)
    throw end.status === 0
      ? notThere(name, branch, commit, now)
      : pushFailure(end, `Pushing to ${name}`, repository, isShallow(context));
  run.host.say(
    `${name}: ${branch} is at ${commit.slice(0, 7)}${end.status === 0 ? '' : ', though git broke off'}.`,
  );
  return { commit, branch, formerCommit, startWallMs, endWallMs: run.clock.wallMs() };
}

async function restoreTip(
  context: PushContext,
  { branch, commit, formerCommit }: Pushed,
  run: Run,
): Promise<void> {
  const { repository, url } = context;
  const attempted = `Putting ${branch} of ${repository.namespace}/${repository.name} back`;
  const there = await git(context, run, ['cat-file', '-e', `${formerCommit}^{commit}`]);
  // A shallow checkout may not have it; Outpost does.
  if (there.status !== 0)
    await git(context, run, ['fetch', '--quiet', '--no-tags', url, `${formerCommit}`]);
  const end = await git(context, run, [
    'push',
    '--porcelain',
    '--no-verify',
    `--force-with-lease=refs/heads/${branch}:${commit}`,
    url,
    `${formerCommit}:refs/heads/${branch}`,
  ]);
  if ((await commitOnOutpost(context, run)) !== formerCommit)
    throw pushFailure(end, attempted, repository);
  run.host.say(
    `${repository.namespace}/${repository.name}: ${branch} is back at ${formerCommit?.slice(0, 7)}.`,
  );
}

/** A commit id, not a name: what is pushed cannot change between the check and the push. */
function send(context: PushContext, run: Run): Promise<GitEnd> {
  const { url, branch, checkout } = context;
  const args = [
    'push',
    '--porcelain',
    '--no-verify',
    '--progress',
    url,
    `${checkout.commit}:refs/heads/${branch}`,
  ];
  let saidMs = run.clock.nowMs();
  return git(context, run, args, (text) => {
    const percent = /Writing objects:\s+(\d+)%/.exec(text)?.[1];
    if (percent === undefined || run.clock.nowMs() - saidMs < PROGRESS_EVERY_MS) return;
    saidMs = run.clock.nowMs();
    run.host.say(`Pushing: ${percent} % of the objects are written.`);
  });
}

/** Asks Outpost where the branch is. @throws Failure when it does not say. */
async function commitOnOutpost(context: PushContext, run: Run): Promise<string | undefined> {
  const { url, branch, repository } = context;
  const end = await git(context, run, ['ls-remote', '--quiet', url, `refs/heads/${branch}`]);
  // git answers with every ref that ends so, as refs/backup/refs/heads/main.
  const lines = end.stdout.split('\n').map((line) => line.split('\t'));
  if (end.status === 0) return lines.find(([, ref]) => ref === `refs/heads/${branch}`)?.[0];
  const failure = pushFailure(
    end,
    `Reading ${repository.namespace}/${repository.name}`,
    repository,
  );
  if (failure.code === 'push-refused' && /not found|error: 404/.test(end.stderr))
    throw noSuchRepository(repository, await repositoryNames(repository.namespace, run));
  throw failure;
}

async function repositoryNames(namespace: string, run: Run): Promise<readonly string[]> {
  const reply = await run.client.repositories(namespace);
  return reply.kind === 'value' ? reply.value : [];
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
    .filter(
      (line) =>
        line.startsWith('remote: ') &&
        !/^remote: (?:Resolving|Compressing|Counting|Enumerating)/.test(line),
    );
}
