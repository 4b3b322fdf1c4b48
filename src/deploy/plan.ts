import { formatDuration } from '../lib/duration.ts';
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
  /** Something was done since the baseline was read: it is read anew before the call. */
  readonly isStale: boolean;
  /** How often this run has called for a deploy of the service before. */
  readonly callsBefore: number;
}

/** What the run will do: a value, so that a dry run prints exactly what a run executes. */
export interface Plan {
  readonly config: Config;
  /** How far Outpost's clock is ahead of this machine's, where that matters. */
  readonly skewMs: number;
  /** What is pushed first; undefined = nothing. */
  readonly checkout: Checkout | undefined;
  readonly deploys: readonly PlannedDeploy[];
}

/** Preflight -> Plan: one deploy for each target, none left out. */
export function makePlan({ config, baselines, checkout, skewMs }: Preflight): Plan {
  const deploys = config.targets.map((target) => {
    const baseline = baselines.get(fullName(target));
    if (baseline === undefined)
      throw new Error(`${fullName(target)} passed the preflight without having been read`);
    return { target, baseline, commit: undefined, isStale: false, callsBefore: 0 };
  });
  return { config, skewMs, checkout, deploys };
}

/** The plan as lines of the log. */
export function describePlan({ config, checkout, deploys }: Plan): readonly string[] {
  const width = Math.max(...deploys.map(({ target }) => fullName(target).length));
  const { push, pushBranch } = config;
  return [
    ...(push === undefined || checkout === undefined
      ? []
      : [`push ${checkout.commit.slice(0, 7)} to ${pushBranch} of ${push.namespace}/${push.name}`]),
    ...deploys.map(({ target, baseline }) => {
      const url = urlFor(config.origin, config.deployPath, {
        namespace: target.namespace,
        service: target.service,
      });
      return `${fullName(target).padEnd(width)}  branch ${target.branch}, now ${baseline.statusWord || 'without a status'}: ${routes.deploy.method} ${url.href}`;
    }),
    ...(config.healthCheck === undefined
      ? []
      : [
          `then ask ${config.healthCheck.startsWith('/') ? `${config.healthCheck} of each endpoint` : config.healthCheck}`,
        ]),
    config.dryRun
      ? 'dry run: nothing is sent'
      : config.wait
        ? `then follow ${deploys.length === 1 ? 'it' : 'them'} to the end, ${formatDuration(config.timeoutMs)} for the whole run`
        : 'then stop: the rollout is not waited for',
  ];
}
