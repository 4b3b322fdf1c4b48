import { Failure, toFailure } from '../lib/failure.ts';
import type { Secret } from '../lib/secret.ts';
import { checkHealth } from './health.ts';
import type { Plan, PlannedDeploy } from './plan.ts';
import type { Pushed } from './push/push.ts';
import { restoreBranch } from './push/restore.ts';
import { follow } from './rollout/follow.ts';
import type { Verdict } from './rollout/verdict.ts';
import type { Run } from './run.ts';
import { deploy } from './start.ts';
import { fullName } from './target.ts';

/**
 * Verdicts -> Verdicts: brings back what ran before, by documented means alone. A pushed branch
 * goes back to its former commit (with a lease: not if somebody moved it since) and is deployed;
 * else `rollback-branch` is. The old revision must then be seen running, and answer where a health
 * check is asked for, before the verdict says `rolled-back`.
 */
export async function rollback(
  verdicts: readonly Verdict[],
  plan: Plan,
  pushed: Pushed | undefined,
  token: Secret,
  run: Run,
): Promise<readonly Verdict[]> {
  const bad = verdicts.filter(isBad);
  if (plan.config.onFailure !== 'rollback' || bad.length === 0 || run.signal.aborted)
    return verdicts;
  const startWallMs = run.clock.wallMs();
  const { timeoutMs, forwardMs } = plan.config;
  // The time that was kept for it.
  const later = { ...run, deadlineMs: run.deadlineMs + timeoutMs - forwardMs };
  run.host.say(`Rolling back ${bad.map(nameOf).join(', ')}.`);
  const ways = new Map(bad.map((verdict) => [verdict, wayBack(verdict, plan, pushed)]));
  const ended = await goBack(ways, verdicts, plan, pushed, token, later);
  const timing = { phase: 'rollback', startWallMs, endWallMs: run.clock.wallMs() } as const;
  return verdicts.map((verdict) => {
    const end = ended.get(verdict);
    if (end === undefined || !isBad(verdict)) return verdict;
    return { ...combine(verdict, end), later: [...verdict.later, timing] };
  });
}

/**
 * What a rollback answers to: the new revision is known to be bad, by strong evidence. Never to an
 * outcome that is unknown or unproven, nor to a cancel.
 */
interface BadVerdict extends Verdict {
  readonly failure: Failure;
}

function isBad(verdict: Verdict): verdict is BadVerdict {
  return verdict.failure !== undefined && verdict.mayRollBack;
}

function nameOf({ receipt }: Verdict): string {
  return fullName(receipt.deploy.target);
}

/** There is nothing to go back to, or going back could not begin. */
interface NoWay {
  /** As it goes behind a colon. */
  readonly because: string;
}

/**
 * What is deployed instead, or why there is nothing. Decided for all before anything is changed.
 */
type Way = PlannedDeploy | NoWay;

/** How going back ended: what was seen of the old revision, or why there was no going back. */
type End = Verdict | Failure | NoWay;

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
      ? 'the branch is new on Outpost, so nothing ran from it before'
      : 'the branch was at this commit already, so what ran before is not known';
  return {
    because: `Rolling back ${fullName(planned.target)}: ${why}, and there is no \`rollback-branch\``,
  };
}

/** Goes each way that there is. */
async function goBack(
  ways: ReadonlyMap<Verdict, Way>,
  verdicts: readonly Verdict[],
  plan: Plan,
  pushed: Pushed | undefined,
  token: Secret,
  run: Run,
): Promise<ReadonlyMap<Verdict, End>> {
  const deploys = [...ways.values()].filter((way) => 'target' in way);
  const back: Plan = { ...plan, deploys };
  try {
    const movesBack = pushed !== undefined && deploys.some(({ commit }) => commit !== undefined);
    if (movesBack && plan.checkout !== undefined) {
      await restoreBranch(plan, plan.checkout, pushed, token, run);
      logLeftBehind(verdicts, pushed, run);
    }
    const receipts = deploys.length === 0 ? [] : await deploy(back, run);
    const after = await checkHealth(
      await follow(receipts, back, run),
      { ...plan.config, healthCheckContains: undefined },
      run,
    );
    return mapValues(ways, (way) =>
      'target' in way
        ? (after.find(({ receipt }) => receipt.deploy.target === way.target) ?? {
            because: 'nothing was started',
          })
        : way,
    );
  } catch (thrown) {
    const trouble = toFailure(thrown);
    run.host.say(`The rollback could not be started: ${trouble.message}.`);
    return mapValues(ways, (way) => ('target' in way ? trouble : way));
  }
}

function mapValues<Key, Value, Next>(
  map: ReadonlyMap<Key, Value>,
  next: (value: Value) => Next,
): ReadonlyMap<Key, Next> {
  return new Map([...map].map(([key, value]) => [key, next(value)]));
}

/**
 * A service that came up well keeps running what was pushed, though its branch is another one's
 * again.
 */
function logLeftBehind(verdicts: readonly Verdict[], pushed: Pushed, run: Run): void {
  const left = verdicts.filter(
    ({ failure, receipt }) =>
      failure === undefined && receipt.deploy.target.branch === pushed.branch,
  );
  if (left.length > 0)
    run.host.say(
      `${left.map(nameOf).join(', ')}: still on ${pushed.commit.slice(0, 7)}, which came up well; its branch is back all the same.`,
    );
}

/** What to say of a service whose new revision was bad, when the way back has ended. */
function combine(bad: BadVerdict, end: End): Verdict {
  const { failure } = bad;
  const { code, attempted, requestId, hint } = failure;
  const facts = { code, attempted, requestId, cause: failure };
  const after = 'receipt' in end ? end : undefined;
  if (after?.status === 'deployed') {
    const { target, commit } = after.receipt.deploy;
    const what = `branch ${target.branch}${commit === undefined ? '' : ` at ${commit.slice(0, 7)}`}`;
    const happened = `${failure.happened}; what ran before (${what}) is live again`;
    const receipt = { ...bad.receipt, deploy: { ...bad.receipt.deploy, commit } };
    return {
      ...bad,
      receipt,
      status: 'rolled-back',
      service: after.service,
      failure: new Failure({ ...facts, happened, hint }),
    };
  }
  const live = after?.service ?? bad.service;
  const state =
    live === undefined
      ? 'it is not known what is live'
      : `the service is now ${live.statusWord || 'without a status'}`;
  const cause = end instanceof Failure ? end : after?.failure;
  if (cause?.code === 'interrupted' || cause?.code === 'terminated') {
    const happened = `${failure.happened}; the job was cancelled during the rollback: ${state}`;
    return {
      ...bad,
      status: 'cancelled',
      failure: new Failure({ ...facts, code: cause.code, happened, hint: cause.hint }),
    };
  }
  const why = 'because' in end ? end.because : (cause?.message ?? `it ended as ${after?.status}`);
  const happened = `${failure.happened}; AND THE ROLLBACK FAILED TOO (${why}): ${state}`;
  return {
    ...bad,
    failure: new Failure({
      ...facts,
      happened,
      hint: `Look at the service at once: nobody brought it back. ${hint}`,
    }),
  };
}
