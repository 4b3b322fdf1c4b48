import { hostileHookText, startLog } from './payloads.ts';
import type { NamedScenario, Rehearsal, Rollout } from './scenario.ts';
import { deployRehearsal } from './scenarios-rollout.ts';

const rollout: Rollout = [
  { status: 'deploying', ms: 2_000, log: startLog },
  { status: 'running', log: ['Listening on port 8080'] },
];

/**
 * A rehearsal that pushes the commit to acme/web, then deploys the service of that name. The caller
 * provides the checkout.
 */
function pushRehearsal(exit: number, scopes: readonly string[] = ['service', 'repo']): Rehearsal {
  const { inputs, token } = deployRehearsal(exit, { push: 'acme/web', username: 'ada' });
  return { inputs, token: { ...token, scopes }, exit };
}

/** Scenarios about pushing the commit with git before it is deployed. */
export const pushScenarios = {
  push: {
    name: 'push',
    description: 'The commit is pushed to an empty repository on Outpost, then deployed.',
    rehearsal: pushRehearsal(0),
    rollout,
    deploymentInfo: true,
  },
  'push-protected': {
    name: 'push-protected',
    description:
      'The branch is protected on Outpost, so the push is declined and nothing is deployed.',
    rehearsal: pushRehearsal(9),
    repositories: [{ namespace: 'acme', name: 'web', protectedBranches: ['main'] }],
  },
  'push-rejected-hook': {
    name: 'push-rejected-hook',
    description:
      'A hook declines the push with a text full of workflow commands and control characters.',
    rehearsal: pushRehearsal(9),
    repositories: [{ namespace: 'acme', name: 'web', declineHook: hostileHookText }],
  },
  'push-read-only': {
    name: 'push-read-only',
    description: 'The token can deploy, but can only read repositories.',
    rehearsal: pushRehearsal(3, ['service', 'repo:read']),
  },
} as const satisfies Record<string, NamedScenario>;
