/**
 * The statuses that Outpost documents for a service.
 * https://outpost.run/docs/api-reference/services
 */
export const knownStatuses = ['deploying', 'running', 'degraded', 'stopped', 'failed'] as const;
export type ServiceStatus = (typeof knownStatuses)[number] | 'unknown';

/** A service as Outpost showed it at one moment. */
export interface Service {
  readonly name: string;
  readonly status: ServiceStatus;
  /** The word that Outpost used; foreign text. */
  readonly statusWord: string;
  /** As Outpost wrote it: compared, never computed with. */
  readonly updatedAt: string | undefined;
  readonly deploymentId: string | undefined;
  /** Of the deployment that is live or under way, where Outpost tells. */
  readonly branch: string | undefined;
  readonly commit: string | undefined;
  readonly endpoint: string | undefined;
  readonly readyReplicas: number | undefined;
  readonly minReplicas: number | undefined;
}

/** A token's record. */
export interface TokenFacts {
  readonly scopes: readonly string[] | undefined;
  /** Milliseconds since 1970; null = never; undefined = not told. */
  readonly expiresMs: number | null | undefined;
  readonly lastUsedMs: number | null | undefined;
}

/** A token's record as it stands in a list. */
export interface TokenRecord extends TokenFacts {
  readonly name: string;
  /** Milliseconds since 1970; undefined = not told. */
  readonly createdMs: number | undefined;
}

/** What Outpost said when it accepted a deploy; every field may be missing. */
export interface Acceptance {
  readonly deploymentId: string | undefined;
  readonly endpoint: string | undefined;
}

/** An error body, whatever its shape was. */
export interface Refusal {
  readonly message: string | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
}
