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

const FETCH_DEPTH =
  /the checkout is shallow, and Outpost does not have the commits before it[\s\S]*`fetch-depth: 0`[\s\S]*`GIT_DEPTH: "0"`/;

describe.each(pushHosts)('on %s, the pushed commit is deployed', (host) => {
  gitTest('from a full clone', async () => {
    const repository = cloneOf(newOrigin());
    const result = await deployPushed({ host, ...at(repository) });
    expectDeployed(result, repository.git('rev-parse', 'HEAD'), 'main');
    expect(result.page.join('\n')).toMatch(
      /acme\/web: pushing [0-9a-f]{7} to main\.[\s\S]*acme\/web: main is at [0-9a-f]{7}\./,
    );
  });

  gitTest(
    'from a clone of one commit if Outpost has its parent, as in a typical second run',
    async () => {
      const origin = newOrigin();
      const former = origin.git('rev-parse', 'HEAD');
      const commit = origin.commit('four', 'four\n');
      const repository = cloneOf(origin, '--depth=1');
      const result = await deployPushed({
        host,
        ...at(repository),
        prepare: (emulator) => seed(emulator, origin, former),
      });
      expectDeployed(result, commit, 'main');
    },
  );

  gitTest(
    'not from a clone of one commit if Outpost is further behind; the error explains the depth',
    async () => {
      const origin = newOrigin();
      const former = origin.git('rev-parse', 'HEAD~1');
      origin.commit('four', 'four\n');
      const repository = cloneOf(origin, '--depth=1');
      const result = await deployPushed({
        host,
        ...at(repository),
        prepare: (emulator) => seed(emulator, origin, former),
      });
      expectNotDeployed(result, 'push-rejected', 9, FETCH_DEPTH);
      expect(result.branches).toEqual({ main: former });
    },
  );

  gitTest('from a shallow clone if Outpost has its oldest commit', async () => {
    const origin = newOrigin();
    const repository = cloneOf(origin, '--depth=1');
    const commit = repository.commit('four', 'four\n');
    const result = await deployPushed({
      host,
      ...at(repository),
      prepare: (emulator) => seed(emulator, origin, origin.git('rev-parse', 'HEAD')),
    });
    expectDeployed(result, commit, 'main');
  });

  gitTest('not from a shallow clone if Outpost lacks the history', async () => {
    const repository = cloneOf(newOrigin(), '--depth=1');
    const result = await deployPushed({ host, ...at(repository) });
    expectNotDeployed(result, 'push-rejected', 9, FETCH_DEPTH);
    expect(result.branches).toEqual({});
  });

  gitTest('from a detached HEAD, as GitHub and GitLab check out', async () => {
    const repository = cloneOf(newOrigin());
    repository.git('checkout', '--quiet', '--detach');
    repository.git('branch', '--quiet', '--delete', '--force', 'main');
    expectDeployed(
      await deployPushed({ host, ...at(repository) }),
      repository.git('rev-parse', 'HEAD'),
      'main',
    );
  });

  gitTest('from a merge request ref, to the source branch', async () => {
    const { ref, env, event } = mergeRequests[host];
    const origin = newOrigin();
    origin.git('checkout', '--quiet', '-b', 'topic');
    const commit = origin.commit('topic', 'topic\n');
    origin.git('update-ref', ref, commit);
    origin.git('checkout', '--quiet', 'main');
    origin.git('branch', '--quiet', '--delete', '--force', 'topic');
    const repository = cloneOf(origin);
    repository.git('fetch', '--quiet', 'origin', ref);
    repository.git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
    const place = { host, ...at(repository), env, event: event?.(commit) };
    expectDeployed(await deployPushed(place), commit, 'topic');
  });

  gitTest('from a tag, to the branch in the input', async () => {
    const origin = newOrigin();
    origin.git('tag', '--annotate', '--message', 'First', 'v1.0.0');
    const repository = cloneOf(origin, '--branch=v1.0.0');
    const commit = repository.git('rev-parse', 'HEAD');
    const result = await deployPushed({
      host,
      ...at(repository),
      env: tags[host],
      inputs: { branch: 'production' },
    });
    expectDeployed(result, commit, 'production');
  });

  gitTest('again if the branch is already at the commit, without a push', async () => {
    const repository = cloneOf(newOrigin());
    const commit = repository.git('rev-parse', 'HEAD');
    const result = await deployPushed({
      host,
      ...at(repository),
      prepare: (emulator) => seed(emulator, repository, commit),
    });
    expectDeployed(result, commit, 'main');
    expect(result.page.join('\n')).toContain(`acme/web: main is already at ${commit.slice(0, 7)}.`);
    expect(result.operations).not.toContain('git.push');
  });

  gitTest('to a new branch, leaving the others alone', async () => {
    const repository = cloneOf(newOrigin());
    const commit = repository.commit('four', 'four\n');
    const env =
      host === 'github'
        ? { GITHUB_REF_NAME: 'feature/a-new-one' }
        : { CI_COMMIT_BRANCH: 'feature/a-new-one' };
    const former = repository.git('rev-parse', 'HEAD~1');
    const result = await deployPushed({
      host,
      ...at(repository),
      env,
      prepare: (emulator) => seed(emulator, repository, former),
    });
    expectDeployed(result, commit, 'feature/a-new-one');
    expect(result.branches['main']).toBe(former);
  });
});

const mergeRequests: Readonly<
  Record<
    PushHost,
    { ref: string; env: Record<string, string | undefined>; event?: (sha: string) => unknown }
  >
> = {
  github: {
    ref: 'refs/pull/7/merge',
    env: {
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_REF_NAME: '7/merge',
      GITHUB_HEAD_REF: 'topic',
    },
    event: (sha) => ({
      repository: { full_name: 'acme/shop' },
      pull_request: { head: { sha, repo: { full_name: 'acme/shop' } } },
    }),
  },
  gitlab: {
    ref: 'refs/merge-requests/7/head',
    env: {
      CI_COMMIT_BRANCH: undefined,
      CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'topic',
      CI_MERGE_REQUEST_PROJECT_ID: '7',
      CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '7',
      CI_PIPELINE_SOURCE: 'merge_request_event',
    },
  },
};

const tags: Readonly<Record<PushHost, Readonly<Record<string, string | undefined>>>> = {
  github: { GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1.0.0' },
  gitlab: { CI_COMMIT_BRANCH: undefined, CI_COMMIT_TAG: 'v1.0.0' },
};
