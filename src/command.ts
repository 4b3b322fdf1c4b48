import { parseArgs } from 'node:util';
import { type HostName, type Input, type InputName, inputs, type RawInputs } from './inputs.ts';
import { nearest } from './nearest.ts';

/** What a command line asks for. */
export type Command =
  | {
      readonly kind: 'run';
      readonly verb: 'deploy' | 'check' | 'live';
      readonly host: HostName | undefined;
      readonly flags: RawInputs;
      readonly tokenFromStdin: boolean;
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  /** `problem` says what to change, and repeats nothing that may be a secret. */
  | { readonly kind: 'misuse'; readonly problem: string };

const VERBS = ['deploy', 'check', 'live', 'help', 'version'] as const;
const HOSTS = ['gitlab', 'shell'] as const;

/** The inputs that are flags: all but the token, which an argument would show to every process of the machine. */
export const flagInputs: readonly Input[] = (inputs as readonly Input[]).filter(
  ({ hosts }) => hosts === undefined || hosts.some((host) => host !== 'github'),
);

const FLAG_NAMES = [...flagInputs.map(({ name }) => name), 'host', 'token-stdin'];
const BOOLEANS: ReadonlySet<string> = new Set([
  'token-stdin',
  ...flagInputs.filter(({ kind }) => kind === 'boolean').map(({ name }) => name),
]);

/** Reads the arguments after the program's name. */
export function parseCommand(args: readonly string[]): Command {
  const options = Object.fromEntries(
    FLAG_NAMES.map((name) => [name, { type: BOOLEANS.has(name) ? ('boolean' as const) : ('string' as const) }]),
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
    const problem = flagProblem(name, token.value, values);
    if (problem !== undefined) return { kind: 'misuse', problem };
    values.set(name, token.value ?? 'true');
  }
  return verbOf(words, values);
}

function flagProblem(name: string, value: string | undefined, given: ReadonlyMap<string, string>): string | undefined {
  if (name === 'token') {
    return 'A token must not be an argument: every process of this machine can read it, and shells remember it. Set the variable OUTPOST_TOKEN, or use --token-stdin.';
  }
  if (!FLAG_NAMES.includes(name)) {
    const [near] = nearest(name, FLAG_NAMES);
    return `There is no flag ${printable(`--${name}`)}.${near === undefined ? ' `outpost-deploy help` lists them.' : ` Did you mean --${near}?`}`;
  }
  if (given.has(name))
    return `--${name} is given twice.${name === 'service' ? ' Write several services in one, separated by commas.' : ' Give it once.'}`;
  if (value === undefined && !BOOLEANS.has(name))
    return `--${name} needs a value: --${name} ${name === 'service' ? 'namespace/name' : 'VALUE'}.`;
  return undefined;
}

function verbOf(words: readonly string[], values: ReadonlyMap<string, string>): Command {
  const [verb, extra] = words;
  if (verb === undefined)
    return {
      kind: 'misuse',
      problem: 'There is no command: write `outpost-deploy deploy --service namespace/name`. `outpost-deploy help` lists all.',
    };
  const known = VERBS.find((one) => one === verb);
  if (known === undefined) {
    const [near] = nearest(verb, VERBS);
    return {
      kind: 'misuse',
      problem: `There is no command ${printable(verb)}.${near === undefined ? ' The commands are deploy, check, live, help and version.' : ` Did you mean ${near}?`}`,
    };
  }
  if (extra !== undefined)
    return {
      kind: 'misuse',
      problem: `${printable(extra)} stands alone: a value belongs to a flag, as in --wait=false or --service namespace/name.`,
    };
  if (known === 'help' || known === 'version') return { kind: known };
  const host = values.get('host');
  if (host !== undefined && !HOSTS.some((one) => one === host))
    return { kind: 'misuse', problem: `--host is gitlab or shell, not ${printable(host)}.` };
  return {
    kind: 'run',
    verb: known,
    host: HOSTS.find((one) => one === host),
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

/** A word of the command line for a message. What is long or looks like a credential is not repeated. */
function printable(word: string): string {
  return /^[\w./@=-]{1,40}$/.test(word) && !/op_pat_|\w{20}/.test(word) ? `\`${word}\`` : '<not shown: it may be a secret>';
}
