import { z } from 'zod/mini';
import { saysError } from './deploy-wire.ts';
import type { Job, Refusal } from './model.ts';
import { isHtml } from './reply.ts';
import { LenientScalar } from './scalar-wire.ts';
import { statusFields, wordOf } from './service-wire.ts';
import { parseJson, parseRefusal, parseSnakeCase } from './wire.ts';
import { jobPhaseOf } from './words.ts';

const JobBody = z.object({ ...statusFields, name: LenientScalar });
const Wrapped = z.object({
  data: z.optional(z.unknown()),
  job: z.optional(z.unknown()),
  result: z.optional(z.unknown()),
});
const MAX_WRAPPERS = 2;

/** @returns undefined when the answer holds no job of that name with a status. */
export function parseJob(text: string, name: string): Job | undefined {
  return findJob(parseSnakeCase(text), name, MAX_WRAPPERS);
}

function findJob(json: unknown, name: string, wrappers: number): Job | undefined {
  const body = z.safeParse(JobBody, json).data;
  const statusWord = wordOf(body ?? {});
  if (body?.name === name && statusWord !== '')
    return { phase: jobPhaseOf(statusWord), statusWord };
  if (wrappers === 0) return undefined;
  for (const inner of Object.values(z.safeParse(Wrapped, json).data ?? {})) {
    const found = findJob(inner, name, wrappers - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The answer to a job's creation, which is not documented: anything but an HTML page, unless it
 * says that something went wrong.
 *
 * @returns undefined for an HTML page: it proves nothing.
 */
export function parseCreation(text: string): { readonly refusal?: Refusal } | undefined {
  if (isHtml(text)) return undefined;
  return saysError(parseJson(text)) ? { refusal: parseRefusal(text) } : {};
}
