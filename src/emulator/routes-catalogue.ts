import type { Call, Route } from './call.ts';
import { param, requireRole } from './call.ts';
import type { JobRecord, RepositoryRecord } from './catalogue.ts';
import type { ApiResponse } from './errors.ts';
import { json, notFound } from './errors.ts';
import { oneOf, pageOf } from './pages.ts';
import type { Scope } from './vocabulary.ts';
import { jobStatuses } from './vocabulary.ts';

const repositoryScopes: readonly Scope[] = ['repo', 'repo:read'];
const visibilities = ['public', 'private', 'internal'] as const;
const repositorySorts = ['updated_at', 'name', 'created_at', 'size'] as const;
const jobSorts = ['created_at', 'started_at', 'completed_at', 'name'] as const;
const orders = ['desc', 'asc'] as const;

/**
 * Repositories and jobs. The pages write the list of repositories in four forms (page "Repositories": badge, section,
 * curl; page "Personal Access Tokens": /auth/v1/v1/repos), so all four answer.
 */
export const catalogueRoutes: readonly Route[] = [
  repositoryList('/auth/v1/v1/repos'),
  repositoryList('/{namespace}/repositories'),
  repositoryList('/auth/v1/repository/{namespace}'),
  repositoryList('/auth/v1/{namespace}/repositories'),
  {
    method: 'GET',
    path: '/auth/v1/repository/{namespace}/{id}',
    operation: 'repo.get',
    scopes: repositoryScopes,
    source: 'documented',
    serve: getRepository,
  },
  { method: 'GET', path: '/{namespace}/jobs', operation: 'job.list', scopes: ['job'], source: 'documented', serve: listJobs },
  { method: 'GET', path: '/{namespace}/job/{name}', operation: 'job.get', scopes: ['job'], source: 'documented', serve: getJob },
];

function repositoryList(path: string): Route {
  return { method: 'GET', path, operation: 'repo.list', scopes: repositoryScopes, source: 'documented', serve: listRepositories };
}

function listRepositories(call: Call): ApiResponse {
  const visibility = oneOf(call.query, 'visibility', visibilities);
  const shown = repositoriesOf(call).filter((repository) => visibility === undefined || repository.visibility === visibility);
  const sort = oneOf(call.query, 'sort', repositorySorts) ?? 'updated_at';
  const sorted = inOrder(shown, call, (repository) => (sort === 'size' ? repository.size_bytes : repository[sort]));
  return json(200, pageOf(sorted, call.query));
}

/** Without a namespace in the path: the repositories of every namespace of the caller (inferred). */
function repositoriesOf(call: Call): readonly RepositoryRecord[] {
  const namespace = call.params['namespace'];
  if (namespace !== undefined) requireRole(call, namespace, 'Reader');
  const names = namespace === undefined ? call.world.namespaces.reachableBy(call.identity.user, 'Reader') : [namespace];
  return call.world.repositories.filter((repository) => names.includes(repository.namespace));
}

function getRepository(call: Call): ApiResponse {
  const id = param(call, 'id');
  const repository = repositoriesOf(call).find((candidate) => candidate.id === id);
  if (repository === undefined) throw notFound(`There is no repository "${id}".`);
  return json(200, repository);
}

function listJobs(call: Call): ApiResponse {
  const status = oneOf(call.query, 'status', jobStatuses);
  const sort = oneOf(call.query, 'sort', jobSorts) ?? 'created_at';
  const shown = jobsOf(call).filter((job) => status === undefined || job.status === status);
  return json(
    200,
    pageOf(
      inOrder(shown, call, (job) => job[sort] ?? ''),
      call.query,
    ),
  );
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

/** Sorts by a key, descending unless the query asks for `order=asc` (documented). */
function inOrder<Item>(items: readonly Item[], call: Call, keyOf: (item: Item) => string | number): readonly Item[] {
  const direction = oneOf(call.query, 'order', orders) === 'asc' ? 1 : -1;
  return [...items].sort((left, right) => {
    const [first, second] = [keyOf(left), keyOf(right)];
    if (first === second) return 0;
    return first < second ? -direction : direction;
  });
}
