import { expect } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { deployPushed, seed } from '../support/push/deploys.ts';
import { at, cloneOf, gitTest, newOrigin } from '../support/push/git.ts';

// A commit is reported as deployed if Outpost shows it, or if it was at the tip of the pushed
// branch before the call and still is.

const rollout = [{ status: 'deploying', looks: 2 }, { status: 'running' }] as const;
const untold: Scenario = { rollout };
const told: Scenario = { rollout, deploymentInfo: true };

const deployments = (outputs: Readonly<Record<string, string>>): readonly unknown[] =>
  JSON.parse(outputs['deployments'] ?? '');

gitTest('the commit comes from the push if Outpost shows none', async () => {
  const origin = newOrigin();
  const repository = cloneOf(origin);
  const commit = repository.git('rev-parse', 'HEAD');
  const former = repository.git('rev-parse', 'HEAD~1');
  const result = await deployPushed({
    ...at(repository),
    scenario: untold,
    prepare: (emulator) => seed(emulator, repository, former),
  });
  expect(result.exitStatus).toBe(0);
  expect(deployments(result.outputs)).toMatchObject([
    { commit, commit_source: 'push', previous_commit: former },
  ]);
});

gitTest('after a forced push, the older commit is reported', async () => {
  const origin = newOrigin();
  const repository = cloneOf(origin);
  const newer = repository.git('rev-parse', 'HEAD');
  repository.git('reset', '--quiet', '--hard', 'HEAD~1');
  const commit = repository.git('rev-parse', 'HEAD');
  const result = await deployPushed({
    ...at(repository),
    scenario: untold,
    inputs: { 'non-fast-forward': 'force' },
    prepare: (emulator) => seed(emulator, origin, newer),
  });
  expect(result.exitStatus).toBe(0);
  expect(result.page.join('\n')).toMatch(/main moves back 1 commit to [0-9a-f]{7}/);
  expect(deployments(result.outputs)).toMatchObject([
    { commit, commit_source: 'push', previous_commit: newer },
  ]);
});

gitTest('no commit is reported if the branch has moved since', async () => {
  const origin = newOrigin();
  const repository = cloneOf(origin);
  const later = origin.commit('later', 'later\n');
  const result = await deployPushed({
    ...at(repository),
    scenario: untold,
    onServed: ({ operation }, _, emulator) => {
      if (operation === 'service.deploy') seed(emulator, origin, later);
    },
  });
  expect(result.exitStatus).toBe(0);
  expect(deployments(result.outputs)).toMatchObject([{ commit: null, commit_source: null }]);
  expect(result.branches).toEqual({ main: later });
});

gitTest('the run warns if Outpost shows a commit other than the one it built', async () => {
  const origin = newOrigin();
  const repository = cloneOf(origin);
  const live = repository.git('rev-parse', 'HEAD~1');
  const result = await deployPushed({
    ...at(repository),
    scenario: told,
    inputs: { push: '', username: '' },
    prepare: (emulator) => seed(emulator, repository, live),
  });
  expect(result.exitStatus).toBe(0);
  expect(deployments(result.outputs)).toMatchObject([{ commit: live, commit_source: 'outpost' }]);
  expect(result.page.join('\n')).toMatch(
    new RegExp(`Outpost shows ${live.slice(0, 7)}, but this run built [0-9a-f]{7}`),
  );
});
