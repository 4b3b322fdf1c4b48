import type { Moment } from './moment.ts';
import type { DeploymentPhase, JobPhase, Phase } from './words.ts';

/** Identifies a service. */
export interface ServiceName {
  /** undefined = that of the token's owner: the documented deploy call has none. */
  readonly namespace: string | undefined;
  readonly service: string;
}

/** A deployment that a service shows. */
export interface Deployment {
  readonly id: string;
  /** undefined = it has no status of its own. */
  readonly phase: DeploymentPhase | undefined;
  /** Outpost's own word for it; untrusted text. */
  readonly statusWord: string;
  readonly branch: string | undefined;
  readonly commit: string | undefined;
}

/** A service as Outpost showed it at one moment. */
export interface Service {
  readonly name: string;
  readonly phase: Phase;
  /** Outpost's own word; untrusted text. */
  readonly statusWord: string;
  readonly updatedAt: Moment | undefined;
  /** All that it shows; the live one, or the only one, comes first. */
  readonly deployments: readonly Deployment[];
  /** Of the deployment that is live or in progress, if Outpost shows it. */
  readonly branch: string | undefined;
  readonly commit: string | undefined;
  /** The target version, and the active ones. */
  readonly version: string | undefined;
  readonly activeVersions: readonly string[] | undefined;
  readonly endpoint: string | undefined;
  readonly readyReplicas: number | undefined;
  readonly minReplicas: number | undefined;
}

/** Stands for a service that was not read. */
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

/** A part of a token's record that may be there but not readable. */
export type TokenField = 'scopes' | 'expiry';

/** A token's record. */
export interface TokenFacts {
  readonly scopes: readonly string[] | undefined;
  /** Milliseconds since 1970; null = never; undefined = not told. */
  readonly expiresMs: number | null | undefined;
  readonly lastUsedMs: number | null | undefined;
  /** What was there in an unknown form; absent = nothing. */
  readonly unread?: readonly TokenField[];
}

/** A token's record in a list. */
export interface TokenRecord extends TokenFacts {
  readonly name: string;
  /** Milliseconds since 1970; undefined = not told. */
  readonly createdMs: number | undefined;
}

/** Identifies a job. */
export interface JobName {
  readonly namespace: string;
  readonly job: string;
}

/** A job as it was read. */
export interface Job {
  readonly phase: JobPhase;
  /** Outpost's own word for its status; untrusted text. */
  readonly statusWord: string;
}

/** What Outpost said when it accepted a deploy; every field may be missing. */
export interface Acceptance {
  readonly deploymentId: string | undefined;
  readonly endpoint: string | undefined;
  /** Whose deploy it is, if the answer shows it: the documented call has no namespace. */
  readonly namespace: string | undefined;
  readonly service: string | undefined;
  /** Outpost's word, if the deployment has already failed. */
  readonly failedWord: string | undefined;
}

/** The answer to the deploy call. A successful HTTP status may carry an error in its body. */
export type DeployAnswer =
  | { readonly kind: 'accepted'; readonly acceptance: Acceptance }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** An error body, whatever its shape was. */
export interface Refusal {
  readonly message: string | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
}
