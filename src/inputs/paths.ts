import { nearest } from '../lib/suggest.ts';
import type { Reader } from './reader.ts';

/**
 * A path template: `{name}` stands for one segment.
 *
 * @param required names that it must contain.
 */
const readPath =
  (required: readonly string[], optional: readonly string[]): Reader<string> =>
  (text) => {
    if (!/^\/[A-Za-z0-9._~{}/-]*$/.test(text) || /\/\/|\/\.{1,2}(?:\/|$)/.test(text))
      return { problem: `\`${text}\` is not an absolute URL path` };
    const braced = (names: readonly string[]): string =>
      names.map((name) => `{${name}}`).join(' and ');
    const missing = required.filter((name) => !text.includes(`{${name}}`));
    if (missing.length > 0) return { problem: `\`${text}\` must contain ${braced(missing)}` };
    const known = [...optional, ...required];
    // Stryker disable next-line StringLiteral: any text without braces would do
    const rest = known.reduce((path, name) => path.replaceAll(`{${name}}`, ''), text);
    return /[{}]/.test(rest)
      ? { problem: `\`${text}\` can only contain ${braced(known)}, and no other braces` }
      : { value: text };
  };

export const readDeployPath = readPath(['service'], ['namespace']);

/** undefined = the known forms are tried. */
export const readServicePath: Reader<string | undefined> = (text) =>
  text === 'auto' ? { value: undefined } : readDeployPath(text);

/** Rare forms of Outpost's API, as `probe` prints them. */
export interface ApiForms {
  readonly list?: string;
  readonly logs?: string;
  readonly token?: string;
  readonly deployment?: string;
  readonly job?: string;
  readonly running?: readonly string[];
  readonly rolling?: readonly string[];
  readonly failed?: readonly string[];
  readonly idle?: readonly string[];
}

const readWords: Reader<readonly string[]> = (text) => {
  const words = text.split(',');
  const strange = words.find((word) => !/^[\w-]{1,40}$/.test(word));
  return strange === undefined
    ? { value: words }
    : { problem: `\`${strange}\` is not a status word (separate several with commas)` };
};

const apiReaders: { readonly [Key in keyof ApiForms]-?: Reader<NonNullable<ApiForms[Key]>> } = {
  list: readPath([], ['namespace']),
  logs: readDeployPath,
  token: readPath(['name'], []),
  deployment: readPath(['id'], ['namespace', 'service']),
  job: readPath(['job'], ['namespace']),
  running: readWords,
  rolling: readWords,
  failed: readWords,
  idle: readWords,
};
const apiKeys = Object.keys(apiReaders) as readonly (keyof ApiForms)[];

/** `key=value`, one per line (or separated by blanks). */
export const readApiForms: Reader<ApiForms> = (text) => {
  const forms: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const entry of text.match(/\S+/g) ?? []) {
    const mark = entry.indexOf('=');
    const [name, value] = [entry.slice(0, Math.max(0, mark)), entry.slice(mark + 1)];
    const key = apiKeys.find((one) => one === name);
    if (key === undefined) problems.push(unknownKey(entry, name));
    else if (Object.hasOwn(forms, key)) problems.push(`\`${key}\` is set twice`);
    else {
      const result = apiReaders[key](value);
      if ('value' in result) forms[key] = result.value;
      else problems.push(`\`${key}\`: ${result.problem}`);
    }
  }
  return problems.length === 0 ? { value: forms as ApiForms } : { problem: problems.join('; ') };
};

function unknownKey(entry: string, name: string): string {
  const [near] = nearest(name, apiKeys);
  const meant =
    near === undefined ? `the keys are ${apiKeys.join(', ')}` : `did you mean \`${near}=\`?`;
  return `\`${entry}\` does not start with a known key: ${meant}`;
}
