import { willEndOf } from '../../../emulator/deploy-end.ts';
import {
  modelScenario,
  type RolloutEnding,
  type RolloutModel,
  type RolloutSigns,
  rolloutModels,
} from '../../../emulator/rollout-models.ts';
import type { Rollout, RolloutStep, ScenarioService } from '../../../emulator/scenario.ts';
import type { Prng } from './prng.ts';

/** What happens to a deploy in Outpost after it was accepted. */
export interface Story {
  /** Used in the table of outcomes. */
  readonly title: string;
  readonly rollout: Rollout;
  /** The service before the deploy, if that matters. */
  readonly service: ScenarioService | undefined;
  /** Whether it ends with our deploy running for good, or scaled to zero. */
  readonly succeeds: boolean;
  /** Anyone who reads more often than this sees the rollout. */
  readonly shownMs: number;
}

/** `running` for less than the required time, which must not count as deployed. */
const SHORT_MS = 4_000;

/** @param signs what a single read shows in addition to the status. */
export function tellStory(prng: Prng, name: string, signs: RolloutSigns): Story {
  return prng.chance(0.6) ? modelStory(prng, name, signs) : wildStory(prng, signs);
}

/** A rollout that Outpost could plausibly show. */
function modelStory(prng: Prng, name: string, signs: RolloutSigns): Story {
  const model = prng.pick<RolloutModel>([...rolloutModels]);
  const ending = prng.pick<RolloutEnding>([
    'good',
    'good',
    'good',
    'fails-early',
    'fails-late',
    'never',
  ]);
  const ms = prng.pick([
    prng.whole(500, 5_000),
    prng.whole(5_000, 20_000),
    prng.whole(20_000, 90_000),
  ]);
  const delayMs = prng.pick([prng.whole(500, 5_000), prng.whole(5_000, 40_000)]);
  const { rollout = [], services = [] } = modelScenario(model, { ending, signs, ms, delayMs });
  const service = services.find((one) => one.namespace === 'acme' && one.name === name);
  return storyOf(`${model} ${ending}`, rollout, service);
}

/**
 * A rollout that matches no model: undocumented status words, a service that comes and goes, and,
 * if ids show which deploy is live, somebody else's deploy.
 */
function wildStory(prng: Prng, signs: RolloutSigns): Story {
  const withIds = signs === 'deployment';
  const begin = beginning(prng);
  const isLate = begin.length > 0 && !withIds && prng.chance(0.4);
  const stale = isLate
    ? [{ status: 'running', looks: prng.whole(1, 3), keepsUpdatedAt: true }]
    : [];
  const flaps = prng.chance(0.2) ? flapping(prng) : [];
  return storyOf('wild', [...stale, ...begin, ...flaps, ...ending(prng, withIds)], undefined);
}

function storyOf(title: string, rollout: Rollout, service: ScenarioService | undefined): Story {
  const end = willEndOf(rollout, service?.minReplicas ?? 2);
  const deploying = rollout.filter(({ status }) => status === 'deploying');
  const shownMs = deploying.map(({ looks, ms }) =>
    looks === undefined && ms !== undefined ? ms : Number.POSITIVE_INFINITY,
  );
  return {
    title,
    rollout,
    service,
    succeeds: end === 'running' || end === 'idle',
    shownMs: Math.max(0, ...shownMs),
  };
}

function beginning(prng: Prng): readonly RolloutStep[] {
  const log = Array.from({ length: prng.whole(0, 6) }, (_, index) => `Starting replica ${index}`);
  return prng.pick<readonly RolloutStep[]>([
    [],
    [{ status: 'deploying', looks: prng.whole(1, 3), log }],
    [{ status: 'deploying', ms: prng.whole(200, 15_000), log }],
    [
      { status: 'deploying', ms: prng.whole(200, 8_000), log },
      { status: 'degraded', looks: 1 },
    ],
    [
      { status: 'deploying', looks: 1, log },
      { status: 'warming', ms: prng.whole(200, 6_000) },
    ],
  ]);
}

function flapping(prng: Prng): readonly RolloutStep[] {
  const short = (): number => prng.whole(200, SHORT_MS);
  return prng.pick<readonly RolloutStep[]>([
    [{ status: 'running' }, { status: 'degraded' }],
    [
      { status: 'running', ms: short() },
      { status: 'degraded', ms: short() },
    ],
    [
      { status: 'running', ms: short() },
      { status: 'degraded', ms: short() },
      { status: 'running', ms: short() },
      { status: 'degraded', ms: short() },
    ],
  ]);
}

function ending(prng: Prng, withIds: boolean): readonly RolloutStep[] {
  const running = { status: 'running', log: ['Listening on port 8080'] };
  if (prng.chance(0.6)) return [running];
  const kinds: [readonly RolloutStep[], ...(readonly RolloutStep[])[]] = [
    [{ status: 'failed', log: ['exited with code 1'] }],
    [{ status: 'running' }, { status: 'failed', log: ['exited with code 137'] }],
    [{ status: 'running', ms: prng.whole(200, SHORT_MS) }, { status: 'failed' }],
    [{ status: 'stopped' }],
    [{ status: 'deploying' }],
    [{ status: 'degraded' }],
  ];
  if (withIds) kinds.push([{ status: 'deploying', supersededBy: 'hotfix' }, running]);
  return prng.pick(kinds);
}
