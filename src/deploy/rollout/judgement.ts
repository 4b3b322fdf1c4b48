import type { Service } from '../../outpost/model.ts';
import type { Moment } from '../../outpost/moment.ts';
import type { Proof } from '../config.ts';
import type { WeakSign } from './signs.ts';

/** The result of one poll; `atMs` is on the clock's nowMs. */
export type Observation =
  | {
      readonly kind: 'service';
      readonly atMs: number;
      readonly seen: Service | 'missing';
      /** The call was sent, but had no answer yet. */
      readonly isBeforeAnswer?: boolean;
    }
  /** The health check that looks for this run: whether it found it. */
  | { readonly kind: 'health'; readonly atMs: number; readonly holds: boolean };

/** How a followed deploy ended. */
export type Ending =
  | 'deployed'
  /** Deployed, but scaled to zero: no replica was seen running. */
  | 'scaled-to-zero'
  | 'failed'
  | 'stopped'
  | 'superseded'
  | 'rolled-back'
  | 'commit-mismatch'
  | 'gone'
  /** The answer to the call was lost, and no deploy appeared. */
  | 'never-appeared';

/** How strong the evidence for an ending is. A rollback needs more than weak evidence. */
export type Strength = 'decisive' | 'strong' | 'weak';

/** What a deploy is judged against, fixed when following starts. */
export interface Start {
  readonly baseline: Service;
  readonly branch: string;
  /** The commit that was pushed and must be live in the end; undefined = none was pushed. */
  readonly pushedCommit: string | undefined;
  /** The commit that must be live for `proof: commit`. */
  readonly runCommit: string | undefined;
  readonly proof: Proof;
  /** The service cannot be read: only the health check can prove the deploy. */
  readonly isBlind: boolean;
  /** How long `running` must hold. */
  readonly stableForMs: number;
  readonly sentMs: number;
  /** When following started, on the clock's nowMs: the call itself may have taken long. */
  readonly sinceMs: number;
}

/** What is kept from one poll to the next. */
export interface Memory {
  /** Outpost accepted the call, or the deploy was seen. */
  readonly confirmed: boolean;
  /** The id of our deployment, once Outpost has shown it. */
  readonly ownId: string | undefined;
  readonly wasOwnShown: boolean;
  /** Another deployment or commit was live after the call's answer. */
  readonly wasOtherLive: boolean;
  /** A rolling status now would be new: there was none before the call, or it has ended since. */
  readonly isCalm: boolean;
  /** A failed status now would be new. */
  readonly isWell: boolean;
  /** When the first sign appeared that the baseline cannot explain. */
  readonly signMs: number | undefined;
  readonly weak: ReadonlySet<WeakSign>;
  /** `updated_at` when it was first seen running after a strong sign. */
  readonly firstRunning: Moment | undefined;
  readonly healthySinceMs: number | undefined;
  readonly missingSinceMs: number | undefined;
  readonly last: Service | undefined;
}

/** The state of a deploy after the polls so far. */
export type Judgement = { readonly start: Start; readonly memory: Memory } & State;

type State =
  /** Not ended, and not, or not fully, running. */
  | { readonly kind: 'waiting' }
  /** Running or scaled to zero, and must stay so. Proves nothing without a strong sign. */
  | {
      readonly kind: 'settling';
      readonly phase: Service['phase'];
      readonly sinceMs: number;
      readonly stamp: Moment | undefined;
      /** How often the waiting period had to start over. */
      readonly restarts: number;
    }
  | { readonly kind: 'ended'; readonly ending: Ending; readonly strength: Strength };

/**
 * When all of them have kept running for long enough, on the clock's nowMs. Infinity = one does not
 * run yet, or nothing shows that what runs is new.
 */
export function heldAtMs(judgements: readonly Judgement[]): number {
  return Math.max(
    ...judgements.map(({ start, memory, ...state }) =>
      state.kind === 'settling' && memory.signMs !== undefined
        ? state.sinceMs + start.stableForMs
        : Number.POSITIVE_INFINITY,
    ),
  );
}

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
