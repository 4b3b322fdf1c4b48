import { createRequire } from 'node:module';

export type Mapping = Readonly<Record<string, unknown>>;

// The package ships no types.
const {
  safeLoad,
  safeLoadAll,
}: { safeLoad(text: string): unknown; safeLoadAll(text: string): unknown[] } = createRequire(
  import.meta.url,
)('js-yaml');

export function parseYaml(text: string): Mapping {
  return asMapping(safeLoad(text));
}

export function parseDocuments(text: string): readonly Mapping[] {
  return safeLoadAll(text).map(asMapping);
}

export function asMapping(value: unknown): Mapping {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('no YAML mapping where there should be one');
  return value as Mapping;
}

/** A string or a list of strings, as in `script` and `after_script`. */
export function asLines(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value)
    ? value
    : value === undefined
      ? []
      : [value];
  return list.map((line) => {
    if (typeof line !== 'string') throw new Error('a script holds something that is no text');
    return line;
  });
}
