import type { DeployEnd, Rollout, RolloutStep, Serving } from './scenario.ts';

/** Which revisions answer requests in a state of a rollout. */
export function servingOf({ serving, keepsUpdatedAt, status }: RolloutStep): Serving {
  if (serving !== undefined) return serving;
  if (keepsUpdatedAt === true) return 'old';
  return ['deploying', 'failed', 'stopped'].includes(status) ? 'none' : 'new';
}

/** How a deploy ends if its rollout stops in this state. */
export function endOf(step: RolloutStep, minReplicas: number): DeployEnd {
  if (step.end !== undefined) return step.end;
  if (step.keepsUpdatedAt === true) return 'pending';
  switch (step.status) {
    case 'running': {
      const areReady = (step.readyReplicas ?? minReplicas) >= minReplicas;
      return servingOf(step) === 'new' && areReady ? 'running' : 'pending';
    }
    case 'failed':
      return 'failed';
    case 'stopped':
      return minReplicas === 0 ? 'idle' : 'failed';
    default:
      return 'pending';
  }
}

/** How a rollout ends if it reaches its last state. */
export function willEndOf(steps: Rollout, minReplicas: number): DeployEnd {
  if (steps.some(({ supersededBy }) => supersededBy !== undefined)) return 'superseded';
  const last = steps.at(-1);
  return last === undefined ? 'pending' : endOf(last, minReplicas);
}
