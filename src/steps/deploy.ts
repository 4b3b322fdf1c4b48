import { createHash } from 'node:crypto';
import { Failure, toFailure } from '../failure.ts';
import type { Reply } from '../outpost/ask.ts';
import type { Acceptance, Service } from '../outpost/model.ts';
import { describeRefusal, failureOf } from '../outpost/refusals.ts';
import { assertTimeLeft, type Run, remainingMs } from '../run.ts';
import type { Plan, PlannedDeploy } from './plan.ts';
import { fullName } from './preflight.ts';

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

/** How often a service that is busy with another deploy is looked at. */
const BUSY_LOOK_MS = 5_000;

/**
 * Plan -> one Receipt a service, `max-parallel` at a time. A refusal of one does not keep the others from being started.
 *
 * @throws Failure `timed-out` when no time was left to begin.
 */
export async function deploy(plan: Plan, run: Run): Promise<readonly Receipt[]> {
  assertTimeLeft(run, 'Starting the deploy');
  const waiting = [...plan.deploys.entries()];
  const receipts: Receipt[] = [];
  const startNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, planned] = next;
      receipts[index] = await deployOne(planned.isStale ? await readAgain(planned, run) : planned, run);
    }
  };
  await Promise.all(Array.from({ length: plan.config.maxParallel }, startNext));
  return receipts;
}

/** Something was done since the service was read, and may have set something off. */
async function readAgain(planned: PlannedDeploy, run: Run): Promise<PlannedDeploy> {
  if (run.signal.aborted) return planned;
  const reply = await run.client.service(planned.target, 2);
  return reply.kind === 'value' ? { ...planned, baseline: reply.value } : planned;
}

async function deployOne(planned: PlannedDeploy, run: Run): Promise<Receipt> {
  const sent = { sentWallMs: run.clock.wallMs(), sentMs: run.clock.nowMs() };
  const name = fullName(planned.target);
  if (isOwnFirstDeploy(planned, run)) return say(attach(planned, sent), run);
  const first = await send(planned, run);
  if (!isBusy(first)) return say(toReceipt(planned, first, sent, run), run);
  run.host.say(`${name}: another deploy is running (409); waiting for its end, then sending once more.`);
  const baseline = await waitWhileBusy(planned, run);
  const calmed = { ...planned, baseline };
  const again = { sentWallMs: run.clock.wallMs(), sentMs: run.clock.nowMs() };
  return say(toReceipt(calmed, await send(calmed, run), again, run), run);
}

/**
 * Whether a re-run finds the deploy of its first attempt still under way. Only where Outpost tells whose it is: without the branch (and
 * the commit, where both are known) it may be anybody's, and then the usual way is right: wait for its end, and deploy.
 */
function isOwnFirstDeploy({ target, baseline }: PlannedDeploy, { host }: Run): boolean {
  const { isRerun, commit } = host.context;
  if (!isRerun || baseline.status !== 'deploying' || baseline.deploymentId === undefined || baseline.branch !== target.branch) return false;
  return baseline.commit === undefined || commit === undefined || baseline.commit === commit;
}

function attach(planned: PlannedDeploy, sent: Pick<Receipt, 'sentMs' | 'sentWallMs'>): Receipt {
  const { deploymentId, endpoint } = planned.baseline;
  return {
    deploy: planned,
    ...sent,
    answeredWallMs: sent.sentWallMs,
    requestId: undefined,
    answer: { kind: 'accepted', acceptance: { deploymentId, endpoint }, attached: true },
  };
}

/** Sends one deploy call. A cancel while it is under way loses the answer, not the call. */
async function send({ target }: PlannedDeploy, run: Run): Promise<Reply<Acceptance>> {
  if (run.signal.aborted) return { kind: 'unsent', reason: 'the job was cancelled before this deploy was started', passing: false };
  try {
    return await run.client.deploy(target, idempotencyKey(target, run));
  } catch (error) {
    if (run.signal.aborted) return { kind: 'lost', reason: 'the job was cancelled before the answer came', atOnce: false };
    throw error;
  }
}

/** The same for a repeated request of this run and attempt, another for every other: a retry cannot deploy twice where it is heeded. */
function idempotencyKey({ namespace, service, branch }: PlannedDeploy['target'], { host }: Run): string {
  const { runKey, commit } = host.context;
  return createHash('sha256')
    .update(JSON.stringify([runKey, namespace, service, branch, commit]))
    .digest('hex')
    .slice(0, 32);
}

function isBusy(reply: Reply<Acceptance>): boolean {
  return reply.kind === 'refused' && reply.status === 409;
}

/** Looks until the other deploy has ended, or no time is left, and returns the new baseline. */
async function waitWhileBusy({ target, baseline }: PlannedDeploy, run: Run): Promise<Service> {
  let last = baseline;
  try {
    do {
      await run.clock.sleep(Math.min(BUSY_LOOK_MS, Math.max(0, remainingMs(run))), run.signal);
      const reply = await run.client.service(target, 1);
      if (reply.kind === 'value') last = reply.value;
    } while (last.status === 'deploying' && remainingMs(run) > BUSY_LOOK_MS);
  } catch (error) {
    if (!run.signal.aborted) throw error;
  }
  return last;
}

function toReceipt(
  planned: PlannedDeploy,
  reply: Reply<Acceptance>,
  sent: { readonly sentWallMs: number; readonly sentMs: number },
  run: Run,
): Receipt {
  const base = { deploy: planned, ...sent, answeredWallMs: run.clock.wallMs() };
  if (reply.kind === 'value') {
    return { ...base, requestId: reply.requestId, answer: { kind: 'accepted', acceptance: reply.value, attached: false } };
  }
  if (reply.kind === 'cut' && reply.status >= 200 && reply.status < 300) {
    const acceptance = { deploymentId: undefined, endpoint: undefined };
    return { ...base, requestId: undefined, answer: { kind: 'accepted', acceptance, attached: false } };
  }
  const unconfirmed = reasonOfDoubt(reply);
  const requestId = reply.kind === 'refused' ? reply.refusal.requestId : reply.kind === 'misshapen' ? reply.requestId : undefined;
  if (unconfirmed !== undefined) return { ...base, requestId, answer: { kind: 'unconfirmed', reason: unconfirmed } };
  const failure = run.signal.aborted && reply.kind === 'unsent' ? notStarted(planned, run) : refusal(planned, reply);
  return { ...base, requestId, answer: { kind: 'refused', failure } };
}

function notStarted({ target }: PlannedDeploy, run: Run): Failure {
  const { code, hint } = toFailure(run.signal.reason);
  return new Failure({
    code,
    attempted: `Deploying ${fullName(target)}`,
    happened: 'the job was cancelled before this deploy was started',
    hint,
  });
}

function refusal(planned: PlannedDeploy, reply: Exclude<Reply<Acceptance>, { kind: 'value' }>): Failure {
  const attempted = `Deploying ${fullName(planned.target)}`;
  const hint =
    'The service was there a moment ago, so the address of the deploy call is in doubt: check the inputs `deploy-path` and `origin`.';
  const failure = failureOf(reply, attempted, hint);
  // Of the other services of this run nothing is said here.
  const { code, happened, requestId } = failure;
  return new Failure({ code, attempted, happened, requestId, hint: failure.hint.replace('Nothing was deployed.', 'It was not deployed.') });
}

/** Why it is not known whether Outpost accepted; undefined = it did not. */
function reasonOfDoubt(reply: Exclude<Reply<Acceptance>, { kind: 'value' }>): string | undefined {
  switch (reply.kind) {
    case 'lost':
      return reply.reason;
    case 'cut':
      return reply.status >= 400 && reply.status < 500 && reply.status !== 408 ? undefined : reply.reason;
    case 'misshapen':
      return reply.html ? 'the answer is an HTML page' : 'the answer has an unknown form';
    case 'refused':
      return reply.status >= 500 || reply.status === 408 ? describeRefusal(reply) : undefined;
    case 'unsent':
      return undefined;
  }
}

function say(receipt: Receipt, { host, signal }: Run): Receipt {
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
