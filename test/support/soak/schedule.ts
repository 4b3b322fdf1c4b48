import type { Scenario } from '../../../emulator/scenario.ts';
import { callFate, type Fate, readTrouble, type Trouble } from './faults.ts';
import { createPrng, type Prng } from './prng.ts';
import { type Story, tellStory } from './stories.ts';

export const BRANCH = 'main';
export const TIMEOUT_SECONDS = 240;

/** Everything that one run of the soak is about: data, so that it can be printed and had again. */
export interface Schedule {
  readonly seed: number;
  readonly host: 'github' | 'shell';
  readonly services: readonly string[];
  readonly stories: Readonly<Record<string, Story>>;
  readonly wait: boolean;
  readonly logs: 'stream' | 'on-failure' | 'off';
  readonly scenario: Scenario;
  /** Milliseconds after which the job is cancelled. */
  readonly cancelAfterMs: number | undefined;
  readonly survivable: boolean;
}

export function makeSchedule(seed: number): Schedule {
  const prng = createPrng(seed);
  const services = prng.pick<readonly string[]>([
    ['web'],
    ['web'],
    ['web'],
    ['web', 'api'],
    ['web', 'api', 'worker'],
  ]);
  const withIds = services.length === 1 && prng.chance(0.5);
  const stories = Object.fromEntries(services.map((name) => [name, tellStory(prng, withIds)]));
  const fate = callFate(prng, services.length);
  const status = services.length === 1 ? 'service.get' : 'service.list';
  const troubles = Array.from({ length: prng.whole(0, 4) }, () => readTrouble(prng, status));
  const wait = !prng.chance(0.1);
  return {
    seed,
    host: prng.pick(['github', 'shell']),
    services,
    stories,
    wait,
    logs: prng.pick(['stream', 'stream', 'on-failure', 'off']),
    scenario: scenarioOf(prng, stories, withIds, fate, troubles),
    cancelAfterMs: prng.chance(0.08) ? prng.whole(1, 30_000) : undefined,
    survivable: isSurvivable(stories, fate, troubles, withIds),
  };
}

function scenarioOf(
  prng: Prng,
  stories: Readonly<Record<string, Story>>,
  withIds: boolean,
  fate: Fate,
  troubles: readonly Trouble[],
): Scenario {
  return {
    rollouts: Object.fromEntries(
      Object.entries(stories).map(([name, { rollout }]) => [`acme/${name}`, [rollout]]),
    ),
    deploymentInfo: withIds,
    deployAnswer: {
      status: prng.pick([200, 201, 202]),
      body: prng.pick(
        withIds ? ['ids', 'service', 'empty-object'] : ['none', 'text', 'empty-object'],
      ),
    },
    logs: {
      shape: prng.pick(['json', 'text', 'strings']),
      order: prng.pick(['in-order', 'in-order', 'duplicated', 'out-of-order']),
    },
    faults: [...fate.rules, ...troubles.map(({ rule }) => rule)],
    echoToken: true,
  };
}

/**
 * Faults are survivable when a run that does all it may can still see the end of a deploy that goes
 * well:
 * - the deploy call was not refused (a refusal starts nothing, so then there is no success to
 *   miss);
 * - no read is refused in a way that means the end: 401 twice, 404 for half a minute;
 * - all that the faults cost, with the rollout itself, is over well before the deadline;
 * - where the answer to the call was lost, the deploy shows itself within the minute that it is
 *   looked for, counted from the loss, and not by a moved stamp alone; a look that is lost may have
 *   been the one that showed it.
 */
function isSurvivable(
  stories: Readonly<Record<string, Story>>,
  fate: Fate,
  troubles: readonly Trouble[],
  withIds: boolean,
): boolean {
  const told = Object.values(stories);
  const troubleSeconds = troubles.reduce((sum, { seconds }) => sum + seconds, 0);
  const rolloutSeconds = Math.max(...told.map(({ seconds }) => seconds));
  const staleSeconds = Math.max(...told.map(({ staleLooks }) => staleLooks)) * 8;
  return (
    troubles.every(({ mayEndIt }) => !mayEndIt) &&
    30 + fate.seconds + rolloutSeconds + troubleSeconds < TIMEOUT_SECONDS &&
    (!fate.answerLost ||
      (5 + staleSeconds + troubleSeconds < 60 &&
        told.every(({ showsItself }) => showsItself) &&
        (withIds || troubleSeconds === 0)))
  );
}
