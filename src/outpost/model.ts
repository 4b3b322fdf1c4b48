import type { Moment } from './moment.ts';
import type { DeploymentPhase, JobPhase, Phase } from './words.ts';

/** What tells a service from all others. */
export interface ServiceName {
  /** undefined = that of the token's owner: the documented deploy call names none. */
  readonly namespace: string | undefined;
  readonly service: string;
}

/** A deployment that a service shows. */
export interface Deployment {
  readonly id: string;
  /** undefined = it has no status of its own. */
  readonly phase: DeploymentPhase | undefined;
  /** The word for it that Outpost used; foreign text. */
  readonly statusWord: string;
  readonly branch: string | undefined;
  readonly commit: string | undefined;
}

/** A service as Outpost showed it at one moment. */
export interface Service {
  readonly name: string;
  readonly phase: Phase;
  /** The word that Outpost used; foreign text. */
  readonly statusWord: string;
  readonly updatedAt: Moment | undefined;
  /** All that it shows; the one that is live, or the only one, first. */
  readonly deployments: readonly Deployment[];
  /** Of the deployment that is live or under way, where Outpost tells. */
  readonly branch: string | undefined;
  readonly commit: string | undefined;
  /** The version that it is to have, and those that serve. */
  readonly version: string | undefined;
  readonly activeVersions: readonly string[] | undefined;
  readonly endpoint: string | undefined;
  readonly readyReplicas: number | undefined;
  readonly minReplicas: number | undefined;
}

/** The service of a run that reads none. */
export const UNSEEN: Service = {
  name: '',
  phase: 'unknown',
  statusWord: '',
  updatedAt: undefined,
  deployments: [],
  branch: undefined,
  commit: undefined,
  version: undefined,
  activeVersions: undefined,
  endpoint: undefined,
  readyReplicas: undefined,
  minReplicas: undefined,
};

/** A part of a token's record that may be there and not be understood. */
export type TokenField = 'scopes' | 'expiry';

/** A token's record. */
export interface TokenFacts {
  readonly scopes: readonly string[] | undefined;
  /** Milliseconds since 1970; null = never; undefined = not told. */
  readonly expiresMs: number | null | undefined;
  readonly lastUsedMs: number | null | undefined;
  /** What was there in a form that nobody knows; absent = nothing. */
  readonly unread?: readonly TokenField[];
}

/** A token's record as it stands in a list. */
export interface TokenRecord extends TokenFacts {
  readonly name: string;
  /** Milliseconds since 1970; undefined = not told. */
  readonly createdMs: number | undefined;
}

/** What tells a job from all others. */
export interface JobName {
  readonly namespace: string;
  readonly job: string;
}

/** A job as it was read. */
export interface Job {
  readonly phase: JobPhase;
  /** Outpost's own word; foreign text. */
  readonly statusWord: string;
}

/** What Outpost said when it accepted a deploy; every field may be missing. */
export interface Acceptance {
  readonly deploymentId: string | undefined;
  readonly endpoint: string | undefined;
  /** Whose deploy it is, where the answer tells: the documented call names no namespace. */
  readonly namespace: string | undefined;
  readonly service: string | undefined;
  /** The deployment is over already, and has failed: in Outpost's word. */
  readonly failedWord: string | undefined;
}

/** The answer to the deploy call. A success in HTTP's words may carry an error in its body. */
export type DeployAnswer =
  | { readonly kind: 'accepted'; readonly acceptance: Acceptance }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** An error body, whatever its shape was. */
export interface Refusal {
  readonly message: string | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
}
