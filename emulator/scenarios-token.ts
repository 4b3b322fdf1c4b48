import type { NamedScenario } from './scenario.ts';
import { deployRehearsal } from './scenarios-rollout.ts';

/**
 * Scenarios about the token and what it may reach. The world is a healthy one: the rehearsal brings
 * the trouble.
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
    description: 'The token may read repositories only, so nothing can be deployed with it.',
    rehearsal: {
      ...deployRehearsal(3),
      token: { name: 'rehearsal', scopes: ['repo:read'], expiresInDays: 90 },
    },
  },
  'expiring-token': {
    name: 'expiring-token',
    description: 'All is well, but the token has three days left.',
    rehearsal: {
      ...deployRehearsal(0),
      token: { name: 'rehearsal', scopes: ['service'], expiresAt: 72 },
    },
  },
  'leaked-token': {
    name: 'leaked-token',
    description: 'All is well, but the token was seen in a log: `npm start` shows the drill.',
    rehearsal: deployRehearsal(0),
  },
  'unknown-service': {
    name: 'unknown-service',
    description: 'The name of the service is misspelt.',
    rehearsal: deployRehearsal(4, { service: 'acme/wbe' }),
  },
} as const satisfies Record<string, NamedScenario>;
