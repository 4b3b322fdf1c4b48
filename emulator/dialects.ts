import type { ReadOperation } from './vocabulary.ts';

/** The paths at which services and jobs are read. */
export type ReadPaths = Readonly<Record<ReadOperation, string>>;

export const dialects = [
  'reference',
  'base-url',
  'seed',
  'plural',
  'resource-first',
  'double-v1',
  'single-v1',
  'none',
] as const;
/**
 * Where services and jobs are read. The pages contradict each other, so any of these may be the
 * real one. The deploy call has the same address in all of them.
 */
export type Dialect = (typeof dialects)[number];

/**
 * The pages "Services" and "Jobs" only have the paths of `reference`. The other dialects apply to
 * services and jobs what other pages say about other resources.
 */
export const readPaths: Readonly<Record<Exclude<Dialect, 'none'>, ReadPaths>> = {
  reference: paths('/{namespace}/service/{name}', '/{namespace}/services'),
  // "All endpoint paths are relative to the base URL" (page "API overview").
  'base-url': paths('/auth/v1/{namespace}/service/{name}', '/auth/v1/{namespace}/services'),
  // The way fleets are listed and services are created.
  seed: paths('/auth/v1/seed/{namespace}/services/{name}', '/auth/v1/seed/{namespace}/services'),
  // As in the curl sample of the page "Repositories".
  plural: paths('/auth/v1/{namespace}/services/{name}', '/auth/v1/{namespace}/services'),
  // The way repositories are read.
  'resource-first': paths('/auth/v1/service/{namespace}/{name}', '/auth/v1/service/{namespace}'),
  // Next to the deploy call.
  'double-v1': paths('/auth/v1/v1/services/{name}', '/auth/v1/v1/services'),
  // The same without the doubled segment.
  'single-v1': paths('/auth/v1/services/{name}', '/auth/v1/services'),
};

/** The read paths of a dialect, if it has any. */
export function pathsOf(dialect: Dialect = 'reference'): ReadPaths | undefined {
  return dialect === 'none' ? undefined : readPaths[dialect];
}

function paths(get: string, list: string): ReadPaths {
  return {
    'service.get': get,
    'service.list': list,
    'service.logs': `${get}/logs`,
    'job.get': forJobs(get),
    'job.list': forJobs(list),
    'job.logs': forJobs(`${get}/logs`),
  };
}

function forJobs(path: string): string {
  return path.replace('service', 'job');
}
