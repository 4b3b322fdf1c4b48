import { expect, test } from '@jest/globals';
import type { Rollout, Scenario } from '../scenario.ts';
import { deploy, emulate, tokenFor } from './client.ts';

/** The truth about the deploys of acme/web after each of some events, one second apart. */
async function truths(
  scenario: Scenario,
  events: readonly ('call' | 'wait' | `set ${string}`)[],
): Promise<readonly unknown[]> {
  let nowMs = 0;
  const emulator = await emulate({ scenario, now: () => nowMs });
  const token = tokenFor(emulator, ['service']);
  const known: unknown[] = [];
  for (const event of events) {
    if (event === 'call') await deploy(emulator, token);
    else if (event !== 'wait') emulator.world.setStatus('acme', 'web', event.slice(4));
    known.push(
      emulator.world
        .deploysOf('acme', 'web')
        .map(({ end, endedAtMs, isLive }) => `${end} ${endedAtMs ?? '-'}${isLive ? ' live' : ''}`),
    );
    nowMs += 1_000;
  }
  return known;
}

const second = { ms: 1_000 };
const deploying = { status: 'deploying', ...second };
const running = { status: 'running' };

test.each<{
  readonly title: string;
  readonly rollout: Rollout;
  readonly events: readonly ('call' | 'wait' | `set ${string}`)[];
  readonly known: readonly (readonly string[])[];
}>([
  {
    title: 'no deploy, no truth',
    rollout: [running],
    events: ['wait', 'set failed'],
    known: [[], []],
  },
  {
    title: 'ends at once',
    rollout: [running],
    events: ['call', 'wait'],
    known: [['running 0 live'], ['running 0 live']],
  },
  {
    title: 'running, but not permanently',
    rollout: [{ ...running, ...second }, { status: 'failed' }],
    events: ['call', 'wait'],
    known: [['pending - live'], ['failed 1000']],
  },
  {
    title: 'stopped in the middle',
    rollout: [deploying, { status: 'stopped' }],
    events: ['call', 'wait'],
    known: [['pending -'], ['failed 1000']],
  },
  {
    title: 'degraded forever',
    rollout: [deploying, { status: 'degraded' }],
    events: ['call', 'wait'],
    known: [['pending -'], ['pending -']],
  },
  {
    title: 'running without enough ready replicas',
    rollout: [{ ...running, readyReplicas: 1 }],
    events: ['call'],
    known: [['pending -']],
  },
  {
    title: 'a word that only the scenario understands',
    rollout: [deploying, { status: 'serving', end: 'running' }],
    events: ['call', 'wait'],
    known: [['pending -'], ['running 1000 live']],
  },
  {
    title: "someone else's deploy takes over",
    rollout: [deploying, { ...deploying, supersededBy: 'hotfix' }, running],
    events: ['call', 'wait', 'wait'],
    known: [['pending -'], ['superseded 1000'], ['superseded 1000']],
  },
  {
    title: 'a second call replaces an unfinished rollout',
    rollout: [{ ...running, ...second, serving: 'old' }, running],
    events: ['call', 'wait', 'call', 'wait'],
    known: [
      ['pending -'],
      ['running 1000 live'],
      ['running 1000 live', 'pending -'],
      ['running 1000', 'running 3000 live'],
    ],
  },
  {
    title: 'a second call before the end of the first',
    rollout: [{ ...running, ms: 5_000, serving: 'old' }, running],
    events: ['call', 'call'],
    known: [['pending -'], ['superseded 1000', 'pending -']],
  },
  {
    title: 'a crash after the end',
    rollout: [running],
    events: ['call', 'set failed'],
    known: [['running 0 live'], ['running 0']],
  },
  {
    title: 'an operator ends a rollout',
    rollout: [{ ...deploying, ms: 9_000 }, running],
    events: ['call', 'set failed', 'wait'],
    known: [['pending -'], ['failed 1000'], ['failed 1000']],
  },
])('$title', async ({ rollout, events, known }) => {
  expect(await truths({ rollout }, events)).toEqual(known);
});

test('the details of a deploy', async () => {
  const emulator = await emulate({ scenario: { deploymentIds: 'number' } });
  const token = tokenFor(emulator, ['service']);
  await deploy(emulator, token, 'web', 'feature/x');
  expect(emulator.world.deploysOf('acme', 'web')).toEqual([
    {
      id: expect.any(Number),
      branch: 'feature/x',
      commit: undefined,
      acceptedAtMs: emulator.world.nowMs(),
      end: 'pending',
      endedAtMs: undefined,
      willEnd: 'running',
      isLive: false,
    },
  ]);
  expect(emulator.world.deploysOf('acme', 'api')).toEqual([]);
});
