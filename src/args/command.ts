import { nearest } from '../lib/suggest.ts';
import { flagsOf, generalFlags, type HOSTS, hostOf, parseLine, printable } from './flags.ts';
import type { Program } from './program.ts';

/** What a command line asks for. */
export type Command<Verb extends string> =
  | {
      readonly kind: 'run';
      readonly verb: Verb;
      readonly host: (typeof HOSTS)[number] | undefined;
      /** The inputs that were given as flags, as the user wrote them. */
      readonly flags: Readonly<Record<string, string>>;
      /** The positional argument; empty if the command has none. */
      readonly argument: string;
      readonly tokenFromStdin: boolean;
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  /** `problem` says what to change, and repeats nothing that may be a secret. */
  | { readonly kind: 'misuse'; readonly problem: string };

/** Reads the arguments after the program's name. */
export function parseCommand<Verb extends string>(
  args: readonly string[],
  program: Program<Verb>,
): Command<Verb> {
  const line = parseLine(args, program);
  return line.kind === 'words' ? commandOf(line.words, line.values, program) : line;
}

function misuse(problem: string): { readonly kind: 'misuse'; readonly problem: string } {
  return { kind: 'misuse', problem };
}

function commandOf<Verb extends string>(
  [verb, ...words]: readonly string[],
  values: ReadonlyMap<string, string>,
  program: Program<Verb>,
): Command<Verb> {
  if (verb === undefined) return misuse(program.noCommand);
  if (verb === 'help' || verb === 'version') return { kind: verb };
  const command = program.commands.find(({ name }) => name === verb);
  if (command === undefined) return misuse(unknownCommand(verb, program));
  if (command.argument !== undefined && words.length === 0) return misuse(command.argument.missing);
  const stray = words[command.argument === undefined ? 0 : 1];
  if (stray !== undefined)
    return misuse(
      `${printable(stray)} stands alone: a value belongs to a flag, as in ${program.example}.`,
    );
  const own = new Set(flagsOf(command).map(({ name }) => name));
  const given = [...values].filter(([flag]) => !generalFlags.has(flag));
  const [foreign] = given.find(([flag]) => !own.has(flag)) ?? [];
  if (foreign !== undefined)
    return misuse(
      `--${foreign} is no flag of \`${program.prefix}${verb}\`. \`outpost-deploy ${program.prefix}help\` lists them.`,
    );
  const asked = hostOf(values);
  if ('problem' in asked) return misuse(asked.problem);
  return {
    kind: 'run',
    verb: command.name,
    host: asked.host,
    flags: Object.fromEntries(given),
    argument: words[0] ?? '',
    tokenFromStdin: values.get('token-stdin') === 'true',
  };
}

/** Names the command that was meant, or all of them. */
function unknownCommand(verb: string, { commands, others }: Program): string {
  const names = [...commands.map(({ name }) => name), 'help', 'version', ...others];
  const [near] = nearest(verb, names);
  const all = `The commands are ${names.slice(0, -1).join(', ')} and ${names.at(-1)}.`;
  return `There is no command ${printable(verb)}. ${near === undefined ? all : `Did you mean ${near}?`}`;
}
