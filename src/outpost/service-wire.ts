import { z } from 'zod/mini';
import type { DeployAnswer, Deployment, Service } from './model.ts';
import { parseMoment } from './moment.ts';
import { Count, lenient, parseJson, parseRefusal, unwrap } from './wire.ts';
import { deploymentPhaseOf, phaseOf } from './words.ts';

// As permissive as wire.ts. Fields are known in the documents' snake_case; those in camelCase are
// read as such.

const Text = z.pipe(z.union([z.string(), z.number()]), z.transform(String));
const Word = z.union([
  z.string(),
  z.pipe(
    z.object({ phase: z.string() }),
    z.transform(({ phase }) => phase),
  ),
]);

const statusFields = { status: lenient(Word), state: lenient(Word), phase: lenient(z.string()) };

const DeploymentBody = z.object({
  ...statusFields,
  id: lenient(Text),
  branch: lenient(z.string()),
  commit: lenient(z.string()),
  endpoint: lenient(z.string()),
});

const ServiceBody = z.object({
  ...statusFields,
  name: z.string(),
  updated_at: lenient(z.union([z.string(), z.number()])),
  endpoint: lenient(z.string()),
  ready_replicas: lenient(Count),
  min_replicas: lenient(Count),
  version: lenient(Text),
  active_versions: lenient(z.array(Text)),
  commit: lenient(z.string()),
  deployment_id: lenient(Text),
  current_deployment: lenient(DeploymentBody),
  deployment: lenient(DeploymentBody),
  latest_deployment: lenient(DeploymentBody),
});
const ServicePage = z.object({
  data: z.array(z.unknown()),
  pagination: lenient(z.object({ page: lenient(Count), total_pages: lenient(Count) })),
});

/** Deeper than any field that is read: a page, its list, a service, its deployment, the status. */
const MAX_DEPTH = 8;

/** `updatedAt` and `currentDeployment.statusWord`, as `updated_at` and so on. */
function inSnakeCase(json: unknown, depth = 0): unknown {
  if (typeof json !== 'object' || json === null || depth === MAX_DEPTH) return json;
  if (Array.isArray(json)) return json.map((one) => inSnakeCase(one, depth + 1));
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [
      name.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase(),
      inSnakeCase(value, depth + 1),
    ]),
  );
}

function wordOf({ status, state, phase }: Partial<z.infer<typeof DeploymentBody>>): string {
  return status || state || phase || '';
}

function toDeployment(body: z.infer<typeof DeploymentBody> | null | undefined): Deployment[] {
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

function toService(body: z.infer<typeof ServiceBody>): Service {
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
    name: body.name,
    phase: phaseOf(statusWord),
    statusWord,
    updatedAt: parseMoment(body.updated_at),
    deployments: [...shown.flatMap(toDeployment), ...named],
    branch: (body.current_deployment ?? body.deployment)?.branch || undefined,
    commit: (body.current_deployment ?? body.deployment)?.commit || body.commit || undefined,
    version: body.version || undefined,
    activeVersions: body.active_versions ?? undefined,
    endpoint: body.endpoint || undefined,
    readyReplicas: body.ready_replicas ?? undefined,
    minReplicas: body.min_replicas ?? undefined,
  };
}

/** @returns undefined when the answer is no service, or is another service than was asked for. */
export function parseService(text: string, name: string): Service | undefined {
  const result = z.safeParse(ServiceBody, inSnakeCase(unwrap(parseJson(text))));
  return result.success && result.data.name === name ? toService(result.data) : undefined;
}

/** The page `asked` of a list of services. `more` = there are further pages. */
export function parseServicePage(
  text: string,
  asked: number,
): { readonly services: readonly Service[]; readonly more: boolean } | undefined {
  const result = z.safeParse(ServicePage, inSnakeCase(parseJson(text)));
  if (!result.success) return undefined;
  const { data, pagination } = result.data;
  // A server that ignores which page was asked for would be asked for ever.
  const more =
    data.length > 0 &&
    (pagination?.page ?? asked) === asked &&
    asked < (pagination?.total_pages ?? 1);
  // An item without a name is no service, and spoils no other.
  const services = data.flatMap((one) => z.safeParse(ServiceBody, one).data ?? []);
  if (data.length > 0 && services.length === 0) return undefined;
  return { services: services.map(toService), more };
}

const NamedService = z.union([
  z.pipe(
    z.string(),
    z.transform((name) => ({ name, namespace: undefined })),
  ),
  z.object({ name: z.string(), namespace: lenient(z.string()) }),
]);
const DeployBody = z.object({
  id: lenient(Text),
  name: lenient(z.string()),
  namespace: lenient(z.string()),
  service: lenient(NamedService),
  deployment_id: lenient(Text),
  deployment: lenient(DeploymentBody),
  endpoint: lenient(z.string()),
  updated_at: z.optional(z.unknown()),
  ...statusFields,
});
const Claims = z.object({
  error: z.optional(z.unknown()),
  errors: z.optional(z.unknown()),
  success: z.optional(z.unknown()),
  ok: z.optional(z.unknown()),
});

/** Whether a body says that something went wrong, whatever HTTP's status says. */
function saysError(json: unknown): boolean {
  const { data } = z.safeParse(Claims, json);
  if (data === undefined) return false;
  return (
    isSomething(data.error) ||
    isSomething(data.errors) ||
    data.success === false ||
    data.ok === false
  );
}

/** Neither absent nor a usual way to write "none". */
function isSomething(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== false && value !== '' && value !== 0;
}

/** The documented form is svc_ and 12 hex digits. */
function isServiceId(text: string | null | undefined): boolean {
  return text?.startsWith('svc_') === true;
}

/** An id is no name, and cannot be compared with one. */
function nameOf(text: string | null | undefined): string | undefined {
  return isServiceId(text) ? undefined : text || undefined;
}

/**
 * Takes what it can find. The answer to a deploy is not documented: an empty body is as good as
 * any, unless it says that something went wrong.
 */
export function parseDeployAnswer(text: string): DeployAnswer {
  const json = parseJson(text);
  if (saysError(json) || saysError(unwrap(json)))
    return { kind: 'refused', refusal: parseRefusal(text) };
  const body = z.safeParse(DeployBody, inSnakeCase(unwrap(json))).data ?? {};
  const { id, deployment_id, deployment, endpoint, service } = body;
  // The answer may be the service, as it was.
  const isService = isServiceId(id) || body.updated_at !== undefined;
  const ownId = isService ? undefined : id;
  const word = wordOf(deployment ?? (isService ? {} : body));
  return {
    kind: 'accepted',
    acceptance: {
      deploymentId: deployment?.id || deployment_id || ownId || undefined,
      endpoint: deployment?.endpoint || endpoint || undefined,
      namespace: body.namespace || service?.namespace || undefined,
      service: nameOf(service?.name) ?? (isService ? nameOf(body.name) : undefined),
      failedWord: deploymentPhaseOf(word) === 'failed' ? word : undefined,
    },
  };
}
