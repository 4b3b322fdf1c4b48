import { crashLog, startLog } from './payloads.ts';
import type { JobStep, NamedScenario, Rehearsal, Rollout } from './scenario.ts';
import { deployRehearsal } from './scenarios-rollout.ts';

const good: Rollout = [
  { status: 'deploying', ms: 2_000, log: startLog },
  { status: 'running', log: ['Listening on port 8080'] },
];
const bad: Rollout = [
  { status: 'deploying', ms: 2_000, log: startLog },
  { status: 'failed', log: crashLog },
];

/** The states of a job before the migration's command runs. */
const waiting: JobStep = { status: 'queued', ms: 1_000 };
const migrationLog = ['Connecting to the database', 'Applying 0041_create_invoices'];

/** A rehearsal with a job before the deploy. The caller provides the checkout with its file. */
function jobRehearsal(exit: number): Rehearsal {
  const { inputs, token } = deployRehearsal(exit, { 'pre-deploy-job': 'ops/migrate.json' });
  return { inputs, token: { ...token, scopes: ['service', 'job'] }, exit };
}

const threeStages = {
  service: 'acme/db-proxy acme/api then acme/web acme/worker then acme/site',
};

const stages = {
  services: [
    { namespace: 'acme', name: 'db-proxy' },
    { namespace: 'acme', name: 'site' },
  ],
  rollout: good,
} as const;

/** Scenarios about deploys in stages, and about a job before them. */
export const stageScenarios = {
  migration: {
    name: 'migration',
    description: 'A job migrates the database, then the service is deployed.',
    rehearsal: jobRehearsal(0),
    rollout: good,
    jobs: [
      [
        waiting,
        {
          status: 'running',
          ms: 4_000,
          log: [...migrationLog, 'Applying 0042_add_order_totals'],
        },
        { status: 'succeeded', log: ['2 migrations applied'] },
      ],
    ],
  },
  'migration-failed': {
    name: 'migration-failed',
    description: 'The job that migrates the database fails, so nothing is deployed.',
    rehearsal: jobRehearsal(5),
    rollout: good,
    jobs: [
      [
        waiting,
        {
          status: 'running',
          ms: 4_000,
          log: [
            ...migrationLog,
            'Applying 0042_add_order_totals',
            'ERROR: column "total" of relation "orders" already exists',
          ],
        },
        { status: 'failed', log: ['bin/migrate exited with code 1'] },
      ],
    ],
  },
  stages: {
    ...stages,
    name: 'stages',
    description: 'Five services are deployed in three stages, one after the other.',
    rehearsal: deployRehearsal(0, threeStages),
  },
  'stage-fails': {
    ...stages,
    name: 'stage-fails',
    description: 'A service in the second of three stages crashes, so the third never starts.',
    rehearsal: deployRehearsal(5, threeStages),
    rollouts: { 'acme/web': [bad] },
  },
  'stages-rolled-back': {
    ...stages,
    name: 'stages-rolled-back',
    description:
      'A service in the second of three stages crashes, and both stages go back to the previous version.',
    rehearsal: deployRehearsal(5, {
      ...threeStages,
      'on-failure': 'rollback',
      'rollback-branch': 'stable',
    }),
    rollouts: { 'acme/web': [bad, good] },
  },
} as const satisfies Record<string, NamedScenario>;
