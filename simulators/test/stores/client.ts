import { afterEach } from '@jest/globals';
import sodium from 'libsodium-wrappers';

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The answer as JSON; undefined if it isn't JSON. */
  readonly json: unknown;
}

export interface Said {
  readonly method?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as a form if it's one, otherwise as JSON. */
  readonly body?: unknown;
  /** Aborts the request. */
  readonly signal?: AbortSignal;
}

const running: { close(): Promise<void> }[] = [];

/** Closes the store after the test. */
export function ending<Store extends { close(): Promise<void> }>(store: Store): Store {
  running.push(store);
  return store;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((store) => store.close()));
});

/** Sends one plain request. */
export async function tell(
  { url }: { readonly url: string },
  path: string,
  { method = 'GET', token, headers = {}, body, signal }: Said = {},
): Promise<Told> {
  const form = body instanceof URLSearchParams;
  const response = await fetch(`${url}${path}`, {
    method,
    ...(signal === undefined ? {} : { signal }),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined || form ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

/** A field of a JSON answer, by a path of names and indices. */
export function field(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined,
    value,
  );
}

/** Seals a value for a base64 key, as a client of GitHub must. */
export async function sealed(value: string, key: unknown): Promise<string> {
  await sodium.ready;
  const { ORIGINAL } = sodium.base64_variants;
  return sodium.to_base64(
    sodium.crypto_box_seal(value, sodium.from_base64(String(key), ORIGINAL)),
    ORIGINAL,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
