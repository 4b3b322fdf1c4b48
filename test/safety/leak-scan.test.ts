import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { rehearse } from '../support/rehearse.ts';

const quick = { rollout: [{ status: 'deploying' }, { status: 'running' }] } as const;
const REAL = 'op_pat_7Kd92mXqPz41LtVb8Rwe';

let folder = '';
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A checkout with these tracked files. */
function checkout(files: Readonly<Record<string, string>>): string {
  folder = mkdtempSync(join(tmpdir(), 'outpost-checkout-'));
  const git = (...args: string[]): void =>
    void execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  git('init', '-q');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  git('add', '-A');
  git('-c', 'user.name=Ada', '-c', 'user.email=ada@outpost.example', 'commit', '-qm', 'First');
  return folder;
}

function scan(
  files: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>> = {},
) {
  return rehearse({
    scenario: quick,
    inputs: { wait: 'false', ...inputs },
    env: { GITHUB_WORKSPACE: checkout(files) },
  });
}

test('a token in a tracked file is a warning with its line, without the value, and the deploy goes on', async () => {
  const { exitStatus, log, stdout } = await scan({ 'config/prod.env': `A=1\nTOKEN=${REAL}\n` });
  expect(exitStatus).toBe(0);
  const [warning] = log.annotations.filter(({ level }) => level === 'warning');
  expect(warning?.properties).toMatchObject({
    file: 'config/prod.env',
    line: '2',
    title: 'An Outpost token is in the repository',
  });
  expect(warning?.message).toMatch(
    /Revoke it in Settings > Access Tokens and use a new one\. Then remove it from the Git history/,
  );
  expect(stdout).not.toContain(REAL.slice(7));
});

test('leak-scan: error stops before anything is changed', async () => {
  const { exitStatus, outputs, operations } = await scan(
    { '.npmrc': REAL },
    { 'leak-scan': 'error' },
  );
  expect({ exitStatus, code: outputs['failure-code'] }).toEqual({
    exitStatus: 3,
    code: 'token-in-repository',
  });
  expect(operations).not.toContain('service.deploy');
});

test.each([
  ['a row of x', 'op_pat_xxxxxxxxxxxxxxxxxxxx'],
  ['capitals of one kind', 'op_pat_XXXXXXXXXXXXXXXXXXXX'],
  ['words', 'op_pat_yourtokengoeshereplease'],
  ['too short', 'op_pat_Ab1'],
  ['a name', 'op_pat_'],
])('an example does not count: %s', async (_, text) => {
  const { exitStatus, log } = await scan({ 'README.md': text }, { 'leak-scan': 'error' });
  expect({
    exitStatus,
    warnings: log.annotations.filter(({ level }) => level !== 'notice'),
  }).toEqual({ exitStatus: 0, warnings: [] });
});

test('untracked files are ignored', async () => {
  const path = checkout({ 'a.txt': 'nothing' });
  writeFileSync(join(path, 'secret.txt'), REAL);
  const { exitStatus } = await rehearse({
    scenario: quick,
    inputs: { wait: 'false', 'leak-scan': 'error' },
    env: { GITHUB_WORKSPACE: path },
  });
  expect(exitStatus).toBe(0);
});

test('a repository cannot make the search run a program', async () => {
  const path = checkout({ 'a.txt': REAL });
  const trap = join(path, 'trap.sh');
  writeFileSync(trap, `#!/bin/sh\ntouch ${join(path, 'sprung')}\n`, { mode: 0o755 });
  for (const [key, value] of [
    ['core.fsmonitor', trap],
    ['core.pager', trap],
    ['pager.grep', trap],
    ['diff.external', trap],
  ]) {
    execFileSync('git', ['config', key ?? '', value ?? ''], { cwd: path });
  }
  const { log } = await rehearse({
    scenario: quick,
    inputs: { wait: 'false' },
    env: { GITHUB_WORKSPACE: path },
  });
  expect(log.annotations.some(({ properties }) => properties['file'] === 'a.txt')).toBe(true);
  expect(() => execFileSync('ls', [join(path, 'sprung')], { stdio: 'ignore' })).toThrow();
});

test('many tokens: five places are shown, and the search ends early', async () => {
  const env = { GITHUB_WORKSPACE: checkout({ 'dump.txt': `${REAL}\n`.repeat(200_000) }) };
  const { exitStatus, log } = await rehearse({
    scenario: quick,
    inputs: { wait: 'false', 'leak-scan': 'error' },
    env,
  });
  expect(exitStatus).toBe(3);
  expect(log.annotations.filter(({ level }) => level === 'warning')).toHaveLength(5);
  expect(log.annotations.at(-1)?.message).toMatch(/more than 20 found, the first in dump\.txt:1/);
});

/** A run in a folder without a checkout, or in one that only looks like a checkout. */
function scanOf(broken: boolean, inputs: Readonly<Record<string, string>>) {
  folder = mkdtempSync(join(tmpdir(), 'outpost-checkout-'));
  if (broken) writeFileSync(join(folder, '.git'), 'nonsense');
  return rehearse({
    scenario: quick,
    inputs: { wait: 'false', ...inputs },
    env: { GITHUB_WORKSPACE: folder },
  });
}

test.each([
  ['no checkout', false, /`leak-scan` could not run: no checkout in this job/],
  ['a folder that only looks like one', true, /`leak-scan` could not run: git cannot read the/],
])(
  'leak-scan: error, and %s: the run fails before anything is changed',
  async (_, broken, says) => {
    const { exitStatus, outputs, operations, page } = await scanOf(broken, {
      'leak-scan': 'error',
    });
    expect({ exitStatus, code: outputs['failure-code'] }).toEqual({
      exitStatus: 3,
      code: 'token-in-repository',
    });
    expect(page.join('\n')).toMatch(says);
    expect(operations).not.toContain('service.deploy');
  },
);

test('leak-scan: warn, and no checkout: no output, since that is normal', async () => {
  const { exitStatus, page } = await scanOf(false, {});
  expect(exitStatus).toBe(0);
  expect(page.join('\n')).not.toMatch(/leak-scan|searched|checkout/);
});

test('leak-scan: warn, and a folder that only looks like a checkout: one line, and the result stays', async () => {
  const { exitStatus, page } = await scanOf(true, {});
  expect(exitStatus).toBe(0);
  expect(page.join('\n')).toMatch(
    /Not every file was searched for Outpost tokens: git cannot read/,
  );
});

test.each(['*.bin binary', '*.bin -diff', '*.bin -text -diff', '*.bin diff=secret'])(
  'a file with the attributes "%s" is searched too',
  async (attributes) => {
    const files = { '.gitattributes': `${attributes}\n`, 'a.bin': `\0\x01 key ${REAL}\n` };
    const { exitStatus, log } = await scan(files, { 'leak-scan': 'error' });
    expect(exitStatus).toBe(3);
    expect(log.annotations.map(({ properties }) => properties['file'])).toContain('a.bin');
  },
);

test.each([
  ['grep.column', 'true'],
  ['grep.lineNumber', 'false'],
  ['grep.fallbackToNoIndex', 'true'],
  ['grep.fullName', 'true'],
  ['grep.patternType', 'fixed'],
  ['grep.extendedRegexp', 'false'],
  ['grep.threads', '-1'],
  ['core.bare', 'true'],
  ['core.worktree', '/nowhere'],
  ['core.attributesFile', '/nowhere'],
  ['core.quotePath', 'true'],
  ['color.grep', 'always'],
  ['submodule.recurse', 'true'],
  ['attr.tree', 'HEAD~9'],
])('the setting %s=%s of the checkout does not silence the search', async (key, value) => {
  const path = checkout({ 'a.txt': REAL });
  execFileSync('git', ['config', key, value], { cwd: path });
  const { exitStatus, log } = await rehearse({
    scenario: quick,
    inputs: { wait: 'false', 'leak-scan': 'error' },
    env: { GITHUB_WORKSPACE: path },
  });
  expect(exitStatus).toBe(3);
  expect(log.annotations.map(({ properties }) => properties['file'])).toContain('a.txt');
});

test('in a folder of the checkout: paths are relative to the workspace', async () => {
  const path = checkout({ 'a.txt': 'nothing' });
  const inner = join(path, 'site', 'app');
  mkdirSync(inner, { recursive: true });
  execFileSync('git', ['init', '-q'], { cwd: inner });
  writeFileSync(join(inner, 'b.txt'), REAL);
  execFileSync('git', ['add', '-A'], { cwd: inner });
  const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@outpost.example'];
  execFileSync('git', [...author, 'commit', '-qm', 'First'], { cwd: inner });
  const { exitStatus, log } = await rehearse({
    scenario: quick,
    inputs: { wait: 'false', 'leak-scan': 'error', 'working-directory': 'site/app' },
    env: { GITHUB_WORKSPACE: path },
  });
  expect(exitStatus).toBe(3);
  expect(log.annotations.map(({ properties }) => properties['file'])).toContain('site/app/b.txt');
});
