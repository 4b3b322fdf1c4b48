import { parseArgs } from 'node:util';
import { nearest } from '../lib/suggest.ts';
import type { CommandRow, Flag, Program } from './program.ts';

export const HOSTS = ['gitlab', 'shell'] as const;

/** The flags that every command has. */
const generalFlags: readonly Flag[] = [
  {
    name: 'token-stdin',
    kind: 'boolean',
    description: 'Read the token from standard input.',
  },
  {
    name: 'host',
    kind: 'choice',
    choices: HOSTS,
    description: 'Where this runs. By default, gitlab in GitLab jobs, otherwise shell.',
  },
];

/**
 * The flags of a command. Secrets can't be flags: every process on the machine can read arguments.
 */
export function flagsOf({ flags }: CommandRow): readonly Flag[] {
  const own = flags().filter(
    ({ kind, hosts }) =>
      kind !== 'secret' && (hosts === undefined || hosts.some((host) => host !== 'github')),
  );
  return [...own, ...generalFlags];
}

/** What is wrong with a command line and what to change, a line each. Never repeats a secret. */
export interface Misuse {
  readonly kind: 'misuse';
  readonly problem: string;
}

export type Line =
  | {
      readonly kind: 'words';
      readonly words: readonly string[];
      readonly values: ReadonlyMap<string, string>;
    }
  /** `verb` = the command to show the help of, as it was typed. */
  | { readonly kind: 'help'; readonly verb: string | undefined }
  | { readonly kind: 'version' }
  | Misuse;

export function misuse(problem: string): Misuse {
  return { kind: 'misuse', problem };
}

/** `Did you mean ...?`, or another hint if no name is similar. */
export function guess(word: string, names: readonly string[], otherwise: string): string {
  const [near] = nearest(word, names);
  return near === undefined ? otherwise : `Did you mean \`${near}\`?`;
}

/** Splits the arguments after the program's name into words and flags. */
export function parseLine(args: readonly string[], program: Program): Line {
  const known = new Map(program.commands.flatMap(flagsOf).map((flag) => [flag.name, flag]));
  const types = [...known.values()].map(
    ({ name, kind }) => [name, { type: kind === 'boolean' ? 'boolean' : 'string' }] as const,
  );
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...Object.fromEntries(types), help: { type: 'boolean', short: 'h' } },
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const values = new Map<string, string>();
  const problems: string[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'option') continue;
    if (token.name === 'help' || token.name === 'h') return { kind: 'help', verb: words[0] };
    if (token.name === 'version') return { kind: 'version' };
    const given = positive(token, known);
    const next = tokens[index + 1];
    const problem =
      problemOf(given, values, known, words[0], program) ??
      detached(given, next?.kind === 'positional' ? next.value : '');
    if (problem !== undefined) problems.push(problem);
    values.set(given.name, given.value ?? 'true');
  }
  if (problems.length > 0) return misuse(problems.join('\n'));
  return { kind: 'words', words, values };
}

/** What to write for `--wait false`. */
function detached({ name, value }: GivenFlag, next: string): string | undefined {
  return value === undefined && isBoolean(next)
    ? `Unexpected argument \`${next}\`. To pass a value, write \`--${name}=${next}\`.`
    : undefined;
}

function isBoolean(text: string): boolean {
  return /^(true|false)$/i.test(text);
}

interface GivenFlag {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  /** It was written as --name=value. */
  readonly inlineValue?: boolean | undefined;
}

/** `--no-wait` is `--wait=false`. */
function positive(flag: GivenFlag, known: ReadonlyMap<string, Flag>): GivenFlag {
  const name = flag.name.replace(/^no-/, '');
  return known.has(flag.name) || known.get(name)?.kind !== 'boolean' || flag.value !== undefined
    ? flag
    : { ...flag, name, value: 'false', inlineValue: true };
}

function problemOf(
  flag: GivenFlag,
  given: ReadonlyMap<string, string>,
  known: ReadonlyMap<string, Flag>,
  verb: string | undefined,
  program: Program,
): string | undefined {
  const { name } = flag;
  if (Object.hasOwn(program.secrets, name)) {
    const otherwise = name === 'token' ? ', or use `--token-stdin`' : '';
    return `A token can't be an argument: every process on this machine could read it, and your shell would keep it in its history. Set the variable ${program.secrets[name]}${otherwise}.`;
  }
  const row = known.get(name);
  if (row === undefined) {
    const names = [...known.keys(), 'help', 'version'].map((one) => `--${one}`);
    return `Unknown flag ${printable(flag.rawName)}. ${guess(flag.rawName, names, seeHelp(program, verb))}`;
  }
  if (given.has(name))
    return `\`--${name}\` is set twice.${name === 'service' ? ' Use one flag and separate services by commas.' : ' Set it only once.'}`;
  return valueProblem(flag, row);
}

/** How to list the flags of a command. */
export function seeHelp({ name, commands }: Program, verb: string | undefined): string {
  const known = commands.some((command) => command.name === verb) ? ` ${verb}` : '';
  return `Run \`${name} help${known}\` for a list.`;
}

function valueProblem(
  { name, value, inlineValue }: GivenFlag,
  { kind, choices = [] }: Flag,
): string | undefined {
  if (kind === 'boolean')
    return value === undefined || isBoolean(value)
      ? undefined
      : `\`--${name}\` can only be \`true\` or \`false\`.`;
  if (value === undefined)
    return `\`--${name}\` needs a value: \`--${name} ${name === 'service' ? 'namespace/name' : 'VALUE'}\`.`;
  // Never take the next flag for this one's value. If a shell variable is empty, a dry run would
  // become a deploy.
  if (value.startsWith('-') && inlineValue === false)
    return `\`--${name}\` needs a value before the next flag. If the value starts with a dash, write \`--${name}=VALUE\`.`;
  // An empty value counts as not set.
  if (choices.length === 0 || value.trim() === '' || choices.includes(value.trim()))
    return undefined;
  const all = `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
  return `\`--${name}\` must be ${all}, not ${printable(value)}. ${guess(value, choices, '')}`.trim();
}

/** A word of the command line for a message, unless it's long or looks like a credential. */
export function printable(word: string): string {
  return /^[\w./@=-]{1,40}$/.test(word) && !/op_pat_|\w{20}/.test(word)
    ? `\`${word}\``
    : '<not shown: it may be a secret>';
}
