import { Failure } from '../../lib/failure.ts';
import { describeReply } from '../../outpost/errors.ts';
import type { Service } from '../../outpost/model.ts';
import type { ErrorReply, Reply } from '../../outpost/reply.ts';
import type { Run } from '../run.ts';
import { judge } from './judge.ts';
import type { Observation } from './judgement.ts';
import { conclude, logLack, logPoll, type Tracker } from './tracker.ts';
import { findingOfEnding } from './verdict.ts';

/** Pause before a refused token is tried a second time, in case of a temporary fault. */
const SECOND_OPINION_MS = 2_000;

/** Why a request showed nothing. */
export interface PollProblem {
  readonly because: string;
}

/** The result of a poll that affects the next one. */
export interface PollResult {
  readonly blind: PollProblem | undefined;
  /** The pause that Outpost asks for. */
  readonly pauseMs: number;
  /** How many requests it took. */
  readonly requests: number;
  /** A 429, or little of the rate limit's window is left. */
  readonly isScarce: boolean;
}

/** Polls the services of one namespace and judges each. */
export async function poll(group: readonly Tracker[], run: Run): Promise<PollResult> {
  let looked = await look(group, run);
  if (isUnauthorized(looked)) {
    await run.clock.sleep(SECOND_OPINION_MS, run.signal);
    looked = await look(group, run);
    if (isUnauthorized(looked)) {
      endUnauthorized(group, looked, run);
      return { blind: undefined, pauseMs: 0, requests: 1, isScarce: false };
    }
  }
  if (!('seen' in looked)) return pollFailure(looked);
  const atMs = run.clock.nowMs();
  for (const [one, seen] of looked.seen) {
    one.lastSeenMs = atMs;
    observe(one, { kind: 'service', atMs, seen }, run);
  }
  return { ...looked, blind: undefined };
}

/** What a poll showed of the services in a namespace; services without an answer are left out. */
interface Look extends Omit<PollResult, 'blind'> {
  readonly seen: ReadonlyMap<Tracker, Service | 'missing'>;
}

function look(group: readonly Tracker[], run: Run): Promise<Look | ErrorReply> {
  return group.length > 1 && run.client.form.list !== undefined
    ? lookAtList(group, run)
    : lookAtEach(group, run);
}

async function lookAtList(group: readonly Tracker[], run: Run): Promise<Look | ErrorReply> {
  const reply = await run.client.services(group[0]?.namespace, 1);
  if (reply.kind !== 'value' && !isNotFound(reply)) return reply;
  const { services, requests } =
    reply.kind === 'value' ? reply.value : { services: [], requests: 1 };
  const byName = new Map(services.map((service) => [service.name, service]));
  const seen = new Map(
    group.map((one) => [one, byName.get(one.receipt.deploy.target.service) ?? 'missing'] as const),
  );
  const { pauseMs, isScarce } = reply.kind === 'value' ? reply : NO_LIMIT;
  return { seen, requests, pauseMs, isScarce };
}

async function lookAtEach(group: readonly Tracker[], run: Run): Promise<Look | ErrorReply> {
  const seen = new Map<Tracker, Service | 'missing'>();
  const failed: ErrorReply[] = [];
  let { pauseMs, isScarce } = NO_LIMIT;
  await Promise.all(
    group.map(async (one) => {
      const reply = await lookAtOne(one, run);
      if (reply.kind === 'value') {
        seen.set(one, reply.value);
        pauseMs = Math.max(pauseMs, reply.pauseMs);
        isScarce ||= reply.isScarce;
      } else if (isNotFound(reply)) seen.set(one, 'missing');
      else failed.push(reply);
    }),
  );
  const [first] = failed;
  if (first !== undefined && seen.size === 0) return first;
  return { seen, requests: group.length, pauseMs, isScarce };
}

const NO_LIMIT = { pauseMs: 0, isScarce: false };

function isNotFound(reply: ErrorReply): boolean {
  return reply.kind === 'refused' && reply.status === 404;
}

function isUnauthorized(
  looked: Look | ErrorReply,
): looked is Extract<ErrorReply, { kind: 'refused' }> {
  return 'kind' in looked && looked.kind === 'refused' && looked.status === 401;
}

/** A service, with its own deployment if there is an address for deployments. */
async function lookAtOne(one: Tracker, run: Run): Promise<Reply<Service>> {
  const { target } = one.receipt.deploy;
  const { ownId } = one.judgement.memory;
  const [reply, deployment] = await Promise.all([
    run.client.service(target, 1),
    ownId === undefined || run.client.form.deployment === undefined
      ? undefined
      : run.client.deployment(target, ownId),
  ]);
  if (reply.kind !== 'value' || deployment?.kind !== 'value') return reply;
  const others = reply.value.deployments.filter(({ id }) => id !== ownId);
  const deployments = [...others, deployment.value];
  return { ...reply, value: { ...reply.value, deployments } };
}

/** Judges an observation, and logs it. */
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

function pollFailure(reply: ErrorReply): PollResult {
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
      happened: `the token was revoked or expired during the deploy: ${describeReply(reply)}`,
      hint: 'Outpost continues the deploy: check the service in the dashboard. Then regenerate the token in Settings > Access Tokens and store it as OUTPOST_TOKEN.',
      requestId: reply.refusal.requestId,
    });
    conclude(one, { status: 'unknown', failure, mayRollBack: false }, run);
  }
}
