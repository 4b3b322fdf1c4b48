import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { needs } from '../support/gitlab/needs.ts';
import { ROOT } from '../support/gitlab/sandbox.ts';
import { folderWith, type LintRun, lint } from './lint.ts';

const testWithGitleaks = needs('gitleaks');

function gitleaks(folder: string): LintRun {
  return lint(
    'gitleaks',
    [
      'dir',
      '.',
      '--config',
      join(ROOT, '.gitleaks.toml'),
      '--no-banner',
      '--no-color',
      '--redact',
      '-v',
    ],
    folder,
  );
}

/** As long as the shortest token that the emulator issues. */
function newToken(): string {
  return `op_pat_${randomBytes(40).toString('base64').replace(/[+/=]/g, '').slice(0, 20)}`;
}

testWithGitleaks('gitleaks finds nothing in this repository', () => {
  const { exitStatus, output } = gitleaks(ROOT);
  expect(output).toMatch(/no leaks found/);
  expect(exitStatus).toBe(0);
});

const places = [
  {
    file: '.github/workflows/deploy.yml',
    text: (token: string) => `        with: { token: ${token} }\n`,
  },
  { file: 'deploy.sh', text: (token: string) => `curl -H 'Authorization: Bearer ${token}'\n` },
  { file: 'notes.md', text: (token: string) => `The old one was ${token}.\n` },
  { file: 'test/deploy.test.ts', text: (token: string) => `const value = '${token}';\n` },
  { file: '.env', text: (token: string) => `OUTPOST_TOKEN=${token}\n` },
];

testWithGitleaks.each(places)('gitleaks finds a token in $file', ({ file, text }) => {
  const token = newToken();
  const { exitStatus, output } = gitleaks(folderWith({ [file]: text(token) }));
  expect(exitStatus).toBe(1);
  expect(output).toMatch(/RuleID: +outpost-personal-access-token/);
  expect(output).not.toContain(token);
});

testWithGitleaks('a made-up token is allowed in tests and nowhere else', () => {
  const [, madeUp = ''] =
    /'(op_pat_\w+)'/.exec(readFileSync(join(ROOT, 'test/bundle/cli.test.ts'), 'utf8')) ?? [];
  const line = `const token = '${madeUp}';\n`;
  expect(gitleaks(folderWith({ 'test/a.test.ts': line })).exitStatus).toBe(0);
  expect(gitleaks(folderWith({ 'src/a.ts': line })).exitStatus).toBe(1);
});

testWithGitleaks.each([
  'op_pat_xxxxxxxxxxxxxxxxxxxx',
  'op_pat_XXXXXXXXXXXXXXXXXXXX',
  'op_pat_00000000000000000000',
])('the placeholder %s is allowed everywhere', (placeholder) => {
  const { exitStatus, output } = gitleaks(
    folderWith({ '.env': `OUTPOST_TOKEN=${placeholder}\n`, 'README.md': `${placeholder}\n` }),
  );
  expect(output).toMatch(/no leaks found/);
  expect(exitStatus).toBe(0);
});
