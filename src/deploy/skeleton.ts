/** The shape of a JSON answer without its content: field names and kinds of values. */
export type Skeleton = string | readonly Skeleton[] | { readonly [key: string]: Skeleton };

const MAX_DEPTH = 6;
const MAX_KEYS = 40;
const WORD = /^[A-Za-z_]{1,30}$/;
const STATUS_KEYS: ReadonlySet<string> = new Set(['status', 'state', 'phase']);
const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/;

/**
 * A field's name is shown if it is a plain word, and a value only if it is a plain word under
 * `status`, `state` or `phase`; neither may be one of the names of the run. Everything else becomes
 * its kind.
 *
 * @param names what must not be shown, in lower case: namespaces, services, branches, users.
 */
export function skeletonOf(json: unknown, names: ReadonlySet<string>, depth = 0): Skeleton {
  if (typeof json === 'string') return MOMENT.test(json) ? 'time' : json === '' ? 'empty' : 'text';
  if (json === null) return 'null';
  if (typeof json !== 'object') return typeof json;
  if (depth === MAX_DEPTH) return 'deeper';
  if (Array.isArray(json)) return json.slice(0, 1).map((one) => skeletonOf(one, names, depth + 1));
  const isShown = (word: string): boolean => WORD.test(word) && !names.has(word.toLowerCase());
  const fields = Object.entries(json).slice(0, MAX_KEYS);
  return Object.fromEntries(
    fields.map(([key, value], index) => [
      isShown(key) ? key : `field ${index + 1}`,
      STATUS_KEYS.has(key) && typeof value === 'string' && isShown(value)
        ? `word ${value}`
        : skeletonOf(value, names, depth + 1),
    ]),
  );
}
