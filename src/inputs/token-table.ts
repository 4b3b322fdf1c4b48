import type { HostName, InputKind } from './table.ts';

/** What the commands about tokens do. */
export type TokenVerb = 'report' | 'list' | 'rotate' | 'revoke' | 'create' | 'compromised';

/** Kinds that only these inputs have; tokens/readers.ts reads them. */
export type TokenInputKind =
  | InputKind
  | 'scopes'
  | 'form'
  | 'api'
  | 'variable'
  | 'base-name'
  | 'places'
  | 'span';

export interface TokenInput {
  readonly name: string;
  readonly kind: TokenInputKind;
  readonly default?: string;
  readonly required?: true;
  readonly choices?: readonly string[];
  readonly description: string;
  /** The commands that know it; absent = all. */
  readonly verbs?: readonly TokenVerb[];
  /** Absent = on every host. */
  readonly hosts?: readonly HostName[];
}

/**
 * The one table of the inputs of `token report`, `list`, `rotate`, `revoke`, `create` and
 * `compromised`. rotate/action.yml,
 * the GitLab template rotate.yml and the tables in docs/tokens.md follow from it. Names that deploy
 * inputs have too mean the same there.
 */
export const tokenInputs = [
  {
    name: 'token',
    kind: 'secret',
    description:
      'The token that does the work (op_pat_...), from a secret. It must be allowed to manage tokens, and can be the one that is replaced. Leave it out if `env` sets the variable OUTPOST_TOKEN.',
    hosts: ['github'],
  },
  {
    name: 'token-name',
    kind: 'base-name',
    required: true,
    description:
      'The name of the token to replace, as Settings > Access Tokens shows it, without the date that a rotation adds: `deploy` also stands for `deploy-2026-11-24-081502-x7k2`.',
    verbs: ['rotate'],
  },
  {
    name: 'strategy',
    kind: 'choice',
    default: 'replace',
    choices: ['replace', 'regenerate'],
    description:
      '`replace` makes a new token, stores and tries it, and revokes the old one last, so nothing can be lost. `regenerate` keeps the name, but the stored token is dead until the new value is stored.',
    verbs: ['rotate'],
  },
  {
    name: 'expires-in-days',
    kind: 'choice',
    default: '30',
    choices: ['30', '60', '90'],
    description: 'How long the new token lives; `regenerate` leaves that to Outpost.',
    verbs: ['rotate', 'create', 'compromised'],
  },
  {
    name: 'rotate-after',
    kind: 'span',
    default: '6d',
    description:
      'A younger token is left alone, so you can run the rotation daily: it then only cleans up. `0s` replaces the token in each run.',
    verbs: ['rotate'],
  },
  {
    name: 'overlap',
    kind: 'span',
    default: '12h',
    description:
      'How long the old token stays alive beside the new one, so that jobs which started with it can finish. The first run after that revokes it. `0s` revokes it at once. The report calls a token a leftover only after that.',
    verbs: ['rotate', 'report'],
  },
  {
    name: 'scopes',
    kind: 'scopes',
    description:
      'The scopes of the new token, separated by commas. Without it: those of the token that it replaces.',
    verbs: ['rotate', 'create', 'compromised'],
  },
  {
    name: 'store',
    kind: 'choice',
    choices: ['github', 'gitlab', 'forgejo'],
    description:
      'Where the token is kept: secrets of GitHub, CI/CD variables of GitLab, or secrets of Forgejo or Gitea. Without it: those of the system that runs this.',
    verbs: ['rotate', 'create', 'compromised', 'report'],
  },
  {
    name: 'places',
    kind: 'places',
    description:
      'All secrets that hold the token, one per line: `repository`, `environment:production`, `organization`, `dependabot`, `codespaces` or `repository:owner/name`; on GitLab `project:path` or `group:path`, each with `@scope` if the variable has one. It replaces the inputs for a single place.',
    verbs: ['rotate', 'create', 'compromised'],
  },
  {
    name: 'store-token',
    kind: 'secret',
    description:
      "A credential that may write the secret there, from a secret of its own (the job's own token may not): see docs/tokens.md for the least rights. Leave it out if `env` sets the variable OUTPOST_STORE_TOKEN.",
    hosts: ['github'],
    verbs: ['rotate', 'create', 'compromised'],
  },
  {
    name: 'secret-name',
    kind: 'variable',
    default: 'OUTPOST_TOKEN',
    description: 'The name of the secret or variable that holds the token. It must already exist.',
    verbs: ['rotate', 'create', 'compromised', 'report'],
  },
  {
    name: 'repository',
    kind: 'repository',
    description: 'GitHub: the repository whose secret it is. Without it: the one that runs this.',
    verbs: ['rotate', 'create', 'compromised'],
  },
  {
    name: 'environment',
    kind: 'text',
    description: 'GitHub: the environment whose secret it is.',
    verbs: ['rotate', 'create', 'compromised'],
  },
  {
    name: 'organization',
    kind: 'text',
    description: 'GitHub: the organization whose secret it is, instead of a repository.',
    verbs: ['rotate', 'create', 'compromised'],
  },
  {
    name: 'project',
    kind: 'text',
    description:
      'GitLab: the project whose variable it is, by path or number. Without it: the project that runs this.',
    verbs: ['rotate', 'create', 'compromised'],
  },
  {
    name: 'group',
    kind: 'text',
    description: 'GitLab: the group whose variable it is, instead of a project.',
    verbs: ['rotate', 'create', 'compromised'],
  },
  {
    name: 'environment-scope',
    kind: 'text',
    default: '*',
    description: 'GitLab: the environment scope of the variable, exactly as it is set there.',
    verbs: ['rotate', 'create', 'compromised'],
  },
  {
    name: 'api-url',
    kind: 'api',
    description:
      "The address of the store's API. Without it: on GitHub that of the runner, otherwise https://api.github.com or https://gitlab.com/api/v4. Set it for your own GitLab server, Forgejo or Gitea.",
    verbs: ['rotate', 'create', 'compromised', 'report'],
  },
  {
    name: 'dry-run',
    kind: 'boolean',
    default: 'false',
    description:
      'Check the token, test whether the store can be written, and stop before anything is replaced.',
    verbs: ['rotate'],
  },
  {
    name: 'token-name',
    kind: 'base-name',
    description: 'The name of the token to report on. Without it: all tokens of the user.',
    verbs: ['report'],
  },
  {
    name: 'repositories',
    kind: 'text',
    description:
      'A file with one repository per line (`owner/name`; on GitLab `project:path` or `group:path`): the report then also says where each secret named `secret-name` is, and which token it holds. It needs OUTPOST_STORE_TOKEN, and only reads.',
    verbs: ['report'],
  },
  {
    name: 'needed-scopes',
    kind: 'scopes',
    default: 'service',
    description:
      'The scopes that the pipeline needs, separated by commas: `service` to deploy, `repo` to push.',
    verbs: ['report'],
  },
  {
    name: 'service',
    kind: 'targets',
    description:
      'The services that are deployed with this token. More than one gives a warning, because each should have its own.',
    verbs: ['report'],
  },
  {
    name: 'least-privilege',
    kind: 'choice',
    default: 'warn',
    choices: ['off', 'warn', 'error'],
    description:
      'What to do if the token has scopes that are not needed: `off`, `warn` or `error`.',
    verbs: ['report'],
  },
  {
    name: 'expiry-warning',
    kind: 'days',
    default: '14',
    description: 'Warn if a token expires within this many days.',
    verbs: ['report'],
  },
  {
    name: 'unused-warning',
    kind: 'days',
    default: '90',
    description: 'Warn if a token was not used for this many days.',
    verbs: ['report'],
  },
  {
    name: 'strict',
    kind: 'boolean',
    default: 'false',
    description:
      'End with a failing status if there is anything to warn about, so that a scheduled job turns red.',
    verbs: ['report'],
  },
  {
    name: 'json',
    kind: 'boolean',
    default: 'false',
    description: 'Print JSON and nothing else.',
    verbs: ['report', 'list'],
    hosts: ['gitlab', 'shell'],
  },
  {
    name: 'json',
    kind: 'boolean',
    default: 'false',
    description: 'Print JSON and nothing else.',
    verbs: ['rotate', 'revoke', 'create', 'compromised'],
    hosts: ['shell'],
  },
  {
    name: 'origin',
    kind: 'origin',
    default: 'https://outpost.run',
    description: 'Where Outpost is: an https URL, or http on this machine for rehearsals.',
  },
  {
    name: 'list-form',
    kind: 'form',
    default: 'GET /auth/v1/pat',
    description:
      'The request that lists tokens, if your Outpost has another one. It is not documented.',
  },
  {
    name: 'revoke-form',
    kind: 'form',
    default: 'DELETE /auth/v1/pat/{name}',
    description:
      'The request that revokes a token, if your Outpost has another one. It is not documented.',
    verbs: ['rotate', 'revoke', 'create', 'compromised'],
  },
  {
    name: 'regenerate-form',
    kind: 'form',
    default: 'POST /auth/v1/pat/{name}/regenerate',
    description:
      'The request that gives a token a new value, if your Outpost has another one. It is not documented.',
    verbs: ['rotate'],
  },
  {
    name: 'allow-unsafe-trigger',
    kind: 'boolean',
    default: 'false',
    description:
      "Continue even if someone outside your team may have started the run: pull_request_target, issue_comment, or workflow_run after a fork's workflow. Only set this if you trust everyone who can start the workflow.",
    hosts: ['github'],
    verbs: ['rotate'],
  },
  {
    name: 'allow-debug-trace',
    kind: 'boolean',
    default: 'false',
    description:
      'Continue even if CI_DEBUG_TRACE is on, which writes every variable of the job to its log.',
    hosts: ['gitlab'],
  },
] as const satisfies readonly TokenInput[];

export type TokenInputName = (typeof tokenInputs)[number]['name'];

/** What a host read, as the user wrote it; an empty string counts as not given and is left out. */
export type RawTokenInputs = { readonly [Name in TokenInputName]?: string };

type Row = (typeof tokenInputs)[number];
/** The rows that a command knows. */
export type RowOf<Verb extends TokenVerb, R = Row> = R extends { verbs: readonly (infer Known)[] }
  ? Verb extends Known
    ? R
    : never
  : R;

/** The inputs that a command knows. */
export function inputsOf<Verb extends TokenVerb>(verb: Verb): readonly RowOf<Verb>[] {
  const knows = ({ verbs }: TokenInput): boolean => verbs === undefined || verbs.includes(verb);
  return tokenInputs.filter((row): row is Row & RowOf<Verb> => knows(row));
}
