import type { WireFault } from './faults.ts';
import {
  badGatewayPage,
  injectionLines,
  loginPage,
  rateLimitedBody,
  unavailableBody,
} from './payloads.ts';
import type { NamedScenario } from './scenario.ts';
import { deployRehearsal } from './scenarios-rollout.ts';

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const HTML_TYPE = { 'content-type': 'text/html; charset=utf-8' };

const badGateway: WireFault = {
  kind: 'answer',
  status: 502,
  headers: HTML_TYPE,
  body: badGatewayPage,
};
const login: WireFault = { kind: 'answer', status: 200, headers: HTML_TYPE, body: loginPage };
const unavailable: WireFault = {
  kind: 'answer',
  status: 503,
  headers: JSON_TYPE,
  body: unavailableBody,
};
const limited: WireFault = {
  kind: 'answer',
  status: 429,
  headers: { ...JSON_TYPE, 'retry-after': '1' },
  body: rateLimitedBody,
};

/** Scenarios about what is between the client and Outpost. */
export const wireScenarios = {
  'rate-limited': {
    name: 'rate-limited',
    description:
      'The rate limit refuses reads and the deploy for a second at a time, then lets them through.',
    rehearsal: deployRehearsal(0),
    // A client that gets refusals reads less often, and would miss a rollout of a few seconds.
    rollout: [{ status: 'deploying', ms: 30_000 }, { status: 'running' }],
    faults: [
      { on: 'service.get', times: 2, do: limited },
      { on: 'service.deploy', do: limited },
      { on: 'service.get', skip: 1, times: 2, do: limited },
    ],
  },
  'lost-answer': {
    name: 'lost-answer',
    description:
      'The deploy is accepted, but a gateway loses the answer. Only the rollout shows that it happened.',
    rehearsal: deployRehearsal(0),
    rollout: [{ status: 'deploying', ms: 8_000 }, { status: 'running' }],
    faults: [{ on: 'service.deploy', afterHandling: true, do: badGateway }],
  },
  'lost-answer-unknown': {
    name: 'lost-answer-unknown',
    description:
      'A gateway answers the deploy with 502 and nothing ever happens, so the outcome stays unknown.',
    rehearsal: deployRehearsal(7, { timeout: '60s' }),
    faults: [{ on: 'service.deploy', times: 'always', do: badGateway }],
  },
  'log-injection': {
    name: 'log-injection',
    description: 'The log of the service is full of workflow commands and control characters.',
    rehearsal: deployRehearsal(0),
    rollout: [
      { status: 'deploying', ms: 2_000, log: injectionLines },
      { status: 'running', log: ['Listening on port 8080'] },
    ],
  },
  'html-login': {
    name: 'html-login',
    description: 'Reads of the service answer 200 with the HTML of a login page.',
    rehearsal: deployRehearsal(4),
    faults: [
      { on: 'service.get', times: 'always', do: login },
      { on: 'service.list', times: 'always', do: login },
      { on: 'service.logs', times: 'always', do: login },
    ],
  },
  unavailable: {
    name: 'unavailable',
    description: 'Outpost is down for maintenance: every read of a service is a 503.',
    rehearsal: deployRehearsal(8, { timeout: '20s' }),
    faults: [
      { on: 'service.get', times: 'always', do: unavailable },
      { on: 'service.list', times: 'always', do: unavailable },
      { on: 'service.logs', times: 'always', do: unavailable },
    ],
  },
} as const satisfies Record<string, NamedScenario>;
