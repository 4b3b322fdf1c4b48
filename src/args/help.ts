import { version } from '../lib/version.ts';
import { flagsOf } from './flags.ts';
import type { CommandRow, Flag, Program } from './program.ts';

const COLUMNS = 80;

/** The help of a program or one of its commands, for a terminal of 80 columns. */
export function helpText(program: Program, verb: string | undefined): string {
  const command = program.commands.find(({ name }) => name === verb);
  const lines = command === undefined ? programHelp(program) : commandHelp(command, program);
  return [...lines, ''].join('\n');
}

function programHelp({ name, does, commands, others, ending }: Program): readonly string[] {
  const rows = [
    ...commands.map((command) => [nameOf(command), command.does] as const),
    ...Object.entries(others),
    ['help', 'Show this help; `help COMMAND` shows the flags of a command'] as const,
    ['version', 'Show the version'] as const,
  ];
  const width = Math.max(...rows.map(([row]) => row.length)) + 2;
  return [
    `${name} ${version}: ${does}`,
    '',
    ...examplesOf(commands.slice(0, 1), name),
    '',
    'Commands:',
    ...rows.map(([row, what]) => `  ${row.padEnd(width)}${what}`),
    '',
    ...ending,
  ];
}

function commandHelp(command: CommandRow, { name }: Program): readonly string[] {
  const { does, shown } = command;
  const flags = flagsOf(command).filter((flag) => shown?.includes(flag.name) ?? true);
  return [
    `${name} ${nameOf(command)}`,
    does,
    '',
    ...examplesOf([command], name),
    '',
    ...flags.flatMap((flag) => [
      `  ${usageOf(flag)}`,
      ...wrap(flag.description, COLUMNS - 6).map((line) => `      ${line}`),
    ]),
  ];
}

function nameOf({ name, argument }: CommandRow): string {
  return argument === undefined ? name : `${name} ${argument}`;
}

function examplesOf(commands: readonly CommandRow[], program: string): readonly string[] {
  return commands.flatMap(({ examples }) => examples.map((one) => `  ${program} ${one}`));
}

/** `--timeout DURATION (default 15m)`. A switch that is on by default shows how to turn it off. */
function usageOf({ name, kind, choices, required, default: usual = '' }: Flag): string {
  if (kind === 'boolean') return usual === 'true' ? `--no-${name}, --${name}=false` : `--${name}`;
  const value = choices?.join('|') ?? values[kind] ?? kind.toUpperCase();
  const note = required === true ? ' (required)' : usual === '' ? '' : ` (default ${usual})`;
  return `--${name} ${value}${note}`;
}

/** What to call a value if the name of its kind isn't clear. */
const values: Readonly<Record<string, string>> = {
  targets: 'NAMESPACE/NAME',
  repository: 'NAMESPACE/NAME',
  moment: 'DATE',
  'service-path': 'PATH',
  'api-forms': 'KEY=VALUE',
  check: 'PATH|URL',
  origin: 'URL',
  api: 'URL',
  'base-name': 'NAME',
  span: 'DURATION',
  form: 'REQUEST',
};

function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
