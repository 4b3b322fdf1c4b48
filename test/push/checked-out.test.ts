import { describe, expect } from '@jest/globals';
import {
  deployPushed,
  expectDeployed,
  expectNotDeployed,
  type PushHost,
  pushHosts,
  seed,
} from '../support/push/deploys.ts';
import { at, cloneOf, gitTest, newOrigin } from '../support/push/git.ts';
import { propose } from '../support/push/merges.ts';

const both = (pushed: string, event: string): RegExp =>
  new RegExp(
    `The checkout is at ${pushed.slice(0, 7)}, but this run was started for ${event.slice(0, 7)}`,
  );

describe.each(pushHosts)('on %s, the commit that is checked out is pushed', (host) => {
  gitTest('a run started on main checks out staging and deploys it to staging', async () => {
    const repository = newOrigin();
    const main = at(repository).commit;
    repository.git('checkout', '--quiet', '-b', 'staging', 'HEAD~1');
    const staging = repository.commit('staging', 'staging\n');
    const result = await deployPushed({
      host,
      folder: repository.folder,
      commit: main,
      env: dispatched[host],
      inputs: { branch: 'staging' },
    });
    expectDeployed(result, staging, 'staging');
    expect(result.page.join('\n')).toMatch(both(staging, main));
  });

  gitTest('a job step commits what it built', async () => {
    const repository = cloneOf(newOrigin());
    const event = at(repository).commit;
    const built = repository.commit('bundle.js', 'built\n');
    const result = await deployPushed({ host, folder: repository.folder, commit: event });
    expectDeployed(result, built, 'main');
    expect(result.page.join('\n')).toMatch(both(built, event));
  });

  gitTest('nothing is reported if the commit of the event is checked out', async () => {
    const result = await deployPushed({ host, ...at(newOrigin()) });
    expect(result.page.join('\n')).not.toContain('was started for');
  });

  gitTest('`working-directory` names the folder of the checkout', async () => {
    const outer = newOrigin();
    const event = at(outer).commit;
    const inner = cloneOf(newOrigin());
    const built = inner.commit('inner', 'inner\n');
    outer.git('clone', '--quiet', inner.folder, 'site/app');
    const result = await deployPushed({
      host,
      folder: outer.folder,
      commit: event,
      inputs: { 'working-directory': 'site/app' },
    });
    expectDeployed(result, built, 'main');
  });

  gitTest('`{commit}` is the pushed commit', async () => {
    const repository = newOrigin();
    const event = at(repository).commit;
    const built = repository.commit('bundle.js', 'built\n');
    const result = await deployPushed({
      host,
      folder: repository.folder,
      commit: event,
      inputs: { branch: 'deploy-{commit:7}', wait: 'false' },
    });
    expect(`${result.exitStatus}\n${result.stdout}`).toMatch(/^0\n/);
    expect(result.emulator.world.service('acme', 'web')).toMatchObject({
      lastBranch: `deploy-${built.slice(0, 7)}`,
      lastCommit: built,
    });
  });
});

const dispatched: Readonly<Record<PushHost, Readonly<Record<string, string>>>> = {
  github: { GITHUB_EVENT_NAME: 'workflow_dispatch' },
  gitlab: { CI_PIPELINE_SOURCE: 'web' },
};

interface System {
  readonly name: string;
  readonly host: PushHost | 'shell';
  readonly order: 'base first' | 'head first';
  readonly env: (
    proposal: ReturnType<typeof propose>,
  ) => Readonly<Record<string, string | undefined>>;
  readonly event?: (proposal: ReturnType<typeof propose>) => unknown;
}

const pullRequest = (sha: string | undefined, more: object = {}) => ({
  repository: { full_name: 'acme/shop' },
  pull_request: {
    state: 'open',
    head: { ref: 'topic', sha, repo: { full_name: 'acme/shop' } },
    base: { ref: 'main' },
    ...more,
  },
});

const systems: readonly System[] = [
  {
    name: 'GitHub, pull_request',
    host: 'github',
    order: 'base first',
    env: ({ merge }) => ({
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_REF: 'refs/pull/7/merge',
      GITHUB_REF_NAME: '7/merge',
      GITHUB_HEAD_REF: 'topic',
      GITHUB_SHA: merge,
    }),
    event: ({ head }) => pullRequest(head),
  },
  {
    name: 'GitHub, pull_request_review',
    host: 'github',
    order: 'base first',
    env: ({ merge }) => ({
      GITHUB_EVENT_NAME: 'pull_request_review',
      GITHUB_REF: 'refs/pull/12/merge',
      GITHUB_REF_NAME: '12/merge',
      GITHUB_SHA: merge,
    }),
    event: ({ head }) => pullRequest(head),
  },
  {
    name: 'GitLab, merged results',
    host: 'gitlab',
    order: 'base first',
    env: ({ merge, head }) => ({
      CI_COMMIT_BRANCH: undefined,
      CI_COMMIT_SHA: merge,
      CI_PIPELINE_SOURCE: 'merge_request_event',
      CI_MERGE_REQUEST_EVENT_TYPE: 'merged_result',
      CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'topic',
      CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: head,
      CI_MERGE_REQUEST_PROJECT_ID: '7',
      CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '7',
    }),
  },
  {
    name: 'Bitbucket',
    host: 'shell',
    order: 'head first',
    env: ({ head }) => ({
      BITBUCKET_BUILD_NUMBER: '4',
      BITBUCKET_PR_ID: '7',
      BITBUCKET_BRANCH: 'topic',
      BITBUCKET_COMMIT: head,
      BITBUCKET_PR_DESTINATION_BRANCH: 'main',
    }),
  },
  {
    name: 'Jenkins',
    host: 'shell',
    order: 'head first',
    env: () => ({
      JENKINS_URL: 'https://jenkins.example.com/',
      BRANCH_NAME: 'PR-7',
      CHANGE_ID: '7',
      CHANGE_BRANCH: 'topic',
      CHANGE_TARGET: 'main',
    }),
  },
];

/** The ref to which Jenkins' branch sources fetch the source branch. */
const trackHead = (repository: ReturnType<typeof newOrigin>, head: string): void =>
  void repository.git('update-ref', 'refs/remotes/origin/PR-7', head);

describe.each(systems)('the temporary merge of $name', ({ name, host, order, env, event }) => {
  gitTest('is not pushed: the head of the source branch is, on the second run too', async () => {
    const repository = newOrigin();
    const proposal = propose(repository, order);
    if (name === 'Jenkins') trackHead(repository, proposal.head);
    const run = {
      host,
      folder: repository.folder,
      commit: proposal.merge,
      env: env(proposal),
      event: event?.(proposal),
    };
    const result = await deployPushed(run);
    expectDeployed(result, proposal.head, 'topic');
    const again = await deployPushed({
      ...run,
      prepare: (emulator) => seed(emulator, repository, proposal.head, 'topic'),
    });
    expectDeployed(again, proposal.head, 'topic');
  });

  gitTest('is rejected if the job added a commit on top of it', async () => {
    const repository = newOrigin();
    const proposal = propose(repository, order);
    if (name === 'Jenkins') trackHead(repository, proposal.head);
    repository.commit('bundle.js', 'built\n');
    const result = await deployPushed({
      host,
      folder: repository.folder,
      commit: proposal.merge,
      env: env(proposal),
      event: event?.(proposal),
    });
    expectNotDeployed(
      result,
      'push-not-possible',
      9,
      /contains the temporary merge [0-9a-f]{7}[\s\S]*Check out the head of the source branch/,
    );
    expect(result.branches).toEqual({});
  });

  gitTest(
    'is ignored if the job checked out the head and added a commit, which is pushed',
    async () => {
      const repository = newOrigin();
      const proposal = propose(repository, order);
      if (name === 'Jenkins') trackHead(repository, proposal.head);
      repository.git('checkout', '--quiet', '--detach', proposal.head);
      const built = repository.commit('bundle.js', 'built\n');
      const result = await deployPushed({
        host,
        folder: repository.folder,
        commit: proposal.merge,
        env: env(proposal),
        event: event?.(proposal),
      });
      expectDeployed(result, built, 'topic');
    },
  );
});

gitTest.each([
  { name: 'GitHub does not tell', system: systems[0], event: pullRequest(undefined) },
  { name: 'GitLab does not tell', system: systems[2], event: undefined },
  { name: 'Jenkins has not fetched it', system: systems[4], event: undefined },
])('a merge is not pushed if its source head is unknown ($name)', async ({ system, event }) => {
  if (system === undefined) throw new Error();
  const repository = newOrigin();
  const proposal = propose(repository, system.order);
  const result = await deployPushed({
    host: system.host,
    folder: repository.folder,
    commit: proposal.merge,
    env: { ...system.env(proposal), CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: undefined },
    event,
  });
  expectNotDeployed(result, 'push-not-possible', 9, /temporary merge/);
});

gitTest('after a pull request is merged, the base branch gets the commit of main', async () => {
  const repository = newOrigin();
  const { head } = propose(repository, 'base first');
  repository.git('checkout', '--quiet', 'main');
  repository.commit('hotfix', 'hotfix\n');
  repository.git('merge', '--quiet', '--no-ff', '--no-edit', 'topic');
  const { folder, commit } = at(repository);
  const result = await deployPushed({
    folder,
    commit,
    env: {
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_HEAD_REF: 'topic',
      GITHUB_BASE_REF: 'main',
    },
    event: {
      ...pullRequest(head, { state: 'closed', merged: true, merged_at: '2026-11-01T00:00:00Z' }),
      action: 'closed',
    },
  });
  expectDeployed(result, commit, 'main');
});

describe('workflow_run', () => {
  const REF = /`ref: \$\{\{ github\.event\.workflow_run\.head_sha \}\}`/;
  const tested = (head_sha: string, more: object = {}) => ({
    repository: { full_name: 'acme/shop' },
    workflow_run: {
      conclusion: 'success',
      head_branch: 'main',
      head_sha,
      head_repository: { full_name: 'acme/shop' },
      ...more,
    },
  });
  const env = { GITHUB_EVENT_NAME: 'workflow_run', GITHUB_REF: 'refs/heads/main' };

  gitTest('does not push a commit newer than the tested one', async () => {
    const origin = newOrigin();
    const x = at(origin).commit;
    origin.commit('untested', 'untested\n');
    const repository = cloneOf(origin);
    const result = await deployPushed({ ...at(repository), env, event: tested(x) });
    expectNotDeployed(result, 'push-not-possible', 9, REF);
    expect(result.branches).toEqual({});
  });

  gitTest('does not push a commit fetched after the event', async () => {
    const origin = newOrigin();
    const x = at(origin).commit;
    origin.commit('untested', 'untested\n');
    const repository = cloneOf(origin, '--depth=1');
    const run = { folder: repository.folder, commit: x, env, event: tested(x) };
    expectNotDeployed(await deployPushed(run), 'push-not-possible', 9, REF);
    const whole = { ...run, folder: cloneOf(origin).folder };
    expectNotDeployed(await deployPushed(whole), 'push-not-possible', 9, REF);
  });

  gitTest('does not push a branch other than the tested one', async () => {
    const repository = newOrigin();
    const { head } = propose(repository, 'base first');
    repository.git('checkout', '--quiet', 'main');
    const event = tested(head, { head_branch: 'topic' });
    expectNotDeployed(
      await deployPushed({ ...at(repository), env, event }),
      'push-not-possible',
      9,
      REF,
    );
  });

  gitTest('pushes the tested commit to the branch that was tested', async () => {
    const origin = newOrigin();
    const main = origin.commit('untested', 'untested\n');
    const repository = cloneOf(origin);
    repository.git('checkout', '--quiet', '--detach', 'HEAD~1');
    const { folder, commit } = at(repository);
    const event = tested(commit, { head_branch: 'staging' });
    const result = await deployPushed({ folder, commit: main, env, event });
    expectDeployed(result, commit, 'staging');
  });

  gitTest('deploys the tested branch, not the default branch, if there is no push', async () => {
    const repository = newOrigin();
    const event = tested(at(repository).commit, { head_branch: 'staging' });
    const inputs = { push: '', wait: 'false' };
    const result = await deployPushed({ ...at(repository), env, event, inputs });
    expect(`${result.exitStatus}\n${result.stdout}`).toMatch(/^0\n/);
    expect(result.emulator.world.service('acme', 'web')).toMatchObject({ lastBranch: 'staging' });
  });

  gitTest('pushes a commit that the job added on top of the tested commit', async () => {
    const origin = newOrigin();
    const x = at(origin).commit;
    const main = origin.commit('untested', 'untested\n');
    const repository = cloneOf(origin);
    repository.git('checkout', '--quiet', '--detach', x);
    const built = repository.commit('bundle.js', 'built\n');
    const { folder } = repository;
    const result = await deployPushed({ folder, commit: main, env, event: tested(x) });
    expectDeployed(result, built, 'main');
    expect(result.page.join('\n')).toMatch(both(built, x));
  });

  gitTest.each([
    ['failed', 'failure'],
    ['was cancelled', 'cancelled'],
    ['has not ended', null],
  ])(
    'deploys nothing after a workflow that %s, even with `allow-unsafe-trigger`',
    async (_, conclusion) => {
      const repository = newOrigin();
      const result = await deployPushed({
        ...at(repository),
        env,
        event: tested(at(repository).commit, { conclusion }),
        inputs: { 'allow-unsafe-trigger': 'true' },
      });
      expectNotDeployed(result, 'unsafe-trigger', 2, /ended as|did not end well|success/);
    },
  );
});
