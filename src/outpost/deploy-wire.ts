import { z } from 'zod/mini';
import type { DeployAnswer } from './model.ts';
import {
  LenientAddress,
  LenientScalar,
  LenientScalarOrNumber,
  lenient,
  Scalar,
} from './scalar-wire.ts';
import { LenientDeployment, statusFields, wordOf } from './service-wire.ts';
import { inSnakeCase, parseJson, parseRefusal, unwrap } from './wire.ts';
import { deploymentPhaseOf } from './words.ts';

const NamedService = z.union([
  z.pipe(
    Scalar,
    z.transform((name) => ({ name, namespace: undefined })),
  ),
  z.object({ name: Scalar, namespace: LenientScalar }),
]);
const DeployBody = z.object({
  id: LenientScalarOrNumber,
  name: LenientScalar,
  namespace: LenientScalar,
  service: lenient(NamedService),
  deployment_id: LenientScalarOrNumber,
  deployment: LenientDeployment,
  endpoint: LenientAddress,
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
export function saysError(json: unknown): boolean {
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

/** An id cannot be compared with a name. */
function nameOf(text: string | null | undefined): string | undefined {
  return isServiceId(text) ? undefined : text || undefined;
}

/**
 * Reads whatever it can find. The answer to a deploy is not documented, so even an empty body is
 * accepted, unless it says that something went wrong.
 */
export function parseDeployAnswer(text: string): DeployAnswer {
  const json = parseJson(text);
  if (saysError(json) || saysError(unwrap(json)))
    return { kind: 'refused', refusal: parseRefusal(text) };
  const body = z.safeParse(DeployBody, inSnakeCase(unwrap(json))).data ?? {};
  const { id, deployment_id, deployment, endpoint, service } = body;
  // The answer may be the service as it was before.
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
