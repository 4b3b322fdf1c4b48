import { describe, expect } from '@jest/globals';
import { rehearsalToken } from '../rehearsal.ts';
import { scenarioProblems } from '../scenario-file.ts';
import { pushScenarioNames, pushScenarios } from '../scenarios.ts';
import { ask, deploy, emulate, field, send, tokenFor } from './client.ts';
import { cloneUrl, needsGit, newCheckout } from './git-client.ts';

const test = needsGit();

describe('a deploy', () => {
  test('uses the current commit of the branch', async () => {
    const emulator = await emulate({
      scenario: { deploymentInfo: true, rollout: [{ status: 'running' }] },
    });
    const token = tokenFor(emulator, ['service', 'repo']);
    const checkout = await newCheckout();
    const pushed = await checkout.commit('two');
    await checkout.git(['push', cloneUrl(emulator), 'main'], { user: 'ada', token });
    expect((await deploy(emulator, token)).status).toBe(202);
    const later = emulator.world.setBranch('acme', 'web', 'main');
    expect(emulator.world.service('acme', 'web')).toMatchObject({
      lastBranch: 'main',
      lastCommit: pushed,
    });
    const shown = field(await ask(emulator, { path: '/acme/service/web', token }), 'deployment');
    expect(shown).toEqual({
      id: expect.stringMatching(/^dep_/),
      branch: 'main',
      commit: pushed,
      status: 'running',
      created_at: expect.any(String),
    });
    await deploy(emulator, token);
    expect(emulator.world.service('acme', 'web').deployments.map(({ commit }) => commit)).toEqual([
      undefined,
      pushed,
      later,
    ]);
  });

  test.each(['nope', 'main~0', 'main@{0}', 'HEAD', 'refs/heads/main', '--all', 'main\0'])(
    'rejects %j, which is not a branch',
    async (branch) => {
      const emulator = await emulate();
      emulator.world.setBranch('acme', 'web', 'main');
      const answer = await deploy(emulator, tokenFor(emulator, ['service']), 'web', branch);
      expect(answer.status).toBe(422);
      expect(field(answer, 'error', 'message')).toBe(
        `There is no branch "${branch}" in the repository "acme/web".`,
      );
      expect(emulator.world.service('acme', 'web').deploysAccepted).toBe(0);
    },
  );

  test('is accepted without a commit if the repository is empty or missing', async () => {
    const emulator = await emulate({
      scenario: { services: [{ namespace: 'acme', name: 'lone' }] },
    });
    const token = tokenFor(emulator, ['service']);
    for (const name of ['web', 'lone']) {
      expect((await deploy(emulator, token, name, 'any')).status).toBe(202);
      expect(emulator.world.service('acme', name)).toMatchObject({
        lastBranch: 'any',
        lastCommit: undefined,
      });
    }
    expect(emulator.world.git.root).toBeUndefined();
  });

  test('works for a service that is connected to another repository', async () => {
    const services = [{ namespace: 'acme', name: 'web', repository: 'ada/mono' }];
    const emulator = await emulate({
      scenario: { services, repositories: [{ namespace: 'ada', name: 'mono' }] },
    });
    const commit = emulator.world.setBranch('ada', 'mono', 'main');
    emulator.world.setBranch('acme', 'web', 'other');
    expect((await deploy(emulator, tokenFor(emulator, ['service']))).status).toBe(202);
    expect(emulator.world.service('acme', 'web').lastCommit).toBe(commit);
  });
});

describe('scenarios with a push', () => {
  const push = async (name: (typeof pushScenarioNames)[number]) => {
    const emulator = await emulate({ scenario: name });
    const token = emulator.world.createToken(
      rehearsalToken(pushScenarios[name].rehearsal, emulator.world.nowMs()),
    );
    const checkout = await newCheckout();
    const { code, err } = await checkout.git(['push', cloneUrl(emulator), 'main'], {
      user: 'ada',
      token,
    });
    return { emulator, token, code, err };
  };

  test.each([
    { name: 'push-protected', exit: 9, says: 'branch main is protected' },
    { name: 'push-rejected-hook', exit: 9, says: '##[set-output name=commit]' },
    { name: 'push-read-only', exit: 3, says: 'lacks the scope "repo"' },
  ] as const)('$name', async ({ name, exit, says }) => {
    const { code, err } = await push(name);
    expect(code).not.toBe(0);
    expect(err).toContain(says);
    expect(pushScenarios[name].rehearsal.exit).toBe(exit);
  });

  test('push', async () => {
    const { emulator, token, code } = await push('push');
    expect([code, (await deploy(emulator, token)).status]).toEqual([0, 202]);
    expect(emulator.world.service('acme', 'web').lastCommit).toBe(
      emulator.world.branchCommit('acme', 'web', 'main'),
    );
  });

  test('have valid descriptions', () => {
    expect(Object.keys(pushScenarios)).toEqual(pushScenarioNames);
    for (const name of pushScenarioNames) {
      const scenario = pushScenarios[name];
      expect(scenario.name).toBe(name);
      expect(scenario.description).toMatch(/^[A-Z].*\.$/);
      expect(scenario.rehearsal.inputs).toMatchObject({
        service: 'acme/web',
        push: 'acme/web',
        branch: 'main',
        'token-name': 'rehearsal',
      });
      expect(scenarioProblems(JSON.parse(JSON.stringify(scenario)))).toEqual([]);
    }
  });
});

describe('creating a repository', () => {
  const PATH = '/auth/v1/repository/acme';

  test('returns every documented field', async () => {
    const emulator = await emulate();
    const token = tokenFor(emulator, ['repo']);
    const body = {
      name: 'my_shop-1.x',
      description: 'Shoes',
      visibility: 'internal',
      default_branch: 'trunk',
      content_addressed: false,
    };
    const created = await send(emulator, 'POST', PATH, token, body);
    expect(created.status).toBe(201);
    const record: unknown = JSON.parse(created.text);
    expect(record).toEqual({
      id: expect.stringMatching(/^repo_[0-9a-f]{12}$/),
      name: 'my_shop-1.x',
      namespace: 'acme',
      full_name: 'acme/my_shop-1.x',
      description: 'Shoes',
      visibility: 'internal',
      default_branch: 'trunk',
      size_bytes: 0,
      language: null,
      created_at: expect.any(String),
      updated_at: expect.any(String),
      pushed_at: null,
    });
    expect(
      JSON.parse(
        (await ask(emulator, { path: `${PATH}/${String(field(created, 'id'))}`, token })).text,
      ),
    ).toEqual(record);
    expect(field(await ask(emulator, { path: PATH, token }), 'pagination', 'total')).toBe(4);
    expect((await send(emulator, 'POST', PATH, token, body)).status).toBe(409);
    expect(emulator.world.git.root).toBeUndefined();
  });

  test.each([
    { body: { name: 'x' }, scopes: ['repo:read', 'service'], status: 403 },
    { body: { name: 'x' }, user: 'ben', status: 403 },
    { body: { name: 'x' }, user: 'dora', status: 404 },
    { body: {}, status: 400 },
    { body: { name: 'a/b' }, status: 400 },
    { body: { name: '..' }, status: 400 },
    { body: { name: 'web.git' }, status: 400 },
    { body: { name: 'x', visibility: 'secret' }, status: 400 },
    { body: { name: 'x', description: 'a'.repeat(513) }, status: 400 },
    { body: { name: 'x', init: 'yes' }, status: 400 },
    { body: { name: 'x', colour: 'red' }, status: 400 },
    { body: { name: 'web' }, status: 409 },
  ])(
    '$body by $user with $scopes: $status',
    async ({ body, user = 'ada', scopes = ['repo'], status }) => {
      const emulator = await emulate();
      expect(
        (await send(emulator, 'POST', PATH, tokenFor(emulator, scopes, user), body)).status,
      ).toBe(status);
    },
  );
});
