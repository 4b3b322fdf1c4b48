import { flagsOf } from './flags.ts';
import type { CommandRow, FlagInput, Program } from './program.ts';

const COLUMNS = 80;
const INDENT = 10;

/** The help of a program, for a screen of 80 columns. */
export function helpText(program: Program): string {
  const { title, layout, ending } = program.help;
  return [title, ...layout(program), ...ending, ''].join('\n');
}

/** For commands with different flags: each with its own, then those that all have. */
export function byCommand({ commands }: Program): readonly string[] {
  const inAll = ({ name }: FlagInput): boolean =>
    commands.every((command) => flagsOf(command).some((flag) => flag.name === name));
  const wrapped = (flags: readonly string[]): readonly string[] => wrap(flags, ' '.repeat(INDENT));
  const flags = (command: CommandRow): string => flagsOf(command).map(withValue).join(' ');
  const lines = commands.flatMap((command, index) => {
    const { argument, does = '' } = command;
    const before = commands[index - 1];
    // Those with the same flags stand together, under the first.
    if (before !== undefined && flags(before) === flags(command)) return [];
    const name = commands
      .filter((one) => flags(one) === flags(command))
      .map((one) => one.name)
      .join('|');
    const head = `${argument === undefined ? name.padEnd(INDENT) : `${name} ${argument.name}`}${does}`;
    const own = flagsOf(command)
      .filter((flag) => !inAll(flag))
      .map(withValue);
    const short = own.length === 0 ? head : `${head}: ${own.join(' ')}`;
    return does !== '' && short.length <= COLUMNS ? [short] : [head, ...wrapped(own)];
  });
  const common = commands.slice(0, 1).flatMap(flagsOf).filter(inAll).map(withValue);
  const all = `${'all'.padEnd(INDENT)}--token-stdin --host gitlab|shell`;
  return ['', ...lines, all, ...wrapped(common), ''];
}

/** In brackets, it takes no value. */
function withValue({ name, kind, choices }: FlagInput): string {
  return kind === 'boolean'
    ? `[--${name}]`
    : `--${name}${choices === undefined ? '' : ` ${choices.join('|')}`}`;
}

/**
 * For commands with the same flags: those that most runs need, then the names of all others.
 *
 * @param briefs what each of the first takes, and what it is for.
 * @param heading of the others.
 */
export function byFlag(
  { commands, others }: Program,
  briefs: Readonly<Record<string, readonly [value: string, brief: string]>>,
  heading: string,
): readonly string[] {
  const words = commands.map(({ name, does }) => (does === undefined ? name : `${name} (${does})`));
  const explained = Object.entries(briefs).map(([name, [value, brief]]) => {
    const flag = `--${name}${value === '' || value.startsWith('=') ? value : ` ${value}`}`;
    return `  ${flag.padEnd(31)}${brief}`;
  });
  const rest = commands.slice(0, 1).flatMap(flagsOf);
  const names = rest.filter(({ name }) => !Object.hasOwn(briefs, name));
  return [
    ...wrap([...words, ...others, 'help'].map((word) => `${word} |`).concat('version'), '  '),
    ...explained,
    heading,
    ...wrap(
      names.map(({ name }) => `--${name}`),
      '  ',
      COLUMNS - 2,
    ),
  ];
}

function wrap(words: readonly string[], indent: string, columns = COLUMNS): readonly string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns)
      lines.push(`${indent}${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
