import { z } from 'zod/mini';
import { parseMomentMs } from '../lib/duration.ts';
import {
  type Acceptance,
  knownStatuses,
  type Refusal,
  type Service,
  type ServiceStatus,
  type TokenFacts,
  type TokenRecord,
} from './model.ts';

// Permissive at this border: only the fields that are used, every one that may be missing is
// optional, unknown keys are ignored.

const Count = z.union([
  z.number(),
  z.pipe(z.string().check(z.regex(/^\d{1,9}$/)), z.transform(Number)),
]);
/** A field that must not spoil the answer when its type is not the expected one. */
const lenient = <Schema extends z.ZodMiniType>(schema: Schema) =>
  z.catch(z.nullish(schema), undefined);

const Deployment = z.object({
  id: lenient(z.string()),
  branch: lenient(z.string()),
  commit: lenient(z.string()),
  endpoint: lenient(z.string()),
});

const ServiceBody = z.object({
  name: z.string(),
  status: lenient(z.string()),
  updated_at: lenient(z.string()),
  endpoint: lenient(z.string()),
  ready_replicas: lenient(Count),
  min_replicas: lenient(Count),
  commit: lenient(z.string()),
  deployment_id: lenient(z.string()),
  deployment: lenient(Deployment),
});
const ServicePage = z.object({
  data: z.array(ServiceBody),
  pagination: lenient(z.object({ page: lenient(Count), total_pages: lenient(Count) })),
});
const TokenBody = z.object({
  scopes: lenient(z.array(z.string())),
  expires_at: lenient(z.string()),
  last_used_at: lenient(z.string()),
});
const NamedToken = z.extend(TokenBody, { name: z.string(), created_at: lenient(z.string()) });
const DeployBody = z.object({
  id: lenient(z.string()),
  deployment_id: lenient(z.string()),
  deployment: lenient(Deployment),
  endpoint: lenient(z.string()),
});
const ErrorFields = z.object({
  message: lenient(z.string()),
  code: lenient(z.union([z.string(), z.number()])),
  request_id: lenient(z.string()),
});
const ErrorBody = z.object({ error: z.union([ErrorFields, z.string()]) });
const LogEntry = z.object({
  timestamp: lenient(z.string()),
  message: lenient(z.string()),
  line: lenient(z.string()),
  text: lenient(z.string()),
});
/** The text as JSON, or undefined when it is none. A byte order mark is tolerated. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch {
    // It is not JSON.
  }
  return undefined;
}

/** Takes a bare object or `{"data": object}`: the documents show both habits. */
function unwrap(json: unknown): unknown {
  const wrapped = z.safeParse(z.object({ data: z.record(z.string(), z.unknown()) }), json);
  return wrapped.success ? wrapped.data.data : json;
}

function toService(body: z.infer<typeof ServiceBody>): Service {
  const word = body.status ?? '';
  const known = knownStatuses.find((status) => status === word.toLowerCase());
  // An empty text tells nothing.
  return {
    name: body.name,
    status: known ?? ('unknown' satisfies ServiceStatus),
    statusWord: word,
    updatedAt: body.updated_at || undefined,
    deploymentId: body.deployment?.id || body.deployment_id || undefined,
    branch: body.deployment?.branch || undefined,
    commit: body.deployment?.commit || body.commit || undefined,
    endpoint: body.endpoint || undefined,
    readyReplicas: body.ready_replicas ?? undefined,
    minReplicas: body.min_replicas ?? undefined,
  };
}

/** @returns undefined when the answer is no service, or is another service than was asked for. */
export function parseService(text: string, name: string): Service | undefined {
  const result = z.safeParse(ServiceBody, unwrap(parseJson(text)));
  return result.success && result.data.name === name ? toService(result.data) : undefined;
}

/** The page `asked` of a list of services. `more` = there are further pages. */
export function parseServicePage(
  text: string,
  asked: number,
): { readonly services: readonly Service[]; readonly more: boolean } | undefined {
  const result = z.safeParse(ServicePage, parseJson(text));
  if (!result.success) return undefined;
  const { data, pagination } = result.data;
  // A server that ignores which page was asked for would be asked for ever.
  const more =
    data.length > 0 &&
    (pagination?.page ?? asked) === asked &&
    asked < (pagination?.total_pages ?? 1);
  return { services: data.map(toService), more };
}

const RepositoryPage = z.object({ data: z.array(z.object({ name: z.string() })) });

/** The names of the repositories on a page. */
export function parseRepositoryNames(text: string): readonly string[] | undefined {
  return z.safeParse(RepositoryPage, parseJson(text)).data?.data.map(({ name }) => name);
}

/** A moment of the token's record. Go's zero time is what some servers send for "never". */
function toMoment(text: string | null | undefined): number | null | undefined {
  if (text === null) return null;
  if (text === undefined) return undefined;
  return text.startsWith('0001-01-01') ? null : parseMomentMs(text);
}

/**
 * @returns undefined when the answer tells neither scopes nor expiry: its shape is not documented,
 *     so that is no error.
 */
export function parseTokenFacts(text: string): TokenFacts | undefined {
  const result = z.safeParse(TokenBody, unwrap(parseJson(text)));
  if (!result.success) return undefined;
  const { scopes, expires_at, last_used_at } = result.data;
  if (scopes == null && expires_at === undefined) return undefined;
  return {
    scopes: scopes ?? undefined,
    expiresMs: toMoment(expires_at),
    lastUsedMs: toMoment(last_used_at),
  };
}

/**
 * The records of a page of tokens, bare or under `data`; undefined when it is none. A record
 * without a name is no record.
 */
export function parseTokenRecords(text: string): readonly TokenRecord[] | undefined {
  const json = parseJson(text);
  const list: readonly unknown[] | undefined = Array.isArray(json)
    ? json
    : z.safeParse(z.object({ data: z.array(z.unknown()) }), json).data?.data;
  return list?.flatMap((one) => {
    const { data } = z.safeParse(NamedToken, one);
    if (data === undefined) return [];
    const { name, scopes, created_at, expires_at, last_used_at } = data;
    const created = toMoment(created_at);
    return [
      {
        name,
        scopes: scopes ?? undefined,
        createdMs: created ?? undefined,
        expiresMs: toMoment(expires_at),
        lastUsedMs: toMoment(last_used_at),
      },
    ];
  });
}

/**
 * Takes what it can find. The answer to a deploy is not documented: an empty body is as good as
 * any.
 */
export function parseAcceptance(text: string): Acceptance {
  const result = z.safeParse(DeployBody, unwrap(parseJson(text)));
  // Stryker disable next-line ObjectLiteral: a missing field reads as undefined too
  if (!result.success) return { deploymentId: undefined, endpoint: undefined };
  const { id, deployment_id, deployment, endpoint } = result.data;
  // `id` may be the service's own: its documented form is svc_ and 12 hex digits.
  const ownId = id?.startsWith('svc_') ? undefined : id;
  return {
    deploymentId: deployment?.id || deployment_id || ownId || undefined,
    endpoint: deployment?.endpoint || endpoint || undefined,
  };
}

/** Longest piece of an error's text that is shown. */
const MAX_MESSAGE_LENGTH = 500;

/**
 * Reads every shape of error that was seen: `{error: {...}}`, `{error: "..."}`, flat, a JSON
 * string, text. HTML gives no message.
 */
export function parseRefusal(text: string): Refusal {
  const json = parseJson(text);
  const nested = z.safeParse(ErrorBody, json);
  const source = nested.success ? nested.data.error : json;
  const fields = z.safeParse(ErrorFields, source);
  if (fields.success) {
    const { message, code, request_id } = fields.data;
    return {
      message: message?.slice(0, MAX_MESSAGE_LENGTH),
      code: code?.toString(),
      requestId: request_id ?? undefined,
    };
  }
  const words =
    typeof source === 'string'
      ? source
      : json === undefined && !/^\s*</.test(text)
        ? text.trim()
        : '';
  return {
    message: words === '' ? undefined : words.slice(0, MAX_MESSAGE_LENGTH),
    code: undefined,
    requestId: undefined,
  };
}

/**
 * The lines of one entry of a log: text, or an object with the text under a usual name. Anything
 * else has none.
 */
export function logEntryLines(entry: unknown): readonly string[] {
  if (typeof entry === 'string') return splitLines(entry);
  const fields = z.safeParse(LogEntry, entry).data;
  if (fields === undefined) return [];
  const words = fields.message ?? fields.line ?? fields.text ?? '';
  return splitLines(fields.timestamp == null ? words : `${fields.timestamp} ${words}`);
}

/** An HTML page, and not a log line that begins with `<`, as syslog's do. */
export function isHtmlPage(text: string): boolean {
  return /^\s*<(?:!doctype|html|head|body)\b/i.test(text);
}

function splitLines(text: string): readonly string[] {
  const whole = text.replace(/\r?\n$/, '');
  return whole === '' ? [] : whole.split(/\r?\n/);
}
