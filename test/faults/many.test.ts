import { expect, test } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import type { RecordedRequest } from '../../emulator/server.ts';
import { needsPosix } from '../support/posix.ts';
import { type Ended, onSite } from './launch.ts';
import { refusal } from './row.ts';

// Many services share one poller. Each has its own verdict, and the run's verdict is the worst of
// them. (`npm run bench` checks their memory use.)

const MINUTE_MS = 60_000;
const LOOKS = 60;
/**
 * 100 services in one namespace, which is one page of a list. Their rollout takes 60 looks, of
 * which the last three are the settling.
 */
const fleet = Array.from({ length: 100 }, (_, index) => `s${index}`);
const sixtyLooks: Scenario = {
  services: fleet.map((name) => ({ namespace: 'fleet', name })),
  rollout: [{ status: 'deploying', looks: LOOKS - 3 }, { status: 'running' }],
};

interface Rolled extends Ended {
  readonly requests: readonly RecordedRequest[];
}

async function roll(names: readonly string[]): Promise<Rolled> {
  return await onSite(sixtyLooks, async ({ emulator, launch }) => {
    const inputs = { service: names.map((name) => `fleet/${name}`).join('\n'), logs: 'off' };
    const ended = await launch({ host: 'github', inputs }).ended;
    return { ...ended, requests: emulator.requests };
  });
}

/** How many requests came in the first minute, and the most in any later minute. */
function minutesOf(requests: readonly RecordedRequest[]): { first: number; later: number } {
  const from = (startMs: number): number =>
    requests.filter(({ atMs }) => atMs >= startMs && atMs < startMs + MINUTE_MS).length;
  const firstMs = requests[0]?.atMs ?? 0;
  const later = requests.filter(({ atMs }) => atMs >= firstMs + MINUTE_MS);
  return { first: from(firstMs), later: Math.max(...later.map(({ atMs }) => from(atMs))) };
}

/** The requests after the last deploy call. */
function looksOf(requests: readonly RecordedRequest[]): readonly RecordedRequest[] {
  return requests.slice(
    requests.findLastIndex(({ operation }) => operation === 'service.deploy') + 1,
  );
}

test('100 services need one list request per poll, at most 15 in the first minute and 12 in a later one, as many as one service', async () => {
  const [many, one] = await Promise.all([roll(fleet), roll(['s0'])]);
  for (const { exitStatus, outputs } of [many, one])
    expect({ exitStatus, status: outputs['status'] }).toEqual({
      exitStatus: 0,
      status: 'deployed',
    });
  const posts = many.requests.filter(({ operation }) => operation === 'service.deploy');
  const looks = looksOf(many.requests);
  expect(posts).toHaveLength(fleet.length);
  expect(new Set(looks.map(({ operation }) => operation))).toEqual(new Set(['service.list']));
  expect(looks).toHaveLength(LOOKS);
  expect(looksOf(one.requests)).toHaveLength(LOOKS);
  expect(minutesOf(looks).first).toBeLessThanOrEqual(15);
  expect(minutesOf(looks).later).toBeLessThanOrEqual(12);
  expect(minutesOf(looksOf(one.requests)).first).toBeLessThanOrEqual(24);
  expect(minutesOf(looksOf(one.requests)).later).toBeLessThanOrEqual(12);
  expect(JSON.parse(many.outputs['deployments'] ?? '[]')).toHaveLength(fleet.length);
});

test('100 services in 5 stages stay under the limit per minute and need one list per stage before its calls', async () => {
  const stages = Array.from({ length: 5 }, (_, stage) =>
    fleet
      .slice(stage * 20, stage * 20 + 20)
      .map((name) => `fleet/${name}`)
      .join(' '),
  );
  const quarter: Scenario = {
    ...sixtyLooks,
    rollout: [{ status: 'deploying', looks: 12 }, { status: 'running' }],
  };
  await onSite(quarter, async ({ emulator, launch }) => {
    const inputs = { service: stages.join(' then '), logs: 'off', timeout: '30m' };
    const { exitStatus, outputs } = await launch({ host: 'github', inputs }).ended;
    expect([exitStatus, outputs['status']]).toEqual([0, 'deployed']);
    const reads = emulator.requests.filter(({ operation }) => operation.startsWith('service.'));
    const posts = reads.filter(({ operation }) => operation === 'service.deploy');
    const lists = reads.filter(({ operation }) => operation === 'service.list');
    expect(posts).toHaveLength(fleet.length);
    // The discovery reads one service. Every read after that lists all of them.
    expect(reads.length - posts.length - lists.length).toBe(1);
    expect(minutesOf(lists).first).toBeLessThanOrEqual(16);
    expect(minutesOf(lists).later).toBeLessThanOrEqual(16);
    // Each stage takes one minute: its looks, the three early ones, and the list before its calls.
    expect(lists.length).toBeLessThanOrEqual(1 + 5 * 17);
  });
});

const NAMES = ['web', 'api', 'worker'];
const three = { service: NAMES.map((name) => `acme/${name}`).join(',') };

test.concurrent.each(['github', 'shell'] as const)(
  'one service fails, one is rejected, one succeeds (%s): each is reported, and the run fails',
  async (host) => {
    const scenario: Scenario = {
      rollout: [{ status: 'deploying' }, { status: 'running', log: ['Ready'] }],
      rollouts: {
        'acme/api': [[{ status: 'deploying' }, { status: 'failed', log: ['exited with code 1'] }]],
      },
      faults: [
        {
          on: 'service.deploy',
          skip: 2,
          do: refusal(422, 'invalid_branch', 'There is no branch "main".'),
        },
      ],
    };
    await onSite(scenario, async ({ emulator, launch }) => {
      // One after the other, so that the third deploy is the worker's.
      const { exitStatus, stdout, report, summary, outputs } = await launch({
        host,
        inputs: { ...three, 'max-parallel': '1' },
      }).ended;
      expect({ exitStatus, status: outputs['status'] }).toEqual({
        exitStatus: 5,
        status: 'failed',
      });
      const facts = report?.deployments.map(({ service, status, failure }) => [
        service,
        status,
        failure?.code ?? null,
      ]);
      expect(facts).toEqual([
        ['web', 'deployed', null],
        ['api', 'failed', 'rollout-failed'],
        ['worker', 'failed', 'refused'],
      ]);
      expect(stdout).toMatch(/^acme\/web: deployed/m);
      expect(stdout).toMatch(/^acme\/api: failed: Outpost reports that the rollout failed/m);
      expect(stdout).toMatch(/^acme\/worker: .*There is no branch "main"/m);
      expect(stdout).toMatch(/exited with code 1/);
      if (host === 'github') for (const name of NAMES) expect(summary).toContain(`acme/${name}`);
      expect(NAMES.map((name) => emulator.world.service('acme', name).deploysAccepted)).toEqual([
        1, 1, 0,
      ]);
    });
  },
);

test.concurrent.each([1, 3, 10])(
  'max-parallel %i: exactly that many deploys run at once',
  async (parallel) => {
    const names = Array.from({ length: 12 }, (_, index) => `s${index}`);
    const scenario: Scenario = {
      services: names.map((name) => ({ namespace: 'fleet', name })),
      faults: [{ on: 'service.deploy', times: 'always', do: { kind: 'hang' } }],
    };
    await onSite(scenario, async ({ emulator, clock, launch }) => {
      const posts = (): number =>
        emulator.requests.filter(({ operation }) => operation === 'service.deploy').length;
      launch({
        host: 'shell',
        inputs: {
          service: names.map((name) => `fleet/${name}`).join(','),
          'max-parallel': `${parallel}`,
        },
      });
      await clock.until(() => posts() === parallel, `${parallel} deploys are under way`);
      // No call gets an answer within its one-minute limit.
      await clock.after(55_000);
      expect(posts()).toBe(parallel);
    });
  },
);

needsPosix().each(['github', 'shell'] as const)(
  'a cancel reports the truth about each of several services (%s)',
  async (host) => {
    const scenario: Scenario = {
      rollout: [{ status: 'deploying' }],
      faults: [{ on: 'service.deploy', skip: 1, afterHandling: true, do: { kind: 'hang' } }],
    };
    await onSite(scenario, async ({ emulator, clock, launch }) => {
      const run = launch({ host, inputs: { ...three, 'max-parallel': '1' } });
      const posts = (): number =>
        emulator.requests.filter(({ operation }) => operation === 'service.deploy').length;
      await clock.until(() => posts() === 2, 'the second deploy is under way');
      run.child.kill('SIGINT');
      const { exitStatus, stdout, report } = await run.ended;
      expect({ exitStatus, posts: posts() }).toEqual({ exitStatus: 130, posts: 2 });
      expect(report?.deployments.map(({ service, status }) => [service, status])).toEqual(
        NAMES.map((name) => [name, 'cancelled']),
      );
      expect(stdout).toMatch(/^acme\/web: cancelled: .*Outpost continues the deploy/m);
      expect(stdout).toMatch(
        /^acme\/api: cancelled: .*Outpost may or may not have started the deploy/m,
      );
      expect(stdout).toMatch(/^acme\/worker: /m);
    });
  },
);
