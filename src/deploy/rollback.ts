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
 * Verdicts -> Verdicts: where one is bad, brings back what ran before, for all that this run
 * switched: one run is one release. By documented means alone: a pushed branch goes back to its
 * former commit, once (with a lease: not if somebody moved it since), and is deployed; else
 * `rollback-branch` is. The last stage goes back first. An old revision must be seen running, and
 * answer where a health check is asked for, before its verdict says `rolled-back`.
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
  // The time that was kept for it.
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
 * What a rollback answers to: the new revision is known to be bad, by strong evidence. Never to an
 * outcome that is unknown or unproven, nor to a cancel.
 */
function isBad({ failure, mayRollBack, status }: Verdict): boolean {
  return (failure !== undefined && mayRollBack) || status === 'rolled-back';
}

/** Outpost took the call, or may have, and nobody else's revision has taken its place. */
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
 * What is deployed instead, or why there is nothing. Decided for all before anything is changed.
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

/** Goes each way that there is, the last stage first. */
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
