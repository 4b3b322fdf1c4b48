import { formatDuration } from '../duration.ts';
import { forms, urlFor } from '../outpost/dialects.ts';
import type { Service } from '../outpost/model.ts';
import type { Config, Target } from './config.ts';
import { type Cleared, fullName } from './preflight.ts';

/** One deploy that will be started. */
export interface PlannedDeploy {
  readonly target: Target;
  /** The service before the deploy. */
  readonly baseline: Service;
}

/** What the run will do: a value, so that a dry run prints exactly what a run executes. */
export interface Plan {
  readonly config: Config;
  readonly deploys: readonly PlannedDeploy[];
}

/** Cleared -> Plan: one deploy for each target, none left out. */
export function makePlan({ config, baselines }: Cleared): Plan {
  const deploys = config.targets.map((target) => {
    const baseline = baselines.get(fullName(target));
    if (baseline === undefined) throw new Error(`${fullName(target)} passed the preflight without having been read`);
    return { target, baseline };
  });
  return { config, deploys };
}

/** The plan as lines of the log. */
export function describePlan({ config, deploys }: Plan): readonly string[] {
  const width = Math.max(...deploys.map(({ target }) => fullName(target).length));
  return [
    ...deploys.map(({ target, baseline }) => {
      const url = urlFor(config.origin, config.deployPath, { namespace: target.namespace, service: target.service });
      return `${fullName(target).padEnd(width)}  branch ${target.branch}, now ${baseline.statusWord || 'without a status'}: ${forms.deploy.method} ${url.href}`;
    }),
    config.dryRun
      ? 'dry run: nothing is sent'
      : config.wait
        ? `then follow ${deploys.length === 1 ? 'it' : 'them'} to the end, ${formatDuration(config.timeoutMs)} for the whole run`
        : 'then stop: the rollout is not waited for',
  ];
}
