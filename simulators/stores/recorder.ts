import type { StoreRequest, StoreService } from './http.ts';
import { decoded } from './http.ts';

/** Where in a request a watched secret was found. Only `value`, the value to store, is right. */
export type SecretPlace = 'target' | 'headers' | 'body' | 'value';

/** A request, recorded for assertions, without its authorization and body. */
export interface RecordedStoreRequest {
  readonly atMs: number;
  readonly method: string;
  /** As sent, without the query; watched secrets are removed. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** All except credentials; watched secrets are removed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number | 'reset' | 'hang' | 'pending';
  readonly secretIn: readonly SecretPlace[];
}

export type OpenStoreRecord = {
  -readonly [Key in keyof RecordedStoreRequest]: RecordedStoreRequest[Key];
};

const CREDENTIAL_HEADERS = [
  'authorization',
  'private-token',
  'job-token',
  'proxy-authorization',
  'cookie',
];

/**
 * Secrets that requests may only contain as the value to store: strings, or patterns for secrets
 * that are created later.
 */
export type Watched = string | RegExp;

/** Records a request, with where it has watched secrets instead of its content. */
export function storeRecordOf(
  {
    request,
    path,
    atMs,
  }: { readonly request: StoreRequest; readonly path: string; readonly atMs: number },
  service: StoreService,
  watched: readonly Watched[],
): OpenStoreRecord {
  const headers = Object.entries(request.headers).filter(
    ([name]) => !CREDENTIAL_HEADERS.includes(name),
  );
  const places: readonly (readonly [SecretPlace, string])[] = [
    ['target', `${path}?${request.query}`],
    ['headers', headers.map(([name, value]) => `${name}: ${value}`).join('\n')],
    ['body', service.restOf(request)],
    ['value', service.valueIn(request) ?? ''],
  ];
  const clean = (text: string): string => (holds(text, watched) ? '***' : text);
  return {
    atMs,
    method: request.method,
    path: path.split('/').map(clean).join('/'),
    query: Object.fromEntries(
      [...request.query].map(([name, value]) => [clean(name), clean(value)]),
    ),
    headers: Object.fromEntries(headers.map(([name, value]) => [name, clean(value)])),
    status: 'pending',
    secretIn: places.filter(([, text]) => holds(text, watched)).map(([place]) => place),
  };
}

/** Whether a text contains a secret: plain, percent-encoded, JSON-escaped or in base64. */
function holds(text: string, watched: readonly Watched[]): boolean {
  const forms = [text, decoded(text), unescaped(text), ...base64Texts(text)];
  return watched.some((secret) =>
    forms.some((form) =>
      typeof secret === 'string' ? form.includes(secret) : form.search(secret) !== -1,
    ),
  );
}

function unescaped(text: string): string {
  return text.replaceAll(/\\u([0-9a-fA-F]{4})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function base64Texts(text: string): readonly string[] {
  return [...text.matchAll(/[A-Za-z0-9+/_-]{8,}/g)].map(([run]) =>
    Buffer.from(run, 'base64').toString('latin1'),
  );
}
