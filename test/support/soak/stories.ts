import type { Rollout, RolloutStep } from '../../../emulator/scenario.ts';
import type { Prng } from './prng.ts';

/** What becomes of a deploy in Outpost, once it was accepted. */
export interface Story {
  readonly rollout: Rollout;
  /** It ends with our deploy running for good. */
  readonly succeeds: boolean;
  /** Within about this many seconds of looking. */
  readonly seconds: number;
  /** Looks that show the service as it was before the deploy. */
  readonly staleLooks: number;
  /**
   * Each look that is answered in time shows a sign of the deploy that a stamp alone is not: an id,
   * or a status that waits for looks.
   */
  readonly showsItself: boolean;
}

/** A look comes at least this often, logs and all. */
const LOOK_SECONDS = 8;
/** `running` for less than the time that it has to hold: nobody may be taken in by it. */
const SHORT_MS = 4_000;

/**
 * @param withIds Outpost tells which deployment is live, without which nobody can know that another
 *     took over early.
 */
export function tellStory(prng: Prng, withIds: boolean): Story {
  const begin = beginning(prng);
  // A deploy that is noticed late is noticed by a status or a stamp that moves then; with ids the
  // new one would be there at once.
  const isLate = begin.length > 0 && !withIds && prng.chance(0.4);
  const stale = isLate
    ? [{ status: 'running', looks: prng.whole(1, 3), keepsUpdatedAt: true }]
    : [];
  const flaps = prng.chance(0.2) ? flapping(prng) : [];
  const end = ending(prng, withIds);
  const rollout = [...stale, ...begin, ...flaps, ...end.steps];
  const seconds = rollout.reduce((sum, step) => sum + secondsOf(step), 0);
  const showsItself =
    withIds || rollout.some(({ status, looks }) => status === 'deploying' && looks !== undefined);
  return {
    rollout,
    succeeds: end.succeeds,
    seconds,
    staleLooks: stale[0]?.looks ?? 0,
    showsItself,
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

function ending(
  prng: Prng,
  withIds: boolean,
): { readonly steps: readonly RolloutStep[]; readonly succeeds: boolean } {
  const running = { status: 'running', log: ['Listening on port 8080'] };
  if (prng.chance(0.6)) return { steps: [running], succeeds: true };
  const kinds: [readonly RolloutStep[], ...(readonly RolloutStep[])[]] = [
    [{ status: 'failed', log: ['exited with code 1'] }],
    [{ status: 'running' }, { status: 'failed', log: ['exited with code 137'] }],
    [{ status: 'running', ms: prng.whole(200, SHORT_MS) }, { status: 'failed' }],
    [{ status: 'stopped' }],
    [{ status: 'deploying' }],
    [{ status: 'degraded' }],
  ];
  if (withIds) kinds.push([{ status: 'deploying', supersededBy: 'hotfix' }, running]);
  return { steps: prng.pick(kinds), succeeds: false };
}

function secondsOf({ looks, ms }: RolloutStep): number {
  return Math.max((looks ?? (ms === undefined ? 1 : 0)) * LOOK_SECONDS, (ms ?? 0) / 1_000);
}
