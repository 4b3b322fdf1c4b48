import type { Verdict } from './rollout/verdict.ts';

/** The commit that a service runs, and who says so. */
export type Claim =
  | { readonly commit: string; readonly source: 'outpost' | 'push' }
  | { readonly commit: undefined; readonly source: undefined };

/**
 * No commit is named that nobody saw: Outpost shows it, or it was at the tip of the branch before the
 * call and is there still, when the rollout is over.
 *
 * @param tip where the pushed branch is now; undefined = nothing was pushed, or it is not known.
 */
export function claimOf({ receipt, service, status }: Verdict, tip: string | undefined): Claim {
  if (service?.commit !== undefined) return { commit: service.commit, source: 'outpost' };
  const { commit } = receipt.deploy;
  const isLive = status === 'deployed' || status === 'rolled-back';
  return isLive && commit !== undefined && commit === tip
    ? { commit, source: 'push' }
    : { commit: undefined, source: undefined };
}
