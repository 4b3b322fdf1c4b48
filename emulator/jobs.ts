import { randomBytes } from 'node:crypto';
import { isoTime } from './vocabulary.ts';

const DAY_MS = 86_400_000;

/** A job with the fields documented on the page "Jobs". */
export interface JobRecord {
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  readonly status: string;
  readonly gpu: string;
  readonly gpu_count: number;
  readonly region: string;
  readonly progress: string;
  readonly cost_per_hour: string;
  readonly runtime_seconds: number;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly completed_at: string | null;
}

/** Some finished and unfinished jobs of a new world. */
export function newJobs(nowMs: number): readonly JobRecord[] {
  return [
    job('acme', 'train-ranker', 'running', 1_800, nowMs),
    job('acme', 'nightly-eval', 'succeeded', 5_400, nowMs - DAY_MS),
    job('acme', 'reindex', 'failed', 300, nowMs - 2 * DAY_MS),
    job('ada', 'thumbnails', 'queued', 0, nowMs),
  ];
}

function job(
  namespace: string,
  name: string,
  status: string,
  runtimeSeconds: number,
  createdAtMs: number,
): JobRecord {
  const finished = status === 'succeeded' || status === 'failed';
  return {
    id: `job_${randomBytes(6).toString('hex')}`,
    name,
    namespace,
    status,
    gpu: 'A100',
    gpu_count: 1,
    region: 'us-east-1',
    progress: finished ? 'done' : 'epoch 3 of 10',
    cost_per_hour: '2.40',
    runtime_seconds: runtimeSeconds,
    created_at: isoTime(createdAtMs),
    started_at: status === 'queued' ? null : isoTime(createdAtMs + 5_000),
    completed_at: finished ? isoTime(createdAtMs + 5_000 + runtimeSeconds * 1_000) : null,
  };
}
