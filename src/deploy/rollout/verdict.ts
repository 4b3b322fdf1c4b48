import { formatDuration } from '../../lib/duration.ts';
import { Failure } from '../../lib/failure.ts';
import type { Service } from '../../outpost/model.ts';
import type { RunStatus } from '../../report/report.ts';
import type { Receipt } from '../receipt.ts';
import { fullName } from '../target.ts';
import type { Ending, Judgement } from './judge.ts';
import { MISSING_GRACE_MS, RECONCILE_MS } from './judge.ts';

/** A stretch of time and what it was for. */
export interface PhaseTiming {
  readonly phase: 'health check' | 'rollback';
  readonly startWallMs: number;
  readonly endWallMs: number;
}

/** How one service's deploy ended. */
export interface Verdict {
  readonly receipt: Receipt;
  readonly status: RunStatus;
  /** As it was last seen. */
  readonly service: Service | undefined;
  readonly finishedWallMs: number;
  readonly durationMs: number;
  readonly failure: Failure | undefined;
  /** What came after the rollout, in order; times in milliseconds since 1970. */
  readonly later: readonly PhaseTiming[];
  /** The service's last log lines, when the deploy failed. */
  readonly logTail: readonly string[];
}

/** Where following stopped without an ending. */
export type Stop =
  | {
      readonly kind: 'deadline';
      readonly blindMs: number;
      readonly timeoutMs: number;
      readonly atMs: number;
    }
  | { readonly kind: 'cancelled'; readonly cause: Failure };

/** Nothing was seen of the service for so long that its last status proves nothing. */
const BLIND_MS = 60_000;

const statusByEnding: Readonly<Record<Ending, RunStatus>> = {
  deployed: 'deployed',
  started: 'accepted',
  failed: 'failed',
  stopped: 'failed',
  gone: 'failed',
  superseded: 'superseded',
  'rolled-back': 'rolled-back',
  'never-appeared': 'unknown',
};

/** What the verdict says without regard to the times: status and failure. */
export type Finding = Pick<Verdict, 'status' | 'failure'>;

export function findingOfEnding(ending: Ending, judgement: Judgement, receipt: Receipt): Finding {
  return { status: statusByEnding[ending], failure: failureOfEnding(ending, judgement, receipt) };
}

function failureOfEnding(
  ending: Ending,
  { last }: Judgement,
  { deploy: { target }, requestId }: Receipt,
): Failure | undefined {
  const attempted = `Rolling out ${fullName(target)}`;
  const facts = { attempted, requestId };
  switch (ending) {
    // Stryker disable next-line StringLiteral: without its case, too, the switch returns undefined
    case 'deployed':
    // Stryker disable next-line StringLiteral: as above
    case 'started':
      return undefined;
    case 'failed':
      return new Failure({
        ...facts,
        code: 'rollout-failed',
        happened: 'Outpost reports that the rollout failed',
        hint: "Read the service's last log lines, mend what they name, and deploy again.",
      });
    case 'stopped':
      return new Failure({
        ...facts,
        code: 'service-stopped',
        happened: 'the service was stopped while it was being rolled out',
        hint: 'Find out who or what stopped it (the dashboard, a budget, another job), start it, and deploy again.',
      });
    case 'gone':
      return new Failure({
        ...facts,
        code: 'rollout-failed',
        happened: `the service is gone: Outpost has answered 404 for ${formatDuration(MISSING_GRACE_MS)}`,
        hint: 'Find out who deleted or renamed it, create it again, and deploy.',
      });
    case 'superseded':
      return new Failure({
        ...facts,
        code: 'superseded',
        happened: `another deploy${last?.deploymentId === undefined ? '' : ` (${last.deploymentId})`} took its place before it was proven`,
        hint: 'Look at the job that started the other deploy. Let one job at a time deploy a service (`concurrency:` in the workflow).',
      });
    case 'rolled-back':
      return new Failure({
        ...facts,
        code: 'rolled-back',
        happened: 'Outpost went back to the deployment before this one',
        hint: "Read the service's last log lines: the new revision did not hold. Mend it and deploy again.",
      });
    case 'never-appeared':
      return unknownOutcome({
        ...facts,
        happened: `the deploy call had no clear answer, and no deploy appeared within ${formatDuration(RECONCILE_MS)}`,
      });
  }
}

function unknownOutcome(facts: {
  attempted: string;
  happened: string;
  requestId: string | undefined;
}): Failure {
  return new Failure({
    ...facts,
    code: 'outcome-unknown',
    hint: 'Look at the service in the dashboard before you run the job again: it may have been deployed.',
  });
}

export function findingOfStop(
  stop: Stop,
  judgement: Judgement,
  { deploy: { target }, requestId }: Receipt,
): Finding {
  const attempted = `Following ${fullName(target)}`;
  const last =
    judgement.last === undefined
      ? 'it was never seen'
      : `it was last seen ${judgement.last.statusWord || 'without a status'}`;
  if (stop.kind === 'cancelled') {
    const { code } = stop.cause;
    const going = judgement.confirmed
      ? 'Outpost goes on with the deploy'
      : 'it is not known whether Outpost took up the deploy';
    const hint = 'Look at the service in the dashboard: cancelling a job does not stop a rollout.';
    return {
      status: 'cancelled',
      failure: new Failure({
        code,
        attempted,
        happened: `the job was cancelled; ${going}; ${last}`,
        hint,
        requestId,
      }),
    };
  }
  if (!judgement.confirmed || stop.blindMs > BLIND_MS || judgement.last === undefined) {
    const why = judgement.confirmed
      ? `Outpost could not be seen for ${formatDuration(stop.blindMs)}; before that ${last}`
      : `the deploy call had no clear answer, and no deploy appeared; ${last}`;
    const happened = `time is up (${formatDuration(stop.timeoutMs)}), and ${why}`;
    return { status: 'unknown', failure: unknownOutcome({ attempted, happened, requestId }) };
  }
  const { begunMs, sentMs } = judgement;
  const phases =
    begunMs === undefined
      ? ', and no sign of this deploy was seen'
      : `, ${formatDuration(stop.atMs - begunMs)} after it began (it had waited ${formatDuration(begunMs - sentMs)} to begin)`;
  return {
    status: 'timed-out',
    failure: new Failure({
      code: 'timed-out',
      attempted,
      happened: `the rollout did not end within ${formatDuration(stop.timeoutMs)}: ${last}${phases}`,
      hint: "Outpost goes on with it. Read the service's last log lines; if it only needs longer, raise the input `timeout`.",
      requestId,
    }),
  };
}
