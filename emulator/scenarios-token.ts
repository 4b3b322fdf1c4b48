import type { NamedScenario } from './scenario.ts';
import { deployRehearsal } from './scenarios-rollout.ts';

/**
 * Scenarios about the token and what it can access. Outpost itself works: the problem is in the
 * rehearsal.
 */
export const tokenScenarios = {
  'expired-token': {
    name: 'expired-token',
    description: 'The token expired: every request is a 401.',
    rehearsal: {
      ...deployRehearsal(3),
      token: { name: 'rehearsal', scopes: ['service'], expiresAt: 'past' },
    },
  },
  'missing-scope': {
    name: 'missing-scope',
    description: "The token can only read repositories, so it can't deploy.",
    rehearsal: {
      ...deployRehearsal(3),
      token: { name: 'rehearsal', scopes: ['repo:read'], expiresInDays: 90 },
    },
  },
  'expiring-token': {
    name: 'expiring-token',
    description: 'Everything works, but the token expires in three days.',
    rehearsal: {
      ...deployRehearsal(0),
      token: { name: 'rehearsal', scopes: ['service'], expiresAt: 72 },
    },
  },
  'leaked-token': {
    name: 'leaked-token',
    description: 'Everything works, but the token was seen in a log: `npm start` shows what to do.',
    rehearsal: deployRehearsal(0),
  },
  'unknown-service': {
    name: 'unknown-service',
    description: "The service's name is misspelled.",
    rehearsal: deployRehearsal(4, { service: 'acme/wbe' }),
  },
} as const satisfies Record<string, NamedScenario>;
