import { Failure } from '../lib/failure.ts';
import { describeReply, failureOf } from '../outpost/errors.ts';
import type { Job, JobName } from '../outpost/model.ts';
import { type ErrorReply, isUndone, type Reply } from '../outpost/reply.ts';
import type { JobRequest } from './job-file.ts';
import { type Run, remainingMs, timedOut } from './run.ts';

/** Limit on failed jobs of earlier attempts: each attempt creates one. */
const MAX_ATTEMPTS = 50;
/** How long to look for a job whose creation got no clear answer, or that cannot be read. */
export const UNSEEN_MS = 60_000;

export const FIX = 'Read the last lines of its log, fix the cause, and run the job again.';

export const UNREADABLE =
  'Check in the dashboard if it is running. If your Outpost shows jobs at another address, set it: `api: job=/...{namespace}/...{job}`.';

export function fullJobName({ namespace, job }: JobName): string {
  return `${namespace}/${job}`;
}

/** @returns the job to follow: created now, or by an earlier attempt of this run. */
export async function beginJob({ body, ...first }: JobRequest, run: Run): Promise<JobName> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const name = { ...first, job: attempt === 1 ? first.job : `${first.job}-${attempt}` };
    const earlier = await run.client.job(name);
    if (earlier.kind === 'value' && earlier.value.phase === 'failed') continue;
    if (earlier.kind === 'value') return attached(name, earlier.value, run);
    // It must be certain that there is none: if names can repeat, this would create a second one.
    if (!mayBeAbsent(earlier)) throw refusal(name, earlier);
    const created = await create(name, body, run);
    if (created !== 'failed-before') return created;
  }
  throw failedJob(first, `${MAX_ATTEMPTS} jobs of this name failed before`, FIX);
}

function attached(name: JobName, { statusWord }: Job, { host }: Run): JobName {
  host.say(
    `${fullJobName(name)}: an earlier attempt of this run created the job; it is ${statusWord}, so no new job is created.`,
  );
  return name;
}

async function create(
  name: JobName,
  body: JobRequest['body'],
  run: Run,
): Promise<JobName | 'failed-before'> {
  if (remainingMs(run) <= 0)
    throw timedOut(`Creating the job ${fullJobName(name)}`, 'the run timed out first');
  const reply = await run.client.createJob(name, body);
  if (reply.kind === 'value') {
    run.host.say(`${fullJobName(name)}: job created.`);
    return name;
  }
  const isTaken = reply.kind === 'refused' && reply.status === 409;
  if (!isTaken && isUndone(reply)) throw refusal(name, reply);
  if (!isTaken)
    run.host.say(
      `${fullJobName(name)}: the call that creates the job got no clear answer: ${describeReply(reply)}. Looking for the job; the call is not sent again.`,
    );
  const seen = await find(name, reply, run);
  // None was there before the call, so it is this run's own: after its failure no second one is
  // made.
  if (!isTaken) {
    run.host.say(`${fullJobName(name)}: the job is there; it is ${seen.statusWord}.`);
    return name;
  }
  return seen.phase === 'failed' ? 'failed-before' : attached(name, seen, run);
}

/** No job has that name, or jobs are not read there: creating it will tell. */
function mayBeAbsent(reply: ErrorReply): boolean {
  if (reply.kind !== 'refused') return reply.kind === 'misshapen';
  return reply.status === 404 || (reply.status >= 300 && reply.status <= 399);
}

function refusal(name: JobName, reply: ErrorReply): Failure {
  return failureOf(reply, {
    attempted: `Creating the job ${fullJobName(name)}`,
    notFound:
      'Check that the namespace exists. The address is the documented one; also check that your Outpost has jobs there.',
    undone: 'No job was created and nothing was deployed.',
  });
}

/**
 * Looks for a job that exists or may exist: its name is taken, or its creation got no clear answer.
 */
async function find(name: JobName, reply: ErrorReply, run: Run): Promise<Job> {
  const startMs = run.clock.nowMs();
  let seen: Reply<Job>;
  do {
    seen = await run.client.job(name, 1);
    if (seen.kind === 'value') return seen.value;
    await run.clock.sleep(Math.min(5_000, Math.max(0, remainingMs(run))), run.signal);
  } while (run.clock.nowMs() - startMs < UNSEEN_MS && remainingMs(run) > 0);
  throw failedJob(
    name,
    `the call that creates the job ended with "${describeReply(reply)}", and the job cannot be read (${describeReply(seen)})`,
    UNREADABLE,
  );
}

export function failedJob(name: JobName, happened: string, hint: string): Failure {
  return new Failure({
    code: 'pre-deploy-failed',
    attempted: `Running the job ${fullJobName(name)} before the deploy`,
    happened: `${happened}; nothing was deployed`,
    hint,
  });
}
