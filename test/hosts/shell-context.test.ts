import { execFileSync } from 'node:child_process';
import { expect } from '@jest/globals';
import { readShellContext } from '../../src/hosts/shell-context.ts';
import { gitTest, newOrigin, temporaryFolder } from '../support/push/git.ts';

/** What a shell host finds out about its folder. */
function readIn(folder: string, env: Readonly<Record<string, string>> = {}) {
  const { branch, tag, commit } = readShellContext({ PATH: process.env['PATH'], ...env }, folder);
  return Promise.resolve({ branch, tag, commit });
}

const NOTHING = { branch: undefined, tag: undefined, commit: undefined };

gitTest('a folder that is no checkout tells nothing', async () => {
  expect(await readIn(temporaryFolder())).toEqual(NOTHING);
});

gitTest('a repository without a commit tells nothing', async () => {
  const folder = temporaryFolder();
  execFileSync('git', ['init', '--quiet', folder]);
  expect(await readIn(folder)).toEqual(NOTHING);
});

gitTest('a branch and its commit; a tag counts only if no branch is checked out', async () => {
  const { folder, git } = newOrigin();
  const commit = git('rev-parse', 'HEAD');
  git('tag', 'v1');
  git('checkout', '--quiet', '-B', 'feature/a');
  expect(await readIn(folder)).toEqual({ branch: 'feature/a', tag: undefined, commit });
  git('checkout', '--quiet', '--detach');
  expect(await readIn(folder)).toEqual({ branch: undefined, tag: 'v1', commit });
  git('tag', '--delete', 'v1');
  expect(await readIn(folder)).toEqual({ branch: undefined, tag: undefined, commit });
});

gitTest('a tag named HEAD hides the branch, and not the commit', async () => {
  const { folder, git } = newOrigin();
  const commit = git('rev-parse', 'HEAD');
  git('tag', 'HEAD');
  expect(await readIn(folder)).toMatchObject({ branch: undefined, commit });
});

gitTest('Jenkins says which branch a detached checkout is from', async () => {
  const { folder, git } = newOrigin();
  const commit = git('rev-parse', 'HEAD');
  git('tag', 'v1');
  git('checkout', '--quiet', '--detach');
  const env = { JENKINS_URL: 'https://ci.example/', BRANCH_NAME: 'main' };
  expect(await readIn(folder, env)).toEqual({ branch: 'main', tag: undefined, commit });
});
