import { nearest } from './suggest.ts';

/** Checks a value and lists its problems; `path` is where it is. */
export type Check = (value: unknown, path: string) => readonly string[];

/** The fields of an object; a name that ends in `!` is required. */
export type Fields = Readonly<Record<string, Check>>;

export const anyText: Check = (value, path) =>
  typeof value === 'string' ? [] : [`${path} must be a string, not ${show(value)}`];

export const truth: Check = (value, path) =>
  typeof value === 'boolean' ? [] : [`${path} must be true or false, not ${show(value)}`];

/** A whole number within bounds. */
export function whole(min: number, max: number = Number.MAX_SAFE_INTEGER): Check {
  return (value, path) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max)
      return [];
    const bounds = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
    return [`${path} must be a whole number ${bounds}, not ${show(value)}`];
  };
}

/** One of some values. */
export function oneOf(values: readonly (string | number)[]): Check {
  return (value, path) => {
    if (values.some((candidate) => candidate === value)) return [];
    return [
      `${path} must be one of ${values.join(', ')}, not ${show(value)}${guess(value, values.map(String))}`,
    ];
  };
}

/** Either of two forms; reports the problems of the second. */
export function either(first: Check, second: Check): Check {
  return (value, path) => (first(value, path).length === 0 ? [] : second(value, path));
}

/** A list, every item of one form. */
export function listOf(item: Check, least = 0): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return [`${path} must be a list, not ${show(value)}`];
    if (value.length < least) return [`${path} must not be empty`];
    return value.flatMap((entry, index) => item(entry, `${path}[${index}]`));
  };
}

/** An object with any keys and values of one form. */
export function mapOf(item: Check): Check {
  return (value, path) => {
    if (!isObject(value)) return [`${path} must be an object, not ${show(value)}`];
    return Object.entries(value).flatMap(([key, entry]) => item(entry, `${path}["${key}"]`));
  };
}

/** An object with these fields and no others. */
export function object(fields: Fields): Check {
  const names = Object.keys(fields).map((key) => key.replace('!', ''));
  return (value, path) => {
    if (!isObject(value)) return [`${path} must be an object, not ${show(value)}`];
    const strangers = Object.keys(value).filter((key) => !names.includes(key));
    return [
      ...strangers.map(
        (key) => `${path} has no field "${key}"${guess(key, names)}; fields: ${names.join(', ')}`,
      ),
      ...Object.entries(fields).flatMap(([key, check]) => fieldProblems(value, path, key, check)),
    ];
  };
}

/** An object whose fields depend on its `kind`. */
export function byKind(kinds: Readonly<Record<string, Fields>>): Check {
  return (value, path) => {
    if (!isObject(value)) return [`${path} must be an object, not ${show(value)}`];
    const { kind } = value;
    const fields = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (fields === undefined) return oneOf(Object.keys(kinds))(kind, `${path}.kind`);
    return object({ 'kind!': anyText, ...fields })(value, path);
  };
}

function fieldProblems(
  value: Readonly<Record<string, unknown>>,
  path: string,
  key: string,
  check: Check,
): readonly string[] {
  const name = key.replace('!', '');
  if (Object.hasOwn(value, name)) return check(value[name], `${path}.${name}`);
  return key.endsWith('!') ? [`${path}.${name} is missing`] : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function guess(value: unknown, allowed: readonly string[]): string {
  const close = typeof value === 'string' ? nearest(value, allowed)[0] : undefined;
  return close === undefined ? '' : ` (did you mean ${close}?)`;
}
