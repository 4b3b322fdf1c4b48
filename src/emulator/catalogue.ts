import { randomBytes } from 'node:crypto';
import { isoTime } from './vocabulary.ts';

const DAY_MS = 86_400_000;

/** A repository with the fields documented on the page "Repositories". */
export interface RepositoryRecord {
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  readonly full_name: string;
  readonly description: string;
  readonly visibility: 'public' | 'private' | 'internal';
  readonly default_branch: string;
  readonly size_bytes: number;
  readonly language: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly pushed_at: string;
}

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

/** The repositories behind the services of a new world. */
export function newRepositories(nowMs: number): readonly RepositoryRecord[] {
  return [
    repository('acme', 'web', 'The public site', 'private', nowMs),
    repository('acme', 'api', 'The HTTP API', 'private', nowMs - DAY_MS),
    repository('acme', 'worker', 'Background work', 'internal', nowMs - 2 * DAY_MS),
    repository('ada', 'blog', 'Notes', 'public', nowMs - 3 * DAY_MS),
  ];
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

function repository(
  namespace: string,
  name: string,
  description: string,
  visibility: RepositoryRecord['visibility'],
  updatedAtMs: number,
): RepositoryRecord {
  return {
    id: `repo_${randomBytes(6).toString('hex')}`,
    name,
    namespace,
    full_name: `${namespace}/${name}`,
    description,
    visibility,
    default_branch: 'main',
    size_bytes: 48_211 * name.length,
    language: 'TypeScript',
    created_at: isoTime(updatedAtMs - 90 * DAY_MS),
    updated_at: isoTime(updatedAtMs),
    pushed_at: isoTime(updatedAtMs),
  };
}

function job(namespace: string, name: string, status: string, runtimeSeconds: number, createdAtMs: number): JobRecord {
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
