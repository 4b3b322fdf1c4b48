import { Failure } from '../lib/failure.ts';
import { describeReply, failureOf } from '../outpost/errors.ts';
import type { Acceptance, Service } from '../outpost/model.ts';
import { type ErrorReply, isUndone, type Reply } from '../outpost/reply.ts';
import type { PlannedDeploy } from './plan.ts';
import type { Run } from './run.ts';
import { fullName } from './target.ts';

/** `atMs` is on the clock's nowMs. */
export interface EarlyLook {
  readonly atMs: number;
  readonly seen: Service;
}

/** The result of one deploy call. */
export interface Receipt {
  readonly deploy: PlannedDeploy;
  readonly sentWallMs: number;
  /** The same moment on the clock's nowMs. */
  readonly sentMs: number;
  readonly answeredWallMs: number;
  readonly requestId: string | undefined;
  /** The service while waiting for the answer, if that took long. */
  readonly earlyLook: EarlyLook | undefined;
  readonly answer: /** `attached` = no call was sent: the deploy of the run's first attempt is followed. */
    | { readonly kind: 'accepted'; readonly acceptance: Acceptance; readonly attached: boolean }
    /** The call was sent but the answer was lost: Outpost may or may not have accepted it. */
    | { readonly kind: 'unconfirmed'; readonly reason: string }
    | { readonly kind: 'refused'; readonly failure: Failure };
}

/**
 * The receipt of a deploy that an earlier attempt of this run started.
 *
 * @param earlyLook its rollout in progress.
 * @param shown the service with it.
 */
export function attach(
  planned: PlannedDeploy,
  sent: Pick<Receipt, 'sentMs' | 'sentWallMs'>,
  earlyLook: EarlyLook,
  { deployments, endpoint }: Service,
): Receipt {
  return {
    deploy: planned,
    ...sent,
    answeredWallMs: sent.sentWallMs,
    requestId: undefined,
    earlyLook,
    answer: {
      kind: 'accepted',
      acceptance: { ...NOTHING_TOLD, deploymentId: deployments[0]?.id, endpoint },
      attached: true,
    },
  };
}

/** When a call was sent, when its outcome was known, and what was seen in between. */
export type Call = Pick<Receipt, 'sentMs' | 'sentWallMs' | 'answeredWallMs' | 'earlyLook'>;

/** Turns the outcome of the call into a receipt. A Failure: the call was not sent. */
export function toReceipt(
  planned: PlannedDeploy,
  reply: Reply<Acceptance> | Failure,
  call: Call,
): Receipt {
  return {
    deploy: planned,
    ...call,
    requestId: requestIdOf(reply),
    answer: answerOf(planned, reply),
  };
}

function answerOf(planned: PlannedDeploy, reply: Reply<Acceptance> | Failure): Receipt['answer'] {
  if (reply instanceof Failure) return { kind: 'refused', failure: reply };
  // An answer that was cut off still has a status of success; only its details are lost.
  if (reply.kind === 'value' || reply.kind === 'cut') {
    const acceptance = reply.kind === 'value' ? reply.value : NOTHING_TOLD;
    const requestId = requestIdOf(reply);
    const failure =
      failureOfOther(planned, acceptance, requestId) ??
      failureAtOnce(planned, acceptance, requestId);
    return failure === undefined
      ? { kind: 'accepted', acceptance, attached: false }
      : { kind: 'refused', failure };
  }
  return isUndone(reply)
    ? { kind: 'refused', failure: refusal(planned, reply) }
    : { kind: 'unconfirmed', reason: describeReply(reply) };
}

const NOTHING_TOLD: Acceptance = {
  deploymentId: undefined,
  endpoint: undefined,
  namespace: undefined,
  service: undefined,
  failedWord: undefined,
};

/** The documented call has no namespace, so it may reach another service with the same name. */
function failureOfOther(
  { target }: PlannedDeploy,
  { namespace = target.namespace, service = target.service }: Acceptance,
  requestId: string | undefined,
): Failure | undefined {
  const answered = service.includes('/') ? service : fullName({ namespace, service });
  // A target without a namespace matches any service with that name.
  const compared = target.namespace === undefined ? answered.replace(/.*\//, '') : answered;
  if (compared.toLowerCase() === fullName(target).toLowerCase()) return undefined;
  return new Failure({
    code: 'wrong-service',
    attempted: `Deploying ${fullName(target)}`,
    happened: `Outpost answered that it is deploying ${answered}, which is a different service`,
    hint: `Check ${answered} in the dashboard: it may be rolling out now. The deploy call does not include a namespace: use a token of a user whose namespace is \`${target.namespace ?? 'the right one'}\`, or set the input \`deploy-path\` to a path with {namespace}.`,
    requestId,
  });
}

function failureAtOnce(
  { target, baseline }: PlannedDeploy,
  { deploymentId, failedWord }: Acceptance,
  requestId: string | undefined,
): Failure | undefined {
  // The answer may show the previous deployment: its failure is not new.
  const isEarlier = baseline.deployments.some(({ id }) => id === deploymentId);
  if (failedWord === undefined || isEarlier) return undefined;
  return new Failure({
    code: 'rollout-failed',
    attempted: `Deploying ${fullName(target)}`,
    happened: `Outpost accepted the call and answered that the deployment${deploymentId === undefined ? '' : ` ${deploymentId}`} is already ${failedWord}`,
    hint: 'Check the deployment in the dashboard, fix the cause, and deploy again.',
    requestId,
  });
}

function requestIdOf(reply: Reply<Acceptance> | Failure): string | undefined {
  if ('refusal' in reply) return reply.refusal.requestId;
  // Stryker disable next-line ConditionalExpression: the question is for the compiler; what has no id has undefined
  return 'requestId' in reply ? reply.requestId : undefined;
}

function refusal(planned: PlannedDeploy, reply: ErrorReply): Failure {
  return failureOf(reply, {
    attempted: `Deploying ${fullName(planned.target)}`,
    notFound:
      'The service exists, so the address of the deploy call may be wrong: check the inputs `deploy-path` and `origin`.',
    moved:
      'If that is the new address of the deploy call, set the input `deploy-path` to it, with {service} for the name.',
    // Only about this service: others of this run may have been deployed.
    undone: 'It was not deployed.',
  });
}

/** Whether Outpost took the call, or may have: it may be refused here for what its answer told. */
export function wasTaken({ answer }: Receipt): boolean {
  if (answer.kind !== 'refused') return true;
  return answer.failure.code === 'wrong-service' || answer.failure.code === 'rollout-failed';
}

/** Logs the receipt in one line, and returns it. */
export function logReceipt(receipt: Receipt, { host, signal }: Run): Receipt {
  const name = fullName(receipt.deploy.target);
  const request = receipt.requestId === undefined ? '' : ` (request ${receipt.requestId})`;
  switch (receipt.answer.kind) {
    case 'accepted':
      host.say(
        receipt.answer.attached
          ? `${name}: that rollout deployed this run's commit: an earlier attempt started it, so no new call is sent.`
          : `${name}: deploy of branch ${receipt.deploy.target.branch} accepted${request}.`,
      );
      break;
    case 'unconfirmed':
      if (signal.aborted) return receipt;
      host.say(
        `${name}: the deploy call got no clear answer: ${receipt.answer.reason}${request}. Checking the service; the call is not sent again.`,
      );
      break;
    case 'refused':
      host.say(`${name}: ${receipt.answer.failure.happened}${request}.`);
      break;
  }
  return receipt;
}
