import type { RolloutModel } from './rollout-models.ts';
import { modelScenario } from './rollout-models.ts';
import type { NamedScenario } from './scenario.ts';
import { deployRehearsal } from './scenarios-rollout.ts';

const shortly = { timeout: '40s' };

/** Scenarios about how Outpost may replace a revision, and how it may show that. */
export const modelScenarios = {
  rolling: {
    name: 'rolling',
    description: 'The new version starts beside the old one. Nothing shows it except updated_at.',
    rehearsal: deployRehearsal(7, shortly),
    ...modelScenario('rolling'),
  },
  'rolling-versions': {
    name: 'rolling-versions',
    description:
      'The new version starts beside the old one. active_versions shows which of them serve.',
    rehearsal: deployRehearsal(0),
    ...modelScenario('rolling', { signs: 'versions' }),
  },
  'rolling-fails-late': {
    name: 'rolling-fails-late',
    description: 'The new version starts beside the old one, then crashes after 15 seconds.',
    rehearsal: deployRehearsal(5),
    ...modelScenario('rolling', { ending: 'fails-late', ms: 15_000 }),
  },
  'rolling-stuck': {
    name: 'rolling-stuck',
    description: 'The service keeps running, but active_versions never shows the new version.',
    rehearsal: deployRehearsal(6, shortly),
    ...modelScenario('rolling', { ending: 'never', signs: 'versions' }),
  },
  queued: {
    name: 'queued',
    description:
      'The deploy waits in a queue for 12 seconds while the old version runs. Then it starts.',
    rehearsal: deployRehearsal(0),
    ...modelScenario('queued', { ms: 4_000 }),
  },
  'scale-to-zero': {
    name: 'scale-to-zero',
    description:
      'The service has no traffic: it is stopped before the deploy and stopped again after it.',
    rehearsal: deployRehearsal(0),
    ...modelScenario('scale-to-zero', { ms: 4_000 }),
  },
  'scale-to-zero-idle': {
    name: 'scale-to-zero-idle',
    description:
      'The service runs, is deployed, and then scales to zero with the status NO_REPLICA.',
    rehearsal: deployRehearsal(0),
    ...modelScenario('scale-to-zero', { ms: 4_000 }),
    services: [{ namespace: 'acme', name: 'web', minReplicas: 0 }],
    spelling: { words: { stopped: 'NO_REPLICA' } },
  },
  'after-failed': {
    name: 'after-failed',
    description:
      'The service is failed from the last deploy. This deploy takes a while to start and works.',
    rehearsal: deployRehearsal(0),
    ...modelScenario('after-failed', { ms: 4_000, delayMs: 6_000 }),
  },
  'deployment-live': {
    name: 'deployment-live',
    description: 'The service keeps running. Only its deployment goes from building to live.',
    rehearsal: deployRehearsal(0),
    ...modelScenario('rolling', { signs: 'deployment' }),
    deployAnswer: { body: 'deployment' },
  },
  'deployment-fails': {
    name: 'deployment-fails',
    description: 'The service keeps running on the old version. Only its deployment fails.',
    rehearsal: deployRehearsal(5),
    ...modelScenario('rolling', { signs: 'deployment', ending: 'fails-late' }),
    deployAnswer: { body: 'deployment' },
  },
  'camel-case': {
    name: 'camel-case',
    description:
      'Fields are in camelCase, times are in milliseconds, and the deployment id is a number.',
    rehearsal: deployRehearsal(0),
    ...modelScenario('rolling', { signs: 'deployment' }),
    deploymentInfo: { field: 'latest_deployment' },
    deploymentIds: 'number',
    deployAnswer: { status: 201, body: 'id' },
    spelling: { keys: 'camelCase', status: 'state', times: 'epoch-milliseconds' },
  },
  'two-spellings': {
    name: 'two-spellings',
    description:
      'Two deploys never start. The list and the single read write updated_at differently.',
    rehearsal: deployRehearsal(7, { ...shortly, service: 'acme/web\nacme/api' }),
    rollout: [{ status: 'running', keepsUpdatedAt: true }],
    spelling: { listTimes: 'seconds' },
    // At a whole second, the two would only differ in trailing zeros.
    clockOffsetMs: 123,
  },
  'ready-word': {
    name: 'ready-word',
    description: 'The service says REPLICA_INIT and READY instead of deploying and running.',
    rehearsal: deployRehearsal(6, shortly),
    ...modelScenario('in-place', { ms: 4_000 }),
    spelling: { words: { deploying: 'REPLICA_INIT', running: 'READY' } },
  },
  'fast-rollout': {
    name: 'fast-rollout',
    description: 'The rollout is over one second after the call.',
    rehearsal: deployRehearsal(0),
    ...modelScenario('in-place', { ms: 1_000 }),
  },
  autoscaler: {
    name: 'autoscaler',
    description:
      'The deploy never starts, but an autoscaler changes updated_at and the ready replicas.',
    rehearsal: deployRehearsal(7, shortly),
    rollout: [
      { status: 'running', ms: 4_000, keepsUpdatedAt: true },
      { status: 'running', ms: 3_000, serving: 'old', movesUpdatedAt: true, readyReplicas: 1 },
      { status: 'running', serving: 'old' },
    ],
  },
} as const satisfies Record<string, NamedScenario>;

/** The scenario `ok` with another model of rollouts. */
export function plainScenario(model: RolloutModel): NamedScenario {
  return {
    name: 'ok',
    description: `Every rollout is ${model} and succeeds.`,
    // A rolling update without any visible sign looks the same as autoscaling.
    rehearsal: deployRehearsal(model === 'rolling' ? 7 : 0),
    ...modelScenario(model),
  };
}
