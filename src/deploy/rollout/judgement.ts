import type { Service } from '../../outpost/model.ts';
import type { Moment } from '../../outpost/moment.ts';
import type { Proof } from '../config.ts';
import type { WeakSign } from './signs.ts';

/** What one look showed; `atMs` is on the clock's nowMs. */
export type Observation =
  | {
      readonly kind: 'service';
      readonly atMs: number;
      readonly seen: Service | 'missing';
      /** The call was sent, and its answer not there yet. */
      readonly isBeforeAnswer?: boolean;
    }
  /** The health check that names this run's commit: it answered with it, or did not. */
  | { readonly kind: 'health'; readonly atMs: number; readonly holds: boolean };

/** How a followed deploy ended. */
export type Ending =
  | 'deployed'
  /** Deployed, and no replica was seen running: it is scaled to zero. */
  | 'scaled-to-zero'
  | 'failed'
  | 'stopped'
  | 'superseded'
  | 'rolled-back'
  | 'commit-mismatch'
  | 'gone'
  /** The answer to the call was lost, and no deploy appeared. */
  | 'never-appeared';

/** How well an ending is proved. A rollback needs more than weak evidence. */
export type Strength = 'decisive' | 'strong' | 'weak';

/** All that a deploy is judged against, fixed when following begins. */
export interface Start {
  readonly baseline: Service;
  readonly branch: string;
  /** The commit that was pushed for it, and must run in the end; undefined = none was pushed. */
  readonly pushedCommit: string | undefined;
  /** The commit that `proof: commit` wants to see live. */
  readonly runCommit: string | undefined;
  readonly proof: Proof;
  /** Nothing can be read of the service: the health check alone can prove the deploy. */
  readonly isBlind: boolean;
  /** How long `running` must hold. */
  readonly stableForMs: number;
  readonly sentMs: number;
  /** When following began, on the clock's nowMs: the call itself may have taken long. */
  readonly sinceMs: number;
}

/** What is remembered from one look to the next. */
export interface Memory {
  /** Outpost accepted the call, or the deploy was seen. */
  readonly confirmed: boolean;
  /** The id of our deployment, once Outpost has told it. */
  readonly ownId: string | undefined;
  readonly wasOwnShown: boolean;
  /** Another deployment or commit was live after the call's answer. */
  readonly wasOtherLive: boolean;
  /** A rolling status would be news: none was there before the call, or it has ended since. */
  readonly isCalm: boolean;
  /** A word of failure would be news. */
  readonly isWell: boolean;
  /** When a sign was first seen that the baseline cannot explain. */
  readonly signMs: number | undefined;
  readonly weak: ReadonlySet<WeakSign>;
  /** `updated_at` when it was first seen running after a strong sign. */
  readonly firstRunning: Moment | undefined;
  readonly healthySinceMs: number | undefined;
  readonly missingSinceMs: number | undefined;
  readonly last: Service | undefined;
}

/** A deploy as it stands after the looks so far. */
export type Judgement = { readonly start: Start; readonly memory: Memory } & State;

type State =
  /** Nothing was seen that ends it, and it does not run, or not wholly. */
  | { readonly kind: 'waiting' }
  /** It runs, or is scaled to zero, which must hold. Without a strong sign that proves nothing. */
  | {
      readonly kind: 'settling';
      readonly phase: Service['phase'];
      readonly sinceMs: number;
      readonly stamp: Moment | undefined;
      /** How often such a stretch was broken off for another. */
      readonly restarts: number;
    }
  | { readonly kind: 'ended'; readonly ending: Ending; readonly strength: Strength };

/**
 * @param attached the rollout that the baseline shows is ours: an earlier attempt of this run
 *     started it.
 */
export function openJudgement(
  start: Start,
  { confirmed, ownId }: Pick<Memory, 'confirmed' | 'ownId'>,
  attached = false,
): Judgement {
  const { phase } = start.baseline;
  const memory: Memory = {
    confirmed,
    ownId,
    wasOwnShown: false,
    wasOtherLive: false,
    isCalm: attached || phase !== 'rolling',
    isWell: attached || (phase !== 'failed' && phase !== 'rolling'),
    signMs: undefined,
    weak: new Set(),
    firstRunning: undefined,
    healthySinceMs: undefined,
    missingSinceMs: undefined,
    last: undefined,
  };
  return { start, memory, kind: 'waiting' };
}
