import { expect } from '@jest/globals';
import type { Rollout, Scenario } from '../../emulator/scenario.ts';
import {
  deployPushed,
  type PushedRun,
  type PushResult,
  pushHosts,
  seed,
} from '../support/push/deploys.ts';
import { at, cloneOf, gitTest, newOrigin, type Repository } from '../support/push/git.ts';

const failing: Rollout = [
  { status: 'deploying', looks: 1 },
  { status: 'failed', log: ['replica-0 exited with code 1'] },
];
const passing: Rollout = [{ status: 'deploying', looks: 1 }, { status: 'running' }];

function rollouts(...of: readonly Rollout[]): Scenario {
  return { deploymentInfo: true, rollouts: { 'acme/web': of } };
}

const inputs = { 'on-failure': 'rollback' };

/** A checkout with a new commit. Outpost is at the commit before it. */
function oneAhead(): {
  readonly place: ReturnType<typeof at>;
  readonly former: string;
  readonly prepare: NonNullable<PushedRun['prepare']>;
} {
  const repository = newOrigin();
  const former = repository.git('rev-parse', 'HEAD');
  repository.commit('four', 'four\n');
  return {
    place: at(repository),
    former,
    prepare: (emulator) => seed(emulator, repository, former),
  };
}

function expectRolledBack(result: PushResult, branch: string, commit: string): void {
  expect(`${result.exitStatus} ${result.outputs['status']}\n${result.stdout}`).toMatch(
    /^5 rolled-back\n/,
  );
  expect(result.outputs['failure-code']).toBe('rollout-failed');
  expect(result.emulator.world.service('acme', 'web')).toMatchObject({
    deploysAccepted: 2,
    status: 'running',
    lastBranch: branch,
    lastCommit: commit,
  });
  expect(result.report).toMatchObject({
    status: 'rolled-back',
    exit_status: 5,
    failure: { code: 'rollout-failed' },
  });
}

function expectFailed(result: PushResult, says: RegExp): void {
  expect(
    `${result.exitStatus} ${result.outputs['status']} ${result.outputs['failure-code']}\n${result.stdout}`,
  ).toMatch(/^5 failed rollout-failed\n/);
  expect(result.page.join('\n')).toMatch(says);
  expect(result.report).toMatchObject({
    status: 'failed',
    exit_status: 5,
    deployments: [{ status: 'failed' }],
  });
}

gitTest.each(pushHosts)(
  'on %s, after a failed rollout, the previous commit is restored, deployed, and running',
  async (host) => {
    const { place, former, prepare } = oneAhead();
    const result = await deployPushed({
      host,
      ...place,
      inputs,
      prepare,
      scenario: rollouts(failing, passing),
    });
    expectRolledBack(result, 'main', former);
    expect(result.branches).toEqual({ main: former });
    const page = result.page.join('\n');
    expect(page).toContain(`acme/web: main is back at ${former.slice(0, 7)}.`);
    expect(page).toMatch(
      new RegExp(`the previous revision \\(branch main at ${former.slice(0, 7)}\\) is live again`),
    );
    expect(result.report?.phases.map(({ phase }) => phase)).toEqual(
      expect.arrayContaining(['push', 'rollback']),
    );
  },
);

gitTest('the report names the commit that runs after a rollback', async () => {
  const { place, former, prepare } = oneAhead();
  const result = await deployPushed({
    ...place,
    inputs,
    prepare,
    scenario: rollouts(failing, passing),
  });
  expect(JSON.parse(result.outputs['deployments'] ?? '')).toMatchObject([
    { status: 'rolled-back', commit: former },
  ]);
});

gitTest(
  'if someone else moved the branch, their commit stays and the message says what is live',
  async () => {
    const { place, former, prepare } = oneAhead();
    const result = await deployPushed({
      ...place,
      inputs,
      prepare,
      scenario: rollouts(failing, passing),
      onServed: ({ operation }, _, { world }) => {
        if (operation === 'service.deploy') world.setBranch('acme', 'web', 'main');
      },
    });
    expectFailed(
      result,
      /the rollback failed too \(.*has commits that this one does not contain\): the service is now failed/,
    );
    expect(result.page.join('\n')).toMatch(/Check the service right away: it was not rolled back/);
    expect([former, place.commit]).not.toContain(result.branches['main']);
    expect(result.deploys).toBe(1);
  },
);

gitTest.each(pushHosts)('on %s, the rollback fails too', async (host) => {
  const { place, former, prepare } = oneAhead();
  const result = await deployPushed({
    host,
    ...place,
    inputs,
    prepare,
    scenario: rollouts(failing, failing),
  });
  expectFailed(result, /the rollback failed too \(.*\): the service is now failed/);
  expect(result.branches).toEqual({ main: former });
  expect(result.deploys).toBe(2);
});

gitTest('the first push of a branch has nothing to roll back to', async () => {
  const place = at(newOrigin());
  const result = await deployPushed({ ...place, inputs, scenario: rollouts(failing, passing) });
  expectFailed(
    result,
    /the rollback failed too \(.*the branch is new on Outpost, so there is no earlier commit, and `rollback-branch` is not set\)/,
  );
  expect(result.branches).toEqual({ main: place.commit });
  expect(result.deploys).toBe(1);
});

gitTest('the first push of a branch rolls back to `rollback-branch`', async () => {
  const repository = newOrigin();
  const good = repository.git('rev-parse', 'HEAD~1');
  const result = await deployPushed({
    ...at(repository),
    inputs: { ...inputs, 'rollback-branch': 'last-good' },
    scenario: rollouts(failing, passing),
    prepare: (emulator) => seed(emulator, repository, good, 'last-good'),
  });
  expectRolledBack(result, 'last-good', good);
  expect(result.page.join('\n')).toMatch(
    /the previous revision \(branch last-good\) is live again/,
  );
  expect(result.branches).toEqual({ main: at(repository).commit, 'last-good': good });
});

gitTest('a successful rollout leaves the branch at the pushed commit', async () => {
  const { place, prepare } = oneAhead();
  const result = await deployPushed({ ...place, inputs, prepare, scenario: rollouts(passing) });
  expect(`${result.exitStatus} ${result.outputs['status']}\n${result.stdout}`).toMatch(
    /^0 deployed\n/,
  );
  expect(result.branches).toEqual({ main: place.commit });
});

gitTest('a checkout without the previous commit gets it from Outpost', async () => {
  const origin = newOrigin();
  const repository: Repository = cloneOf(origin, '--depth=1');
  const former = origin.git('rev-parse', 'HEAD~1');
  // Another branch of Outpost contains the whole history, so the clone's single commit is known
  // there.
  const result = await deployPushed({
    ...at(repository),
    inputs,
    scenario: rollouts(failing, passing),
    prepare: (emulator) => {
      seed(emulator, origin, origin.git('rev-parse', 'HEAD'), 'topic');
      seed(emulator, origin, former);
    },
  });
  expectRolledBack(result, 'main', former);
  expect(result.branches['main']).toBe(former);
});
