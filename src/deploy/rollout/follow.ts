import type { FailureCode } from '../../lib/failure.ts';
import { cancellationOf } from '../../lib/signals.ts';
import { linesIn } from '../../outpost/log-lines.ts';
import { UNSEEN } from '../../outpost/model.ts';
import type { RunStatus } from '../../report/report.ts';
import type { Plan } from '../plan.ts';
import type { Receipt } from '../receipt.ts';
import { type Run, remainingMs } from '../run.ts';
import { byNamespace, fullName } from '../target.ts';
import { type Beside, openBeside } from './beside.ts';
import { openLog } from './followed-log.ts';
import { judge } from './judge.ts';
import { heldAtMs, openJudgement } from './judgement.ts';
import { drainLogs } from './logs.ts';
import { afterLog, afterLook, openPace } from './pace.ts';
import { type PollProblem, poll } from './poll.ts';
import { conclude, logHeartbeat, sayEnds, type Tracker } from './tracker.ts';
import { type Finding, findingOfStop, unknownOutcome, type Verdict } from './verdict.ts';

const BLIND_NOTICE_MS = 60_000;
/** If no service can be read, health checks run at the pace of the polls. */
const NO_LOOK = { requests: 1, pauseMs: 0, isScarce: false };

/**
 * Receipts -> one Verdict per service. One poll at a time, with all services of a namespace in one
 * request. Logs and health checks are read in parallel, and polls never wait for them. Logs do not
 * affect the verdict. Ends at the run's deadline. A cancel ends it at once, with a verdict based on
 * what was last seen.
 */
export async function follow(
  receipts: readonly Receipt[],
  plan: Plan,
  run: Run,
): Promise<readonly Verdict[]> {
  const all = receipts.map((receipt) => open(receipt, plan, run));
  try {
    const stillRead = await followAll(all, plan, run);
    await drainLogs(
      all.filter((one) => one !== stillRead),
      plan,
      run,
    );
  } catch (error) {
    if (!run.signal.aborted) throw error;
    for (const one of all.filter(({ finding }) => finding === undefined)) {
      conclude(
        one,
        findingOfStop(
          { kind: 'cancelled', cause: cancellationOf(run.signal) },
          one.judgement,
          one.receipt,
        ),
        run,
      );
    }
  } finally {
    sayEnds(all, run);
  }
  return all.map((one) => toVerdict(one, run));
}

function open(receipt: Receipt, plan: Plan, run: Run): Tracker {
  const { answer, deploy, earlyLook } = receipt;
  const { commit: runCommit, proof, stableForMs } = plan.config;
  const opened = openJudgement(
    {
      // One that is older than what was done since may hide a rollout that is under way.
      baseline: deploy.isStale ? { ...UNSEEN, phase: 'rolling' } : deploy.baseline,
      branch: deploy.target.branch,
      pushedCommit: deploy.commit,
      runCommit,
      proof,
      isBlind: plan.form === undefined,
      stableForMs,
      sentMs: receipt.sentMs,
      sinceMs: run.clock.nowMs(),
    },
    { confirmed: answer.kind === 'accepted', ownId: ownDeploymentId(receipt) },
    answer.kind === 'accepted' && answer.attached,
  );
  return {
    receipt,
    name: fullName(deploy.target),
    namespace: deploy.target.namespace,
    judgement:
      earlyLook === undefined
        ? opened
        : judge(opened, { kind: 'service', isBeforeAnswer: true, ...earlyLook }),
    finding: firstFinding(receipt, plan),
    log: openLog(
      fullName(deploy.target),
      (into, deadlineMs) => run.client.logs(deploy.target, into, deadlineMs),
      receipt.sentWallMs + plan.skewMs,
    ),
    isLackLogged: false,
    lastSeenMs: run.clock.nowMs(),
    endedMs: undefined,
    isEndUnsaid: false,
    lastLogged: undefined,
  };
}

/**
 * The id of our deployment. An answer may show the previous deployment instead (as part of the
 * service): then there is no id.
 */
function ownDeploymentId({ answer, deploy }: Receipt): string | undefined {
  if (answer.kind !== 'accepted') return undefined;
  const { deploymentId } = answer.acceptance;
  return answer.attached || !deploy.baseline.deployments.some(({ id }) => id === deploymentId)
    ? deploymentId
    : undefined;
}

/** Findings that need no polls: a refused deploy, and `wait: false`. */
function firstFinding({ answer, deploy, requestId }: Receipt, plan: Plan): Finding | undefined {
  if (answer.kind === 'refused') {
    const { failure } = answer;
    return {
      status: statusOfRefusal(failure.code),
      failure,
      mayRollBack: failure.code === 'rollout-failed',
    };
  }
  if (plan.config.wait) return undefined;
  if (answer.kind === 'accepted')
    return { status: 'accepted', failure: undefined, mayRollBack: false };
  const failure = unknownOutcome({
    attempted: `Deploying ${fullName(deploy.target)}`,
    happened: `the deploy call got no clear answer (${answer.reason}), and with \`wait: false\` the run does not check further`,
    requestId,
  });
  return { status: 'unknown', failure, mayRollBack: false };
}

function statusOfRefusal(code: FailureCode): RunStatus {
  if (code === 'interrupted' || code === 'terminated') return 'cancelled';
  return code === 'timed-out' ? 'timed-out' : 'failed';
}

/** @returns the service whose log is still being read. */
async function followAll(
  all: readonly Tracker[],
  plan: Plan,
  run: Run,
): Promise<Tracker | undefined> {
  const beside = openBeside(plan, run);
  try {
    await lookInTurn(all, beside, plan, run);
  } catch (thrown) {
    await beside.end();
    throw thrown;
  }
  return await beside.end();
}

/** One namespace per poll, each in turn, at the pace that Outpost's rate limit allows. */
async function lookInTurn(
  all: readonly Tracker[],
  beside: Beside,
  plan: Plan,
  run: Run,
): Promise<void> {
  const sayBlind = blindSayer(run);
  let pace = openPace(run.clock.nowMs());
  for (let turn = 0; ; turn += 1) {
    const pending = all.filter((one) => one.finding === undefined);
    if (pending.length === 0) return;
    sayEnds(all, run);
    const waitMs = Math.min(pace.nextLookMs - run.clock.nowMs(), remainingMs(run));
    await run.clock.sleep(Math.max(0, waitMs), run.signal);
    if (remainingMs(run) <= 0) return stopAtDeadline(pending, plan, run);
    beside.askHealth(pending);
    if (plan.form === undefined) {
      pace = afterLook(pace, NO_LOOK, pending.length, run.clock.nowMs());
      continue;
    }
    if (run.clock.nowMs() >= pace.nextLogMs && beside.startLog(pending))
      pace = afterLog(pace, run.clock.nowMs());
    const groups = [...byNamespace(pending).values()];
    const result = await poll(groups[turn % groups.length] ?? pending, run);
    pace = afterLook(pace, result, pending.length, run.clock.nowMs(), endOf(groups));
    if (result.blind !== undefined && remainingMs(run) > 0) sayBlind(result.blind);
    logHeartbeat(all, run);
  }
}

/** When a poll can be the last one: of several namespaces, each has to wait for its turn. */
function endOf([group = [], ...others]: readonly (readonly Tracker[])[]): number {
  return others.length > 0
    ? Number.POSITIVE_INFINITY
    : heldAtMs(group.map(({ judgement }) => judgement));
}

/** Logs why the rollout cannot be seen, at most once a minute. */
function blindSayer(run: Run): (blind: PollProblem) => void {
  let saidMs = Number.NEGATIVE_INFINITY;
  return ({ because }) => {
    if (run.clock.nowMs() - saidMs < BLIND_NOTICE_MS) return;
    saidMs = run.clock.nowMs();
    run.host.say(
      `Cannot see the rollout right now: ${because}. Outpost continues it, and this run keeps checking.`,
    );
  };
}

function stopAtDeadline(pending: readonly Tracker[], plan: Plan, run: Run): void {
  for (const one of pending) {
    const blindMs = run.clock.nowMs() - one.lastSeenMs;
    conclude(
      one,
      findingOfStop(
        { kind: 'deadline', blindMs, timeoutMs: plan.config.forwardMs, atMs: run.clock.nowMs() },
        one.judgement,
        one.receipt,
      ),
      run,
    );
  }
}

function toVerdict(one: Tracker, run: Run): Verdict {
  const { finding, receipt, judgement } = one;
  const endMs = one.endedMs ?? run.clock.nowMs();
  return {
    receipt,
    status: finding?.status ?? 'unknown',
    failure: finding?.failure,
    later: [],
    mayRollBack: finding?.mayRollBack ?? false,
    service: judgement.memory.last,
    finishedWallMs: receipt.sentWallMs + (endMs - receipt.sentMs),
    durationMs: endMs - receipt.sentMs,
    logTail: finding?.failure === undefined ? [] : run.host.cleanLog(linesIn(one.log.tail)),
  };
}
