import { chmodSync, chownSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import { branchProblem } from '../../src/inputs/branch.ts';
import {
  deployPushed,
  expectNotDeployed,
  type PushedRun,
  type PushResult,
  pushHosts,
} from '../support/push/deploys.ts';
import {
  at,
  gitTest,
  newOrigin,
  posixGitTest,
  type Repository,
  repositoryAt,
  skipLoudly,
  temporaryFolder,
} from '../support/push/git.ts';

/** Expects that the run ends before it contacts Outpost. */
async function expectStopped(
  run: PushedRun,
  says: RegExp,
  code = 'push-not-possible',
  exitStatus = 9,
): Promise<PushResult> {
  const result = await deployPushed(run);
  expectNotDeployed(result, code, exitStatus, says);
  expect(result.operations).toEqual([]);
  return result;
}

/** A PATH with Node and, if a script is given, this script as git. */
function pathWith(git: string | undefined): string {
  const folder = temporaryFolder();
  symlinkSync(process.execPath, join(folder, 'node'));
  if (git !== undefined) {
    writeFileSync(join(folder, 'git'), `#!/bin/sh\n${git}\n`);
    chmodSync(join(folder, 'git'), 0o755);
  }
  return folder;
}

const ownershipTest =
  process.getuid?.() === 0
    ? gitTest
    : skipLoudly('root, which can give a checkout to another user');

/** A checkout that doesn't belong to the job's user. */
function foreignCheckout(): ReturnType<typeof at> {
  const repository = newOrigin();
  const place = at(repository);
  for (const path of [repository.folder, join(repository.folder, '.git')])
    chownSync(path, 12_345, 12_345);
  return place;
}

/** A home folder whose git settings trust the checkout. */
function homeThatTrusts(folder: string): string {
  const home = temporaryFolder();
  writeFileSync(join(home, '.gitconfig'), `[safe]\n\tdirectory = ${folder}\n`);
  return home;
}

ownershipTest('on shell, the user decides which checkouts of other users are safe', async () => {
  const place = foreignCheckout();
  const env = { HOME: homeThatTrusts(place.folder) };
  const result = await deployPushed({ host: 'shell', ...place, env, inputs: { wait: 'false' } });
  expect(`${result.exitStatus}\n${result.stdout}`).toMatch(/^0\n/);
  expect(result.branches).toEqual({ main: place.commit });
});

describe.each(pushHosts)('on %s', (host) => {
  posixGitTest('git is not installed', async () => {
    const env = { PATH: pathWith(undefined) };
    await expectStopped(
      { host, ...at(newOrigin()), env },
      /git is not installed here[\s\S]*Install git in this job/,
    );
  });

  posixGitTest.each(['git version 2.25.1', 'git version 1.9.5.msysgit.1', 'git version 2.30.9'])(
    'git is too old: %s',
    async (version) => {
      const env = { PATH: pathWith(`echo '${version}'`) };
      const [, number = ''] = /(\d+\.\d+)/.exec(version) ?? [];
      const says = new RegExp(
        `git ${number.replace('.', '\\.')} is too old[\\s\\S]*git 2\\.31 or later`,
      );
      await expectStopped({ host, ...at(newOrigin()), env }, says);
    },
  );

  gitTest('there is no repository', async () => {
    const { commit } = at(newOrigin());
    const says =
      /there is no checkout of the repository here[\s\S]*actions\/checkout` with `fetch-depth: 0`[\s\S]*GIT_STRATEGY: clone/;
    await expectStopped({ host, folder: temporaryFolder(), commit }, says);
  });

  gitTest('the repository has no commit', async () => {
    const repository = repositoryAt(temporaryFolder());
    repository.git('init', '--quiet');
    await expectStopped(
      { host, folder: repository.folder, commit: '' },
      /the commit HEAD is not in the checkout/,
    );
  });

  gitTest.each([
    ['is not there', () => '5f0c1a6e2b7d4938a1c0e5f6b7a8d9c0e1f2a3b4'],
    ['is no commit', (origin: Repository) => origin.git('rev-parse', 'HEAD^{tree}')],
  ])('HEAD %s', async (_, headOf) => {
    const origin = newOrigin();
    const { commit } = at(origin);
    const head = headOf(origin);
    writeFileSync(join(origin.folder, '.git', 'HEAD'), `${head}\n`);
    const says = new RegExp(
      `the commit ${head} is not in the checkout[\\s\\S]*fetch-depth: 0[\\s\\S]*GIT_DEPTH: "0"`,
    );
    await expectStopped({ host, folder: origin.folder, commit }, says);
  });

  ownershipTest('the checkout belongs to another user', async () => {
    const place = foreignCheckout();
    const says = /git does not trust the checkout[\s\S]*git config --global --add safe\.directory /;
    await expectStopped({ host, ...place }, says);
    // The fix that the message suggests works.
    const trusted = await deployPushed({
      host,
      ...place,
      env: { HOME: homeThatTrusts(place.folder) },
      inputs: { wait: 'false' },
    });
    expect(`${trusted.exitStatus}\n${trusted.stdout}`).toMatch(/^0\n/);
    expect(trusted.branches).toEqual({ main: place.commit });
  });
});

gitTest.each(['a b', 'a..b', '-a', '--force', 'a.lock', 'a@{0}', 'a~1', 'a:b', '/a', 'a\\b'])(
  'git rejects the branch name %j, and so do we',
  (branch) => {
    expect(() => shared().repository.git('check-ref-format', '--branch', branch)).toThrow();
    expect(branchProblem(branch)).toMatch(
      /^(?:contains a character that is not allowed in a branch name|is not a valid branch name)$/,
    );
    return Promise.resolve();
  },
);

gitTest('the run ends before the push if git would reject the branch name', async () => {
  const says = /`branch`: `--force` is not a valid branch name/;
  await expectStopped(
    { ...at(shared().repository), inputs: { branch: '--force' } },
    says,
    'config-invalid',
    2,
  );
});

gitTest.each(['+main', '$(id)', ';id', "it's", 'HEAD'])(
  'the branch name %j is unusual but valid',
  async (branch) => {
    const { repository } = shared();
    const { commit } = at(repository);
    const result = await deployPushed({ ...at(repository), inputs: { branch, wait: 'false' } });
    expect(`${result.exitStatus}\n${result.stdout}`).toMatch(/^0\n/);
    expect(result.emulator.world.service('acme', 'web')).toMatchObject({
      lastBranch: branch,
      lastCommit: commit,
    });
  },
);

gitTest.each([
  ['refs/heads/main', 'acme/web'],
  ['', 'acme/web@refs/heads/main'],
])('a full ref (`branch` %j, `service` %j) means that branch', async (branch, service) => {
  const { repository } = shared();
  const { commit } = at(repository);
  const result = await deployPushed({
    ...at(repository),
    inputs: { branch, service, wait: 'false' },
  });
  expect(`${result.exitStatus}\n${result.stdout}`).toMatch(/^0\n/);
  expect(result.branches).toEqual({ main: commit });
  expect(result.emulator.world.service('acme', 'web')).toMatchObject({ lastBranch: 'main' });
});

let repositoryOfAll: Repository | undefined;

/** A checkout shared by all tests that only read it. */
function shared(): { readonly repository: Repository } {
  repositoryOfAll ??= newOrigin();
  return { repository: repositoryOfAll };
}
