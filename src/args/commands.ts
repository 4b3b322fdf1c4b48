import { inputs } from '../inputs/table.ts';
import { inputsOf, type TokenVerb } from '../inputs/token-table.ts';
import type { Flag, Program } from './program.ts';

/** The inputs of a deploy, and flags for the output. */
const deployFlags = (): readonly Flag[] => [
  ...inputs,
  {
    name: 'json',
    kind: 'boolean',
    description: 'Print the report as JSON to stdout, the log to stderr.',
  },
  {
    name: 'quiet',
    kind: 'boolean',
    description: 'Print only the result, warnings, and errors.',
  },
  { name: 'report', kind: 'file', description: 'Write the report as JSON to this file.' },
];

/** The flags that matter to a command that only reads. */
const READ = [
  ...['service', 'origin', 'service-path', 'api', 'json', 'quiet', 'report'],
  ...['token-stdin', 'host'],
];

/** The command line of `outpost-deploy`. */
export const deployProgram: Program<'deploy' | 'check' | 'status' | 'probe'> = {
  name: 'outpost-deploy',
  does: 'deploy services to Outpost and check that they run',
  commands: [
    {
      name: 'deploy',
      does: 'Deploy services and follow each rollout to its end',
      examples: [
        'deploy --service acme/web --token-name laptop',
        'deploy --service acme/web@main --no-wait',
      ],
      flags: deployFlags,
    },
    {
      name: 'check',
      does: 'Check the token and services and print the plan, without deploying',
      examples: ['check --service acme/web --token-name laptop'],
      flags: deployFlags,
    },
    {
      name: 'status',
      does: 'Show what is running now',
      examples: ['status --service acme/web,acme/api', 'status --service acme/web --json'],
      flags: deployFlags,
      shown: READ,
    },
    {
      name: 'probe',
      does: 'Find out how your Outpost serves a service, and what to set',
      examples: ['probe --service acme/web --report probe.json'],
      flags: deployFlags,
      shown: ['token-name', ...READ],
    },
  ],
  others: { token: 'List, check, rotate and revoke tokens' },
  secrets: { token: 'OUTPOST_TOKEN' },
  ending: [
    'The token comes from the variable OUTPOST_TOKEN. A flag can be a variable too:',
    'OUTPOST_TOKEN_NAME for --token-name.',
    'Exit: 0 done, 2 usage, 3 token, 4 refused, 5 failed, 6 timed out, 7 unknown,',
    '8 unavailable (safe to retry), 9 push, 130 and 143 cancelled.',
    'https://github.com/outpost/deploy-action#readme',
  ],
};

/** The command line of `outpost-deploy token`. */
export const tokenProgram: Program<TokenVerb> = {
  name: 'outpost-deploy token',
  does: 'manage the tokens that your pipelines deploy with',
  commands: [
    {
      name: 'report',
      does: 'Check tokens: expiry, scopes, last use',
      examples: ['report --token-name deploy --needed-scopes service'],
      flags: () => inputsOf('report'),
    },
    {
      name: 'list',
      does: 'List all tokens, soonest expiry first',
      examples: ['list', 'list --json'],
      flags: () => inputsOf('list'),
    },
    {
      name: 'rotate',
      does: 'Create a new token, store it, and revoke the old one',
      examples: ['rotate --token-name deploy --store gitlab --project 101'],
      flags: () => inputsOf('rotate'),
    },
    {
      name: 'revoke',
      does: 'Revoke a token, including those that rotations made',
      examples: ['revoke ci'],
      flags: () => inputsOf('revoke'),
      argument: 'NAME',
    },
    {
      name: 'create',
      does: 'Create a token and store it, without showing its value',
      examples: ['create ci --scopes service --store gitlab --project 101'],
      flags: () => inputsOf('create'),
      argument: 'NAME',
    },
    {
      name: 'compromised',
      does: 'Revoke and replace a token that leaked',
      examples: ['compromised ci --store gitlab --project 101'],
      flags: () => inputsOf('compromised'),
      argument: 'NAME',
    },
  ],
  others: {},
  secrets: { token: 'OUTPOST_TOKEN', 'store-token': 'OUTPOST_STORE_TOKEN' },
  ending: [
    'The token comes from the variable OUTPOST_TOKEN, and OUTPOST_STORE_TOKEN is for',
    'the store. A flag can be a variable too: OUTPOST_TOKEN_NAME for --token-name.',
    'Exit: 0 done, 2 usage, 3 token, 4 refused, 7 unknown, 8 unavailable (retry),',
    '10 replaced, and an old token must be revoked by hand, 130 and 143 cancelled.',
    'https://github.com/outpost/deploy-action/blob/v1/docs/tokens.md',
  ],
};
