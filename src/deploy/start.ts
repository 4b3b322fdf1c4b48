import { createHash } from 'node:crypto';
import { Failure } from '../lib/failure.ts';
import { cancellationOf } from '../lib/signals.ts';
import type { Acceptance, Service } from '../outpost/model.ts';
import type { Reply } from '../outpost/reply.ts';
import type { Plan, PlannedDeploy } from './plan.ts';
import {
  attach,
  type Call,
  type EarlyLook,
  logReceipt,
  type Receipt,
  toReceipt,
} from './receipt.ts';
import { type Run, remainingMs, timedOut } from './run.ts';
import { readStale } from './stale.ts';
import { fullName, isSameCommit } from './target.ts';

/** How often a service that is busy with another deploy is looked at. */
const BUSY_LOOK_MS = 5_000;
/** If the answer takes longer than this, read the service in the meantime. */
const OUTSTANDING_MS = 2_000;

/**
 * Plan -> one Receipt per service, `max-parallel` at a time. If one is refused, the others still
 * start.
 */
export async function deploy(plan: Plan, run: Run): Promise<readonly Receipt[]> {
  const fresh = plan.form === undefined ? plan.deploys : await readStale(plan.deploys, run);
  const waiting = [...fresh.entries()];
  const receipts: Receipt[] = [];
  const startNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, planned] = next;
      receipts[index] = await deployOne(planned, plan, run);
    }
  };
  await Promise.all(Array.from({ length: plan.config.maxParallel }, startNext));
  return receipts;
}

async function deployOne(planned: PlannedDeploy, plan: Plan, run: Run): Promise<Receipt> {
  const name = fullName(planned.target);
  const ready = plan.form === undefined ? planned : await followOwnFirst(planned, run);
  if ('answer' in ready) return logReceipt(ready, run);
  const first = await send(ready, plan, run);
  if (!isBusy(first.reply) || plan.form === undefined)
    return logReceipt(toReceipt(ready, first.reply, first.call), run);
  run.host.say(
    `${name}: another deploy is in progress (409); waiting for it to finish before sending the call once more.`,
  );
  const waited = withLast(ready, await waitWhileBusy(ready, run));
  const calmed = { ...waited, callsBefore: ready.callsBefore + 1 };
  const second = await send(calmed, plan, run);
  return logReceipt(toReceipt(calmed, second.reply, second.call), run);
}

/**
 * An earlier attempt of this run may have started a rollout that is still in progress. Waits for it
 * to finish. If Outpost then shows this run's commit, that rollout was the deploy. Otherwise it
 * proves nothing, and the run sends its own call.
 *
 * @returns a receipt if no call is needed, else the deploy that is still to be started.
 */
async function followOwnFirst(planned: PlannedDeploy, run: Run): Promise<Receipt | PlannedDeploy> {
  const { target, baseline, commit = run.host.context.commit, wasPushedBefore } = planned;
  const isOwn = (seen: Service): boolean =>
    commit !== undefined &&
    seen.commit !== undefined &&
    isSameCommit(seen.commit, commit) &&
    (seen.branch ?? target.branch) === target.branch;
  const mayBeOwn = isOwn(baseline) || wasPushedBefore || run.host.context.isRerun;
  if (baseline.phase !== 'rolling' || !mayBeOwn) return planned;
  const started = { sentWallMs: run.clock.wallMs(), sentMs: run.clock.nowMs() };
  run.host.say(
    `${fullName(target)}: a rollout is in progress, which an earlier attempt may have started. Waiting for it to finish before sending anything.`,
  );
  const waited = await waitWhileBusy(planned, run);
  const { last, rolling } = waited;
  return last !== undefined && isOwn(last) && last.phase === 'running'
    ? attach(planned, started, rolling, last)
    : withLast(planned, waited);
}

function withLast(planned: PlannedDeploy, { last }: Waited): PlannedDeploy {
  return last === undefined ? planned : { ...planned, baseline: last, isStale: false };
}

/** How one call ended. A Failure: it was not sent. */
interface Sent {
  readonly reply: Reply<Acceptance> | Failure;
  readonly call: Call;
}

/** Sends one deploy call. A cancel in the meantime loses the answer, not the call. */
async function send(planned: PlannedDeploy, { form }: Plan, run: Run): Promise<Sent> {
  let sent = { sentWallMs: run.clock.wallMs(), sentMs: run.clock.nowMs() };
  let early: Promise<EarlyLook | undefined> | undefined;
  let answered = new AbortController();
  // A rate-limited call is sent again: anything seen before that does not count.
  const onSent = (): void => {
    answered.abort();
    answered = new AbortController();
    sent = { sentWallMs: run.clock.wallMs(), sentMs: run.clock.nowMs() };
    early = form !== undefined ? lookWhileOutstanding(planned, answered.signal, run) : undefined;
  };
  try {
    const reply = await replyTo(planned, onSent, run);
    const answeredWallMs = run.clock.wallMs();
    // Don't wait for a read that is still in progress: its result would come after the answer.
    const earlyLook = await Promise.race([early, undefined]);
    return { reply, call: { ...sent, answeredWallMs, earlyLook } };
  } finally {
    answered.abort();
  }
}

async function replyTo(
  planned: PlannedDeploy,
  onSent: () => void,
  run: Run,
): Promise<Reply<Acceptance> | Failure> {
  const attempted = `Deploying ${fullName(planned.target)}`;
  if (run.signal.aborted) {
    const { code, happened, hint } = cancellationOf(run.signal);
    return new Failure({
      code,
      attempted,
      happened: `${happened} before this deploy was started`,
      hint,
    });
  }
  if (remainingMs(run) <= 0)
    return timedOut(attempted, 'the run timed out before this deploy was started');
  try {
    return await run.client.deploy(planned.target, idempotencyKey(planned, run), onSent);
  } catch (error) {
    if (run.signal.aborted)
      return {
        kind: 'lost',
        reason: `${cancellationOf(run.signal).happened} before Outpost answered`,
        atOnce: false,
      };
    throw error;
  }
}

/**
 * The service while the answer takes a while: if a server answers only after its rollout, this is
 * the only chance to see the rollout.
 */
async function lookWhileOutstanding(
  { target }: PlannedDeploy,
  answered: AbortSignal,
  run: Run,
): Promise<EarlyLook | undefined> {
  try {
    await run.clock.sleep(OUTSTANDING_MS, answered);
    const reply = await run.client.service(target, 1);
    const isInTime = reply.kind === 'value' && !answered.aborted;
    return isInTime ? { atMs: run.clock.nowMs(), seen: reply.value } : undefined;
  } catch (thrown) {
    // The answer came first, or the job was cancelled.
    if (answered.aborted || run.signal.aborted) return undefined;
    throw thrown;
  }
}

/**
 * The same key when a call is repeated, a new key for every other call, including a rollback. A
 * retry cannot deploy twice if Outpost honors the key, and a new call is never taken for a retry.
 */
function idempotencyKey({ target, callsBefore }: PlannedDeploy, { host }: Run): string {
  const { runKey, commit } = host.context;
  return createHash('sha256')
    .update(
      JSON.stringify([
        runKey,
        target.namespace,
        target.service,
        target.branch,
        commit,
        callsBefore,
      ]),
    )
    .digest('hex')
    .slice(0, 32);
}

function isBusy(reply: Reply<Acceptance> | Failure): boolean {
  return !(reply instanceof Failure) && reply.kind === 'refused' && reply.status === 409;
}

interface Waited {
  /** undefined = no look showed it. */
  readonly last: Service | undefined;
  readonly rolling: EarlyLook;
}

/** Looks until the other deploy has ended, or no time is left. */
async function waitWhileBusy({ target, baseline }: PlannedDeploy, run: Run): Promise<Waited> {
  let last: Service | undefined;
  let rolling = { atMs: run.clock.nowMs(), seen: baseline };
  try {
    do {
      await run.clock.sleep(Math.min(BUSY_LOOK_MS, Math.max(0, remainingMs(run))), run.signal);
      const reply = await run.client.service(target, 1);
      // A failed read is not a sign that the other deploy has ended.
      if (reply.kind === 'value') last = reply.value;
      if (last?.phase === 'rolling') rolling = { atMs: run.clock.nowMs(), seen: last };
    } while ((last === undefined || last.phase === 'rolling') && remainingMs(run) > BUSY_LOOK_MS);
  } catch (error) {
    if (!run.signal.aborted) throw error;
  }
  return { last, rolling };
}
