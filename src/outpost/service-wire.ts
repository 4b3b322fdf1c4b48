import { z } from 'zod/mini';
import type { Deployment, Service, ServiceName } from './model.ts';
import { parseMoment } from './moment.ts';
import {
  LenientAddress,
  LenientScalar,
  LenientScalarOrNumber,
  lenient,
  Scalar,
  ScalarOrNumber,
  shortListOf,
} from './scalar-wire.ts';
import { parseSnakeCase, unwrap } from './wire.ts';
import { deploymentPhaseOf, phaseOf, type StatusWords } from './words.ts';

// As permissive as wire.ts. Fields are known in the documents' snake_case; those in camelCase are
// read as such.

const Word = z.union([
  Scalar,
  z.pipe(
    z.object({ phase: Scalar }),
    z.transform(({ phase }) => phase),
  ),
]);

const LenientWord = lenient(Word);

/** Possible fields for a status. */
export const statusFields = {
  status: LenientWord,
  state: LenientWord,
  phase: LenientScalar,
};

/** A deployment within another answer. */
export const DeploymentBody = z.object({
  ...statusFields,
  id: LenientScalarOrNumber,
  branch: LenientScalar,
  commit: LenientScalar,
  endpoint: LenientAddress,
});
export const LenientDeployment = lenient(DeploymentBody);

const LenientCount = lenient(
  z.union([z.number(), z.pipe(z.string().check(z.regex(/^\d{1,9}$/)), z.transform(Number))]),
);
const Namespace = z.union([
  Scalar,
  z.pipe(
    z.object({ name: Scalar }),
    z.transform(({ name }) => name),
  ),
]);
const ServiceBody = z.object({
  ...statusFields,
  name: LenientScalar,
  full_name: LenientScalar,
  namespace: lenient(Namespace),
  updated_at: lenient(z.union([z.string(), z.number()])),
  endpoint: LenientAddress,
  ready_replicas: LenientCount,
  min_replicas: LenientCount,
  version: LenientScalarOrNumber,
  active_versions: lenient(shortListOf(ScalarOrNumber)),
  commit: LenientScalar,
  deployment_id: LenientScalarOrNumber,
  current_deployment: LenientDeployment,
  deployment: LenientDeployment,
  latest_deployment: LenientDeployment,
});
type ServiceBody = z.infer<typeof ServiceBody>;
const Pagination = lenient(z.object({ page: LenientCount, total_pages: LenientCount }));
const ServicePage = z.union([
  z.object({ data: z.array(z.unknown()), pagination: Pagination }),
  z.pipe(
    z.object({ services: z.array(z.unknown()), pagination: Pagination }),
    z.transform(({ services, pagination }) => ({ data: services, pagination })),
  ),
  z.pipe(
    z.array(z.unknown()),
    z.transform((data) => ({ data, pagination: undefined })),
  ),
]);

/** The status as written; empty if there is none. */
export function wordOf({ status, state, phase }: Partial<z.infer<typeof DeploymentBody>>): string {
  return status || state || phase || '';
}

/** One or none: without an id it is none. */
function toDeployments(body: z.infer<typeof DeploymentBody> | null | undefined): Deployment[] {
  if (body == null || !body.id) return [];
  const word = wordOf(body);
  return [
    {
      id: body.id,
      phase: word === '' ? undefined : deploymentPhaseOf(word),
      statusWord: word,
      branch: body.branch || undefined,
      commit: body.commit || undefined,
    },
  ];
}

function toService(name: string, body: ServiceBody, words: StatusWords): Service {
  const statusWord = wordOf(body);
  const named: Deployment[] = body.deployment_id
    ? [
        {
          id: body.deployment_id,
          phase: undefined,
          statusWord: '',
          branch: undefined,
          commit: undefined,
        },
      ]
    : [];
  const shown = [body.current_deployment, body.deployment, body.latest_deployment];
  // An empty text tells nothing.
  return {
    name,
    phase: phaseOf(statusWord, words),
    statusWord,
    updatedAt: parseMoment(body.updated_at),
    deployments: [...shown.flatMap(toDeployments), ...named],
    branch: (body.current_deployment ?? body.deployment)?.branch || undefined,
    commit: (body.current_deployment ?? body.deployment)?.commit || body.commit || undefined,
    version: body.version || undefined,
    activeVersions: body.active_versions ?? undefined,
    endpoint: body.endpoint || undefined,
    readyReplicas: body.ready_replicas ?? undefined,
    minReplicas: body.min_replicas ?? undefined,
  };
}

const FULL_NAME = /^([A-Za-z0-9][\w.-]{0,99})\/([A-Za-z0-9][\w.-]{0,99})$/;

/** The name within its namespace; undefined if it has none, or is in another namespace. */
function nameIn(namespace: string | undefined, body: ServiceBody): string | undefined {
  const own = namespace?.toLowerCase();
  const names = [body.name, body.full_name].flatMap((text) => {
    if (!text) return [];
    const [, owner, name] = FULL_NAME.exec(text) ?? [];
    return [name === undefined ? { name: text } : { namespace: owner, name }];
  });
  const namespaces = [body.namespace, ...names.map((one) => one.namespace)];
  const isOther = namespaces.some((one) => one && own !== undefined && one.toLowerCase() !== own);
  const [first, ...others] = names.map(({ name }) => name);
  return isOther || others.some((other) => other !== first) ? undefined : first;
}

/** Possible wrappers of a service, also nested: `{success, data: {service: {...}}}`. */
const Wrapped = z.object({
  data: z.optional(z.unknown()),
  service: z.optional(z.unknown()),
  result: z.optional(z.unknown()),
});
const MAX_WRAPPERS = 2;

function findBody(
  json: unknown,
  { namespace, service }: ServiceName,
  wrappers: number,
): ServiceBody | undefined {
  const body = z.safeParse(ServiceBody, json).data;
  if (body !== undefined && nameIn(namespace, body) === service) return body;
  if (wrappers === 0) return undefined;
  const inner = Array.isArray(json) ? json : Object.values(z.safeParse(Wrapped, json).data ?? {});
  for (const one of inner) {
    const found = findBody(one, { namespace, service }, wrappers - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The service of that name: bare, in at most two wrappers, or an entry of a list.
 *
 * @returns undefined when the answer holds no such service, or that of another namespace.
 */
export function parseService(
  text: string,
  name: ServiceName,
  words: StatusWords = {},
): Service | undefined {
  const body = findBody(parseSnakeCase(text), name, MAX_WRAPPERS);
  return body === undefined ? undefined : toService(name.service, body, words);
}

const DeploymentAnswer = z.union([
  z.pipe(
    z.object({ deployment: DeploymentBody }),
    z.transform(({ deployment }) => deployment),
  ),
  DeploymentBody,
]);

/** @returns undefined when the answer is no deployment, or another one. */
export function parseDeployment(text: string, id: string): Deployment | undefined {
  const body = z.safeParse(DeploymentAnswer, unwrap(parseSnakeCase(text))).data;
  return toDeployments(body).find((deployment) => deployment.id === id);
}

/** The page `asked` of a list of services. `more` = there are further pages. */
export function parseServicePage(
  text: string,
  asked: number,
  namespace?: string,
  words: StatusWords = {},
): { readonly services: readonly Service[]; readonly more: boolean } | undefined {
  const result = z.safeParse(ServicePage, parseSnakeCase(text));
  if (!result.success) return undefined;
  const { data, pagination } = result.data;
  // Without this, a server that ignores the page number would cause an endless loop.
  const more =
    data.length > 0 &&
    (pagination?.page ?? asked) === asked &&
    asked < (pagination?.total_pages ?? 1);
  const bodies = data.flatMap((one) => z.safeParse(ServiceBody, one).data ?? []);
  const named = bodies.filter(({ name, full_name }) => Boolean(name || full_name));
  // An item without a name is skipped. If there are only such items, it is not a list of services.
  if (data.length > 0 && named.length === 0) return undefined;
  const services = named.flatMap((body) => {
    const name = nameIn(namespace, body);
    return name === undefined ? [] : [toService(name, body, words)];
  });
  return { services, more };
}
