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

test('a token in a tracked file is a warning at its line, without the value, and the deploy goes on', async () => {
  const { exitStatus, log, stdout } = await scan({ 'config/prod.env': `A=1\nTOKEN=${REAL}\n` });
  expect(exitStatus).toBe(0);
  const [warning] = log.annotations.filter(({ level }) => level === 'warning');
  expect(warning?.properties).toMatchObject({
    file: 'config/prod.env',
    line: '2',
    title: 'An Outpost token is in the repository',
  });
  expect(warning?.message).toMatch(
    /Revoke it in Settings > Access Tokens, use another one, and take it out of the history/,
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

test('an untracked file is the business of nobody', async () => {
  const path = checkout({ 'a.txt': 'nothing' });
  writeFileSync(join(path, 'secret.txt'), REAL);
  const { exitStatus } = await rehearse({
    scenario: quick,
    inputs: { wait: 'false', 'leak-scan': 'error' },
    env: { GITHUB_WORKSPACE: path },
  });
  expect(exitStatus).toBe(0);
});

test('a repository cannot start a program of its own choice by the search', async () => {
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

test('whoever asked for an error is warned when nothing could be searched', async () => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-checkout-'));
  const inputs = { wait: 'false', 'leak-scan': 'error' };
  const { exitStatus, log } = await rehearse({
    scenario: quick,
    inputs,
    env: { GITHUB_WORKSPACE: folder },
  });
  expect(exitStatus).toBe(0);
  expect(log.annotations.map(({ properties }) => properties['title'])).toContain(
    'The search for tokens is not complete',
  );
});

test.each([
  ['no checkout', {}],
  ['a folder that only looks like one', { GIT: 'broken' }],
])('%s: skipped with a line, and no verdict changes', async (_, { GIT }: { GIT?: string }) => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-checkout-'));
  if (GIT !== undefined) writeFileSync(join(folder, '.git'), 'nonsense');
  const { exitStatus, page } = await rehearse({
    scenario: quick,
    inputs: { wait: 'false' },
    env: { GITHUB_WORKSPACE: folder },
  });
  expect(exitStatus).toBe(0);
  expect(page.join('\n')).toMatch(
    /No file, or not every file, was searched for Outpost tokens: (there is no checkout here|git could not search this checkout)\./,
  );
});
