import type { Rollout, Scenario } from '../../../emulator/scenario.ts';
import { type RehearsalOptions, type Rehearsed, rehearse } from '../rehearse.ts';

export const good: Rollout = [{ status: 'deploying', looks: 1 }, { status: 'running' }];
export const bad: Rollout = [
  { status: 'deploying', looks: 1 },
  { status: 'failed', log: ['Error: cannot find module app'] },
];
export const endless: Rollout = [{ status: 'deploying' }];

/** `first` and `second` are the rollouts of the first and the second deploy of acme/web. */
export function rollouts(first: Rollout, second: Rollout = good): Scenario {
  return { rollouts: { 'acme/web': [first, second] } };
}

export const rollbackInputs = { 'on-failure': 'rollback', 'rollback-branch': 'stable' } as const;

/** A run that rolls back to the branch `stable` when it fails. */
export function withRollback({ inputs, ...options }: RehearsalOptions): Promise<Rehearsed> {
  return rehearse({ ...options, inputs: { ...rollbackInputs, timeout: '3m', ...inputs } });
}

/** The branches that the deploy calls asked for, in order. */
export function branchesDeployed({ requests }: Rehearsed): readonly unknown[] {
  return requests.filter(({ operation }) => operation === 'service.deploy').map(({ body }) => body);
}
