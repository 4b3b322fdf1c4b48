import { type Failure, toFailure } from '../lib/failure.ts';
import type { Secret } from '../lib/secret.ts';
import { checkHealth } from './health.ts';
import { type Plan, type PlannedDeploy, stagesOf } from './plan.ts';
import type { Pushed } from './push/push.ts';
import { restoreBranch } from './push/restore.ts';
import { afterRollback, type End, type NoWay } from './rolled-back.ts';
import { follow } from './rollout/follow.ts';
import type { Verdict } from './rollout/verdict.ts';
import type { Run } from './run.ts';
import { deploy } from './start.ts';
import { fullName } from './target.ts';

/**
 * Verdicts -> Verdicts: if one is bad, restores the previous revision of every service that this
 * run deployed: one run is one release. Uses only documented calls: a pushed branch is moved back
 * to its former commit (with a lease: not if someone moved it since) and deployed; otherwise
 * `rollback-branch` is deployed. The last stage goes first. An old revision must be seen running,
 * and pass the health check if there is one, before its verdict says `rolled-back`.
 */
export async function rollback(
  verdicts: readonly Verdict[],
  plan: Plan,
  pushed: Pushed | undefined,
  token: Secret,
  run: Run,
): Promise<readonly Verdict[]> {
  const bad = verdicts.find(isBad);
  const switched = verdicts.filter(maybeSwitched);
  if (plan.config.onFailure !== 'rollback' || bad === undefined || run.signal.aborted)
    return verdicts;
  if (switched.length === 0) return verdicts;
  const startWallMs = run.clock.wallMs();
  const { timeoutMs, forwardMs } = plan.config;
  // The time reserved for the rollback.
  const later = { ...run, deadlineMs: run.deadlineMs + timeoutMs - forwardMs };
  const kept =
    plan.job === undefined ? '' : ' This does not undo the job that ran before the deploy.';
  run.host.say(`Rolling back ${switched.map(nameOf).join(', ')}.${kept}`);
  const ways = new Map(switched.map((verdict) => [verdict, wayBack(verdict, plan, pushed)]));
  const ended = await goBack(ways, plan, pushed, token, later);
  const timing = { phase: 'rollback', startWallMs, endWallMs: run.clock.wallMs() } as const;
  return verdicts.map((verdict) => {
    const end = ended.get(verdict);
    if (end === undefined) return verdict;
    return { ...afterRollback(verdict, end, nameOf(bad)), later: [...verdict.later, timing] };
  });
}

/**
 * A rollback needs strong evidence that the new revision is bad. Never after an unknown or unproven
 * outcome, or a cancel.
 */
function isBad({ failure, mayRollBack, status }: Verdict): boolean {
  return (failure !== undefined && mayRollBack) || status === 'rolled-back';
}

/** Outpost accepted the call, or may have, and no other revision has replaced it. */
function maybeSwitched({ receipt, status, mayRollBack }: Verdict): boolean {
  return (
    (receipt.answer.kind !== 'refused' || mayRollBack) &&
    status !== 'superseded' &&
    status !== 'rolled-back'
  );
}

function nameOf({ receipt }: Verdict): string {
  return fullName(receipt.deploy.target);
}

/**
 * What to deploy instead, or why that is not possible. Decided for all before anything is changed.
 */
type Way = PlannedDeploy | NoWay;

function wayBack(
  { receipt: { deploy: planned } }: Verdict,
  { config }: Plan,
  pushed: Pushed | undefined,
): Way {
  const isPushed = pushed !== undefined && planned.target.branch === pushed.branch;
  const stale = {
    ...planned,
    wasPushedBefore: false,
    isStale: true,
    isProvedByHealth: false,
    callsBefore: planned.callsBefore + 1,
  };
  if (isPushed && pushed.formerCommit !== undefined && pushed.formerCommit !== pushed.commit)
    return { ...stale, commit: pushed.formerCommit };
  if (config.rollbackBranch !== undefined)
    return {
      ...stale,
      target: { ...planned.target, branch: config.rollbackBranch },
      commit: undefined,
    };
  const why = !isPushed
    ? `the branch ${planned.target.branch} was not pushed by this run`
    : pushed.formerCommit === undefined
      ? 'the branch is new on Outpost, so there is no earlier commit'
      : 'the branch was already at this commit, so the earlier commit is not known';
  return {
    because: `Rolling back ${fullName(planned.target)}: ${why}, and \`rollback-branch\` is not set`,
  };
}

/** Rolls back every service that can be rolled back, the last stage first. */
async function goBack(
  ways: ReadonlyMap<Verdict, Way>,
  plan: Plan,
  pushed: Pushed | undefined,
  token: Secret,
  run: Run,
): Promise<ReadonlyMap<Verdict, End>> {
  const deploys = [...ways.values()].filter((way) => 'target' in way);
  const after: Verdict[] = [];
  let trouble: Failure | undefined;
  try {
    const movesBack = pushed !== undefined && deploys.some(({ commit }) => commit !== undefined);
    if (movesBack && plan.checkout !== undefined)
      await restoreBranch(plan, plan.checkout, pushed, token, run);
    const healthInputs = { ...plan.config, healthCheckContains: undefined };
    for (const stage of stagesOf({ ...plan, deploys }).toReversed()) {
      const followed = await follow(await deploy(stage, run), stage, run);
      after.push(...(await checkHealth(followed, healthInputs, run)));
    }
  } catch (thrown) {
    trouble = toFailure(thrown);
    run.host.say(`The rollback could not be started: ${trouble.message}.`);
  }
  const endOf = (way: Way): End =>
    'because' in way
      ? way
      : (after.find(({ receipt }) => receipt.deploy.target === way.target) ??
        trouble ?? { because: 'it was not started' });
  return new Map([...ways].map(([verdict, way]) => [verdict, endOf(way)]));
}
