/**
 * What a service's status word means. The run keeps waiting on `degraded` and undocumented words.
 * Outpost documents five (https://outpost.run/docs/api-reference/services); its vocabulary for
 * compute is SkyPilot's, whose words count too (sky/serve/serve_state.py), in any case.
 */
export type Phase = 'running' | 'rolling' | 'failed' | 'idle' | 'unknown';

/** What a deployment's own status word means. */
export type DeploymentPhase = 'succeeded' | 'rolling' | 'failed' | 'unknown';

const ROLLING: ReadonlySet<string> = new Set([
  'deploying',
  'building',
  'pending',
  'queued',
  'provisioning',
  'starting',
  'updating',
  'replica_init',
  'controller_init',
]);
const IDLE: ReadonlySet<string> = new Set([
  'stopped',
  'no_replica',
  'idle',
  'sleeping',
  'scaled_to_zero',
]);
const SUCCEEDED: ReadonlySet<string> = new Set([
  'succeeded',
  'success',
  'deployed',
  'completed',
  'live',
  'active',
  'running',
]);
/** https://outpost.run/docs/api-reference/jobs lists queued, running, and what a job ends as. */
const JOB_ENDS: Readonly<Record<string, 'succeeded' | 'failed'>> = {
  succeeded: 'succeeded',
  success: 'succeeded',
  completed: 'succeeded',
  cancelled: 'failed',
  canceled: 'failed',
  timed_out: 'failed',
  timeout: 'failed',
};
const FAILED = /^(?:failed|failure|error|crash|unhealthy$|controller_failed$)/;

/** Additional status words, set by the user (input `api`). */
export type StatusWords = Readonly<
  Partial<Record<'running' | 'rolling' | 'failed' | 'idle', readonly string[]>>
>;

/**
 * For a service, only `running` means running: `active` or `ready` may not refer to the new
 * revision.
 *
 * @param told words that take precedence over all others.
 */
export function phaseOf(word: string, told: StatusWords = {}): Phase {
  const plain = plainOf(word);
  const phases = ['running', 'rolling', 'failed', 'idle'] as const;
  const toldPhase = phases.find((phase) => told[phase]?.some((one) => plainOf(one) === plain));
  if (toldPhase !== undefined) return toldPhase;
  if (plain === 'running') return 'running';
  if (isRolling(plain)) return 'rolling';
  if (FAILED.test(plain)) return 'failed';
  return IDLE.has(plain) ? 'idle' : 'unknown';
}

export function deploymentPhaseOf(word: string): DeploymentPhase {
  const plain = plainOf(word);
  if (SUCCEEDED.has(plain)) return 'succeeded';
  if (isRolling(plain)) return 'rolling';
  return FAILED.test(plain) ? 'failed' : 'unknown';
}

/** `open` = it is to run, or runs; so is a job whose word nobody knows. */
export type JobPhase = 'open' | 'succeeded' | 'failed';

export function jobPhaseOf(word: string): JobPhase {
  const plain = plainOf(word);
  return JOB_ENDS[plain] ?? (FAILED.test(plain) ? 'failed' : 'open');
}

function isRolling(plain: string): boolean {
  return ROLLING.has(plain) || plain.startsWith('rolling');
}

/** `ReplicaInit`, `REPLICA-INIT` and `replica_init` are one word. */
function plainOf(word: string): string {
  return word
    .trim()
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/[\s-]+/g, '_')
    .toLowerCase();
}
