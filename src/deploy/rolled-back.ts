import { Failure } from '../lib/failure.ts';
import type { Verdict } from './rollout/verdict.ts';
import { fullName } from './target.ts';

/** There is nothing to roll back to. */
export interface NoWay {
  /** Follows a colon. */
  readonly because: string;
}

/** How the rollback ended: the state of the old revision, or why there was no rollback. */
export type End = Verdict | Failure | NoWay;

/**
 * The verdict of a service after its rollback.
 *
 * @param cause the service whose new revision was bad: this one, or another of the release.
 */
export function afterRollback(before: Verdict, end: End, cause: string): Verdict {
  const after = 'receipt' in end ? end : undefined;
  if (after?.status === 'deployed') return isBack(before, after, cause);
  const failure = end instanceof Failure ? end : after?.failure;
  const live = after?.service ?? before.service;
  const state = stateOf(before, after);
  const ofCause = toldBefore(before, cause);
  const facts = { ...ofCause, cause: before.failure };
  if (failure?.code === 'interrupted' || failure?.code === 'terminated') {
    const happened = `${ofCause.happened}; ${failure.happened} during the rollback: ${state}`;
    return {
      ...before,
      service: live,
      status: 'cancelled',
      failure: new Failure({ ...facts, code: failure.code, happened, hint: failure.hint }),
    };
  }
  const why = 'because' in end ? end.because : (failure?.message ?? `it ended as ${after?.status}`);
  return {
    ...before,
    service: live,
    status: before.failure === undefined ? 'failed' : before.status,
    logTail: before.logTail.length > 0 ? before.logTail : (after?.logTail ?? []),
    failure: new Failure({
      ...facts,
      happened: `${ofCause.happened}; the rollback failed too (${why}): ${state}`,
      hint: `Check the service right away: it was not rolled back. ${ofCause.hint}`,
    }),
  };
}

/** What is known of the service now, as a clause. */
function stateOf({ service: old }: Verdict, after: Verdict | undefined): string {
  const live = after?.service ?? old;
  if (live === undefined) return 'the current state of the service is not known';
  // Its way back was called for, and what it is since nobody saw.
  const isUnseen = after?.service === undefined && after?.receipt.answer.kind === 'accepted';
  return `the service ${isUnseen ? 'was last seen' : 'is now'} ${live.statusWord || 'without a status'}`;
}

/** The old revision runs again. Only the verdict that caused the rollback keeps its failure. */
function isBack(before: Verdict, after: Verdict, cause: string): Verdict {
  const { target, commit } = after.receipt.deploy;
  const { failure, mayRollBack, receipt } = before;
  const what = `branch ${target.branch}${commit === undefined ? '' : ` at ${commit.slice(0, 7)}`}`;
  const back: Verdict = {
    ...before,
    receipt: { ...receipt, deploy: { ...receipt.deploy, commit } },
    status: 'rolled-back',
    service: after.service,
  };
  if (failure === undefined || !mayRollBack)
    return {
      ...back,
      failure: undefined,
      reason: `rolled back with the rest of the run because ${cause} failed (it was ${before.status}); ${what} is live again`,
    };
  const { code, attempted, requestId, hint } = failure;
  const happened = `${failure.happened}; the previous revision (${what}) is live again`;
  return {
    ...back,
    failure: new Failure({ code, attempted, requestId, hint, happened, cause: failure }),
  };
}

/** The original failure, or why a healthy service had to be rolled back. */
function toldBefore({ failure, receipt }: Verdict, cause: string) {
  const { code, attempted, happened, hint, requestId } = failure ?? {
    code: 'rollout-failed' as const,
    attempted: `Rolling back ${fullName(receipt.deploy.target)}`,
    happened: `it came up healthy, but had to be rolled back because ${cause} failed`,
    hint: `Its new revision is running next to old revisions of the other services. Deploy them together again.`,
    requestId: receipt.requestId,
  };
  return { code, attempted, happened, hint, requestId };
}
