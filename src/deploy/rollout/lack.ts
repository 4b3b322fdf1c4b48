import type { Judgement } from './judgement.ts';
import type { WeakSign } from './signs.ts';
import { isForeign } from './signs.ts';

/** What a deploy lacks that is not proved. */
export interface Lack {
  /** As it goes behind a colon. */
  readonly because: string;
  /** What to change, as sentences. */
  readonly hint: string;
}

const wordsOfWeak: Readonly<Record<WeakSign, string>> = {
  'updated-at': '`updated_at` moved',
  replicas: 'fewer replicas were ready for a while',
  version: 'its target version changed',
  'changed-with-call': 'its deployment or commit changed with the call itself',
  'earlier-rollout': 'a rollout that was under way before the call came to its end',
};

const HEALTH =
  'let the service tell the commit it was built from, and check it with `health-check: /version` and `health-check-contains: "{commit:7}"`.';

/**
 * Why the looks so far prove nothing, for the log after a minute and for the failure at the end;
 * undefined = a rollout of this deploy was seen, and is not over.
 */
export function lackOf({ start, memory, kind }: Judgement): Lack | undefined {
  const { last, signMs, weak, ownId } = memory;
  if (start.isBlind)
    return {
      because: 'no known address shows the service, and the health check did not answer as it must',
      hint: 'Outpost accepted the call, so the deploy may well have worked: look in the dashboard, and at what the health check answers.',
    };
  if (last === undefined) return undefined;
  const word = `\`${last.statusWord || 'no status'}\``;
  if (isForeign({ ...start, ownId }, last))
    return {
      // Stryker disable next-line OptionalChaining: for the compiler; a foreign one is shown
      because: `Outpost shows the deployment ${last.deployments[0]?.id}, which is ${ownId === undefined ? 'the one from before the deploy' : `not this one (${ownId})`}`,
      hint: `Look at the service in the dashboard. So that the next run can tell, ${HEALTH}`,
    };
  if (signMs !== undefined) {
    if (start.proof !== 'commit' || kind !== 'settling') return undefined;
    return {
      because: 'the rollout went well, and Outpost does not show which commit is live',
      hint: `To prove the commit, ${HEALTH} Or leave out \`proof: commit\`.`,
    };
  }
  const signs = [...weak].map((one) => wordsOfWeak[one]);
  const seen =
    signs.length === 0
      ? `the service shows ${word}, and nothing changed since the call`
      : `the service shows ${word}, and ${signs.join(' and ')}, which can have other reasons`;
  const stamp = weak.has('updated-at')
    ? ' If you know that your Outpost moves `updated_at` only when a new revision runs, set `proof: updated-at`.'
    : '';
  return {
    because: `${seen}; we saw neither a rollout nor this deployment`,
    hint: `Outpost accepted the call, so the deploy may well have worked: look in the dashboard. So that the next run can tell, ${HEALTH}${stamp}`,
  };
}
