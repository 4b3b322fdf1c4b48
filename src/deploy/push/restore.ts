import type { Secret } from '../../lib/secret.ts';
import type { Plan } from '../plan.ts';
import type { Run } from '../run.ts';
import type { Checkout } from './checkout.ts';
import type { Pushed } from './push.ts';
import { pushFailure } from './push-failure.ts';
import { git, type PushContext, repositoryName, withOutpost } from './remote.ts';
import { tipOnOutpost } from './tip.ts';

/**
 * Moves the branch back to where it was before the push, unless someone has moved it since: then
 * Outpost refuses it because of the lease.
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
  return withOutpost(plan.config, checkout, token, run, (context) =>
    restoreTip(context, pushed, run),
  );
}

async function restoreTip(
  context: PushContext,
  { branch, commit, formerCommit }: Pushed,
  run: Run,
): Promise<void> {
  const { repository, url } = context;
  const attempted = `Moving ${branch} of ${repositoryName(context)} back`;
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
  if ((await tipOnOutpost(context, run)) !== formerCommit)
    throw pushFailure(end, attempted, repository);
  run.host.say(`${repositoryName(context)}: ${branch} is back at ${formerCommit?.slice(0, 7)}.`);
}
