import {
  flagsOf,
  guess,
  HOSTS,
  type Misuse,
  misuse,
  parseLine,
  printable,
  seeHelp,
} from './flags.ts';
import type { Program } from './program.ts';

/** A parsed command line. */
export type Command<Verb extends string> =
  | {
      readonly kind: 'run';
      readonly verb: Verb;
      readonly host: (typeof HOSTS)[number] | undefined;
      /** The given flags, as the user wrote them, without those that every command has. */
      readonly flags: Readonly<Record<string, string>>;
      /** The positional argument; empty if the command has none. */
      readonly argument: string;
      readonly tokenFromStdin: boolean;
    }
  /** The help of one command, or of the program. */
  | { readonly kind: 'help'; readonly verb: Verb | undefined }
  | { readonly kind: 'version' }
  | Misuse;

/** Reads the arguments after the program's name. */
export function parseCommand<Verb extends string>(
  args: readonly string[],
  program: Program<Verb>,
): Command<Verb> {
  const line = parseLine(args, program);
  switch (line.kind) {
    case 'words':
      return commandOf(line.words, line.values, program);
    case 'help':
      return helpOf(line.verb, program);
    default:
      return line;
  }
}

function helpOf<Verb extends string>(
  verb: string | undefined,
  program: Program<Verb>,
): Command<Verb> {
  const command = program.commands.find(({ name }) => name === verb);
  return command !== undefined || verb === undefined || verb === 'help' || verb === 'version'
    ? { kind: 'help', verb: command?.name }
    : unknownCommand(verb, program);
}

function commandOf<Verb extends string>(
  [verb, ...words]: readonly string[],
  values: ReadonlyMap<string, string>,
  program: Program<Verb>,
): Command<Verb> {
  const example = `${program.name} ${program.commands[0]?.examples[0]}`;
  if (verb === undefined)
    return misuse(`No command. For example: \`${example}\`. ${seeHelp(program, undefined)}`);
  if (verb === 'help') return helpOf(words[0], program);
  if (verb === 'version') return { kind: 'version' };
  const command = program.commands.find(({ name }) => name === verb);
  if (command === undefined) return unknownCommand(verb, program);
  const { argument, examples } = command;
  if (argument !== undefined && words.length === 0)
    return misuse(`The token's name is missing. For example: \`${program.name} ${examples[0]}\`.`);
  const stray = words[argument === undefined ? 0 : 1];
  if (stray !== undefined)
    return misuse(
      `Unexpected argument ${printable(stray)}. A value needs its flag, as in \`${example}\`.`,
    );
  const own = new Set(flagsOf(command).map(({ name }) => name));
  const foreign = [...values.keys()].find((flag) => !own.has(flag));
  if (foreign !== undefined)
    return misuse(
      `\`${program.name} ${verb}\` has no flag \`--${foreign}\`. ${seeHelp(program, verb)}`,
    );
  const { host, 'token-stdin': fromStdin, ...flags } = Object.fromEntries(values);
  return {
    kind: 'run',
    verb: command.name,
    host: HOSTS.find((one) => one === host?.trim()),
    flags,
    argument: words[0] ?? '',
    tokenFromStdin: /^true$/i.test(fromStdin ?? ''),
  };
}

/** Suggests the command that was meant, or says where to find the list. */
function unknownCommand(verb: string, program: Program): Misuse {
  const { commands, others } = program;
  const names = [...commands.map(({ name }) => name), 'help', 'version', ...Object.keys(others)];
  return misuse(
    `Unknown command ${printable(verb)}. ${guess(verb, names, seeHelp(program, undefined))}`,
  );
}
