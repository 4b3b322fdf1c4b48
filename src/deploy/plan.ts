import { formatDuration } from '../lib/duration.ts';
import { Failure } from '../lib/failure.ts';
import type { ReadForm } from '../outpost/forms.ts';
import type { Service } from '../outpost/model.ts';
import { routes, urlFor } from '../outpost/routes.ts';
import type { Config } from './config.ts';
import type { Preflight } from './preflight.ts';
import type { Checkout } from './push/checkout.ts';
import { fullName, type Target } from './target.ts';

/** One deploy that will be started. */
export interface PlannedDeploy {
  readonly target: Target;
  /** The service before the deploy. */
  readonly baseline: Service;
  /**
   * The commit that was pushed for it, and must run in the end; undefined = whatever the branch is
   * at.
   */
  readonly commit: string | undefined;
  /** The commit was on its branch before this run pushed: an earlier attempt may have called. */
  readonly wasPushedBefore: boolean;
  /** Something was done since the baseline was read, so it is read again before the call. */
  readonly isStale: boolean;
  /** The health check names this run, and did not before the call: it can prove the deploy. */
  readonly isProvedByHealth: boolean;
  /** How often this run has called for a deploy of the service before. */
  readonly callsBefore: number;
}

/** What the run will do: a value, so that a dry run prints exactly what a run executes. */
export interface Plan {
  readonly config: Config;
  /** How far Outpost's clock is ahead of this machine's, where that matters. */
  readonly skewMs: number;
  /** Where services are read; undefined = nowhere: what a read would show is not known. */
  readonly form: ReadForm | undefined;
  /** What is pushed first; undefined = nothing. */
  readonly checkout: Checkout | undefined;
  readonly deploys: readonly PlannedDeploy[];
}

/** Preflight -> Plan: one deploy for each target, none left out. */
export function makePlan(ready: Preflight): Plan {
  const { config, baselines, checkout, skewMs, form, provedByHealth } = ready;
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
  return { config, skewMs, form, checkout, deploys };
}

/** @throws Failure `config-invalid` where nothing could ever prove which commit is live. */
function requireCommitProof({ target, baseline, isProvedByHealth }: PlannedDeploy, config: Config) {
  if (baseline.commit !== undefined || config.push !== undefined || isProvedByHealth) return;
  throw new Failure({
    code: 'config-invalid',
    attempted: `Planning the deploy of ${fullName(target)}`,
    happened: '`proof: commit` cannot be met: Outpost does not show which commit is live',
    hint: 'Let the service tell its commit, and have that checked: `health-check: /version` and `health-check-contains: "{commit:7}"`. Or use `push`, or leave out `proof`.',
  });
}

/** What will count as proof that the new revision runs. */
function proofLine({ config, form }: Plan, { isProvedByHealth }: PlannedDeploy): string {
  const { proof, stableForMs } = config;
  if (form === undefined)
    return 'proof: the health check, which names this run and did not answer with it before';
  const held = `that holds for ${formatDuration(stableForMs)}`;
  const health = isProvedByHealth
    ? ', or the health check that names this run and did not answer with it before'
    : '';
  switch (proof) {
    case 'rollout':
      return `proof: its own deployment's success, or a rollout that began after the call and a \`running\` ${held}${health}`;
    case 'updated-at':
      return `proof: a moved \`updated_at\` and a \`running\` ${held}${health}`;
    case 'commit':
      return `proof: a rollout as usual, and the live commit is this run's${health}`;
  }
}

/** The plan as lines of the log. */
export function describePlan(plan: Plan): readonly string[] {
  const { config, checkout, deploys } = plan;
  const width = Math.max(...deploys.map(({ target }) => fullName(target).length));
  const { push, pushBranch } = config;
  const [first] = deploys;
  return [
    ...(push === undefined || checkout === undefined
      ? []
      : [`push ${checkout.commit.slice(0, 7)} to ${pushBranch} of ${push.namespace}/${push.name}`]),
    ...deploys.map(({ target, baseline }) => {
      const url = urlFor(config.origin, config.deployPath, {
        namespace: target.namespace ?? '',
        service: target.service,
      });
      const now =
        plan.form === undefined
          ? 'not read before'
          : `now ${baseline.statusWord || 'without a status'}`;
      return `${fullName(target).padEnd(width)}  branch ${target.branch}, ${now}: ${routes.deploy.method} ${url.href}`;
    }),
    ...(config.healthCheck === undefined
      ? []
      : [
          `then ask ${config.healthCheck.startsWith('/') ? `${config.healthCheck} of each endpoint` : config.healthCheck}`,
        ]),
    ...(config.wait && first !== undefined ? [proofLine(plan, first)] : []),
    config.dryRun
      ? 'dry run: the deploy call is not sent, so its address and the branch are not checked'
      : config.wait
        ? `then follow ${deploys.length === 1 ? 'it' : 'them'} to the end, ${formatDuration(config.timeoutMs)} for the whole run`
        : 'then stop: the rollout is not waited for',
  ];
}
