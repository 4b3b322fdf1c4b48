import { describe, expect } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import type { Emulator } from '../../emulator/server.ts';
import { deployPushed, expectDeployed, pushHosts, seed } from '../support/push/deploys.ts';
import { at, cloneOf, gitTest, newOrigin, type Repository } from '../support/push/git.ts';

// A run whose earlier attempt was killed, either after its push or after its call, during the
// rollout. The tests create what that attempt left on Outpost without running it.

const rolling = { status: 'deploying', ms: 20_000 } as const;
const good = [rolling, { status: 'running' }] as const;
const bad = [rolling, { status: 'failed' }] as const;
const untold: Scenario = { rollout: good };
const told: Scenario = { ...untold, deploymentInfo: true };
const GITHUB_AGAIN = { GITHUB_RUN_ATTEMPT: '2' };

/** The call of the earlier attempt, or somebody else's. */
async function call({ origin }: Emulator, token: string, branch: string): Promise<void> {
  const { status } = await fetch(`${origin}/auth/v1/v1/services/web/deploy`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ branch }),
  });
  expect(status).toBe(202);
}

describe.each(pushHosts)('on %s', (host) => {
  const again = async (
    scenario: Scenario,
    left: (emulator: Emulator, token: string, repository: Repository) => Promise<void>,
  ) => {
    const repository = cloneOf(newOrigin());
    const commit = repository.git('rev-parse', 'HEAD');
    const result = await deployPushed({
      host,
      ...at(repository),
      scenario,
      env: host === 'github' ? GITHUB_AGAIN : {},
      prepare: async (emulator, token) => {
        seed(emulator, repository, commit);
        await left(emulator, token, repository);
      },
    });
    const calls = result.operations.filter((one) => one === 'service.deploy').length;
    return { result, commit, calls };
  };

  gitTest(
    'the run adopts the rollout of the earlier attempt if Outpost shows its commit',
    async () => {
      const { result, commit, calls } = await again(told, (emulator, token) =>
        call(emulator, token, 'main'),
      );
      expectDeployed(result, commit, 'main');
      expect(calls).toBe(1);
      expect(result.page.join('\n')).toContain('no new call is sent');
    },
  );

  gitTest(
    'the run waits for the rollout and then calls again if Outpost shows no commit',
    async () => {
      const { result, commit, calls } = await again(untold, (emulator, token) =>
        call(emulator, token, 'main'),
      );
      expect(JSON.parse(result.outputs['deployments'] ?? '')).toMatchObject([
        { commit, commit_source: 'push' },
      ]);
      // Two calls, both accepted, because the second came after the first rollout had ended.
      expect([result.exitStatus, calls, result.deploys]).toEqual([0, 2, 2]);
    },
  );

  gitTest('the run does not adopt a rollout that someone else started', async () => {
    const { result, commit, calls } = await again(told, (emulator, token, repository) => {
      seed(emulator, repository, repository.git('rev-parse', 'HEAD~1'), 'topic');
      return call(emulator, token, 'topic');
    });
    expectDeployed(result, commit, 'main', 2);
    expect(calls).toBe(2);
  });

  gitTest('the run calls once more if the rollout of the earlier attempt fails', async () => {
    const scenario: Scenario = { ...told, rollouts: { 'acme/web': [bad, good] } };
    const { result, commit, calls } = await again(scenario, (emulator, token) =>
      call(emulator, token, 'main'),
    );
    expectDeployed(result, commit, 'main', 2);
    expect(calls).toBe(2);
  });
});
