import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { needs } from '../support/gitlab/needs.ts';
import { ROOT } from '../support/gitlab/sandbox.ts';
import { folderWith, lint } from './lint.ts';

const testWithActionlint = needs('actionlint');
// actionlint passes scripts to shellcheck if it finds one.
const testWithShellcheck = needs('shellcheck');

const workflows = ['.github/workflows', 'examples/github'].flatMap((folder) =>
  readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`),
);

testWithActionlint.each(workflows)('actionlint finds no problem in %s', (workflow) => {
  expect(lint('actionlint', ['-no-color', workflow], ROOT)).toEqual({ exitStatus: 0, output: '' });
});

testWithActionlint('actionlint finds an undefined expression and an unknown input', () => {
  const workflow = [
    'on: push',
    'jobs:',
    '  deploy:',
    '    runs-on: ubuntu-latest',
    '    steps:',
    '      - uses: ./',
    '        with: { servce: acme/web }',
    '      - run: echo "${{ steps.nowhere.outputs.status }}"',
  ].join('\n');
  const action =
    'name: ours\ndescription: ours\ninputs:\n  service:\n    required: true\nruns:\n  using: node24\n  main: index.js\n';
  const folder = folderWith({
    '.github/workflows/deploy.yml': workflow,
    'action.yml': action,
    'index.js': '',
    '.git/HEAD': '',
  });
  const { exitStatus, output } = lint(
    'actionlint',
    ['-no-color', '.github/workflows/deploy.yml'],
    folder,
  );
  expect(exitStatus).toBe(1);
  expect(output).toContain('property "nowhere" is not defined');
  expect(output).toContain('input "servce" is not defined');
});

testWithShellcheck('shellcheck finds no problem in the scripts in .ci', () => {
  expect(lint('shellcheck', ['.ci/run', '.ci/programs'], ROOT)).toEqual({
    exitStatus: 0,
    output: '',
  });
});

test('there are workflows and examples to check', () => {
  expect(workflows.length).toBeGreaterThan(8);
});
