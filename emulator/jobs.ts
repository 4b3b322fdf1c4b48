import { randomBytes } from 'node:crypto';
import type { JobEnd, JobStep, Scenario } from './scenario.ts';
import { jobEnds, jobStepsFor } from './scenario.ts';
import type { Body } from './spelling.ts';
import type { LogLine, StepProgress } from './steps.ts';
import { logOf, lookAtStep, settleSteps } from './steps.ts';
import { isoTime } from './vocabulary.ts';

const DAY_MS = 86_400_000;

/** A job in the world's state. */
export interface JobRecord {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  /** A request created it. Otherwise, it's older than the world. */
  readonly isByCall: boolean;
  /** What the request asked for. */
  readonly body: Body;
  readonly createdAtMs: number;
  readonly progress: StepProgress<JobStep>;
  readonly log: LogLine[];
  status: string;
  startedAtMs: number | undefined;
  completedAtMs: number | undefined;
  looks: number;
}

/** A job that a request created, and the truth about it, which Outpost's answers may not show. */
export interface JobTruth {
  readonly id: string;
  readonly name: string;
  /** The request's body, as it was parsed. */
  readonly body: Body;
  /** As answers show it. */
  readonly status: string;
  /** How it has ended so far. */
  readonly end: JobEnd;
  /** How it ends if its status is read often enough. */
  readonly willEnd: JobEnd;
  readonly createdAtMs: number;
  readonly startedAtMs: number | undefined;
  readonly completedAtMs: number | undefined;
  /** How often its status was read. */
  readonly looks: number;
}

/** The jobs of a world, in order of creation. */
export class JobStore {
  readonly #scenario: Scenario;
  readonly #now: () => number;
  readonly #jobs: JobRecord[];

  constructor(scenario: Scenario, now: () => number) {
    this.#scenario = scenario;
    this.#now = now;
    this.#jobs = olderJobs(now());
  }

  /** The jobs of a namespace, up to date with the current time. */
  in(namespace: string): readonly JobRecord[] {
    const jobs = this.#jobs.filter((job) => job.namespace === namespace);
    for (const job of jobs) settleSteps(job.progress, this.#now(), enterNext(job));
    return jobs;
  }

  /** The job of this name, the newest if there are several. */
  find(namespace: string, name: string): JobRecord | undefined {
    return this.in(namespace).findLast((job) => job.name === name);
  }

  /** Creates a job, which starts at once. Without a name, it gets one from the platform. */
  create(namespace: string, name: string | undefined, body: Body): JobRecord {
    const index = this.#jobs.filter((job) => job.isByCall).length;
    const record = newJob(
      {
        namespace,
        name: name ?? `job-${randomBytes(4).toString('hex')}`,
        isByCall: true,
        body,
      },
      jobStepsFor(this.#scenario, index),
      this.#now(),
    );
    this.#jobs.push(record);
    return record;
  }

  /** Counts a read of a job's status. */
  look(job: JobRecord): void {
    job.looks += 1;
    lookAtStep(job.progress, this.#now(), enterNext(job));
  }

  /** The truth about every job of a namespace that a request made, oldest first. */
  truthsIn(namespace: string): readonly JobTruth[] {
    return this.in(namespace)
      .filter(({ isByCall }) => isByCall)
      .map(({ progress, ...job }) => {
        const { id, name, body, status, createdAtMs, startedAtMs, completedAtMs, looks } = job;
        const isOver = progress.index === progress.steps.length - 1;
        const willEnd = endOf(progress.steps.at(-1));
        return {
          id,
          name,
          body,
          status,
          end: isOver ? willEnd : 'pending',
          willEnd,
          createdAtMs,
          startedAtMs,
          completedAtMs,
          looks,
        };
      });
  }
}

/** The fields of a list item, documented on the page "Jobs". */
export function jobBody(job: JobRecord, nowMs: number): Body {
  const { body, startedAtMs, completedAtMs } = job;
  const { gpu = null, gpu_count: gpuCount = 0, region = 'us-east-1' } = body;
  const runtimeMs = startedAtMs === undefined ? 0 : (completedAtMs ?? nowMs) - startedAtMs;
  const lastLine = job.log.findLast(({ visibleFromMs }) => visibleFromMs <= nowMs);
  return {
    id: job.id,
    name: job.name,
    namespace: job.namespace,
    status: job.status,
    gpu,
    gpu_count: gpuCount,
    region,
    progress: lastLine?.message ?? 'waiting for a machine',
    cost_per_hour: '2.40',
    runtime_seconds: Math.floor(runtimeMs / 1_000),
    created_at: isoTime(job.createdAtMs),
    started_at: startedAtMs === undefined ? null : isoTime(startedAtMs),
    completed_at: completedAtMs === undefined ? null : isoTime(completedAtMs),
  };
}

/** Some finished and unfinished jobs, which are older than the world. */
function olderJobs(nowMs: number): JobRecord[] {
  const training = { status: 'running', log: ['epoch 3 of 10'] };
  const evaluated = { status: 'succeeded', log: ['epoch 10 of 10', 'done'] };
  const reindexed = { status: 'failed', log: ['Error: the index is locked'] };
  return [
    olderJob('acme', 'train-ranker', training, nowMs - 1_800_000, 1_800),
    olderJob('acme', 'nightly-eval', evaluated, nowMs - DAY_MS, 5_400),
    olderJob('acme', 'reindex', reindexed, nowMs - 2 * DAY_MS, 300),
    olderJob('ada', 'thumbnails', { status: 'queued' }, nowMs, 0),
  ];
}

function olderJob(
  namespace: string,
  name: string,
  step: JobStep,
  createdAtMs: number,
  runtimeSeconds: number,
): JobRecord {
  const body = { gpu: 'A100', gpu_count: 1 };
  const job = newJob({ namespace, name, isByCall: false, body }, [step], createdAtMs);
  if (job.completedAtMs !== undefined) job.completedAtMs = createdAtMs + runtimeSeconds * 1_000;
  return job;
}

function newJob(
  asked: Pick<JobRecord, 'namespace' | 'name' | 'isByCall' | 'body'>,
  steps: readonly JobStep[],
  nowMs: number,
): JobRecord {
  const job: JobRecord = {
    id: `job_${randomBytes(6).toString('hex')}`,
    ...asked,
    createdAtMs: nowMs,
    progress: { steps, index: 0, stepStartedMs: nowMs, looks: 0 },
    log: [],
    status: 'queued',
    startedAtMs: undefined,
    completedAtMs: undefined,
    looks: 0,
  };
  const [first] = steps;
  if (first !== undefined) enter(job, first, nowMs);
  return job;
}

function enterNext(job: JobRecord): (step: JobStep, atMs: number) => void {
  return (step, atMs) => enter(job, step, atMs);
}

/** A job that is cancelled while it's queued never started. */
function enter(job: JobRecord, step: JobStep, atMs: number): void {
  const end = endOf(step);
  job.status = step.status;
  if (step.status !== 'queued' && end !== 'cancelled') job.startedAtMs ??= atMs;
  job.completedAtMs = end === 'pending' ? undefined : atMs;
  job.log.push(...logOf(step, atMs));
}

function endOf(step: JobStep | undefined): JobEnd {
  return step?.end ?? jobEnds.find((end) => end === step?.status) ?? 'pending';
}
