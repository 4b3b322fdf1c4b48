/** A request, as a simulator's routes see it. */
export interface StoreRequest {
  readonly method: string;
  /** Without the prefix of the API, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer: `body` is raw text, or a value that is sent as JSON; undefined = no body. */
export interface StoreAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An answer that ends the handling of a request. */
export class Refusal extends Error {
  readonly answer: StoreAnswer;

  constructor(answer: StoreAnswer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

/** What differs between the stores. */
export interface StoreService {
  readonly handle: (request: StoreRequest) => StoreAnswer;
  /** The documented body and headers for a status. */
  readonly documented: (status: number) => StoreAnswer;
  /** The plain value that a request stores, if any. */
  readonly valueIn: (request: StoreRequest) => string | undefined;
  /** The body without the value: the rest must not contain a secret. */
  readonly restOf: (request: StoreRequest) => string;
}

/** Matches a path with a route's {variables}, each one segment; undefined if it doesn't match. */
export function matched(
  pattern: string,
  path: string,
): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = decoded(given[index] ?? '');
    if (!segment.startsWith('{')) {
      if (segment !== value) return undefined;
    } else if (value === '') return undefined;
    else params[segment.slice(1, -1)] = value;
  }
  return params;
}

/** The JSON object of a body, or undefined. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { ...value }
      : undefined;
  } catch {
    return undefined;
  }
}

/** One page of a list, according to `page` and `per_page`. */
export function pageOf<Item>(
  items: readonly Item[],
  query: URLSearchParams,
  usual: number,
): { page: readonly Item[]; next: number | undefined } {
  const size = Math.min(100, Math.max(1, Number(query.get('per_page') ?? usual) || usual));
  const number = Math.max(1, Number(query.get('page') ?? 1) || 1);
  const page = items.slice((number - 1) * size, number * size);
  return { page, next: number * size < items.length ? number + 1 : undefined };
}

/** Percent-decoded, or unchanged if that's not possible. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
