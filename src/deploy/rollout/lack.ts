import type { Judgement } from './judgement.ts';
import type { WeakSign } from './signs.ts';
import { isForeign } from './signs.ts';

/** What is missing to prove a deploy. */
export interface Lack {
  /** Follows a colon. */
  readonly because: string;
  /** What to change, as sentences. */
  readonly hint: string;
}

const wordsOfWeak: Readonly<Record<WeakSign, string>> = {
  'updated-at': '`updated_at` changed',
  replicas: 'fewer replicas were ready for a while',
  version: 'its target version changed',
  'changed-with-call': 'its deployment or commit changed with the call itself',
  'earlier-rollout': 'a rollout from before the call finished',
};

const HEALTH =
  'make the service report the commit it was built from, and check it with `health-check: /version` and `health-check-contains: "{commit:7}"`.';

/**
 * Why the polls so far prove nothing, for the log after a minute and for the failure at the end;
 * undefined = a rollout of this deploy was seen and is still in progress.
 */
export function lackOf({ start, memory, kind }: Judgement): Lack | undefined {
  const { last, signMs, weak, ownId } = memory;
  if (start.isBlind)
    return {
      because:
        'none of the known addresses returned the service, and the health check did not pass',
      hint: 'Outpost accepted the call, so the deploy may have worked. Check the dashboard, and what the health check returns.',
    };
  if (last === undefined) return undefined;
  const word = `\`${last.statusWord || 'no status'}\``;
  if (isForeign({ ...start, ownId }, last))
    return {
      // Stryker disable next-line OptionalChaining: for the compiler; a foreign one is shown
      because: `Outpost shows the deployment ${last.deployments[0]?.id}, ${ownId === undefined ? 'which is from before the deploy' : `not the one from this run (${ownId})`}`,
      hint: `Check the service in the dashboard. So that the next run can confirm the deploy, ${HEALTH}`,
    };
  if (signMs !== undefined) {
    if (start.proof !== 'commit' || kind !== 'settling') return undefined;
    return {
      because: 'the rollout succeeded, but Outpost does not show which commit is live',
      hint: `To prove the commit, ${HEALTH} Or remove \`proof: commit\`.`,
    };
  }
  const signs = [...weak].map((one) => wordsOfWeak[one]);
  const seen =
    signs.length === 0
      ? `the service shows ${word}, and nothing changed since the call`
      : `the service shows ${word}, and ${signs.join(' and ')}, but that can have other reasons`;
  const stamp = weak.has('updated-at')
    ? ' If you know that your Outpost changes `updated_at` only when a new revision is running, set `proof: updated-at`.'
    : '';
  return {
    because: `${seen}; neither a rollout nor a new deployment appeared`,
    hint: `Outpost accepted the call, so the deploy may have worked. Check the dashboard. So that the next run can confirm the deploy, ${HEALTH}${stamp}`,
  };
}
