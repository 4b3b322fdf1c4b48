import { crashLog, startLog } from './payloads.ts';
import type { NamedScenario, Rehearsal } from './scenario.ts';

/** A rehearsal with a token that can deploy, for the service acme/web. */
export function deployRehearsal(
  exit: number,
  inputs: Readonly<Record<string, string>> = {},
): Rehearsal {
  return {
    inputs: { service: 'acme/web', branch: 'main', 'token-name': 'rehearsal', ...inputs },
    token: { name: 'rehearsal', scopes: ['service'], expiresInDays: 90 },
    exit,
  };
}

const servedLog = [
  'Listening on port 8080',
  'GET /healthz 200',
  'Rollout complete: 2 of 2 replicas ready',
];

/** Scenarios that differ in how the rollout goes. */
export const rolloutScenarios = {
  ok: {
    name: 'ok',
    description: 'The rollout takes four seconds and succeeds.',
    rehearsal: deployRehearsal(0),
    rollout: [
      { status: 'deploying', ms: 4_000, log: startLog },
      { status: 'running', log: servedLog },
    ],
  },
  'slow-rollout': {
    name: 'slow-rollout',
    description: 'The rollout takes twenty seconds and logs the whole time.',
    rehearsal: deployRehearsal(0),
    rollout: [
      {
        status: 'deploying',
        ms: 20_000,
        log: [
          ...startLog,
          ...Array.from({ length: 12 }, (_, index) => `Loading shard ${index + 1} of 12`),
        ],
      },
      { status: 'running', log: servedLog },
    ],
  },
  degraded: {
    name: 'degraded',
    description: 'One replica is late: the service is degraded for a while, then runs.',
    rehearsal: deployRehearsal(0),
    rollout: [
      { status: 'deploying', ms: 2_000, log: startLog },
      { status: 'degraded', ms: 3_000, log: ['replica-1 is not ready yet: GET /healthz 503'] },
      { status: 'running', log: servedLog },
    ],
  },
  'three-services': {
    name: 'three-services',
    description: 'Three services of one namespace are deployed together, each at its own pace.',
    rehearsal: deployRehearsal(0, { service: 'acme/web\nacme/api\nacme/worker' }),
    rollout: [
      { status: 'deploying', ms: 2_000, log: startLog },
      { status: 'running', log: servedLog },
    ],
    rollouts: {
      'acme/api': [
        [
          { status: 'deploying', ms: 5_000, log: startLog },
          { status: 'running', log: servedLog },
        ],
      ],
      'acme/worker': [
        [
          { status: 'deploying', ms: 2_000, log: startLog },
          { status: 'degraded', ms: 2_000 },
          { status: 'running', log: servedLog },
        ],
      ],
    },
  },
  'failing-rollout': {
    name: 'failing-rollout',
    description: 'The deploy is accepted, then the new version crashes and the rollout fails.',
    rehearsal: deployRehearsal(5),
    rollout: [
      { status: 'deploying', ms: 3_000, log: startLog },
      { status: 'failed', log: crashLog },
    ],
  },
  'never-ready': {
    name: 'never-ready',
    description: 'The rollout neither ends nor fails.',
    rehearsal: deployRehearsal(6, { timeout: '20s' }),
    rollout: [
      {
        status: 'deploying',
        log: [...startLog, 'Waiting for replica-0: GET /healthz connection refused'],
      },
    ],
  },
  stopped: {
    name: 'stopped',
    description: 'Somebody stops the service in the middle of the rollout.',
    rehearsal: deployRehearsal(5),
    rollout: [
      { status: 'deploying', ms: 2_000, log: startLog },
      { status: 'stopped', log: ['Service stopped by cleo'] },
    ],
  },
  'stale-running': {
    name: 'stale-running',
    description:
      'For two reads after the deploy, the service still shows the old version running. Then the rollout starts.',
    rehearsal: deployRehearsal(0),
    rollout: [
      { status: 'running', looks: 2, keepsUpdatedAt: true },
      { status: 'deploying', ms: 2_000, log: startLog },
      { status: 'running', log: servedLog },
    ],
  },
  flapping: {
    name: 'flapping',
    description: 'The service runs for one read at a time between crashes, then fails for good.',
    rehearsal: deployRehearsal(5),
    rollout: [
      { status: 'deploying', ms: 1_000, log: startLog },
      { status: 'running', looks: 1, log: ['Listening on port 8080'] },
      { status: 'degraded', looks: 1, log: ['replica-0 exited with code 137 (restart 1 of 3)'] },
      { status: 'running', looks: 1, log: ['Listening on port 8080'] },
      { status: 'failed', log: crashLog },
    ],
  },
  superseded: {
    name: 'superseded',
    description: 'A colleague deploys another branch before this rollout is done.',
    rehearsal: deployRehearsal(5),
    deploymentInfo: true,
    deployAnswer: { body: 'ids' },
    rollout: [
      { status: 'deploying', ms: 2_000, log: startLog },
      {
        status: 'deploying',
        ms: 2_000,
        supersededBy: 'hotfix',
        log: ['Rollout replaced by a newer deploy of hotfix'],
      },
      { status: 'running', log: servedLog },
    ],
  },
} as const satisfies Record<string, NamedScenario>;
