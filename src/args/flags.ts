import { parseArgs } from 'node:util';
import { nearest } from '../lib/suggest.ts';

/** The flags that a program knows, without their dashes. */
export interface Flags {
  readonly names: readonly string[];
  /** Of these, the ones that need no value. */
  readonly booleans: ReadonlySet<string>;
  /** Names of secrets, which are refused as flags, and the variable to set instead. */
  readonly secrets: Readonly<Record<string, string>>;
  /** As users call the program, for its help. */
  readonly program: string;
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
export function parseLine(args: readonly string[], flags: Flags): Parsed {
  const options = Object.fromEntries(
    flags.names.map((name) => [
      name,
      { type: flags.booleans.has(name) ? ('boolean' as const) : ('string' as const) },
    ]),
  );
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
    const problem = flagProblem(token, values, flags);
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
  { name, value, inlineValue }: GivenFlag,
  given: ReadonlyMap<string, string>,
  flags: Flags,
): string | undefined {
  const variable = Object.hasOwn(flags.secrets, name) ? flags.secrets[name] : undefined;
  if (variable !== undefined) {
    const otherwise = name === 'token' ? ', or use --token-stdin' : '';
    return `A token must not be an argument: every process of this machine can read it, and shells remember it. Set the variable ${variable}${otherwise}.`;
  }
  if (!flags.names.includes(name)) {
    const [near] = nearest(name, flags.names);
    return `There is no flag ${printable(`--${name}`)}.${near === undefined ? ` \`${flags.program} help\` lists them.` : ` Did you mean --${near}?`}`;
  }
  if (given.has(name))
    return `--${name} is given twice.${name === 'service' ? ' Write several services in one, separated by commas.' : ' Give it once.'}`;
  return valueProblem({ name, value, inlineValue }, flags.booleans.has(name));
}

function valueProblem(
  { name, value, inlineValue }: GivenFlag,
  isBoolean: boolean,
): string | undefined {
  if (value === undefined)
    return isBoolean
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

/** A first word that is no command, with the one that was meant or the list of all. */
export function unknownCommand(verb: string, verbs: readonly string[]): string {
  const [near] = nearest(verb, verbs);
  const all = `The commands are ${verbs.slice(0, -1).join(', ')} and ${verbs.at(-1)}.`;
  return `There is no command ${printable(verb)}. ${near === undefined ? all : `Did you mean ${near}?`}`;
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
