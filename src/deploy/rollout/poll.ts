import { Failure } from '../../lib/failure.ts';
import type { ServiceList } from '../../outpost/client.ts';
import { describeReply } from '../../outpost/errors.ts';
import type { ErrorReply, Reply } from '../../outpost/request.ts';
import type { Run } from '../run.ts';
import { judge } from './judge.ts';
import type { Observation } from './judgement.ts';
import { conclude, logLack, logPoll, type Tracker } from './tracker.ts';
import { findingOfEnding } from './verdict.ts';

/** A refused token is asked for a second time after this: an edge may stumble. */
const SECOND_OPINION_MS = 2_000;

/** Why a request showed nothing. */
export interface PollProblem {
  readonly because: string;
}

/** What a request leaves for the next one to heed. */
export interface PollResult {
  readonly blind: PollProblem | undefined;
  /** Outpost asks for so long a pause. */
  readonly pauseMs: number;
  /** How many requests it took. */
  readonly requests: number;
  /** A 429, or little of the rate limit's window is left. */
  readonly isScarce: boolean;
}

/** Looks at services of one namespace and judges each. */
export async function poll(group: readonly Tracker[], run: Run): Promise<PollResult> {
  let reply = await readStatuses(group, run);
  if (reply.kind === 'refused' && reply.status === 401) {
    await run.clock.sleep(SECOND_OPINION_MS, run.signal);
    reply = await readStatuses(group, run);
    if (reply.kind === 'refused' && reply.status === 401) {
      endUnauthorized(group, reply, run);
      return { blind: undefined, pauseMs: 0, requests: 1, isScarce: false };
    }
  }
  if (reply.kind !== 'value' && !(reply.kind === 'refused' && reply.status === 404))
    return pollFailure(reply);
  const { services, requests } =
    reply.kind === 'value' ? reply.value : { services: [], requests: 1 };
  const atMs = run.clock.nowMs();
  for (const one of group) {
    const seen =
      services.find(({ name }) => name === one.receipt.deploy.target.service) ?? 'missing';
    one.lastSeenMs = atMs;
    observe(one, { kind: 'service', atMs, seen }, run);
  }
  return reply.kind === 'value'
    ? { blind: undefined, pauseMs: reply.pauseMs, requests, isScarce: reply.isScarce }
    : { blind: undefined, pauseMs: 0, requests, isScarce: false };
}

/** Takes what was seen into account, and says it. */
export function observe(one: Tracker, observation: Observation, run: Run): void {
  if (one.finding !== undefined) return;
  const judgement = judge(one.judgement, observation);
  one.judgement = judgement;
  if (judgement.kind === 'ended') {
    conclude(one, findingOfEnding(judgement, judgement, one.receipt), run);
    return;
  }
  if (observation.kind === 'service') logPoll(one, run);
  logLack(one, run);
}

async function readStatuses(group: readonly Tracker[], run: Run): Promise<Reply<ServiceList>> {
  const [only] = group;
  if (group.length > 1 || only === undefined)
    return run.client.services(group[0]?.namespace ?? '', 1);
  const reply = await run.client.service(only.receipt.deploy.target, 1);
  return reply.kind === 'value'
    ? { ...reply, value: { services: [reply.value], requests: 1 } }
    : reply;
}

export function pollFailure(reply: ErrorReply): PollResult {
  const pauseMs = reply.kind === 'refused' ? (reply.retryAfterMs ?? 0) : 0;
  const isScarce = reply.kind === 'refused' && reply.status === 429;
  return { blind: { because: describeReply(reply) }, pauseMs, requests: 1, isScarce };
}

function endUnauthorized(
  group: readonly Tracker[],
  reply: Extract<Reply<unknown>, { kind: 'refused' }>,
  run: Run,
): void {
  for (const one of group) {
    const failure = new Failure({
      code: 'outcome-unknown',
      attempted: `Following ${one.name}`,
      happened: `the token was revoked or expired while the deploy was running: ${describeReply(reply)}`,
      hint: 'Outpost goes on with the deploy: look at the service in the dashboard. Then regenerate the token in Settings > Access Tokens and store it as OUTPOST_TOKEN.',
      requestId: reply.refusal.requestId,
    });
    conclude(one, { status: 'unknown', failure, mayRollBack: false }, run);
  }
}
