import { parseArgs } from 'node:util';
import { nearest } from '../lib/suggest.ts';
import type { CommandRow, FlagInput, Program } from './program.ts';

type FlagType = 'boolean' | 'string';

/** The flags of every command that are no inputs: they say how to run it. */
export const generalFlags: ReadonlyMap<string, FlagType> = new Map([
  ['host', 'string'],
  ['token-stdin', 'boolean'],
]);

/**
 * The inputs of a command that are flags: all but the secrets, which an argument would show to
 * every process of the machine.
 */
export function flagsOf({ inputs }: CommandRow): readonly FlagInput[] {
  return inputs().filter(
    ({ kind, hosts }) =>
      kind !== 'secret' && (hosts === undefined || hosts.some((host) => host !== 'github')),
  );
}

export type Parsed =
  | {
      readonly kind: 'words';
      readonly words: readonly string[];
      readonly values: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'help' }
  /** `problem` says what to change, and repeats nothing that may be a secret. */
  | { readonly kind: 'misuse'; readonly problem: string };

/** Reads the arguments after the program's name into words and flags. */
export function parseLine(args: readonly string[], program: Program): Parsed {
  const types = new Map(generalFlags);
  for (const { name, kind } of program.commands.flatMap(flagsOf))
    types.set(name, kind === 'boolean' ? 'boolean' : 'string');
  const options = Object.fromEntries([...types].map(([name, type]) => [name, { type }]));
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...options, help: { type: 'boolean', short: 'h' } },
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const values = new Map<string, string>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const { name } = token;
    if (name === 'help' || name === 'h') return { kind: 'help' };
    const problem = flagProblem(token, values, types, program);
    if (problem !== undefined) return { kind: 'misuse', problem };
    values.set(name, token.value ?? 'true');
  }
  return { kind: 'words', words, values };
}

interface GivenFlag {
  readonly name: string;
  readonly value: string | undefined;
  /** It was written as --name=value. */
  readonly inlineValue: boolean | undefined;
}

function flagProblem(
  flag: GivenFlag,
  given: ReadonlyMap<string, string>,
  types: ReadonlyMap<string, FlagType>,
  { secrets, prefix }: Program,
): string | undefined {
  const { name } = flag;
  if (Object.hasOwn(secrets, name)) {
    const otherwise = name === 'token' ? ', or use --token-stdin' : '';
    return `A token must not be an argument: every process of this machine can read it, and shells remember it. Set the variable ${secrets[name]}${otherwise}.`;
  }
  if (given.has(name))
    return `--${name} is given twice.${name === 'service' ? ' Write several services in one, separated by commas.' : ' Give it once.'}`;
  const type = types.get(name);
  if (type !== undefined) return valueProblem(flag, type);
  const [near] = nearest(name, [...types.keys()]);
  return `There is no flag ${printable(`--${name}`)}.${near === undefined ? ` \`outpost-deploy ${prefix}help\` lists them.` : ` Did you mean --${near}?`}`;
}

function valueProblem({ name, value, inlineValue }: GivenFlag, type: FlagType): string | undefined {
  if (value === undefined)
    return type === 'boolean'
      ? undefined
      : `--${name} needs a value: --${name} ${name === 'service' ? 'namespace/name' : 'VALUE'}.`;
  // The next flag must not be taken for the value of this one, as where a shell's variable is
  // empty: a dry run would become a deploy.
  if (value.startsWith('-') && inlineValue === false)
    return `--${name} needs a value before the next flag; one that begins with a dash is written --${name}=VALUE.`;
  return name === 'token-stdin' && !/^(true|false)$/.test(value)
    ? '--token-stdin stands alone, or is true or false.'
    : undefined;
}

/**
 * A word of the command line for a message. What is long or looks like a credential is not
 * repeated.
 */
export function printable(word: string): string {
  return /^[\w./@=-]{1,40}$/.test(word) && !/op_pat_|\w{20}/.test(word)
    ? `\`${word}\``
    : '<not shown: it may be a secret>';
}

export const HOSTS = ['gitlab', 'shell'] as const;

/** The host that is asked for, or the sentence that there is none of that name. */
export function hostOf(
  values: ReadonlyMap<string, string>,
): { readonly host: (typeof HOSTS)[number] | undefined } | { readonly problem: string } {
  const text = values.get('host');
  const host = HOSTS.find((one) => one === text);
  if (text !== undefined && host === undefined)
    return { problem: `--host is gitlab or shell, not ${printable(text)}.` };
  return { host };
}
