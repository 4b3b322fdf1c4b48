import {
  inputsOf,
  type RawTokenInputs,
  type TokenInput,
  type TokenVerb,
  tokenInputs,
} from '../inputs/token-table.ts';
import { type Flags, type HOSTS, hostOf, parseLine, printable, unknownCommand } from './flags.ts';

/** What a command line asks for. */
export type TokenCommand =
  | {
      readonly kind: 'run';
      readonly verb: TokenVerb;
      readonly host: (typeof HOSTS)[number] | undefined;
      readonly flags: RawTokenInputs;
      /** The token that `revoke` names. */
      readonly name: string;
      readonly tokenFromStdin: boolean;
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'misuse'; readonly problem: string };

const VERBS = ['report', 'list', 'rotate', 'revoke', 'help', 'version'] as const;

function isFlag({ kind, hosts }: TokenInput): boolean {
  return kind !== 'secret' && (hosts === undefined || hosts.some((host) => host !== 'github'));
}

/**
 * The inputs of a command that are flags: all but the secrets, which an argument would show to
 * every process of the machine.
 */
export function flagsOf(verb: TokenVerb): readonly TokenInput[] {
  return inputsOf(verb).filter(isFlag);
}

const ALL = (tokenInputs as readonly TokenInput[]).filter(isFlag);

const FLAGS: Flags = {
  names: [...new Set(ALL.map(({ name }) => name)), 'host', 'token-stdin'],
  booleans: new Set([
    'token-stdin',
    ...ALL.filter(({ kind }) => kind === 'boolean').map(({ name }) => name),
  ]),
  secrets: { token: 'OUTPOST_TOKEN', 'store-token': 'OUTPOST_STORE_TOKEN' },
  program: 'outpost-deploy token',
};

/** Reads the arguments behind `token`. */
export function parseTokenCommand(args: readonly string[]): TokenCommand {
  const parsed = parseLine(args, FLAGS);
  return parsed.kind === 'words' ? commandOf(parsed.words, parsed.values) : parsed;
}

function misuse(problem: string): TokenCommand {
  return { kind: 'misuse', problem };
}

function commandOf(
  [verb, name, ...more]: readonly string[],
  values: ReadonlyMap<string, string>,
): TokenCommand {
  if (verb === undefined)
    return misuse('There is no command: `outpost-deploy token help` lists them.');
  const known = VERBS.find((one) => one === verb);
  if (known === undefined) return misuse(unknownCommand(verb, VERBS));
  if (known === 'help' || known === 'version') return { kind: known };
  if (known === 'revoke' && name === undefined)
    return misuse('Which token? Write its name: `token revoke NAME`.');
  const stray = known === 'revoke' ? more[0] : name;
  if (stray !== undefined)
    return misuse(
      `${printable(stray)} stands alone: a value belongs to a flag, as in --token-name NAME.`,
    );
  const rows = flagsOf(known);
  const foreign = [...values.keys()].find(
    (flag) => flag !== 'host' && flag !== 'token-stdin' && !rows.some((row) => row.name === flag),
  );
  if (foreign !== undefined)
    return misuse(
      `--${foreign} is no flag of \`token ${known}\`. \`outpost-deploy token help\` lists them.`,
    );
  const asked = hostOf(values);
  if ('problem' in asked) return misuse(asked.problem);
  const flags = Object.fromEntries(
    rows.flatMap((row) => (values.has(row.name) ? [[row.name, values.get(row.name)]] : [])),
  );
  return {
    kind: 'run',
    verb: known,
    host: asked.host,
    flags,
    name: name ?? '',
    tokenFromStdin: values.get('token-stdin') === 'true',
  };
}

/** The help of the commands about tokens, for a screen of 24 lines and 80 columns. */
export function tokenHelp(): string {
  const own = (verb: TokenVerb): readonly string[] =>
    wrap(flagsOf(verb).filter(({ verbs }) => verbs !== undefined));
  return [
    'outpost-deploy token: looks after the tokens by which pipelines deploy.',
    '',
    'report    what there is to do about tokens: expiry, scopes, last use',
    ...own('report'),
    'list      all tokens of the user, the soonest expiry first: --json',
    'rotate    make a new token, put it into the CI system, revoke the old one',
    ...own('rotate'),
    'revoke NAME',
    ...own('revoke'),
    'all       --token-stdin --host gitlab|shell',
    ...wrap(ALL.filter(({ verbs }) => verbs === undefined)),
    '',
    'The token comes from OUTPOST_TOKEN, that of the store from OUTPOST_STORE_TOKEN,',
    'other inputs from OUTPOST_<NAME> too. All of it is explained in docs/tokens.md:',
    'https://github.com/outpost/deploy-action/blob/v1/docs/tokens.md',
    'Exit: 0 done, 2 usage, 3 token, 4 refused, 7 unknown, 8 unavailable (retry),',
    '10 replaced, and an old token must be revoked by hand, 130 and 143 cancelled.',
    '',
  ].join('\n');
}

const INDENT = ' '.repeat(10);
const COLUMNS = 80;

function wrap(rows: readonly TokenInput[]): readonly string[] {
  const lines: string[] = [];
  for (const { name, kind, choices } of rows) {
    const flag = `--${name}${kind === 'boolean' ? '' : choices === undefined ? ' VALUE' : ` ${choices.join('|')}`}`;
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + flag.length > COLUMNS)
      lines.push(`${INDENT}${flag}`);
    else lines[lines.length - 1] = `${last} ${flag}`;
  }
  return lines;
}
