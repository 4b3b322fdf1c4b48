import type { WireFault } from './faults.ts';
import { challengePage, crashLog } from './payloads.ts';
import { modelScenario } from './rollout-models.ts';
import type { NamedScenario } from './scenario.ts';
import { deployRehearsal } from './scenarios-rollout.ts';

const DEPLOY_PATH = '/auth/v1/v1/services/{service}/deploy';
const inPlace = modelScenario('in-place', { ms: 4_000 });

/** The page that stops programs at an edge like Cloudflare's. */
export function challenge(status: 403 | 503): WireFault {
  return {
    kind: 'answer',
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cf-mitigated': 'challenge',
      'cf-ray': '8f1e2d3c4b5a6978-FRA',
      server: 'cloudflare',
    },
    body: challengePage,
  };
}

/** Scenarios about the answer to the deploy call. */
export const answerScenarios = {
  'refused-in-200': {
    name: 'refused-in-200',
    description:
      'The answer is 200 with an error: nothing is deployed. An autoscaler changes updated_at.',
    rehearsal: deployRehearsal(4),
    deployAnswer: { body: 'error-object' },
    afterRefusal: [
      { status: 'running', ms: 3_000, keepsUpdatedAt: true },
      { status: 'running', movesUpdatedAt: true },
    ],
  },
  'failed-in-200': {
    name: 'failed-in-200',
    description:
      'The answer is 200 with a deployment that has already failed. The old version keeps running.',
    rehearsal: deployRehearsal(5),
    deployAnswer: { status: 200, body: 'deployment' },
    rollout: [
      {
        status: 'running',
        serving: 'old',
        deploymentStatus: 'failed',
        end: 'failed',
        log: crashLog,
      },
    ],
  },
  'wrong-service': {
    name: 'wrong-service',
    description:
      'The deploy call has no namespace, and Outpost deploys ada/web instead of acme/web.',
    rehearsal: deployRehearsal(5),
    ...inPlace,
    services: [{ namespace: 'ada', name: 'web' }],
    deployAnswer: { body: 'names' },
  },
  'redirect-after-deploy': {
    name: 'redirect-after-deploy',
    description: "The deploy is accepted, and the answer is a redirect to the service's page.",
    rehearsal: deployRehearsal(0),
    ...inPlace,
    faults: [
      {
        on: 'service.deploy',
        times: 'always',
        afterHandling: true,
        do: { kind: 'redirect', status: 302, location: '/acme/service/web' },
      },
    ],
  },
  'redirect-with-slash': {
    name: 'redirect-with-slash',
    description: 'The deploy call needs a trailing slash. Without it, the answer is a 307.',
    rehearsal: deployRehearsal(4),
    ...inPlace,
    deployPath: `${DEPLOY_PATH}/`,
    slashRedirect: true,
  },
  challenge: {
    name: 'challenge',
    description: 'Something in front of Outpost answers every request with a page for browsers.',
    rehearsal: deployRehearsal(4),
    faults: [{ on: '*', times: 'always', do: challenge(403) }],
  },
} as const satisfies Record<string, NamedScenario>;
