import { expect, test } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { needsPosix } from '../support/posix.ts';
import { onSite } from './launch.ts';

// The post step of the action. If main broke off, it says what is live. Whatever happens to it, it
// neither fails the job nor changes anything.

const signalTest = needsPosix();

const BROKEN_OFF = { env: { 'STATE_outpost-ended': undefined } };
const FINISHED = { env: { 'STATE_outpost-ended': 'true' } };

test('after the main step was killed, the post step says what is live now', async () => {
  await onSite({ rollout: [{ status: 'deploying' }] }, async ({ emulator, clock, launch }) => {
    const main = launch({ host: 'github' });
    await clock.until(
      () => emulator.world.service('acme', 'web').deploysAccepted === 1,
      'the deploy was accepted',
    );
    main.child.kill('SIGKILL');
    expect((await main.ended).state).toBe('');
    const asked = emulator.requests.length;
    const post = await launch({ host: 'github', step: 'post', ...BROKEN_OFF }).ended;
    expect(post.exitStatus).toBe(0);
    expect(post.stdout).toMatch(/^acme\/web: now deploying, /m);
    expect(emulator.requests.slice(asked).map(({ operation }) => operation)).toEqual([
      'service.get',
    ]);
    expect(emulator.world.service('acme', 'web').deploysAccepted).toBe(1);
  });
});

signalTest('the post step prints nothing if the main step ended, even by a cancel', async () => {
  await onSite({ rollout: [{ status: 'deploying' }] }, async ({ emulator, clock, launch }) => {
    const main = launch({ host: 'github' });
    await clock.until(
      () => emulator.world.service('acme', 'web').deploysAccepted === 1,
      'the deploy was accepted',
    );
    main.child.kill('SIGINT');
    expect((await main.ended).state).toMatch(/^outpost-ended<<(\S+)\ntrue\n\1\n$/);
    const asked = emulator.requests.length;
    const post = await launch({ host: 'github', step: 'post', ...FINISHED }).ended;
    expect({ exitStatus: post.exitStatus, stdout: post.stdout, stderr: post.stderr }).toEqual({
      exitStatus: 0,
      stdout: '',
      stderr: '',
    });
    expect(emulator.requests).toHaveLength(asked);
  });
});

test('several services get one line each', async () => {
  await onSite(
    { services: [{ namespace: 'fleet', name: 'a', status: 'failed' }] },
    async ({ emulator, launch }) => {
      const { exitStatus, stdout } = await launch({
        host: 'github',
        step: 'post',
        inputs: { service: 'acme/web, acme/api\nfleet/a, acme/nothing' },
      }).ended;
      expect(exitStatus).toBe(0);
      expect(stdout).toMatch(
        /acme\/web: now running.*\nacme\/api: now running.*\nfleet\/a: now failed.*\nacme\/nothing: the current status is not known/,
      );
      expect(emulator.requests.map(({ method, operation }) => `${method} ${operation}`)).toEqual([
        'GET service.get',
        'GET service.list',
        'GET service.get',
        'GET service.get',
      ]);
    },
  );
});

test.concurrent.each<{
  what: string;
  scenario: Scenario;
  env?: Record<string, string>;
  says: RegExp;
}>([
  {
    what: 'Outpost is down',
    scenario: { faults: [{ on: '*', times: 'always', do: { kind: 'answer', status: 503 } }] },
    says: /acme\/web: the current status is not known/,
  },
  {
    what: 'Outpost hangs',
    scenario: { faults: [{ on: '*', times: 'always', do: { kind: 'hang' } }] },
    says: /acme\/web: the current status is not known/,
  },
  {
    what: 'the connection is reset',
    scenario: { faults: [{ on: '*', times: 'always', do: { kind: 'reset' } }] },
    says: /not known/,
  },
  {
    what: 'there is no token',
    scenario: {},
    env: { INPUT_TOKEN: '' },
    says: /Could not read the current status: .*token/i,
  },
  {
    what: 'the inputs are wrong',
    scenario: {},
    env: { INPUT_TIMEOUT: 'soon' },
    says: /Could not read the current status: .*`timeout`/,
  },
  {
    what: 'the token is not valid',
    scenario: {},
    env: { INPUT_TOKEN: 'op_pat_nobodysToken1234567890' },
    says: /Could not read the current status/,
  },
])(
  '$what: the post step says that the status is unknown, and succeeds in time',
  async ({ scenario, env, says }) => {
    await onSite(scenario, async ({ emulator, launch }) => {
      const { exitStatus, stdout } = await launch({
        host: 'github',
        step: 'post',
        ...(env === undefined ? {} : { env }),
      }).ended;
      expect(exitStatus).toBe(0);
      expect(stdout).toMatch(says);
      expect(stdout).not.toMatch(/^::error|[Nn]othing was deployed/m);
      expect(emulator.requests.every(({ method }) => method === 'GET')).toBe(true);
    });
  },
);

signalTest.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s does not make the post step fail the job',
  async (signal) => {
    await onSite(
      { faults: [{ on: '*', times: 'always', do: { kind: 'hang' } }] },
      async ({ emulator, clock, launch }) => {
        const post = launch({ host: 'github', step: 'post' });
        await clock.until(() => emulator.requests.length > 0, 'the post step asks');
        const sentMs = clock.nowMs();
        post.child.kill(signal);
        // The runner counts a step that a signal ended as cancelled, so it only has to be gone.
        const ended = await post.ended;
        expect(ended.atMs - sentMs).toBeLessThan(2_000);
        expect(ended.exitStatus ?? 0).toBe(0);
      },
    );
  },
);
