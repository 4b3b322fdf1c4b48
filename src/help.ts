import { flagInputs } from './command.ts';

/** What a flag takes, and what it is for in a few words. */
const briefs: Readonly<Record<string, readonly [string, string]>> = {
  service: ['NS/NAME[@BRANCH],...', 'what to deploy (required)'],
  branch: ['BRANCH', 'where a service names none'],
  'token-name': ['NAME', "the token's name, for the check of its scopes"],
  'token-expires': ['DATE', 'when it expires, where Outpost cannot be asked'],
  wait: ['=false', 'do not follow the rollout'],
  timeout: ['15m', 'for the whole run'],
  logs: ['stream', "the service's log: stream, on-failure or off"],
  'dry-run': ['', 'check and print the plan, change nothing'],
  'expiry-warning': ['14', 'warn so many days before the token expires'],
  'least-privilege': ['warn', 'scopes that are not needed: off, warn or error'],
  'leak-scan': ['warn', 'a token in a tracked file: off, warn or error'],
  'max-parallel': ['10', 'deploys started at once'],
  origin: ['URL', 'where Outpost lives'],
  'deploy-path': ['PATH', 'another form of the deploy call'],
  'dotenv-prefix': ['OUTPOST_', 'what names in outpost.env begin with'],
  'allow-debug-trace': ['', 'deploy with CI_DEBUG_TRACE on (GitLab)'],
};

/** The help of the command, for a screen of 80 columns. */
export function helpText(): string {
  const flags = flagInputs.map(({ name }) => {
    const [value, brief] = briefs[name] ?? ['', ''];
    return `  ${`--${name}${value === '' || value.startsWith('=') ? value : ` ${value}`}`.padEnd(31)}${brief}`;
  });
  return [
    'outpost-deploy: deploys services to Outpost and tells the truth about it.',
    '  deploy | check (change nothing) | live (what runs now) | help | version',
    ...flags,
    `  ${'--token-stdin'.padEnd(31)}read the token from standard input`,
    `  ${'--host gitlab|shell'.padEnd(31)}default: gitlab where GITLAB_CI=true`,
    'The token comes from OUTPOST_TOKEN; other inputs from OUTPOST_<NAME> too.',
    'Exit: 0 done, 2 usage, 3 token, 4 refused, 5 failed, 6 timed out, 7 unknown,',
    '8 unavailable (safe to retry), 130 and 143 cancelled.',
    '',
  ].join('\n');
}
