import { crashLog, startLog } from './payloads.ts';
import type { Rollout, RolloutStep, Scenario } from './scenario.ts';
import { firstServices } from './service.ts';

export const rolloutModels = [
  'in-place',
  'rolling',
  'queued',
  'scale-to-zero',
  'after-failed',
] as const;
/**
 * How Outpost may replace a revision. The documents don't say which way it is:
 * - in-place: the service is `deploying`, then `running`.
 * - rolling: the service stays `running` on the old revision while the new one comes up beside it.
 *   SkyServe does this by default, and Outpost uses its terms.
 * - queued: the old revision runs for a while, then as in-place.
 * - scale-to-zero: the service was `stopped` because it had no requests, and is `stopped` again
 *   after `deploying`.
 * - after-failed: the service was `failed` and stays so for a while, then as in-place.
 */
export type RolloutModel = (typeof rolloutModels)[number];

export const rolloutEndings = ['good', 'fails-early', 'fails-late', 'never'] as const;
/** How it ends; with `never`, the new revision never serves and nothing fails. */
export type RolloutEnding = (typeof rolloutEndings)[number];

export const rolloutSigns = ['none', 'versions', 'deployment'] as const;
/**
 * What a single read shows of a rollout besides the status: nothing, the fields `version` and
 * `active_versions`, or a deployment with a status of its own. A rolling update that shows a
 * deployment stays `running` even if it fails, since the old revision keeps running.
 */
export type RolloutSigns = (typeof rolloutSigns)[number];

export interface ModelOptions {
  readonly ending?: RolloutEnding;
  readonly signs?: RolloutSigns;
  /** How long the rollout takes if it succeeds or fails late. */
  readonly ms?: number;
  /** How long the rollout is invisible in the models `queued` and `after-failed`. */
  readonly delayMs?: number;
}

type Settled = Required<ModelOptions>;

/** The rollout of a model, with everything else that a scenario needs for it. */
export function modelScenario(
  model: RolloutModel,
  options: ModelOptions = {},
): Pick<Scenario, 'rollout' | 'services' | 'versions' | 'deploymentInfo'> {
  const settled: Settled = {
    ending: 'good',
    signs: 'none',
    ms: 8_000,
    delayMs: 12_000,
    ...options,
  };
  return {
    rollout: rolloutAfter(model, settled),
    ...(settled.signs === 'versions' && { versions: true }),
    ...(settled.signs === 'deployment' && { deploymentInfo: true }),
    ...(model === 'scale-to-zero' && {
      services: firstServices.map((service) => ({ ...service, status: 'stopped', minReplicas: 0 })),
    }),
    ...(model === 'after-failed' && {
      services: firstServices.map((service) => ({ ...service, status: 'failed' })),
    }),
  };
}

function rolloutAfter(model: RolloutModel, options: Settled): Rollout {
  const { delayMs: ms } = options;
  switch (model) {
    case 'in-place':
      return inPlace(options, 'running');
    case 'rolling':
      return rolling(options);
    case 'queued':
      return [
        { status: 'running', ms, serving: 'old', deploymentStatus: 'queued' },
        ...inPlace(options, 'running'),
      ];
    case 'scale-to-zero':
      return inPlace(options, 'stopped');
    case 'after-failed':
      return [
        { status: 'failed', ms, deploymentStatus: 'queued', end: 'pending' },
        ...inPlace(options, 'running'),
      ];
  }
}

function inPlace({ ending, ms }: Settled, goodStatus: 'running' | 'stopped'): Rollout {
  const deploying: RolloutStep = {
    status: 'deploying',
    log: startLog,
    deploymentStatus: 'building',
  };
  const failed: RolloutStep = { status: 'failed', log: crashLog };
  switch (ending) {
    case 'good':
      return [
        { ...deploying, ms },
        { status: goodStatus, deploymentStatus: 'live', log: ['Ready'] },
      ];
    case 'fails-early':
      return [{ ...deploying, ms: Math.ceil(ms / 4) }, failed];
    case 'fails-late':
      return [{ ...deploying, ms }, failed];
    case 'never':
      return [deploying];
  }
}

function rolling({ ending, ms, signs }: Settled): Rollout {
  const building: RolloutStep = {
    status: 'running',
    serving: 'old',
    deploymentStatus: 'building',
    log: startLog,
  };
  const both: RolloutStep = { status: 'running', serving: 'both', deploymentStatus: 'starting' };
  const failed: RolloutStep = {
    status: signs === 'deployment' ? 'running' : 'failed',
    serving: 'old',
    deploymentStatus: 'failed',
    log: crashLog,
    end: 'failed',
  };
  const half = Math.ceil(ms / 2);
  switch (ending) {
    case 'good':
      return [
        { ...building, ms: half },
        { ...both, ms: half },
        { status: 'running', deploymentStatus: 'live', log: ['Ready'] },
      ];
    case 'fails-early':
      return [{ ...building, ms: Math.ceil(ms / 4) }, failed];
    case 'fails-late':
      return [{ ...building, ms: half }, { ...both, ms: half }, failed];
    case 'never':
      return [building];
  }
}
