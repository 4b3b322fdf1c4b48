import type { Route } from './call.ts';
import { pathsOf, readPaths } from './dialects.ts';
import { jobReaders } from './routes-jobs.ts';
import { serviceReaders } from './routes-services.ts';
import type { Scenario } from './scenario.ts';
import type { ReadOperation } from './vocabulary.ts';
import { readOperations } from './vocabulary.ts';

const readers: Readonly<Record<ReadOperation, Route['serve']>> = {
  ...serviceReaders,
  ...jobReaders,
};

/** The reads of services and jobs, at the paths of the scenario's dialect. */
export function readRoutes({ dialect, readSlash = false }: Scenario): readonly Route[] {
  const paths = pathsOf(dialect);
  if (paths === undefined) return [];
  const source = paths === readPaths.reference && !readSlash ? 'documented' : 'inferred';
  return readOperations.map((operation) => ({
    method: 'GET',
    path: `${paths[operation]}${readSlash ? '/' : ''}`,
    operation,
    scopes: [operation in jobReaders ? 'job' : 'service'],
    source,
    serve: readers[operation],
  }));
}
