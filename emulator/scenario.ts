import type { FaultRule } from './faults.ts';
import type { RepositoryOptions } from './repositories.ts';
import type { Scope } from './vocabulary.ts';

/**
 * One state of a rollout. The last one holds; any other without `looks` and `ms` lasts for one
 * look.
 */
export interface RolloutStep {
  /** Any text: clients must survive a status that no page lists. */
  readonly status: string;
  /** For how many reads of the status (get or list) it lasts. */
  readonly looks?: number;
  /** For how long it lasts. With `looks` too, whichever ends first. */
  readonly ms?: number;
  /** Log lines of this state, spread over `ms` if that is given. */
  readonly log?: readonly string[];
  /** The platform has not noticed the deploy yet: `updated_at` stays where it was. */
  readonly keepsUpdatedAt?: boolean;
  /** Someone else's deploy of this branch takes over as this state begins. */
  readonly supersededBy?: string;
}

export type Rollout = readonly RolloutStep[];

export const deployBodies = ['empty-object', 'none', 'text', 'ids', 'service'] as const;
/** What an accepted deploy answers; the documents do not say. */
export type DeployBody = (typeof deployBodies)[number];

export const logShapes = ['json', 'text', 'strings'] as const;
/** The form of a log answer (assumption): objects in `data`, plain text, or strings in `data`. */
export type LogShape = (typeof logShapes)[number];

export const logOrders = ['in-order', 'duplicated', 'out-of-order', 'endless'] as const;
/**
 * How log windows behave: as they should, every line twice, neighbours swapped, or 500 new lines
 * with each read.
 */
export type LogOrder = (typeof logOrders)[number];

/** A service that a scenario adds, or whose first status it sets. */
export interface ScenarioService {
  readonly namespace: string;
  readonly name: string;
  readonly status?: string;
  /**
   * `namespace/name` of the repository it is deployed from; the one of its own full name if not
   * given.
   */
  readonly repository?: string;
}

export const tokenFields = ['scopes', 'created_at', 'expires_at', 'last_used_at'] as const;

/** How the requests about tokens differ from what clients hope for; no page documents them. */
export interface TokenHabits {
  /** Every token that a request makes holds these scopes, whatever was asked for. */
  readonly givesScopes?: readonly Scope[];
  /** Fields that no record of a token has. */
  readonly omits?: readonly (typeof tokenFields)[number][];
  /** The list comes in pages of this size, whatever is asked for. */
  readonly pageSize?: number;
}

/** How a demonstration runs a scenario, and how it must end. */
export interface Rehearsal {
  /** Inputs of the action. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly token: {
    readonly name?: string;
    readonly scopes: readonly string[];
    readonly expiresInDays?: 30 | 60 | 90;
    /** `past`, or hours from now. */
    readonly expiresAt?: 'past' | number;
  };
  /** The exit status of a client that tells the truth. */
  readonly exit: number;
}

/**
 * What an emulated Outpost does, as data. Everything has a default, so that a test states only what
 * it is about.
 */
export interface Scenario {
  readonly name?: string;
  readonly description?: string;
  readonly rehearsal?: Rehearsal;
  /** What follows each accepted deploy, unless `rollouts` says otherwise. */
  readonly rollout?: Rollout;
  /** By `namespace/name`: the rollouts of its first, second, ... deploy; the last one repeats. */
  readonly rollouts?: Readonly<Record<string, readonly Rollout[]>>;
  readonly services?: readonly ScenarioService[];
  /** Repositories to add, or to put in the place of those of a new world; each of them is empty. */
  readonly repositories?: readonly RepositoryOptions[];
  /**
   * Another form of the deploy path, with {service} and perhaps {namespace}; it takes the place of
   * the documented one.
   */
  readonly deployPath?: string;
  /** The answer to an accepted deploy; 202 with an empty object if not given. */
  readonly deployAnswer?: { readonly status?: number; readonly body?: DeployBody };
  /**
   * Whether a service carries `deployment: {id, branch, commit, status, created_at}` (unknown in
   * the documents).
   */
  readonly deploymentInfo?: boolean;
  readonly logs?: { readonly shape?: LogShape; readonly order?: LogOrder };
  readonly tokens?: TokenHabits;
  readonly faults?: readonly FaultRule[];
  /**
   * Error answers repeat the presented credential, as a careless proxy would: clients must redact
   * it.
   */
  readonly echoToken?: boolean;
  /** How far Outpost's clock is ahead of ours. */
  readonly clockOffsetMs?: number;
}

/** A scenario that can be started by name and rehearsed. */
export interface NamedScenario extends Scenario {
  readonly name: string;
  readonly description: string;
  readonly rehearsal: Rehearsal;
}

/** The rollout of the `index`th deploy (from 0) of a service. */
export function rolloutFor(scenario: Scenario, fullName: string, index: number): Rollout {
  const ofService = scenario.rollouts?.[fullName];
  const rollout = ofService?.[Math.min(index, ofService.length - 1)] ?? scenario.rollout;
  return (
    rollout ?? [
      { status: 'deploying', looks: 1, log: ['Pulling image', 'Starting 2 replicas'] },
      { status: 'running', log: ['Ready'] },
    ]
  );
}
