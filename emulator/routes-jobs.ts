import type { Call, Route } from './call.ts';
import { param, requireRole } from './call.ts';
import type { ApiResponse } from './errors.ts';
import { json, notFound } from './errors.ts';
import type { JobRecord } from './jobs.ts';
import { inOrder, oneOf, pageOf } from './pages.ts';
import { jobStatuses } from './vocabulary.ts';

const jobSorts = ['created_at', 'started_at', 'completed_at', 'name'] as const;

/** The reads of the page "Jobs" (documented). */
export const jobRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/{namespace}/jobs',
    operation: 'job.list',
    scopes: ['job'],
    source: 'documented',
    serve: listJobs,
  },
  {
    method: 'GET',
    path: '/{namespace}/job/{name}',
    operation: 'job.get',
    scopes: ['job'],
    source: 'documented',
    serve: getJob,
  },
];

function listJobs(call: Call): ApiResponse {
  const status = oneOf(call.query, 'status', jobStatuses);
  const sort = oneOf(call.query, 'sort', jobSorts) ?? 'created_at';
  const shown = jobsOf(call).filter((job) => status === undefined || job.status === status);
  const sorted = inOrder(shown, call.query, (job) => job[sort] ?? '');
  return json(200, pageOf(sorted, call.query));
}

function getJob(call: Call): ApiResponse {
  const name = param(call, 'name');
  const job = jobsOf(call).find((candidate) => candidate.name === name);
  if (job === undefined) throw notFound(`There is no job "${name}".`);
  return json(200, job);
}

function jobsOf(call: Call): readonly JobRecord[] {
  const namespace = param(call, 'namespace');
  requireRole(call, namespace, 'Reader');
  return call.world.jobs.filter((job) => job.namespace === namespace);
}
