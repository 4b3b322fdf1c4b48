/** Where services are read: path templates with one segment per variable. */
export interface ReadForm {
  readonly service: string;
  /** undefined = services are read one by one. */
  readonly list: string | undefined;
  readonly logs: string;
  /** One deployment by its {id}; undefined = only the service shows it. */
  readonly deployment: string | undefined;
  /** A job by its {job}; undefined = the path of a service does not show where jobs are. */
  readonly job: string | undefined;
}

/** Addresses set by the user (input `api`). */
export type KnownPaths = Partial<Pick<ReadForm, 'list' | 'logs' | 'deployment' | 'job'>>;

/**
 * The forms in which Outpost's pages write the address of something in a namespace, the likeliest
 * first. They contradict each other, and no public program reads a service, so that only an answer
 * tells which one is right. docs/dev/decisions/0004-forms.md
 */
export const servicePaths: readonly [string, ...string[]] = [
  // https://outpost.run/docs/api-reference/services, Get a service, word for word.
  '/{namespace}/service/{service}',
  // The same, relative to the base URL that https://outpost.run/docs/api-reference/overview names.
  '/auth/v1/{namespace}/service/{service}',
  // As services are created, and fleets listed.
  '/auth/v1/seed/{namespace}/services/{service}',
  // As the curl sample of https://outpost.run/docs/api-reference/repositories lists.
  '/auth/v1/{namespace}/services/{service}',
  // As the other calls of that page write it.
  '/auth/v1/service/{namespace}/{service}',
  // Beside the documented deploy call.
  '/auth/v1/v1/services/{service}',
  // The same without its doubled segment.
  '/auth/v1/services/{service}',
];

/** The addresses that belong to the address of a service. */
export function formOf(service: string, known: KnownPaths = {}): ReadForm {
  return {
    service,
    list: known.list ?? listBeside(service),
    logs: known.logs ?? `${service.replace(/\/$/, '')}/logs`,
    deployment: known.deployment,
    job: known.job ?? jobBeside(service),
  };
}

/** Outpost's docs use the same form for the addresses of services and jobs. */
function jobBeside(service: string): string | undefined {
  const job = service.replace(/\/service(s?)(?=\/)/, '/job$1').replace('{service}', '{job}');
  return /\/jobs?\//.test(job) ? job : undefined;
}

/** The collection that contains a service's path; undefined if the path has another form. */
function listBeside(service: string): string | undefined {
  const collection = /(.*)\/\{service\}\/?$/.exec(service)?.[1];
  return collection?.replace(/\/service$/, '/services');
}
