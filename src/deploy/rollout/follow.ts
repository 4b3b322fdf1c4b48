import type { FailureCode } from '../../lib/failure.ts';
import { keepYoungHeapSmall } from '../../lib/heap.ts';
import { cancellationOf } from '../../lib/signals.ts';
import type { RunStatus } from '../../report/report.ts';
import type { Plan } from '../plan.ts';
import type { Receipt } from '../receipt.ts';
import { type Run, remainingMs } from '../run.ts';
import { byNamespace, fullName } from '../target.ts';
import { openJudgement } from './judge.ts';
import { TAIL_LINES } from './log-window.ts';
import { drainLogs, streamLog } from './logs.ts';
import { type PollProblem, poll } from './poll.ts';
import { conclude, logHeartbeat, type Tracker } from './tracker.ts';
import { type Finding, findingOfStop, type Verdict } from './verdict.ts';

/**
 * Requests while waiting are at least this far apart, whatever they ask: below 12 a minute, of the
 * 60 that the free plan allows.
 */
const SLOT_MS = 5_050;
const FIRST_SLOT_MS = 2_000;
/** A log line that is older than the deploy by more than this belongs to the revision before it. */
const TOLERATED_SKEW_MS = 30_000;
const MAX_PAUSE_MS = 60_000;
const BLIND_NOTICE_MS = 60_000;

/**
 * Receipts -> one Verdict a service. One look at a time, all services of a namespace in one
 * request; every third slot reads a log when they are streamed. Statuses decide, logs never do.
 * Ends at the run's deadline; a cancel ends it at once, with a verdict of what was last seen.
 */
export async function follow(
  receipts: readonly Receipt[],
  plan: Plan,
  run: Run,
): Promise<readonly Verdict[]> {
  keepYoungHeapSmall();
  const all = receipts.map((receipt) => open(receipt, plan, run));
  try {
    await followAll(all, plan, run);
    await drainLogs(all, plan, run);
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
  }
  return all.map((one) => toVerdict(one, run));
}

function open(receipt: Receipt, plan: Plan, run: Run): Tracker {
  const { answer, deploy } = receipt;
  const judgement = openJudgement({
    baseline: deploy.baseline,
    confirmed: answer.kind === 'accepted',
    branch: deploy.target.branch,
    commit: deploy.commit,
    untilStarted: !plan.config.wait,
    sentMs: receipt.sentMs,
    sinceMs: run.clock.nowMs(),
    deploymentId: ownDeploymentId(receipt),
  });
  return {
    receipt,
    name: fullName(deploy.target),
    namespace: deploy.target.namespace,
    judgement,
    finding: firstFinding(receipt, plan),
    window: [],
    lines: [],
    logFromWallMs: receipt.sentWallMs + plan.skewMs - TOLERATED_SKEW_MS,
    isLogMissed: false,
    shownLines: 0,
    lastSeenMs: run.clock.nowMs(),
    endedMs: undefined,
    lastLogged: undefined,
  };
}

/**
 * The id of our deployment. An answer that names the one before ours (as a copy of the service may)
 * names none.
 */
function ownDeploymentId({ answer, deploy }: Receipt): string | undefined {
  if (answer.kind !== 'accepted') return undefined;
  const { deploymentId } = answer.acceptance;
  return answer.attached || deploymentId !== deploy.baseline.deploymentId
    ? deploymentId
    : undefined;
}

/** What needs no looking: a refused deploy, and an accepted one that is not waited for. */
function firstFinding({ answer }: Receipt, plan: Plan): Finding | undefined {
  if (answer.kind === 'refused') {
    return { status: statusOfRefusal(answer.failure.code), failure: answer.failure };
  }
  return answer.kind === 'accepted' && !plan.config.wait
    ? { status: 'accepted', failure: undefined }
    : undefined;
}

function statusOfRefusal(code: FailureCode): RunStatus {
  if (code === 'interrupted' || code === 'terminated') return 'cancelled';
  return code === 'timed-out' ? 'timed-out' : 'failed';
}

async function followAll(all: readonly Tracker[], plan: Plan, run: Run): Promise<void> {
  const sayBlind = blindSayer(run);
  let waitMs = FIRST_SLOT_MS;
  for (let slot = 0; ; slot += 1) {
    const pending = all.filter((one) => one.finding === undefined);
    if (pending.length === 0) return;
    await run.clock.sleep(Math.max(0, Math.min(waitMs, remainingMs(run))), run.signal);
    if (remainingMs(run) <= 0) return stopAtDeadline(pending, plan, run);
    const question = questionOf(slot, pending, plan);
    const { blind, pauseMs, requests } =
      question.kind === 'log' ? await streamLog(question.of, run) : await poll(question.group, run);
    if (remainingMs(run) <= 0) continue;
    waitMs = Math.max(SLOT_MS * requests, Math.min(pauseMs, MAX_PAUSE_MS));
    if (blind !== undefined && question.kind === 'look') sayBlind(blind);
    logHeartbeat(all, run);
  }
}

/** Says why nothing can be seen, at most once a minute. */
function blindSayer(run: Run): (blind: PollProblem) => void {
  let saidMs = Number.NEGATIVE_INFINITY;
  return ({ because }) => {
    if (run.clock.nowMs() - saidMs < BLIND_NOTICE_MS) return;
    saidMs = run.clock.nowMs();
    run.host.say(
      `Cannot see the rollout now: ${because}. Outpost goes on with it, and this run goes on looking.`,
    );
  };
}

type Question =
  | { readonly kind: 'look'; readonly group: readonly Tracker[] }
  | { readonly kind: 'log'; readonly of: Tracker };

/**
 * One request a slot: each namespace in turn, twice, then one service's log, unless a verdict is
 * about to fall.
 */
function questionOf(slot: number, pending: readonly Tracker[], plan: Plan): Question {
  const groups = [...byNamespace(pending).values()];
  const looks = groups.length * 2;
  const turn = slot % (looks + 1);
  const round = Math.floor(slot / (looks + 1));
  const logOf = pending[round % pending.length];
  const settling = pending.some(({ judgement }) => judgement.runningSinceMs !== undefined);
  if (turn === looks && plan.config.logs === 'stream' && logOf !== undefined && !settling)
    return { kind: 'log', of: logOf };
  return { kind: 'look', group: groups[turn % groups.length] ?? pending };
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
    service: judgement.last,
    finishedWallMs: receipt.sentWallMs + (endMs - receipt.sentMs),
    durationMs: endMs - receipt.sentMs,
    logTail: finding?.failure === undefined ? [] : one.lines.slice(-TAIL_LINES),
  };
}
