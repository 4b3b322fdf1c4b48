import type { Call, Route } from './call.ts';
import { bodyOf, param, readableNamespaces, requireRole } from './call.ts';
import { enveloped, envelopedList, named } from './envelopes.ts';
import type { ApiResponse } from './errors.ts';
import { conflict, invalid, json, notFound } from './errors.ts';
import type { JobRecord } from './jobs.ts';
import { jobBody } from './jobs.ts';
import { logResponse } from './logs.ts';
import { inOrder, oneOf, pageOf } from './pages.ts';
import type { Body } from './spelling.ts';
import { spelled } from './spelling.ts';
import { jobStatuses } from './vocabulary.ts';
import type { World } from './world.ts';

const jobSorts = ['created_at', 'started_at', 'completed_at', 'name'] as const;

/** The handlers of the reads on the page "Jobs". */
export const jobReaders = {
  'job.get': get,
  'job.list': list,
  'job.logs': (call) => logResponse(call.world, jobOf(call).log, call.query),
} as const satisfies Readonly<Record<string, Route['serve']>>;

/** The write on the page "Jobs". Its path is documented, but not its body or answer. */
export const jobCreation: Route = {
  method: 'POST',
  path: '/auth/v1/seed/{namespace}/jobs',
  operation: 'job.create',
  scopes: ['job'],
  source: 'documented',
  serve: create,
};

function list(call: Call): ApiResponse {
  const status = oneOf(call.query, 'status', jobStatuses);
  const sort = oneOf(call.query, 'sort', jobSorts) ?? 'created_at';
  const { world } = call;
  const jobs = readableNamespaces(call).flatMap((namespace) => world.jobs.in(namespace));
  for (const job of jobs) world.jobs.look(job);
  const bodies = jobs
    .filter((job) => status === undefined || job.status === status)
    .map((job) => jobBody(job, world.nowMs()));
  const sorted = inOrder(bodies, call.query, (body) => String(body[sort] ?? ''));
  // A list of jobs without names would be useless.
  const naming = world.scenario.naming === 'none' ? undefined : world.scenario.naming;
  const items = sorted.map((body) => spelledJob(named(body, naming), world, 'list'));
  return json(200, envelopedList(pageOf(items, call.query), world.scenario.listEnvelope, 'jobs'));
}

/** The same form as a service (inferred). */
function get(call: Call): ApiResponse {
  const job = jobOf(call);
  const { world } = call;
  world.jobs.look(job);
  const written = (each: JobRecord): Body =>
    spelledJob(named(jobBody(each, world.nowMs()), world.scenario.naming), world);
  const others = world.jobs.in(job.namespace).filter((other) => other !== job);
  return json(200, enveloped(written(job), others.map(written), world.scenario.envelope, 'job'));
}

/** Creating a job needs Maintainer or higher (assumption), like a deploy. */
function create(call: Call): ApiResponse {
  const namespace = param(call, 'namespace');
  requireRole(call, namespace, 'Maintainer');
  const body = bodyOf(call);
  const name = nameIn(body['name']);
  const { world } = call;
  const isTaken = name !== undefined && world.jobs.find(namespace, name) !== undefined;
  if (isTaken && world.scenario.jobNames !== 'any')
    throw conflict(`A job named "${name}" already exists in "${namespace}".`);
  return answerTo(world.jobs.create(namespace, name, body), world);
}

/** The documents don't show the answer to creating a job, so the scenario decides it. */
function answerTo(job: JobRecord, world: World): ApiResponse {
  const { body = 'record', status = 201 } = world.scenario.jobAnswer ?? {};
  const record = jobBody(job, world.nowMs());
  switch (body) {
    case 'none':
      return { status, headers: {}, body: '' };
    case 'id':
      return json(status, { id: job.id });
    case 'record':
      return json(status, spelledJob(record, world));
    default:
      return json(status, { [body]: spelledJob(record, world) });
  }
}

/** The scenario's `words` only apply to services. */
function spelledJob(body: Body, { scenario }: World, place?: 'list'): Body {
  return spelled(body, { ...scenario.spelling, words: {} }, place);
}

/**
 * The rules for a machine's name, plus dots (assumption). The platform names a job if the request
 * doesn't (assumption).
 */
function nameIn(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(value) && !/^\.+$/.test(value))
    return value;
  throw invalid('name must be 1 to 64 letters, digits, "-", "_" and ".".');
}

function jobOf(call: Call): JobRecord {
  const name = param(call, 'name');
  const namespaces = readableNamespaces(call);
  for (const namespace of namespaces) {
    const job = call.world.jobs.find(namespace, name);
    if (job !== undefined) return job;
  }
  throw notFound(
    `There is no job "${name}" in ${namespaces.map((each) => `"${each}"`).join(', ')}.`,
  );
}
