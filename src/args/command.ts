import {
  type HostName,
  type Input,
  type InputName,
  inputs,
  type RawInputs,
} from '../inputs/table.ts';
import { type Flags, hostOf, parseLine, printable, unknownCommand } from './flags.ts';

/** What a command line asks for. */
export type Command =
  | {
      readonly kind: 'run';
      readonly verb: 'deploy' | 'check' | 'live';
      readonly host: HostName | undefined;
      readonly flags: RawInputs;
      readonly tokenFromStdin: boolean;
    }
  /** What stands behind `token`. */
  | { readonly kind: 'token'; readonly args: readonly string[] }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  /** `problem` says what to change, and repeats nothing that may be a secret. */
  | { readonly kind: 'misuse'; readonly problem: string };

const VERBS = ['deploy', 'check', 'live', 'help', 'version'] as const;

/**
 * The inputs that are flags: all but the token, which an argument would show to every process of
 * the machine.
 */
export const flagInputs: readonly Input[] = (inputs as readonly Input[]).filter(
  ({ hosts }) => hosts === undefined || hosts.some((host) => host !== 'github'),
);

const FLAGS: Flags = {
  names: [...flagInputs.map(({ name }) => name), 'host', 'token-stdin'],
  booleans: new Set([
    'token-stdin',
    ...flagInputs.filter(({ kind }) => kind === 'boolean').map(({ name }) => name),
  ]),
  secrets: { token: 'OUTPOST_TOKEN' },
  program: 'outpost-deploy',
};

/** Reads the arguments after the program's name. */
export function parseCommand(args: readonly string[]): Command {
  // Tokens have a program of their own, which reads the rest by itself.
  if (args[0] === 'token') return { kind: 'token', args: args.slice(1) };
  const parsed = parseLine(args, FLAGS);
  return parsed.kind === 'words' ? verbOf(parsed.words, parsed.values) : parsed;
}

function verbOf(words: readonly string[], values: ReadonlyMap<string, string>): Command {
  const [verb, extra] = words;
  if (verb === undefined)
    return {
      kind: 'misuse',
      problem:
        'There is no command: write `outpost-deploy deploy --service namespace/name`. `outpost-deploy help` lists all.',
    };
  const known = VERBS.find((one) => one === verb);
  if (known === undefined)
    return { kind: 'misuse', problem: unknownCommand(verb, [...VERBS, 'token']) };
  if (extra !== undefined)
    return {
      kind: 'misuse',
      problem: `${printable(extra)} stands alone: a value belongs to a flag, as in --wait=false or --service namespace/name.`,
    };
  if (known === 'help' || known === 'version') return { kind: known };
  const asked = hostOf(values);
  if ('problem' in asked) return { kind: 'misuse', problem: asked.problem };
  return {
    kind: 'run',
    verb: known,
    host: asked.host,
    flags: flagsOf(values),
    tokenFromStdin: values.get('token-stdin') === 'true',
  };
}

function flagsOf(values: ReadonlyMap<string, string>): RawInputs {
  const flags: Partial<Record<InputName, string>> = {};
  for (const { name } of flagInputs) {
    const value = values.get(name);
    if (value !== undefined) flags[name as InputName] = value;
  }
  return flags;
}
