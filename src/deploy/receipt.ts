import { Failure } from '../lib/failure.ts';
import { describeReply, failureOf } from '../outpost/errors.ts';
import type { Acceptance } from '../outpost/model.ts';
import type { ErrorReply, Reply } from '../outpost/request.ts';
import type { PlannedDeploy } from './plan.ts';
import type { Run } from './run.ts';
import { fullName } from './target.ts';

/** What came of one deploy call. */
export interface Receipt {
  readonly deploy: PlannedDeploy;
  readonly sentWallMs: number;
  /** The same moment on the clock's nowMs. */
  readonly sentMs: number;
  readonly answeredWallMs: number;
  readonly requestId: string | undefined;
  readonly answer: /** `attached` = no call was sent: the deploy of the run's first attempt is followed. */
    | { readonly kind: 'accepted'; readonly acceptance: Acceptance; readonly attached: boolean }
    /** The call was sent and its answer lost: Outpost may or may not have accepted. */
    | { readonly kind: 'unconfirmed'; readonly reason: string }
    | { readonly kind: 'refused'; readonly failure: Failure };
}

/** The receipt of a deploy that is under way already. */
export function attach(
  planned: PlannedDeploy,
  sent: Pick<Receipt, 'sentMs' | 'sentWallMs'>,
): Receipt {
  const { deploymentId, endpoint } = planned.baseline;
  return {
    deploy: planned,
    ...sent,
    answeredWallMs: sent.sentWallMs,
    requestId: undefined,
    answer: { kind: 'accepted', acceptance: { deploymentId, endpoint }, attached: true },
  };
}

/** When a call was sent and when its answer, or the lack of one, was known. */
export type CallTimes = Pick<Receipt, 'sentMs' | 'sentWallMs' | 'answeredWallMs'>;

/** Reads what the call's end says of the deploy. A Failure: the call was not sent. */
export function toReceipt(
  planned: PlannedDeploy,
  reply: Reply<Acceptance> | Failure,
  times: CallTimes,
): Receipt {
  return {
    deploy: planned,
    ...times,
    requestId: requestIdOf(reply),
    answer: answerOf(planned, reply),
  };
}

function answerOf(planned: PlannedDeploy, reply: Reply<Acceptance> | Failure): Receipt['answer'] {
  if (reply instanceof Failure) return { kind: 'refused', failure: reply };
  if (reply.kind === 'value') return { kind: 'accepted', acceptance: reply.value, attached: false };
  // The status says yes; what the answer was to tell beside it is lost.
  if (reply.kind === 'cut' && reply.status >= 200 && reply.status < 300) {
    const acceptance = { deploymentId: undefined, endpoint: undefined };
    return { kind: 'accepted', acceptance, attached: false };
  }
  return mayBeDone(reply)
    ? { kind: 'unconfirmed', reason: describeReply(reply) }
    : { kind: 'refused', failure: refusal(planned, reply) };
}

function requestIdOf(reply: Reply<Acceptance> | Failure): string | undefined {
  if (reply instanceof Failure) return undefined;
  if (reply.kind === 'refused') return reply.refusal.requestId;
  return reply.kind === 'value' || reply.kind === 'misshapen' ? reply.requestId : undefined;
}

function refusal(planned: PlannedDeploy, reply: ErrorReply): Failure {
  return failureOf(reply, {
    attempted: `Deploying ${fullName(planned.target)}`,
    notFound:
      'The service was there a moment ago, so the address of the deploy call is in doubt: check the inputs `deploy-path` and `origin`.',
    // Of the other services of this run nothing is said here.
    undone: 'It was not deployed.',
  });
}

/** Whether Outpost may have accepted all the same. */
function mayBeDone(reply: ErrorReply): boolean {
  switch (reply.kind) {
    case 'lost':
    case 'misshapen':
      return true;
    case 'cut':
      return reply.status < 400 || reply.status >= 500 || reply.status === 408;
    case 'refused':
      return reply.status >= 500 || reply.status === 408;
    case 'unsent':
      return false;
  }
}

/** Tells the receipt in one line, and returns it. */
export function logReceipt(receipt: Receipt, { host, signal }: Run): Receipt {
  const name = fullName(receipt.deploy.target);
  const request = receipt.requestId === undefined ? '' : ` (request ${receipt.requestId})`;
  switch (receipt.answer.kind) {
    case 'accepted':
      host.say(
        receipt.answer.attached
          ? `${name}: the deploy that the first attempt of this run started is still under way; following it, not starting another.`
          : `${name}: deploy of branch ${receipt.deploy.target.branch} accepted${request}.`,
      );
      break;
    case 'unconfirmed':
      if (signal.aborted) return receipt;
      host.say(
        `${name}: the deploy call had no clear answer: ${receipt.answer.reason}${request}. Looking at the service; the call is not sent again.`,
      );
      break;
    case 'refused':
      host.say(`${name}: ${receipt.answer.failure.happened}${request}.`);
      break;
  }
  return receipt;
}
