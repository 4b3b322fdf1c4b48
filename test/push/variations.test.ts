import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import {
  deployPushed,
  expectDeployed,
  expectNotDeployed,
  pushHosts,
  seed,
} from '../support/push/deploys.ts';
import { at, cloneOf, gitTest, newOrigin } from '../support/push/git.ts';

const HISTORY = ['HEAD~1', 'HEAD~2'] as const;

gitTest.each(pushHosts)(
  'on %s, a service with its own branch is deployed from it, next to the pushed branch',
  async (host) => {
    const repository = newOrigin();
    const { commit } = at(repository);
    const stable = repository.git('rev-parse', HISTORY[1]);
    const result = await deployPushed({
      host,
      ...at(repository),
      inputs: { service: 'acme/web\nacme/api@stable' },
      prepare: (emulator) => {
        seed(emulator, repository, stable, 'stable', 'api');
      },
    });
    expect(`${result.exitStatus}\n${result.stdout}`).toMatch(/^0\n/);
    // A list of services shows no commit. So it isn't known which commit of `stable` runs, and the
    // report must not name the pushed one.
    expect(JSON.parse(result.outputs['deployments'] ?? '')).toMatchObject([
      { service: 'web', branch: 'main', commit, status: 'deployed' },
      { service: 'api', branch: 'stable', commit: null, status: 'deployed' },
    ]);
    expect(result.emulator.world.service('acme', 'api')).toMatchObject({
      lastBranch: 'stable',
      lastCommit: stable,
    });
    expect(result.branches).toEqual({ main: commit });
  },
);

gitTest.each(pushHosts)(
  'on %s, without waiting, the push is accepted and the service is not reported as running',
  async (host) => {
    const repository = newOrigin();
    const { commit } = at(repository);
    const result = await deployPushed({ host, ...at(repository), inputs: { wait: 'false' } });
    expect(`${result.exitStatus} ${result.outputs['status']}\n${result.stdout}`).toMatch(
      /^0 accepted\n/,
    );
    expect(result.outputs).toMatchObject({ commit });
    expect(result.branches).toEqual({ main: commit });
    expect(result.emulator.world.service('acme', 'web')).toMatchObject({
      deploysAccepted: 1,
      lastCommit: commit,
    });
  },
);

gitTest(
  'a pull request pushes the head of its branch, not the merge commit that GitHub creates',
  async () => {
    const repository = newOrigin();
    repository.git('checkout', '--quiet', '-b', 'topic');
    const head = repository.commit('topic', 'topic\n');
    repository.git('checkout', '--quiet', '--detach', 'main');
    repository.git('merge', '--quiet', '--no-ff', '--no-edit', 'topic');
    const merge = repository.git('rev-parse', 'HEAD');
    const result = await deployPushed({
      ...at(repository),
      env: {
        GITHUB_EVENT_NAME: 'pull_request',
        GITHUB_REF_NAME: '7/merge',
        GITHUB_HEAD_REF: 'topic',
        GITHUB_SHA: merge,
      },
      event: {
        repository: { full_name: 'acme/shop' },
        pull_request: { head: { sha: head, repo: { full_name: 'acme/shop' } } },
      },
    });
    expectDeployed(result, head, 'topic');
  },
);

gitTest('a ref whose name only ends like the branch is not mistaken for it', async () => {
  const repository = newOrigin();
  const { commit } = at(repository);
  const old = repository.git('rev-parse', HISTORY[0]);
  const result = await deployPushed({
    ...at(repository),
    prepare: (emulator) => {
      seed(emulator, repository, old, 'backup/refs/heads/main');
    },
  });
  expectDeployed(result, commit, 'main');
});

gitTest(
  'if someone moves the branch between the push and the deploy, the run reports "superseded"',
  async () => {
    const repository = newOrigin();
    const result = await deployPushed({
      ...at(repository),
      // After the program has read the branch following the push, which is its second read.
      onServed: ({ operation }, count, { world }) => {
        if (operation === 'git.fetch' && count === 2) world.setBranch('acme', 'web', 'main');
      },
    });
    expect(result.emulator.world.service('acme', 'web').lastCommit).not.toBe(at(repository).commit);
    expect(`${result.exitStatus} ${result.outputs['status']}\n${result.stdout}`).toMatch(
      /^5 superseded\n/,
    );
  },
);

gitTest(
  'if someone moves the branch right after the push, the run fails although git succeeded',
  async () => {
    const repository = newOrigin();
    const result = await deployPushed({
      ...at(repository),
      onServed: ({ operation }, _, { world }) => {
        if (operation === 'git.push') world.setBranch('acme', 'web', 'main');
      },
    });
    expectNotDeployed(
      result,
      'push-lost',
      9,
      /git reported that it pushed [0-9a-f]{7}, but main is at [0-9a-f]{7}[\s\S]*one job at a time/,
    );
  },
);

gitTest('a warning says that submodules and LFS files are not pushed', async () => {
  const repository = newOrigin();
  repository.commit(
    '.gitmodules',
    '[submodule "theme"]\n\tpath = theme\n\turl = https://example.com/theme.git\n',
  );
  mkdirSync(join(repository.folder, 'assets', 'video'), { recursive: true });
  repository.commit('assets/video/.gitattributes', '*.bin filter=lfs diff=lfs merge=lfs -text\n');
  const result = await deployPushed({ ...at(repository), inputs: { 'dry-run': 'true' } });
  const page = result.page.join('\n');
  expect(page).toMatch(/has submodules\. Outpost gets the references to them, not their files\./);
  expect(page).toMatch(/stores files in Git LFS\. Outpost gets the pointers, not the files\./);
  const other = newOrigin();
  other.commit('notes', 'In .gitattributes: *.bin filter=lfs\n');
  const plain = await deployPushed({ ...at(other), inputs: { 'dry-run': 'true' } });
  expect(plain.page.join('\n')).not.toMatch(/ubmodules|LFS/);
});

gitTest('a linked worktree and a clone that borrows objects can be deployed', async () => {
  const origin = newOrigin();
  const borrowing = cloneOf(origin, '--reference', origin.folder);
  expectDeployed(await deployPushed(at(borrowing)), at(borrowing).commit, 'main');
  const linked = linkedTree(borrowing);
  expectDeployed(await deployPushed(linked), linked.commit, 'main');
});

function linkedTree(repository: ReturnType<typeof cloneOf>) {
  const folder = `${repository.folder}/linked`;
  repository.git('worktree', 'add', '--quiet', '--detach', folder, 'HEAD~1');
  return { folder, commit: repository.git('rev-parse', 'HEAD~1') };
}
