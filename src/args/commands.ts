import { inputs } from '../inputs/table.ts';
import { inputsOf, type TokenVerb } from '../inputs/token-table.ts';
import { byCommand, byFlag } from './help.ts';
import type { FlagInput, Program } from './program.ts';

const deployInputs = (): readonly FlagInput[] => inputs;
const probeInputs = (): readonly FlagInput[] => [...inputs, { name: 'report', kind: 'text' }];

/** What `outpost-deploy` understands. */
export const deployProgram: Program<'deploy' | 'check' | 'status' | 'probe'> = {
  prefix: '',
  commands: [
    { name: 'deploy', inputs: deployInputs },
    { name: 'check', does: 'changes nothing', inputs: deployInputs },
    { name: 'status', does: 'what runs', inputs: deployInputs },
    { name: 'probe', does: 'finds the addresses', inputs: probeInputs },
  ],
  others: ['token'],
  secrets: { token: 'OUTPOST_TOKEN' },
  noCommand:
    'There is no command: write `outpost-deploy deploy --service namespace/name`. `outpost-deploy help` lists all.',
  example: '--wait=false or --service namespace/name',
  help: {
    title: 'outpost-deploy: deploys services to Outpost and tells the truth about it.',
    layout: (program) =>
      byFlag(
        program,
        {
          service: ['NS/NAME[@BRANCH],...', 'what to deploy (required)'],
          branch: ['BRANCH', 'where a service names none'],
          'token-name': ['NAME', "the token's name, for the check of its scopes"],
          push: ['NS/REPO', 'push the commit there before the deploy'],
          wait: ['=false', 'do not follow the rollout'],
          timeout: ['15m', 'for the whole run'],
          logs: ['stream', "the service's log: stream, on-failure or off"],
          'dry-run': ['', 'check and print the plan, change nothing'],
          origin: ['URL', 'where Outpost lives'],
          'token-stdin': ['', 'read the token from standard input'],
          host: ['gitlab|shell', 'default: gitlab where GITLAB_CI=true'],
        },
        'Also, as https://github.com/outpost/deploy-action#inputs explains:',
      ),
    ending: [
      'The token comes from OUTPOST_TOKEN; other inputs from OUTPOST_<NAME> too.',
      'Exit: 0 done, 2 usage, 3 token, 4 refused, 5 failed, 6 timed out, 7 unknown,',
      '8 unavailable (safe to retry), 9 push, 130 and 143 cancelled.',
    ],
  },
};

/** What `outpost-deploy token` understands. */
export const tokenProgram: Program<TokenVerb> = {
  prefix: 'token ',
  commands: [
    {
      name: 'report',
      does: 'what there is to do about tokens: expiry, scopes, last use',
      inputs: () => inputsOf('report'),
    },
    {
      name: 'list',
      does: 'all tokens of the user, the soonest expiry first',
      inputs: () => inputsOf('list'),
    },
    {
      name: 'rotate',
      does: 'make a new token, put it into the CI system, revoke the old one',
      inputs: () => inputsOf('rotate'),
    },
    {
      name: 'revoke',
      inputs: () => inputsOf('revoke'),
      argument: { name: 'NAME', missing: 'Which token? Write its name: `token revoke NAME`.' },
    },
    {
      name: 'create',
      inputs: () => inputsOf('create'),
      argument: {
        name: 'NAME',
        missing: 'Which token? Write its name: `token create NAME --scopes service`.',
      },
    },
    {
      name: 'compromised',
      inputs: () => inputsOf('compromised'),
      argument: {
        name: 'NAME',
        missing: 'Which token leaked? Write its name: `token compromised NAME`.',
      },
    },
  ],
  others: [],
  secrets: { token: 'OUTPOST_TOKEN', 'store-token': 'OUTPOST_STORE_TOKEN' },
  noCommand: 'There is no command: `outpost-deploy token help` lists them.',
  example: '--token-name NAME',
  help: {
    title: 'outpost-deploy token: looks after the tokens by which pipelines deploy.',
    layout: byCommand,
    ending: [
      'The token comes from OUTPOST_TOKEN, that of the store from OUTPOST_STORE_TOKEN,',
      'other inputs from OUTPOST_<NAME> too. All of it is explained in docs/tokens.md:',
      'https://github.com/outpost/deploy-action/blob/v1/docs/tokens.md',
      'Exit: 0 done, 2 usage, 3 token, 4 refused, 7 unknown, 8 unavailable (retry),',
      '10 replaced, and an old token must be revoked by hand, 130 and 143 cancelled.',
    ],
  },
};
