import { formatDuration } from '../../lib/duration.ts';
import { Failure } from '../../lib/failure.ts';
import type { Service } from '../../outpost/model.ts';
import type { RunStatus } from '../../report/report.ts';
import type { Receipt } from '../receipt.ts';
import { fullName } from '../target.ts';
import { MISSING_GRACE_MS, RECONCILE_MS } from './judge.ts';
import type { Ending, Judgement, Strength } from './judgement.ts';
import { lackOf } from './lack.ts';

/** A period of time and its phase. */
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
  /** Why a service that did not fail by itself has this status; as a clause. */
  readonly reason?: string;
  /** The evidence of the failure is good enough to roll back. */
  readonly mayRollBack: boolean;
  /** What came after the rollout, in order; times in milliseconds since 1970. */
  readonly later: readonly PhaseTiming[];
  /** The service's last log lines, when the deploy failed. */
  readonly logTail: readonly string[];
}

/** Why following stopped without an ending. */
export type Stop =
  | {
      readonly kind: 'deadline';
      readonly blindMs: number;
      readonly timeoutMs: number;
      readonly atMs: number;
    }
  | { readonly kind: 'cancelled'; readonly cause: Failure };

/** If the service was not seen for this long, its last status proves nothing. */
const BLIND_MS = 60_000;

const statusByEnding: Readonly<Record<Ending, RunStatus>> = {
  deployed: 'deployed',
  'scaled-to-zero': 'deployed',
  failed: 'failed',
  stopped: 'failed',
  gone: 'failed',
  superseded: 'superseded',
  'rolled-back': 'rolled-back',
  'commit-mismatch': 'failed',
  'never-appeared': 'unknown',
};

/** The verdict without the times. */
export type Finding = Pick<Verdict, 'status' | 'failure' | 'mayRollBack'>;

export function findingOfEnding(
  { ending, strength }: { readonly ending: Ending; readonly strength: Strength },
  judgement: Judgement,
  receipt: Receipt,
): Finding {
  return {
    status: statusByEnding[ending],
    failure: failureOfEnding(ending, judgement, receipt),
    mayRollBack: ending === 'failed' && strength !== 'weak',
  };
}

function failureOfEnding(
  ending: Ending,
  { start, memory: { last } }: Judgement,
  { deploy: { target }, requestId }: Receipt,
): Failure | undefined {
  const attempted = `Rolling out ${fullName(target)}`;
  const facts = { attempted, requestId };
  switch (ending) {
    // Stryker disable next-line StringLiteral: without its case, too, the switch returns undefined
    case 'deployed':
    // Stryker disable next-line StringLiteral: as above
    case 'scaled-to-zero':
      return undefined;
    case 'failed':
      return new Failure({
        ...facts,
        code: 'rollout-failed',
        happened: 'Outpost reports that the rollout failed',
        hint: "Check the service's last log lines, fix the cause, and deploy again.",
      });
    case 'stopped':
      return new Failure({
        ...facts,
        code: 'service-stopped',
        happened: 'the service was stopped during the rollout',
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
        happened: `another deploy${last?.deployments[0] === undefined ? '' : ` (${last.deployments[0].id})`} replaced this one before it was confirmed`,
        hint: 'Find the job that started the other deploy. Let only one job at a time deploy a service (`concurrency:` in the workflow).',
      });
    case 'rolled-back':
      return new Failure({
        ...facts,
        code: 'rolled-back',
        happened: 'Outpost rolled back to the previous deployment',
        hint: "The new revision did not stay up. Check the service's last log lines, fix the cause, and deploy again.",
      });
    case 'commit-mismatch':
      return new Failure({
        ...facts,
        code: 'commit-mismatch',
        happened: `the rollout succeeded, but the live commit is ${last?.commit?.slice(0, 7)}, not this run's ${start.runCommit?.slice(0, 7)}`,
        hint: `Outpost deploys the tip of its branch ${target.branch}. Push this commit there first (input \`push\`), or find out who pushed after it.`,
      });
    case 'never-appeared':
      return unknownOutcome({
        ...facts,
        happened: `the deploy call got no clear answer, and no deploy appeared within ${formatDuration(RECONCILE_MS)}`,
      });
  }
}

export function unknownOutcome(facts: {
  attempted: string;
  happened: string;
  requestId: string | undefined;
}): Failure {
  return new Failure({
    ...facts,
    code: 'outcome-unknown',
    hint: 'Check the service in the dashboard before you run the job again: it may have been deployed.',
  });
}

export function findingOfStop(
  stop: Stop,
  judgement: Judgement,
  { deploy: { target }, requestId }: Receipt,
): Finding {
  const facts = { attempted: `Following ${fullName(target)}`, requestId };
  const { confirmed, last, signMs } = judgement.memory;
  const seen =
    last === undefined
      ? 'its status was never seen'
      : `it was last seen ${last.statusWord || 'without a status'}`;
  if (stop.kind === 'cancelled') {
    const going = confirmed
      ? 'Outpost continues the deploy'
      : 'Outpost may or may not have started the deploy';
    const failure = new Failure({
      ...facts,
      code: stop.cause.code,
      happened: `${stop.cause.happened}; ${going}; ${seen}`,
      hint: 'Check the service in the dashboard: a rollout continues without this run.',
    });
    return { status: 'cancelled', failure, mayRollBack: false };
  }
  const timeUp = `the run timed out after ${formatDuration(stop.timeoutMs)}`;
  const open = (status: RunStatus, failure: Failure): Finding => {
    return { status, failure, mayRollBack: false };
  };
  const { isBlind } = judgement.start;
  if (!confirmed || (!isBlind && (stop.blindMs > BLIND_MS || last === undefined))) {
    const why = confirmed
      ? `Outpost could not be reached for ${formatDuration(stop.blindMs)}; before that, ${seen}`
      : `the deploy call got no clear answer and no deploy appeared; ${seen}`;
    return open('unknown', unknownOutcome({ ...facts, happened: `${timeUp}; ${why}` }));
  }
  const lack = lackOf(judgement);
  if (lack !== undefined)
    return open(
      'unknown',
      new Failure({
        ...facts,
        code: 'rollout-unproven',
        happened: `${timeUp} without proof that the new revision is running: ${lack.because}`,
        hint: lack.hint,
      }),
    );
  const { sentMs } = judgement.start;
  const begunMs = signMs ?? sentMs;
  return open(
    'timed-out',
    new Failure({
      ...facts,
      code: 'timed-out',
      happened: `the rollout did not finish within ${formatDuration(stop.timeoutMs)}: ${seen}, ${formatDuration(stop.atMs - begunMs)} after it started (it waited ${formatDuration(begunMs - sentMs)} to start)`,
      hint:
        // Stryker disable next-line OptionalChaining: for the compiler; what was never seen has a lack
        last?.phase === 'unknown'
          ? `Outpost does not document the status \`${last.statusWord}\`. Check the service in the dashboard: if the new revision is running, set \`api: running=${last.statusWord}\`. A health check that looks for the commit proves a deploy no matter what the status is: \`health-check: /version\` and \`health-check-contains: "{commit:7}"\`.`
          : "Outpost continues the rollout. Check the service's last log lines. If it just needs more time, raise the input `timeout`.",
    }),
  );
}
