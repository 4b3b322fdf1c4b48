import { expect, test } from '@jest/globals';
import { findLeaks } from '../../simulators/runner/leaks.ts';
import { parseCommand } from '../../src/args/command.ts';
import { deployProgram } from '../../src/args/commands.ts';
import { TOKEN } from '../support/build.ts';

/** What is wrong with a command line. */
function problemOf(args: readonly string[]): string {
  const command = parseCommand(args, deployProgram);
  if (command.kind !== 'misuse') throw new Error(`it was taken for ${command.kind}`);
  return command.problem;
}

test.each([
  ['no command', [], /There is no command: write `outpost-deploy deploy --service/],
  ['a command with a slip', ['dploy'], /There is no command `dploy`\. Did you mean deploy\?/],
  [
    'an unknown flag',
    ['deploy', '--servce', 'acme/web'],
    /There is no flag `--servce`\. Did you mean --service\?/,
  ],
  [
    'a flag with no value',
    ['deploy', '--service'],
    /--service needs a value: --service namespace\/name/,
  ],
  [
    'a flag given twice',
    ['deploy', '--service=a/b', '--service=a/c'],
    /--service is given twice\. Write several services in one/,
  ],
  [
    'a value that stands alone',
    ['deploy', '--wait', 'false'],
    /`false` stands alone.*--wait=false/,
  ],
  [
    'a word that may be a secret',
    ['deploy', TOKEN],
    /<not shown: it may be a secret> stands alone/,
  ],
  [
    "a flag with a shell's empty variable behind it, which must not swallow the next",
    ['deploy', '--service', 'acme/web', '--token-name', '--dry-run'],
    /--token-name needs a value before the next flag; one that begins with a dash is written --token-name=VALUE/,
  ],
  [
    'a switch with a value of its own',
    ['deploy', '--token-stdin=yes'],
    /--token-stdin stands alone, or is true or false/,
  ],
  [
    'a flag that only JavaScript knows',
    ['deploy', '--constructor', 'x'],
    /There is no flag `--constructor`/,
  ],
  [
    'a host that is none',
    ['deploy', '--host', 'jenkins'],
    /--host is gitlab or shell, not `jenkins`/,
  ],
])('misuse is told with the fix: %s', (_, args, says) => {
  expect(problemOf(args)).toMatch(says);
});

test.each([
  ['--token VALUE', ['deploy', '--token', TOKEN]],
  ['--token=VALUE', ['deploy', `--token=${TOKEN}`]],
  ['the token as a command', [TOKEN]],
  ['the token as a stray word', ['deploy', TOKEN]],
  ['the token in the name of a flag', ['deploy', `--${TOKEN}`]],
])('a token on the command line is refused and not repeated: %s', (_, args) => {
  const problem = problemOf(args);
  expect(findLeaks(problem, TOKEN)).toEqual([]);
  expect(problem.length).toBeGreaterThan(20);
});
