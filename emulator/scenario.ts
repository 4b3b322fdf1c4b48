import type { Dialect } from './dialects.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { Envelope, ListEnvelope, Naming } from './envelopes.ts';
import type { FaultRule } from './faults.ts';
import type { RepositoryOptions } from './repositories.ts';
import type { Spelling } from './spelling.ts';
import type { TimedStep } from './steps.ts';
import type { Scope } from './vocabulary.ts';

export const servingKinds = ['old', 'both', 'new', 'none'] as const;
/** Which revisions answer requests: the one before the deploy, the one of the deploy, or both. */
export type Serving = (typeof servingKinds)[number];

export const deployEnds = ['running', 'idle', 'failed', 'superseded', 'pending'] as const;
/**
 * How a deploy ended. `idle` = deployed and scaled to zero; `pending` = its rollout isn't over, and
 * may never be.
 */
export type DeployEnd = (typeof deployEnds)[number];

/** One state of a rollout. */
export interface RolloutStep extends TimedStep {
  /** Any text: clients must survive a status that no page lists. */
  readonly status: string;
  /** The platform hasn't noticed the deploy yet: `updated_at` doesn't change. */
  readonly keepsUpdatedAt?: boolean;
  /** `updated_at` changes when this state starts, even if the status stays the same. */
  readonly movesUpdatedAt?: boolean;
  /** Someone else's deploy of this branch takes over when this state starts. */
  readonly supersededBy?: string;
  /**
   * Default: `old` with `keepsUpdatedAt`, `none` while deploying, failed or stopped, `new`
   * otherwise.
   */
  readonly serving?: Serving;
  /**
   * The deployment's own status. Default: the service's, or `deploying` while the old one serves.
   */
  readonly deploymentStatus?: string;
  /** Default: what the status suggests. */
  readonly readyReplicas?: number;
  /**
   * How the deploy ends if the rollout stops here. Default: what the documented status suggests.
   * Required if the status is undocumented or wrong.
   */
  readonly end?: Exclude<DeployEnd, 'superseded'>;
}

export type Rollout = readonly RolloutStep[];

export const jobEnds = ['succeeded', 'failed', 'cancelled', 'timed_out', 'pending'] as const;
/** How a job ended. `pending` = it isn't over, and may never be. */
export type JobEnd = (typeof jobEnds)[number];

/** One state of a job. */
export interface JobStep extends TimedStep {
  /** Any text: clients must survive a status that no page lists. */
  readonly status: string;
  /**
   * How the job ends in this state. Default: what the documented status says. Required if the
   * status is undocumented or wrong.
   */
  readonly end?: JobEnd;
}

export const jobBodies = ['record', 'id', 'data', 'job', 'none'] as const;
/** The body of the answer to creating a job (undocumented). */
export type JobBody = (typeof jobBodies)[number];

export const jobNameRules = ['unique', 'any'] as const;

export const acceptances = [
  'empty-object',
  'none',
  'text',
  'ids',
  'id',
  'deployment',
  'names',
  'service',
] as const;
export const refusals = [
  'error-object',
  'error-text',
  'error-list',
  'success-false',
  'ok-false',
] as const;
export const deployBodies = [...acceptances, ...refusals] as const;
/** The 2xx answer to a deploy (undocumented). Refusals have an error in it, and deploy nothing. */
export type DeployBody = (typeof deployBodies)[number];

export const deploymentFields = [
  'deployment',
  'current_deployment',
  'latest_deployment',
  'deployment_id',
] as const;

/** How a single read of a service shows its deployment. */
export interface DeploymentInfo {
  /** The field: an object, or only the id as `deployment_id`. Default: `deployment`. */
  readonly field?: (typeof deploymentFields)[number];
  /** The newest deployment (default), or the one that answers requests. */
  readonly which?: 'latest' | 'serving';
}

export const logShapes = ['json', 'text', 'strings'] as const;
/** The form of a log answer (assumption): objects in `data`, plain text, or strings in `data`. */
export type LogShape = (typeof logShapes)[number];

export const logOrders = ['in-order', 'duplicated', 'out-of-order', 'endless'] as const;
/**
 * How log windows behave: correctly, every line twice, neighbors swapped, or 500 new lines with
 * each read.
 */
export type LogOrder = (typeof logOrders)[number];

/** A service that a scenario adds, or whose first status it sets. */
export interface ScenarioService {
  readonly namespace: string;
  readonly name: string;
  readonly status?: string;
  /**
   * `namespace/name` of the repository it's deployed from. Default: the service's own full name.
   */
  readonly repository?: string;
  /** Default: 2. With 0, it can scale to zero. */
  readonly minReplicas?: number;
}

export const tokenFields = ['scopes', 'created_at', 'expires_at', 'last_used_at'] as const;

export const tokenShapes = ['record', 'data', 'data-list', 'list', 'token', 'pat'] as const;
/** The lists have the user's other tokens too. */
export type TokenShape = (typeof tokenShapes)[number];

export const scopeForms = ['list', 'objects', 'text'] as const;

/** How the token requests differ from what clients expect (undocumented). */
export interface TokenHabits {
  /** Every created token has these scopes, whatever the request says. */
  readonly givesScopes?: readonly Scope[];
  /** Fields that no record of a token has. */
  readonly omits?: readonly (typeof tokenFields)[number][];
  /** The list comes in pages of this size, whatever the client requests. */
  readonly pageSize?: number;
  /** What is around the record of one token. Default: nothing (`record`). */
  readonly shape?: TokenShape;
  /** How scopes are written: `["service"]`, `[{"name": "service"}]` or `"service repo"`. */
  readonly scopesAs?: (typeof scopeForms)[number];
  readonly keys?: Spelling['keys'];
  readonly times?: Spelling['times'];
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
  /** The exit status of a correct client. */
  readonly exit: number;
}

/**
 * What an emulated Outpost does, as data. Everything has a default, so a test only sets what it's
 * about.
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
  /** What the first, second, ... created job goes through; the last one repeats. */
  readonly jobs?: readonly (readonly JobStep[])[];
  /** The answer to creating a job. Default: 201 with its record. */
  readonly jobAnswer?: { readonly status?: number; readonly body?: JobBody };
  /**
   * Whether a job name that is taken gets a 409 (`unique`, the default). If several jobs have the
   * name, a read shows the newest.
   */
  readonly jobNames?: (typeof jobNameRules)[number];
  /** Empty repositories to add to those of a new world, or to replace them. */
  readonly repositories?: readonly RepositoryOptions[];
  /** Where services are read. Default: `reference`. */
  readonly dialect?: Dialect;
  /** The answer to a GET at any path outside the API. Default: `404`. */
  readonly elsewhere?: Elsewhere;
  /** The paths of the dialect end with a slash; a read without it gets a 307 there. */
  readonly readSlash?: boolean;
  /** Replaces the documented deploy path. Has {service} and optionally {namespace}. */
  readonly deployPath?: string;
  /**
   * Where one deployment is read, with {service} and {id}, and optionally {namespace} (assumption;
   * no page shows such a path). Default: nowhere.
   */
  readonly deploymentPath?: string;
  /** A path that is only wrong by a trailing slash gets a 307 to the right one, not a 404. */
  readonly slashRedirect?: boolean;
  /** The answer to a deploy. Default: an empty object, with status 202, or 200 for a refusal. */
  readonly deployAnswer?: { readonly status?: number; readonly body?: DeployBody };
  /** `namespace/name` of the service that every deploy call deploys, whatever the request says. */
  readonly deploysInstead?: string;
  /** What a service goes through after a refusal in a 2xx. It doesn't belong to a deploy. */
  readonly afterRefusal?: Rollout;
  /**
   * Whether a service has `deployment: {id, branch, commit, status, created_at}` (undocumented),
   * and in which form.
   */
  readonly deploymentInfo?: boolean | DeploymentInfo;
  /** The form of deployment IDs. Default: `dep_` and hexadecimal digits. */
  readonly deploymentIds?: 'text' | 'number';
  /** Whether a single read shows `version` (the target) and `active_versions`, as SkyServe does. */
  readonly versions?: boolean;
  readonly spelling?: Spelling;
  /** What is around a single read. Default: nothing. */
  readonly envelope?: Envelope;
  /** What is around a list. Default: `page`. */
  readonly listEnvelope?: ListEnvelope;
  /** How a service shows its name. A list uses `separate` if this is `none`. */
  readonly naming?: Naming;
  /** A list starts with an extra item that has no name. */
  readonly namelessItem?: boolean;
  readonly logs?: { readonly shape?: LogShape; readonly order?: LogOrder };
  readonly tokens?: TokenHabits;
  readonly faults?: readonly FaultRule[];
  /**
   * Error answers repeat the presented credential, like a careless proxy: clients must redact it.
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

/** The states of the `index`th created job (from 0). */
export function jobStepsFor({ jobs }: Scenario, index: number): readonly JobStep[] {
  return (
    jobs?.[Math.min(index, jobs.length - 1)] ?? [
      { status: 'queued', looks: 1 },
      { status: 'running', looks: 2, log: ['Pulling image', 'Running the command'] },
      { status: 'succeeded', log: ['The command exited with code 0'] },
    ]
  );
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
