import { toFailure } from '../lib/failure.ts';
import type { Secret } from '../lib/secret.ts';
import type { Plan } from './plan.ts';
import { type Pushed, readTip } from './push/push.ts';
import type { Verdict } from './rollout/verdict.ts';
import type { Run } from './run.ts';
import { fullName, isSameCommit } from './target.ts';

/** The commit that a service runs, and who says so. */
export type Claim =
  | { readonly commit: string; readonly source: 'outpost' | 'push' }
  | { readonly commit: undefined; readonly source: undefined };

/**
 * Claims a commit only if Outpost shows it, or if it was at the tip of the branch before the call
 * and still is after the rollout.
 *
 * @param tip where the pushed branch is now; undefined = nothing was pushed, or not known.
 */
export function claimOf(verdict: Verdict, tip: string | undefined): Claim {
  const { service, receipt } = verdict;
  if (service?.commit !== undefined) return { commit: service.commit, source: 'outpost' };
  const { commit } = receipt.deploy;
  return isLive(verdict) && commit !== undefined && commit === tip
    ? { commit, source: 'push' }
    : { commit: undefined, source: undefined };
}

function isLive({ status }: Verdict): boolean {
  return status === 'deployed' || status === 'rolled-back';
}

/**
 * Where the pushed branch is now, if that is needed to claim a commit. A failure here does not fail
 * the run; it just claims no commit.
 */
export async function readTipAfter(
  verdicts: readonly Verdict[],
  plan: Plan,
  pushed: Pushed | undefined,
  token: Secret,
  run: Run,
): Promise<string | undefined> {
  const isNeeded = verdicts.some(
    (verdict) =>
      isLive(verdict) &&
      verdict.service?.commit === undefined &&
      verdict.receipt.deploy.commit !== undefined,
  );
  if (!isNeeded || plan.checkout === undefined || pushed === undefined || run.signal.aborted)
    return undefined;
  try {
    return await readTip(plan, plan.checkout, token, run);
  } catch (thrown) {
    run.host.warn({
      title: 'Could not tell which commit is live',
      message: `Outpost does not show it, and the branch ${pushed.branch} could not be read again: ${toFailure(thrown).happened}. This does not change the result of the deploy.`,
    });
    return undefined;
  }
}

/**
 * Outpost deploys the tip of its branch, which may not be what this run built. Warns if both are
 * known and differ.
 */
export function warnOfOtherCommits(verdicts: readonly Verdict[], { host }: Run): void {
  const { branch, commit } = host.context;
  for (const { service, receipt, status } of verdicts) {
    const { target, commit: pushed } = receipt.deploy;
    const live = service?.commit;
    if (status !== 'deployed' || pushed !== undefined || target.branch !== branch) continue;
    if (live === undefined || commit === undefined || isSameCommit(live, commit)) continue;
    host.warn({
      title: 'The live commit is not the one this run built',
      message: `${fullName(target)}: Outpost shows ${live.slice(0, 7)}, but this run built ${commit.slice(0, 7)}. Outpost deploys the tip of its branch ${branch}. Use the input \`push\` to push the commit there, or \`proof: commit\` to fail instead.`,
    });
  }
}
