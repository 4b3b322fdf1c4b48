/** Where a run takes place. */
export type HostName = 'github' | 'gitlab' | 'shell';

/** How the text of an input is read (readers.ts has one for each kind). */
export type InputKind =
  | 'secret'
  | 'targets'
  | 'branch'
  | 'repository'
  | 'text'
  | 'moment'
  | 'boolean'
  | 'duration'
  | 'choice'
  | 'days'
  | 'count'
  | 'origin'
  | 'path'
  | 'service-path'
  | 'api-forms'
  | 'folder'
  | 'file'
  | 'prefix'
  | 'check';

export interface Input {
  readonly name: string;
  readonly kind: InputKind;
  /** Used if the input is not given. */
  readonly default?: string;
  readonly required?: true;
  readonly choices?: readonly string[];
  readonly description: string;
  /** Absent = on every host. */
  readonly hosts?: readonly HostName[];
}

/**
 * The one table of inputs. action.yml, the README's table and the reader of the configuration
 * follow from it (`npm run docs` writes the first two).
 */
export const inputs = [
  {
    name: 'token',
    kind: 'secret',
    description:
      'The personal access token (op_pat_...), from a secret. Leave it out if `env` sets the variable OUTPOST_TOKEN.',
    hosts: ['github'],
  },
  {
    name: 'service',
    kind: 'targets',
    required: true,
    description:
      'What to deploy: `namespace/name`, each with an optional branch: `acme/web@release`. Separate several with line breaks, spaces or commas. The word `then` between them begins the next stage, which starts once everything before it is deployed and healthy: `acme/db then acme/api acme/web`. With `wait: false`, the name alone is enough.',
  },
  {
    name: 'branch',
    kind: 'branch',
    description:
      'The branch to deploy if `service` names none. Without it: the branch that this run builds. `refs/heads/main` means `main`.',
  },
  {
    name: 'token-name',
    kind: 'text',
    description:
      "The token's name in Settings > Access Tokens. With it, the run reads the token's scopes and expiry from Outpost and checks them before anything happens.",
  },
  {
    name: 'token-expires',
    kind: 'moment',
    description:
      'When the token expires (`2026-12-31` or RFC 3339), so that the run can warn you even if Outpost does not show it.',
  },
  {
    name: 'push',
    kind: 'repository',
    description:
      'A repository on Outpost, `namespace/name`. The commit that is checked out is pushed to its branch there before the deploy. Needs a checkout with its history, and a token that also has the scope `repo`.',
  },
  {
    name: 'username',
    kind: 'text',
    description:
      'The Outpost user who owns the token, for the push. Without it: the namespace of `push`.',
  },
  {
    name: 'non-fast-forward',
    kind: 'choice',
    choices: ['fail', 'skip', 'force'],
    default: 'fail',
    description:
      'What `push` does if the branch on Outpost cannot be fast-forwarded to the commit: `fail`; `skip` the deploy if the branch is already ahead (the run ends green, with the status `skipped`); or `force` the branch to the commit, unless somebody moves it at the same time. Use `force` to roll back or to promote, on a branch that belongs to your deploys.',
  },
  {
    name: 'working-directory',
    kind: 'folder',
    description:
      'The folder of the checkout to push and to search for tokens, if it is not the workspace itself.',
  },
  {
    name: 'wait',
    kind: 'boolean',
    default: 'true',
    description:
      'Follow the rollout to its end. `false` stops as soon as Outpost has accepted the deploy, and claims no more than that.',
  },
  {
    name: 'timeout',
    kind: 'duration',
    default: '15m',
    description:
      'Time for the whole run, with a unit: `90s`, `15m`, `1h30m`. Keep it below the timeout of the job.',
  },
  {
    name: 'proof',
    kind: 'choice',
    choices: ['rollout', 'updated-at', 'commit'],
    default: 'rollout',
    description:
      'What makes a run green. `rollout`: we saw a rollout begin after the call, and end well. `updated-at`: `updated_at` moved and the service runs, for an Outpost that shows nothing else. `commit`: the live commit is also proved to be the one of this run.',
  },
  {
    name: 'stable-for',
    kind: 'duration',
    default: '10s',
    description:
      'How long the service must keep running, and the health check keep answering, before it counts as deployed.',
  },
  {
    name: 'logs',
    kind: 'choice',
    choices: ['stream', 'on-failure', 'off'],
    default: 'stream',
    description:
      'Which log lines of the service to show: `stream` shows them as they come, `on-failure` the last ones if the deploy fails, `off` none.',
  },
  {
    name: 'health-check',
    kind: 'check',
    description:
      "What must answer 2xx after the rollout, for as long as `stable-for`: a path on the service's endpoint (`/healthz`), or a full URL. It is asked without the token, until the time is up.",
  },
  {
    name: 'health-check-contains',
    kind: 'text',
    description:
      'Text that the answer must contain, for example `{commit:7}`: proof that the new revision is the one that answers. The placeholders `{commit}`, `{branch}`, `{branch-slug}`, `{tag}` and `{run}` stand for those of this run, here and in `health-check` and `branch`. In `service`, use {branch-slug} in a name and {branch} after the `@`.',
  },
  {
    name: 'on-failure',
    kind: 'choice',
    choices: ['keep', 'rollback'],
    default: 'keep',
    description:
      'After a failed rollout or health check: `keep` what is there, or `rollback` everything that this run switched to what ran before, the last stage first. A rollback needs `push` (its branch goes back) or `rollback-branch`, and half of `timeout` is kept for it.',
  },
  {
    name: 'rollback-branch',
    kind: 'branch',
    description: 'The branch that a rollback deploys if nothing was pushed.',
  },
  {
    name: 'pre-deploy-job',
    kind: 'file',
    description:
      'A JSON file in the checkout that describes a job, in the form that Outpost takes (`{"name": "migrate", ...}`). The job runs on Outpost before the first deploy; if it fails, nothing is deployed. The placeholders of `health-check-contains` work in its texts too: name the commit that the job must run. The token also needs the scope `job`. A rollback does not undo the job.',
  },
  {
    name: 'dry-run',
    kind: 'boolean',
    default: 'false',
    description: 'Check everything, print the plan, change nothing.',
  },
  {
    name: 'expiry-warning',
    kind: 'days',
    default: '14',
    description: 'Warn if the token expires within this many days.',
  },
  {
    name: 'least-privilege',
    kind: 'choice',
    choices: ['off', 'warn', 'error'],
    default: 'warn',
    description:
      'What to do if the token has scopes that this run does not need: `off`, `warn` or `error`.',
  },
  {
    name: 'leak-scan',
    kind: 'choice',
    choices: ['off', 'warn', 'error'],
    default: 'warn',
    description:
      'What to do if a tracked file in the checkout contains an Outpost token: `off`, `warn` or `error`.',
  },
  {
    name: 'early-check',
    kind: 'choice',
    choices: ['off', 'warn', 'error'],
    default: 'warn',
    description: 'Check the token when the job starts, before the build: `off`, `warn` or `error`.',
    hosts: ['github'],
  },
  {
    name: 'max-parallel',
    kind: 'count',
    default: '10',
    description: 'How many deploys to start at once.',
  },
  {
    name: 'origin',
    kind: 'origin',
    default: 'https://outpost.run',
    description: 'Where Outpost is: an https URL, or http on this machine for rehearsals.',
  },
  {
    name: 'deploy-path',
    kind: 'path',
    default: '/auth/v1/v1/services/{service}/deploy',
    description:
      'The path of the deploy call, if your Outpost has another one. It must contain {service} and may contain {namespace}.',
  },
  {
    name: 'service-path',
    kind: 'service-path',
    default: 'auto',
    description:
      'Where a service is read: a path with {service} and, if it has one, {namespace}. `auto` tries the known forms before the deploy, and the log names the one that answers.',
  },
  {
    name: 'api',
    kind: 'api-forms',
    description:
      'Rare forms of the API, one `key=value` per line, as `outpost-deploy probe` prints them: the paths `list`, `logs`, `token`, `deployment` and `job`, and status words for `running`, `rolling`, `failed` and `idle`, separated by commas: `running=ready,active`.',
  },
  {
    name: 'allow-unsafe-trigger',
    kind: 'boolean',
    default: 'false',
    description:
      "Deploy even if someone outside your team may have started the run: pull_request_target, issue_comment, or workflow_run after a fork's workflow. Only set this if you trust everyone who can start the workflow.",
    hosts: ['github'],
  },
  {
    name: 'dotenv-prefix',
    kind: 'prefix',
    default: 'OUTPOST_',
    description:
      'What the names in outpost.env start with. Two jobs in one pipeline need two prefixes.',
    hosts: ['gitlab', 'shell'],
  },
  {
    name: 'allow-debug-trace',
    kind: 'boolean',
    default: 'false',
    description:
      'Deploy even if CI_DEBUG_TRACE is on, which writes every variable of the job to its log.',
    hosts: ['gitlab'],
  },
] as const satisfies readonly Input[];

export type InputName = (typeof inputs)[number]['name'];

/** What a host read, as the user wrote it; an empty string counts as not given and is left out. */
export type RawInputs = { readonly [Name in InputName]?: string };
