import { Failure } from '../../lib/failure.ts';
import type { ServiceList } from '../../outpost/client.ts';
import { describeReply } from '../../outpost/errors.ts';
import type { ErrorReply, Reply } from '../../outpost/request.ts';
import type { Run } from '../run.ts';
import { judge } from './judge.ts';
import { conclude, logPoll, type Tracker } from './tracker.ts';
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
}

/** Looks at services of one namespace and judges each. */
export async function poll(group: readonly Tracker[], run: Run): Promise<PollResult> {
  let reply = await readStatuses(group, run);
  if (reply.kind === 'refused' && reply.status === 401) {
    await run.clock.sleep(SECOND_OPINION_MS, run.signal);
    reply = await readStatuses(group, run);
    if (reply.kind === 'refused' && reply.status === 401) {
      endUnauthorized(group, reply, run);
      return { blind: undefined, pauseMs: 0, requests: 1 };
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
    one.judgement = judge(one.judgement, { atMs, seen });
    one.lastSeenMs = atMs;
    const { ending } = one.judgement;
    if (ending === undefined) logPoll(one, run);
    else conclude(one, findingOfEnding(ending, one.judgement, one.receipt), run);
  }
  return { blind: undefined, pauseMs: reply.kind === 'value' ? reply.pauseMs : 0, requests };
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
  return { blind: { because: describeReply(reply) }, pauseMs, requests: 1 };
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
    conclude(one, { status: 'unknown', failure }, run);
  }
}
