import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { findLeaks } from '../../simulators/runner/leaks.ts';
import { parseCommand } from '../../src/args/command.ts';
import { deployProgram, tokenProgram } from '../../src/args/commands.ts';
import { flagsOf } from '../../src/args/flags.ts';
import { helpText } from '../../src/args/help.ts';
import type { Program } from '../../src/args/program.ts';
import { version } from '../../src/lib/version.ts';
import { TOKEN } from '../support/build.ts';
import { wrong } from './wrong-invocations.ts';

test.each(wrong)('a wrong invocation gets a fix, and no token: %j', (args, answer) => {
  expect(parseCommand(args, deployProgram)).toEqual({ kind: 'misuse', problem: answer });
  expect(findLeaks(answer, TOKEN)).toEqual([]);
});

test.each([
  [['--version']],
  [['version']],
  [['deploy', '--version']],
  [['deploy', '--service', 'acme/web', '--version']],
])('asks for the version: %j', (args) => {
  expect(parseCommand(args, deployProgram)).toEqual({ kind: 'version' });
});

test.each([
  [['help'], undefined],
  [['-h'], undefined],
  [['--help'], undefined],
  [['help', 'help'], undefined],
  [['help', 'version'], undefined],
  [['help', 'probe'], 'probe'],
  [['probe', '--help'], 'probe'],
  [['probe', '-h'], 'probe'],
  [['--help', 'probe'], 'probe'],
  [['probe', '--service', 'acme/web', '-h'], 'probe'],
  [['help', 'probe', '--service', 'acme/web'], 'probe'],
  [['probe', '--servce', 'acme/web', '--help'], 'probe'],
])('asks for help: %j', (args, verb) => {
  expect(parseCommand(args, deployProgram)).toEqual({ kind: 'help', verb });
});

test.each([
  [['--no-wait'], { wait: 'false' }],
  [['--wait'], { wait: 'true' }],
  [['--wait=false'], { wait: 'false' }],
  [['--no-dry-run'], { 'dry-run': 'false' }],
  [['--non-fast-forward', 'skip'], { 'non-fast-forward': 'skip' }],
  [['--logs='], { logs: '' }],
  [['--json', '--quiet', '--report', 'r.json'], { json: 'true', quiet: 'true', report: 'r.json' }],
])('flags: %j', (args, flags) => {
  expect(parseCommand(['deploy', ...args], deployProgram)).toMatchObject({ kind: 'run', flags });
});

const programs: readonly Program[] = [deployProgram, tokenProgram];
const helps = programs.flatMap((program) =>
  [undefined, ...program.commands].map((command) => ({
    title: `${program.name} help${command === undefined ? '' : ` ${command.name}`}`,
    text: helpText(program, command?.name),
    program,
    command,
  })),
);

const HELP_FILE = new URL('help.md', import.meta.url);

// WRITE_TEXTS=true writes the file. Read the texts there.
test('every help reads as test/args/help.md says', () => {
  const texts = helps.map(
    ({ title, text }) =>
      `## \`${title}\`\n\n\`\`\`text\n${text.replace(version, 'VERSION')}\`\`\`\n`,
  );
  const document = `# What \`help\` prints\n\n${texts.join('\n')}`;
  if (process.env['WRITE_TEXTS'] === 'true') writeFileSync(HELP_FILE, document);
  expect(readFileSync(HELP_FILE, 'utf8')).toBe(document);
});

test.each(helps)('$title fits 80 columns, and lists everything', ({ text, program, command }) => {
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(text).not.toMatch(/undefined|--token[ =]|--store-token/);
  const named =
    command === undefined
      ? [...program.commands.map(({ name }) => name), ...Object.keys(program.others), 'version']
      : (command.shown ?? flagsOf(command).map(({ name }) => name)).map((name) => `-${name}`);
  expect(named.filter((name) => !text.includes(name))).toEqual([]);
});

test.each(helps.filter(({ command }) => command === undefined))(
  '$title fits 24 lines',
  ({ text }) => {
    expect(text.split('\n').length).toBeLessThanOrEqual(25);
  },
);

test.each(
  programs.flatMap((program) =>
    program.commands.flatMap(({ examples }) => examples.map((example) => ({ program, example }))),
  ),
)('the example is right: $program.name $example', ({ program, example }) => {
  expect(parseCommand(example.split(' '), program)).toMatchObject({ kind: 'run' });
});
