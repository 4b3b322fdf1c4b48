import { describe, expect } from '@jest/globals';
import {
  deployPushed,
  expectDeployed,
  expectNotDeployed,
  type PushedRun,
  pushHosts,
  seed,
} from '../support/push/deploys.ts';
import { at, cloneOf, gitTest, newOrigin, type Repository } from '../support/push/git.ts';

/** Outpost is at the latest commit, and an older one is checked out. */
function goingBack(commits: number): {
  readonly repository: Repository;
  readonly place: ReturnType<typeof at>;
  readonly newer: string;
  readonly prepare: NonNullable<PushedRun['prepare']>;
} {
  const repository = cloneOf(newOrigin());
  const newer = at(repository).commit;
  repository.git('checkout', '--quiet', '--detach', `HEAD~${commits}`);
  const prepare: PushedRun['prepare'] = (emulator) => seed(emulator, repository, newer);
  return { repository, place: at(repository), newer, prepare };
}

const force = { 'non-fast-forward': 'force' };
const skip = { 'non-fast-forward': 'skip' };

describe.each(pushHosts)('on %s, a commit older than the one on Outpost', (host) => {
  gitTest('fails, and the message lists the options', async () => {
    const { place, newer, prepare } = goingBack(2);
    const result = await deployPushed({ host, ...place, prepare });
    expectNotDeployed(
      result,
      'push-rejected',
      9,
      /main on Outpost is at [0-9a-f]{7}, 2 commits ahead of [0-9a-f]{7}[\s\S]*set `non-fast-forward: force`[\s\S]*set `non-fast-forward: skip`/,
    );
    expect(result.page.join('\n')).not.toMatch(/Somebody pushed/);
    expect(result.branches).toEqual({ main: newer });
  });

  gitTest('is deployed with `force`, and the log says how far the branch moves back', async () => {
    const { place, prepare } = goingBack(1);
    const result = await deployPushed({ host, ...place, prepare, inputs: force });
    expectDeployed(result, place.commit, 'main');
    expect(result.page.join('\n')).toMatch(/main moves back 1 commit to [0-9a-f]{7}\./);
  });

  gitTest('is skipped with `skip`: the run succeeds and changes nothing', async () => {
    const { place, newer, prepare } = goingBack(2);
    const result = await deployPushed({ host, ...place, prepare, inputs: skip });
    expect(`${result.exitStatus} ${result.outputs['status']}\n${result.stdout}`).toMatch(
      /^0 skipped\n/,
    );
    expect(result.outputs).toMatchObject({ 'failure-code': '', commit: place.commit });
    expect(result.page.join('\n')).toMatch(
      /Skipped: main on Outpost is already 2 commits ahead of [0-9a-f]{7}\. Nothing was deployed\./,
    );
    expect(result.operations).not.toContain('git.push');
    expect(result.operations).not.toContain('service.deploy');
    expect(result.branches).toEqual({ main: newer });
    expect(result.report).toMatchObject({
      status: 'skipped',
      exit_status: 0,
      deployments: [{ status: 'skipped', reason: 'the branch on Outpost is ahead of this commit' }],
    });
  });
});

gitTest('`force` and `skip` work from a clone of one commit and count the commits', async () => {
  const origin = newOrigin();
  const newer = at(origin).commit;
  origin.git('branch', 'old', 'HEAD~1');
  const repository = cloneOf(origin, '--depth=1', '--branch=old');
  const prepare: PushedRun['prepare'] = (emulator) => seed(emulator, origin, newer);
  const result = await deployPushed({ ...at(repository), prepare, inputs: force });
  expectDeployed(result, origin.git('rev-parse', 'old'), 'main');
  expect(result.page.join('\n')).toMatch(/main moves back 1 commit/);
  const skipped = await deployPushed({ ...at(repository), prepare, inputs: skip });
  expect(skipped.outputs['status']).toBe('skipped');
});

/** Rewritten history: neither commit is an ancestor of the other. */
function apart(): {
  readonly place: ReturnType<typeof at>;
  readonly prepare: PushedRun['prepare'];
} {
  const repository = newOrigin();
  const former = at(repository).commit;
  repository.git('reset', '--quiet', '--hard', 'HEAD~2');
  repository.commit('four', 'four\n');
  return { place: at(repository), prepare: (emulator) => seed(emulator, repository, former) };
}

gitTest('`skip` fails if the histories diverged, because the branch is not ahead', async () => {
  const { place, prepare } = apart();
  const result = await deployPushed({ ...place, ...(prepare && { prepare }), inputs: skip });
  expectNotDeployed(
    result,
    'push-rejected',
    9,
    /and has 2 commits that [0-9a-f]{7} does not contain/,
  );
});

gitTest('`force` replaces a diverged history and says what is lost', async () => {
  const { place, prepare } = apart();
  const result = await deployPushed({ ...place, ...(prepare && { prepare }), inputs: force });
  expectDeployed(result, place.commit, 'main');
  expect(result.page.join('\n')).toMatch(
    /main moves to [0-9a-f]{7} and loses 2 commits that [0-9a-f]{7} does not contain/,
  );
});

gitTest.each([force, skip])('a fast-forward is not affected by %j', async (inputs) => {
  const repository = newOrigin();
  const former = repository.git('rev-parse', 'HEAD~1');
  const prepare: PushedRun['prepare'] = (emulator) => seed(emulator, repository, former);
  const result = await deployPushed({ ...at(repository), prepare, inputs });
  expectDeployed(result, at(repository).commit, 'main');
  expect(result.page.join('\n')).not.toMatch(/goes back|loses|ahead/);
});

gitTest(
  'if someone else moves the branch during the run, nothing is forced or deployed',
  async () => {
    const { place, prepare } = goingBack(1);
    let rival: string | undefined;
    const result = await deployPushed({
      ...place,
      prepare,
      inputs: force,
      // After the program has read the branch, before it pushes.
      onServed: ({ operation }, count, { world }) => {
        if (operation !== 'git.fetch' || count !== 1) return;
        world.setBranch('acme', 'web', 'main');
        rival = world.branchCommit('acme', 'web', 'main');
      },
    });
    expectNotDeployed(
      result,
      'push-rejected',
      9,
      /someone moved main from [0-9a-f]{7} to [0-9a-f]{7} during this run/,
    );
    expect(result.branches).toEqual({ main: rival });
  },
);

gitTest('a rollback after a forced push restores the newer commit', async () => {
  const { place, newer, prepare } = goingBack(1);
  const result = await deployPushed({
    ...place,
    prepare,
    inputs: { ...force, 'on-failure': 'rollback' },
    scenario: {
      deploymentInfo: true,
      rollouts: {
        'acme/web': [
          [{ status: 'deploying', looks: 1 }, { status: 'failed' }],
          [{ status: 'deploying', looks: 1 }, { status: 'running' }],
        ],
      },
    },
  });
  expect(`${result.exitStatus} ${result.outputs['status']}\n${result.stdout}`).toMatch(
    /^5 rolled-back\n/,
  );
  expect(result.branches).toEqual({ main: newer });
});

gitTest('the Jenkins form `acme/web@main` can be combined with push and branch', async () => {
  const repository = cloneOf(newOrigin());
  repository.git('checkout', '--quiet', '--detach');
  const { folder, commit } = at(repository);
  const run = { host: 'shell', folder, commit, inputs: { service: 'acme/web@main' } } as const;
  expectDeployed(await deployPushed(run), commit, 'main');
  const named = { ...run, inputs: { ...run.inputs, branch: 'main' } };
  expectDeployed(await deployPushed(named), commit, 'main');
});
