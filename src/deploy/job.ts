import { formatDuration } from '../lib/duration.ts';
import { Failure, type FailureCode } from '../lib/failure.ts';
import { cancellationOf } from '../lib/signals.ts';
import { MAX_LOG_BYTES } from '../outpost/client.ts';
import { describeReply } from '../outpost/errors.ts';
import { linesIn } from '../outpost/log-lines.ts';
import type { Job, JobName } from '../outpost/model.ts';
import type { ErrorReply, Reply } from '../outpost/reply.ts';
import { beginJob, FIX, failedJob, fullJobName, UNREADABLE, UNSEEN_MS } from './job-creation.ts';
import { type Plan, withStaleBaselines } from './plan.ts';
import { type FollowedLog, openLog, showTail, streamLog } from './rollout/followed-log.ts';
import { afterLog, afterLook, type LookCost, openPace } from './rollout/pace.ts';
import { type Run, remainingMs } from './run.ts';

/** How the job before the deploy ended. */
export interface JobEnd {
  readonly job: JobName;
  readonly status: 'succeeded' | 'failed' | 'timed-out' | 'unknown' | 'cancelled';
  readonly failure: Failure | undefined;
  /** Milliseconds since 1970. */
  readonly startWallMs: number;
  readonly endWallMs: number;
  readonly logTail: readonly string[];
}

const LAST_LOG_MS = 2_500;

/**
 * Runs the pre-deploy job to its end. Follows a job that an earlier attempt of this run created,
 * and creates the next one if that failed. Never two at once, because each name is created only
 * once.
 *
 * @returns undefined without a job; a JobEnd with a failure means that nothing may be deployed.
 */
export async function runJob({ job, config }: Plan, run: Run): Promise<JobEnd | undefined> {
  if (job === undefined) return undefined;
  const startWallMs = run.clock.wallMs();
  let name: JobName = job;
  let log: FollowedLog | undefined;
  const end = (status: JobEnd['status'], failure?: Failure): JobEnd => ({
    job: name,
    status,
    failure,
    startWallMs,
    endWallMs: run.clock.wallMs(),
    logTail: failure === undefined || log === undefined ? [] : run.host.cleanLog(linesIn(log.tail)),
  });
  try {
    name = await beginJob(job, run);
    const begun = name;
    log = openLog(fullJobName(begun), (into, ms) => run.client.jobLogs(begun, into, ms), 0);
    const last = await follow(name, log, config.logs === 'stream', run);
    if (config.logs === 'on-failure' && last.phase === 'failed')
      await showTail(log, Buffer.allocUnsafeSlow(MAX_LOG_BYTES), run, LAST_LOG_MS);
    return last.phase === 'succeeded'
      ? end('succeeded')
      : end('failed', failedJob(name, `the job ended as ${last.statusWord}`, FIX));
  } catch (thrown) {
    if (run.signal.aborted) {
      const { code } = cancellationOf(run.signal);
      const attempted = `Following the job ${fullJobName(name)}`;
      const happened = 'this run was cancelled before the job finished; nothing was deployed';
      const hint = 'If the job had started, Outpost continues it. Check it in the dashboard.';
      return end('cancelled', new Failure({ code, attempted, happened, hint }));
    }
    if (!(thrown instanceof Failure)) throw thrown;
    return end(statusByCode[thrown.code] ?? 'failed', thrown);
  }
}

/**
 * The plan after the job: the job may have changed the services.
 *
 * @throws Failure the job's: then nothing may be deployed.
 */
export function planAfterJob(plan: Plan, end: JobEnd | undefined): Plan {
  if (end?.failure !== undefined) throw end.failure;
  return end === undefined ? plan : withStaleBaselines(plan);
}

/** A refused call created no job. */
const statusByCode: Readonly<Partial<Record<FailureCode, JobEnd['status']>>> = {
  'timed-out': 'timed-out',
  'pre-deploy-failed': 'unknown',
};

/** Looks until the job is over. */
async function follow(
  name: JobName,
  log: FollowedLog,
  isStreamed: boolean,
  run: Run,
): Promise<Job> {
  const startMs = run.clock.nowMs();
  let pace = openPace(run.clock.nowMs());
  let last: Job | undefined;
  let seenMs = run.clock.nowMs();
  const into = Buffer.allocUnsafeSlow(isStreamed ? MAX_LOG_BYTES : 0);
  for (;;) {
    const waitMs = Math.min(pace.nextLookMs - run.clock.nowMs(), remainingMs(run));
    await run.clock.sleep(Math.max(0, waitMs), run.signal);
    if (remainingMs(run) <= 0) throw timeIsUp(name, last);
    const reply = await run.client.job(name, 1);
    const nowMs = run.clock.nowMs();
    const isOver = reply.kind === 'value' && reply.value.phase !== 'open';
    if (reply.kind === 'value') {
      if (reply.value.statusWord !== last?.statusWord)
        run.host.say(
          `${fullJobName(name)}: the job is ${reply.value.statusWord} (${formatDuration(nowMs - startMs)})`,
        );
      last = reply.value;
      seenMs = nowMs;
    } else refuseUnreadable(name, reply, nowMs - seenMs);
    if (isStreamed && (isOver || nowMs >= pace.nextLogMs)) {
      await streamLog(log, into, run);
      pace = afterLog(pace, run.clock.nowMs());
    }
    if (isOver) return reply.value;
    pace = afterLook(pace, costOf(reply), 1, run.clock.nowMs());
  }
}

/** An outage may be temporary. An address with other answers for a minute does not show the job. */
function refuseUnreadable(name: JobName, reply: ErrorReply, unseenMs: number): void {
  const mayPass = reply.kind !== 'refused' || reply.status >= 500 || isRateLimit(reply);
  if (unseenMs < UNSEEN_MS || (mayPass && reply.kind !== 'misshapen')) return;
  throw failedJob(name, `the job cannot be read: ${describeReply(reply)}`, UNREADABLE);
}

function isRateLimit(reply: ErrorReply): boolean {
  return reply.kind === 'refused' && reply.status === 429;
}

function costOf(reply: Reply<Job>): LookCost {
  if (reply.kind === 'value')
    return { requests: 1, pauseMs: reply.pauseMs, isScarce: reply.isScarce };
  const pauseMs = reply.kind === 'refused' ? (reply.retryAfterMs ?? 0) : 0;
  return { requests: 1, pauseMs, isScarce: isRateLimit(reply) };
}

function timeIsUp(name: JobName, last: Job | undefined): Failure {
  return new Failure({
    code: 'timed-out',
    attempted: `Following the job ${fullJobName(name)}`,
    happened: `the run timed out before the job finished (${last === undefined ? 'its status was never seen' : `it was last seen ${last.statusWord}`}); nothing was deployed`,
    hint: 'Outpost continues the job. Run this CI job again to follow it. If it just needs more time, raise the input `timeout`.',
  });
}
