import { z } from 'zod/mini';
import { stampLength } from '../lib/log-stamp.ts';
import type { Refusal } from './model.ts';
import { parseMoment } from './moment.ts';
import {
  LenientScalar,
  LenientScalarOrNumber,
  LenientText,
  lenient,
  Scalar,
} from './scalar-wire.ts';

// Permissive at this border: only the fields that are used, every one that may be missing is
// optional, unknown keys are ignored.

/** GitLab's form: what is wrong, field by field. */
const ByField = z.pipe(
  z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  z.transform((fields) =>
    Object.entries(fields)
      .map(([field, words]) => `${field} ${[words].flat().join(', ')}`)
      .join('; '),
  ),
);
const ErrorFields = z.object({
  message: lenient(z.union([z.string(), ByField])),
  code: LenientScalarOrNumber,
  request_id: LenientScalar,
});
const ErrorWords = z.union([ErrorFields, z.string()]);
const ErrorBody = z.union([
  z.pipe(
    z.object({ error: ErrorWords }),
    z.transform(({ error }) => error),
  ),
  z.pipe(
    z.object({ errors: z.array(ErrorWords).check(z.minLength(1)) }),
    z.transform(({ errors }) => errors[0]),
  ),
]);
const LogEntry = z.object({
  timestamp: lenient(z.union([z.string(), z.number()])),
  message: LenientText,
  line: LenientText,
  text: LenientText,
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

// Stryker disable next-line Regex: a copy of JSON that has no such name is the same
const withUpperCase = /"[^"]*[A-Z][^"]*"\s*:/;

/** The text as JSON with the names of its fields in snake_case, whatever they were in. */
export function parseSnakeCase(text: string): unknown {
  const json = parseJson(text);
  // A copy of a page of a hundred services is worth sparing where it would be the same.
  return withUpperCase.test(text) ? inSnakeCase(json) : json;
}

/** Deeper than any field that is read: a page, its list, a service, its deployment, the status. */
const MAX_DEPTH = 8;

/** `updatedAt` and `currentDeployment.statusWord`, as `updated_at` and so on. */
export function inSnakeCase(json: unknown, depth = 0): unknown {
  if (typeof json !== 'object' || json === null || depth === MAX_DEPTH) return json;
  if (Array.isArray(json)) return json.map((one) => inSnakeCase(one, depth + 1));
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [
      name.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase(),
      inSnakeCase(value, depth + 1),
    ]),
  );
}

const MAX_KEYS = 12;
const Fields = z.record(z.string(), z.unknown());

/** The names of an answer's fields, and of those one level below: `data.items`. Foreign, capped. */
export function keysOf(text: string): readonly string[] {
  const fieldsOf = (json: unknown): readonly (readonly [string, unknown])[] =>
    Object.entries(z.safeParse(Fields, json).data ?? {}).filter(([key]) =>
      /^[\w-]{1,40}$/.test(key),
    );
  return fieldsOf(parseJson(text))
    .flatMap(([key, value]) => {
      const inner = fieldsOf(value);
      return inner.length === 0 ? [key] : inner.map(([name]) => `${key}.${name}`);
    })
    .slice(0, MAX_KEYS);
}

/** Takes a bare object or `{"data": object}`: the documents show both habits. */
export function unwrap(json: unknown): unknown {
  const wrapped = z.safeParse(z.object({ data: z.record(z.string(), z.unknown()) }), json);
  return wrapped.success ? wrapped.data.data : json;
}

const RepositoryPage = z.object({ data: z.array(z.object({ name: Scalar })) });

/** The names of the repositories on a page. */
export function parseRepositoryNames(text: string): readonly string[] | undefined {
  return z.safeParse(RepositoryPage, parseJson(text)).data?.data.map(({ name }) => name);
}

/** Longest piece of an error's text that is shown, and the most lines of it. */
const MAX_MESSAGE_LENGTH = 500;
const MAX_MESSAGE_LINES = 10;

function toMessage(text: string): string {
  return text
    .slice(0, MAX_MESSAGE_LENGTH)
    .split(/\r\n?|\n/, MAX_MESSAGE_LINES)
    .join('\n');
}

/**
 * Reads every shape of error that was seen: `{error: {...}}`, `{error: "..."}`, `{errors: [...]}`,
 * flat, a JSON string, text. HTML gives no message.
 */
export function parseRefusal(text: string): Refusal {
  const json = parseJson(text);
  const nested = z.safeParse(ErrorBody, json);
  const source = nested.success ? nested.data : json;
  const fields = z.safeParse(ErrorFields, source);
  if (fields.success) {
    const { message, code, request_id } = fields.data;
    return {
      message: message == null ? undefined : toMessage(message),
      code: code ?? undefined,
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
    message: words === '' ? undefined : toMessage(words),
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
  const stamp = stampOf(fields.timestamp);
  return splitLines(stamp === '' ? words : `${stamp} ${words}`);
}

/** Counts before it are no times of day: seconds since the start of a process, for one. */
const EARLIEST_STAMP_MS = Date.UTC(2000, 0);

/**
 * The time of an entry as log lines begin with it. What is no time is not shown: it would stand
 * between the pieces of a secret that is broken over entries.
 */
function stampOf(timestamp: string | number | null | undefined): string {
  if (typeof timestamp === 'string' && stampLength(timestamp) === timestamp.length)
    return timestamp;
  const ms = parseMoment(timestamp)?.ms ?? 0;
  return ms < EARLIEST_STAMP_MS ? '' : new Date(ms).toISOString();
}

/** An HTML page, and not a log line that begins with `<`, as syslog's do. */
export function isHtmlPage(text: string): boolean {
  return /^\s*<(?:!doctype|html|head|body)\b/i.test(text);
}

function splitLines(text: string): readonly string[] {
  const whole = text.replace(/\r?\n$/, '');
  return whole === '' ? [] : whole.split(/\r?\n/);
}
