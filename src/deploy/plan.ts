import { formatDuration } from '../lib/duration.ts';
import { Failure } from '../lib/failure.ts';
import type { ReadForm } from '../outpost/forms.ts';
import type { Service, ServiceName } from '../outpost/model.ts';
import { routes, urlFor, type WrittenRoute } from '../outpost/routes.ts';
import type { Config } from './config.ts';
import type { JobRequest } from './job-file.ts';
import type { Preflight } from './preflight.ts';
import type { Checkout } from './push/checkout.ts';
import { fullName, type Target } from './target.ts';

/** One deploy that will be started. */
export interface PlannedDeploy {
  readonly target: Target;
  /** The service before the deploy. */
  readonly baseline: Service;
  /**
   * The commit that was pushed for it and must be live in the end; undefined = the tip of the
   * branch, whatever it is.
   */
  readonly commit: string | undefined;
  /** The commit was on the branch before the push: an earlier attempt may have sent the call. */
  readonly wasPushedBefore: boolean;
  /**
   * Something was done since the baseline was read, so it is read again before the call. If that
   * fails, a rollout that is seen later may have begun before the call.
   */
  readonly isStale: boolean;
  /**
   * The health check looks for this run and did not find it before the call: it can be the proof.
   */
  readonly isProvedByHealth: boolean;
  /** How many deploy calls this run has sent for the service so far. */
  readonly callsBefore: number;
}

/** What the run will do: a value, so that a dry run prints exactly what a run executes. */
export interface Plan {
  readonly config: Config;
  /** How far Outpost's clock is ahead of this machine's, if that matters. */
  readonly skewMs: number;
  /** Where services are read; undefined = nowhere. */
  readonly form: ReadForm | undefined;
  /** What is pushed first; undefined = nothing. */
  readonly checkout: Checkout | undefined;
  /** What runs on Outpost before the first deploy; undefined = nothing. */
  readonly job: JobRequest | undefined;
  readonly deploys: readonly PlannedDeploy[];
}

/** The plan after something that may have changed the services. */
export function withStaleBaselines(plan: Plan): Plan {
  return { ...plan, deploys: plan.deploys.map((planned) => ({ ...planned, isStale: true })) };
}

/**
 * The same plan for each stage, the first one first. What a stage does makes the next ones stale.
 */
export function stagesOf(plan: Plan): readonly Plan[] {
  const numbers = [...new Set(plan.deploys.map(({ target }) => target.stage))].sort(
    (one, other) => one - other,
  );
  return numbers.map((number, index) => {
    const deploys = plan.deploys.filter(({ target }) => target.stage === number);
    const stage = { ...plan, deploys };
    return index === 0 ? stage : withStaleBaselines(stage);
  });
}

/** Preflight -> Plan: one deploy for each target, none left out. */
export function makePlan(ready: Preflight): Plan {
  const { config, baselines, checkout, job, skewMs, form, provedByHealth } = ready;
  const deploys = config.targets.map((target) => {
    const baseline = baselines.get(fullName(target));
    if (baseline === undefined)
      throw new Error(`${fullName(target)} passed the preflight without having been read`);
    const isProvedByHealth = provedByHealth.has(fullName(target));
    return {
      target,
      baseline,
      commit: undefined,
      wasPushedBefore: false,
      isStale: false,
      callsBefore: 0,
      isProvedByHealth,
    };
  });
  if (config.wait && config.proof === 'commit')
    for (const planned of deploys) requireCommitProof(planned, config);
  return { config, skewMs, form, checkout, job, deploys };
}

/** @throws Failure `config-invalid` if nothing can prove which commit is live. */
function requireCommitProof({ target, baseline, isProvedByHealth }: PlannedDeploy, config: Config) {
  if (baseline.commit !== undefined || config.push !== undefined || isProvedByHealth) return;
  throw new Failure({
    code: 'config-invalid',
    attempted: `Planning the deploy of ${fullName(target)}`,
    happened: '`proof: commit` cannot be met: Outpost does not show which commit is live',
    hint: 'Make the service report its commit and check it with `health-check: /version` and `health-check-contains: "{commit:7}"`, or use `push`, or remove `proof`.',
  });
}

/** What will count as proof that the new revision runs. */
function proofLine({ config, form }: Plan, { isProvedByHealth }: PlannedDeploy): string {
  const { proof, stableForMs } = config;
  if (form === undefined)
    return 'proof: the health check, which looks for this run and did not find it before the deploy';
  const held = `that lasts for ${formatDuration(stableForMs)}`;
  const health = isProvedByHealth
    ? ', or the health check, which looks for this run and did not find it before the deploy'
    : '';
  switch (proof) {
    case 'rollout':
      return `proof: this deployment succeeds, or a rollout starts after the call and reaches a \`running\` ${held}${health}`;
    case 'updated-at':
      return `proof: a new \`updated_at\` and a \`running\` ${held}${health}`;
    case 'commit':
      return `proof: a finished rollout, and this run's commit is live${health}`;
  }
}

/** The plan as lines of the log. */
export function describePlan(plan: Plan): readonly string[] {
  const { config, deploys, job } = plan;
  const { healthCheck } = config;
  const [first] = deploys;
  const stages = stagesOf(plan);
  return [
    ...pushLines(plan),
    ...(job === undefined
      ? []
      : [
          `run the job ${job.namespace}/${job.job}, and deploy if it succeeds: ${requestLine(routes.createJob, plan, job)}`,
        ]),
    ...stages.flatMap((stage, index) => [
      ...(stages.length > 1 ? [`stage ${index + 1} of ${stages.length}`] : []),
      ...deployLines(stage, Math.max(...deploys.map(({ target }) => fullName(target).length))),
    ]),
    ...(healthCheck === undefined
      ? []
      : [
          `then check ${healthCheck.startsWith('/') ? `${healthCheck} on each endpoint` : healthCheck}`,
        ]),
    ...(config.wait && first !== undefined ? [proofLine(plan, first)] : []),
    ...rollbackLines(plan),
    endLine(plan),
  ];
}

function pushLines({ config, checkout }: Plan): readonly string[] {
  const { push, pushBranch } = config;
  return push === undefined || checkout === undefined
    ? []
    : [`push ${checkout.commit.slice(0, 7)} to ${pushBranch} of ${push.namespace}/${push.name}`];
}

function deployLines(plan: Plan, width: number): readonly string[] {
  const route = { method: routes.deploy.method, path: plan.config.deployPath };
  return plan.deploys.map(({ target, baseline }) => {
    const now =
      plan.form === undefined
        ? 'current status not read'
        : `now ${baseline.statusWord || 'without a status'}`;
    return `${fullName(target).padEnd(width)}  branch ${target.branch}, ${now}: ${requestLine(route, plan, target)}`;
  });
}

function requestLine(
  { method, path }: WrittenRoute,
  { config }: Plan,
  { namespace = '', service = '' }: Partial<ServiceName>,
): string {
  return `${method} ${urlFor(config.origin, path, { namespace, service }).href}`;
}

function rollbackLines({ config, job, deploys }: Plan): readonly string[] {
  if (config.onFailure !== 'rollback') return [];
  const what = deploys.length === 1 ? 'it' : 'everything that was deployed';
  const kept = job === undefined ? '' : '; this does not undo the job';
  return [`on failure, roll back ${what}${kept}`];
}

function endLine({ config, deploys }: Plan): string {
  if (config.dryRun && config.push !== undefined)
    return 'dry run: nothing is pushed and no deploy call is sent, so whether the token may push, the address of the call and the branch are not tested';
  if (config.dryRun)
    return 'dry run: the deploy call is not sent, so its address and the branch are not tested';
  return config.wait
    ? `then follow ${deploys.length === 1 ? 'it' : 'them'} to the end (timeout for the whole run: ${formatDuration(config.timeoutMs)})`
    : 'then stop without waiting for the rollout';
}
