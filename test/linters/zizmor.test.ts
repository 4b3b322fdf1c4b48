import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { needs } from '../support/gitlab/needs.ts';
import { ROOT } from '../support/gitlab/sandbox.ts';
import { folderWith, type LintRun, lint } from './lint.ts';

const testWithZizmor = needs('zizmor');

/** Runs offline. A rule that asks GitHub would give a different result on another day. */
function zizmor(args: readonly string[], folder = ROOT): LintRun {
  return lint('zizmor', ['--offline', '--no-progress', '--strict-collection', ...args], folder);
}

testWithZizmor(
  'zizmor finds nothing in the workflows, action.yml, and dependabot.yml in its strictest mode',
  () => {
    const { exitStatus, output } = zizmor(['--persona=auditor', '.']);
    expect(output).toMatch(/No findings to report/);
    expect(output).toMatch(/completed \.\/\.github\/workflows\/ci\.yml/);
    expect(output).toMatch(/completed \.\/\.github\/dependabot\.yml/);
    expect(output).toMatch(/completed \.\/action\.yml/);
    expect(exitStatus).toBe(0);
  },
);

testWithZizmor('zizmor finds nothing in the examples that people copy', () => {
  const examples = readdirSync(join(ROOT, 'examples/github')).map(
    (name) => `examples/github/${name}`,
  );
  const { exitStatus, output } = zizmor(['--config', '.github/zizmor.yml', ...examples]);
  expect(output).toMatch(/No findings to report/);
  expect(exitStatus).toBe(0);
});

testWithZizmor(
  'zizmor finds a workflow that runs untrusted code with secrets, and an unpinned action',
  () => {
    const workflow = [
      'on: pull_request_target',
      'jobs:',
      '  build:',
      '    runs-on: ubuntu-latest',
      '    steps:',
      '      - uses: actions/checkout@v7',
      '        with: { ref: "${{ github.event.pull_request.head.sha }}" }',
      '      - run: echo "${{ github.event.pull_request.title }}"',
    ].join('\n');
    const { exitStatus, output } = zizmor(
      ['.'],
      folderWith({ '.github/workflows/build.yml': workflow }),
    );
    expect(exitStatus).not.toBe(0);
    for (const rule of ['dangerous-triggers', 'unpinned-uses', 'template-injection'])
      expect(output).toContain(`[${rule}]`);
  },
);
