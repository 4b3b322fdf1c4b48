import { invalid } from './errors.ts';

const DEFAULT_PER_PAGE = 20;
const MAX_PER_PAGE = 100;

/**
 * The documented envelope of every list: `{data, pagination: {page, per_page, total,
 * total_pages}}`.
 */
export interface Page<Item> {
  readonly data: readonly Item[];
  readonly pagination: {
    readonly page: number;
    readonly per_page: number;
    readonly total: number;
    readonly total_pages: number;
  };
}

/**
 * One page of a list. `page` counts from 1; `per_page` is 20 by default and at most 100
 * (documented). A value out of range is a 400 and a page after the last is empty (both assumed).
 *
 * @param fixedSize the size of every page, whatever the client requests.
 */
export function pageOf<Item>(
  items: readonly Item[],
  query: URLSearchParams,
  fixedSize?: number,
): Page<Item> {
  const page = wholeNumber(query, 'page', 1, Number.MAX_SAFE_INTEGER);
  const perPage = fixedSize ?? wholeNumber(query, 'per_page', DEFAULT_PER_PAGE, MAX_PER_PAGE);
  const start = (page - 1) * perPage;
  return {
    data: items.slice(start, start + perPage),
    pagination: {
      page,
      per_page: perPage,
      total: items.length,
      total_pages: Math.ceil(items.length / perPage),
    },
  };
}

/** A whole number from 1 to `max` from the query. */
export function wholeNumber(
  query: URLSearchParams,
  name: string,
  fallback: number,
  max: number,
): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > max) {
    throw invalid(
      `${name} must be a whole number from 1${max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`}, not "${text}".`,
    );
  }
  return value;
}

/** One of the documented values from the query; anything else is a 400 (assumed). */
export function oneOf<Value extends string>(
  query: URLSearchParams,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = values.find((candidate) => candidate === text);
  if (value === undefined)
    throw invalid(`${name} must be one of ${values.join(', ')}, not "${text}".`);
  return value;
}

const orders = ['desc', 'asc'] as const;

/** Sorts by a key, descending unless the query asks for `order=asc` (documented). */
export function inOrder<Item>(
  items: readonly Item[],
  query: URLSearchParams,
  keyOf: (item: Item) => string | number,
): readonly Item[] {
  const direction = oneOf(query, 'order', orders) === 'asc' ? 1 : -1;
  return [...items].sort((left, right) => {
    const [first, second] = [keyOf(left), keyOf(right)];
    if (first === second) return 0;
    return first < second ? -direction : direction;
  });
}
