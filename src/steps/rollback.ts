import { Failure, type FailureCode, toFailure } from '../failure.ts';
import type { Run } from '../run.ts';
import type { Secret } from '../secret.ts';
import { deploy } from './deploy.ts';
import { follow } from './follow.ts';
import { checkHealth } from './health.ts';
import type { Plan, PlannedDeploy } from './plan.ts';
import { fullName } from './preflight.ts';
import { type Pushed, pushBack } from './push.ts';
import type { Verdict } from './verdict.ts';

/** What a rollback answers to: the new revision is known to be bad. Never to an outcome that is unknown, nor to a cancel. */
const rolledBackFrom: ReadonlySet<FailureCode> = new Set(['rollout-failed', 'service-stopped', 'health-check-failed']);

/**
 * Verdicts -> Verdicts: brings back what ran before, by documented means alone. A pushed branch goes back to its former commit (with a
 * lease: not if somebody moved it since) and is deployed; else `rollback-branch` is. The old revision must then be seen running, and
 * answer where a health check is asked for, before the verdict says `rolled-back`.
 */
export async function rollback(
  verdicts: readonly Verdict[],
  plan: Plan,
  pushed: Pushed | undefined,
  token: Secret,
  run: Run,
): Promise<readonly Verdict[]> {
  const bad = verdicts.filter(({ failure }) => failure !== undefined && rolledBackFrom.has(failure.code));
  if (plan.config.onFailure !== 'rollback' || bad.length === 0 || run.signal.aborted) return verdicts;
  const startWallMs = run.clock.wallMs();
  const { timeoutMs, forwardMs } = plan.config;
  // The time that was kept for it.
  const later = { ...run, deadlineMs: run.deadlineMs + timeoutMs - forwardMs };
  run.host.say(`Rolling back ${bad.map(({ receipt }) => fullName(receipt.deploy.target)).join(', ')}.`);
  let after: readonly Verdict[] = [];
  let trouble: Failure | undefined;
  try {
    after = await bringBack(bad, plan, pushed, token, later);
  } catch (thrown) {
    trouble = toFailure(thrown);
    run.host.say(`The rollback could not be started: ${trouble.message}.`);
  }
  const stretch = { phase: 'rollback', startWallMs, endWallMs: run.clock.wallMs() } as const;
  return verdicts.map((verdict) => {
    const index = bad.indexOf(verdict);
    return index < 0 ? verdict : { ...combine(verdict, after[index], trouble), later: [...verdict.later, stretch] };
  });
}

async function bringBack(
  bad: readonly Verdict[],
  plan: Plan,
  pushed: Pushed | undefined,
  token: Secret,
  run: Run,
): Promise<readonly Verdict[]> {
  const { rollbackBranch } = plan.config;
  const { checkout } = plan;
  const movesBack = checkout !== undefined && pushed?.formerCommit !== undefined && pushed.formerCommit !== pushed.commit;
  if (movesBack) await pushBack(plan, checkout, pushed, token, run);
  const deploys = bad.map(({ receipt: { deploy: planned } }): PlannedDeploy => {
    const isBack = movesBack && pushed.branch === planned.target.branch;
    const branch = isBack ? pushed.branch : rollbackBranch;
    if (branch === undefined) throw nothingBefore(planned);
    return { ...planned, target: { ...planned.target, branch }, commit: isBack ? pushed.formerCommit : undefined, isStale: true };
  });
  const back: Plan = { ...plan, deploys };
  const receipts = await deploy(back, run);
  return checkHealth(await follow(receipts, back, run), { ...plan.config, healthCheckContains: undefined }, run);
}

function nothingBefore({ target }: PlannedDeploy): Failure {
  return new Failure({
    code: 'internal',
    attempted: `Rolling back ${fullName(target)}`,
    happened: 'the branch held nothing else before this push, and there is no `rollback-branch`',
    hint: 'Set `rollback-branch` to a branch that is known to run.',
  });
}

/** What to say of a service whose new revision was bad, when the way back has ended. */
function combine(bad: Verdict, after: Verdict | undefined, trouble: Failure | undefined): Verdict {
  const failure = bad.failure ?? toFailure(undefined);
  const facts = { code: failure.code, attempted: failure.attempted, requestId: failure.requestId, cause: failure };
  const branch = after?.receipt.deploy.target.branch;
  if (after?.status === 'deployed') {
    const commit = after.receipt.deploy.commit;
    const what = commit === undefined ? `branch ${branch}` : `branch ${branch} at ${commit.slice(0, 7)}`;
    const happened = `${failure.happened}; what ran before (${what}) is live again`;
    return { ...bad, status: 'rolled-back', service: after.service, failure: new Failure({ ...facts, happened, hint: failure.hint }) };
  }
  const why = trouble?.message ?? after?.failure?.message ?? 'it did not end well';
  const live = after?.service ?? bad.service;
  const state = live === undefined ? 'it is not known what is live' : `the service is now ${live.statusWord || 'without a status'}`;
  const happened = `${failure.happened}; AND THE ROLLBACK FAILED TOO (${why}): ${state}`;
  return {
    ...bad,
    failure: new Failure({ ...facts, happened, hint: `Look at the service at once: nobody brought it back. ${failure.hint}` }),
  };
}
