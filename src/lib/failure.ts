/**
 * Every way a run can fail, with its exit status. The statuses are a contract with users (README,
 * "Exit status"): only 8 is safe to retry, because nothing was deployed.
 */
export const exitStatusByCode = {
  internal: 1,
  'config-invalid': 2,
  'unsafe-trigger': 2,
  'unsafe-environment': 2,
  'token-missing': 3,
  'token-malformed': 3,
  'token-rejected': 3,
  'token-expired': 3,
  'token-expires-during-run': 3,
  'token-scope-missing': 3,
  'token-scope-excess': 3,
  'token-name-unknown': 3,
  'token-unchecked': 3,
  'token-in-repository': 3,
  'token-needs-attention': 3,
  'token-value-lost': 3,
  forbidden: 4,
  'not-found': 4,
  conflict: 4,
  refused: 4,
  redirected: 4,
  'unexpected-answer': 4,
  'service-unreadable': 4,
  'store-refused': 4,
  'rollout-failed': 5,
  'pre-deploy-failed': 5,
  'service-stopped': 5,
  'health-check-failed': 5,
  superseded: 5,
  'wrong-service': 5,
  'commit-mismatch': 5,
  'rolled-back': 5,
  'timed-out': 6,
  'outcome-unknown': 7,
  'rollout-unproven': 7,
  unavailable: 8,
  'rate-limited': 8,
  'store-unavailable': 8,
  'push-not-possible': 9,
  'push-refused': 9,
  'push-rejected': 9,
  'push-lost': 9,
  'token-not-revoked': 10,
  interrupted: 130,
  terminated: 143,
} as const;

export type FailureCode = keyof typeof exitStatusByCode;

export interface FailureFacts {
  readonly code: FailureCode;
  /** What was attempted, as a short phrase: `Deploying acme/web`. */
  readonly attempted: string;
  /** What happened, as a sentence without the full stop. */
  readonly happened: string;
  /** The one thing to change, as a sentence. */
  readonly hint: string;
  /** Outpost's id of the request, for its support. */
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The only error that the steps throw. Its message is safe to show; the cause is kept but never
 * printed.
 */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly attempted: string;
  readonly happened: string;
  readonly hint: string;
  readonly requestId: string | undefined;

  constructor(facts: FailureFacts) {
    super(`${facts.attempted}: ${facts.happened}`, { cause: facts.cause });
    this.name = 'Failure';
    this.code = facts.code;
    this.attempted = facts.attempted;
    this.happened = facts.happened;
    this.hint = facts.hint;
    this.requestId = facts.requestId;
  }

  get exitStatus(): number {
    return exitStatusByCode[this.code];
  }
}

/**
 * Turns whatever was thrown into a Failure. Anything but a Failure is a bug of ours, and reported
 * as one.
 */
export function toFailure(thrown: unknown, attempted = 'Running the deploy'): Failure {
  if (thrown instanceof Failure) return thrown;
  return new Failure({
    code: 'internal',
    attempted,
    happened: `an internal error: ${thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'something other than an error was thrown'}`,
    hint: 'This is a bug in outpost/deploy-action. Please report it with this log, and check the service in the dashboard before you run the job again.',
    cause: thrown,
  });
}
