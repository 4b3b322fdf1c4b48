import { flagInputs } from './command.ts';

/**
 * The flags that most deploys need: what each takes, and what it is for in a few words. All others
 * are named below them.
 */
const briefs: Readonly<Record<string, readonly [string, string]>> = {
  service: ['NS/NAME[@BRANCH],...', 'what to deploy (required)'],
  branch: ['BRANCH', 'where a service names none'],
  'token-name': ['NAME', "the token's name, for the check of its scopes"],
  push: ['NS/REPO', 'push the commit there before the deploy'],
  wait: ['=false', 'do not follow the rollout'],
  timeout: ['15m', 'for the whole run'],
  logs: ['stream', "the service's log: stream, on-failure or off"],
  'dry-run': ['', 'check and print the plan, change nothing'],
  origin: ['URL', 'where Outpost lives'],
};

const WIDTH = 78;

/** The help of the command, for a screen of 24 lines and 80 columns. */
export function helpText(): string {
  const flags = Object.entries(briefs).map(([name, [value, brief]]) => {
    return `  ${`--${name}${value === '' || value.startsWith('=') ? value : ` ${value}`}`.padEnd(31)}${brief}`;
  });
  const others = flagInputs
    .filter(({ name }) => briefs[name] === undefined)
    .map(({ name }) => `--${name}`);
  return [
    'outpost-deploy: deploys services to Outpost and tells the truth about it.',
    '  deploy | check (changes nothing) | live (what runs) | token | help | version',
    ...flags,
    `  ${'--token-stdin'.padEnd(31)}read the token from standard input`,
    `  ${'--host gitlab|shell'.padEnd(31)}default: gitlab where GITLAB_CI=true`,
    'Also, as https://github.com/outpost/deploy-action#inputs explains:',
    ...wrap(others),
    'The token comes from OUTPOST_TOKEN; other inputs from OUTPOST_<NAME> too.',
    'Exit: 0 done, 2 usage, 3 token, 4 refused, 5 failed, 6 timed out, 7 unknown,',
    '8 unavailable (safe to retry), 9 push, 130 and 143 cancelled.',
    '',
  ].join('\n');
}

function wrap(words: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > WIDTH) lines.push(`  ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
