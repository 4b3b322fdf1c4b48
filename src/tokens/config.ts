import { readRows, type ValuesOf, wholeValues } from '../inputs/read.ts';
import type { Repository, WrittenTarget } from '../inputs/readers.ts';
import {
  inputsOf,
  type RawTokenInputs,
  type RowOf,
  type TokenVerb,
} from '../inputs/token-table.ts';
import type { TokenRoutes } from '../outpost/token-client.ts';
import { tokenReaders } from './readers.ts';

/** What every command about tokens knows. */
export interface TokenConfig {
  readonly origin: URL;
  /** Those of the requests that are not documented, as far as the command sends them. */
  readonly routes: Partial<TokenRoutes>;
  readonly allowUnsafeTrigger: boolean;
  readonly allowDebugTrace: boolean;
}

export interface ReportConfig extends TokenConfig {
  readonly tokenName: string | undefined;
  readonly neededScopes: readonly string[];
  readonly services: readonly WrittenTarget[];
  readonly leastPrivilege: 'off' | 'warn' | 'error';
  readonly expiryWarningDays: number;
  readonly unusedWarningDays: number;
  readonly strict: boolean;
  readonly json: boolean;
}

export interface ListConfig extends TokenConfig {
  readonly json: boolean;
}

/** Where the secret is, in the words of the inputs. */
export interface StoreInputs {
  readonly store: 'github' | 'gitlab';
  readonly secretName: string;
  readonly repository: Repository | undefined;
  readonly environment: string | undefined;
  readonly organization: string | undefined;
  readonly project: string | undefined;
  readonly group: string | undefined;
  readonly environmentScope: string;
  readonly apiUrl: URL;
}

export interface RotateConfig extends TokenConfig, StoreInputs {
  readonly tokenName: string;
  readonly strategy: 'replace' | 'regenerate';
  readonly expiresInDays: number;
  readonly dryRun: boolean;
}

/** What the CI system says of itself, where inputs leave it open. */
export interface StoreDefaults {
  readonly store: 'github' | 'gitlab' | undefined;
  readonly repository: string | undefined;
  readonly project: string | undefined;
  readonly githubApi: string | undefined;
  readonly gitlabApi: string | undefined;
}

type Values<Verb extends TokenVerb> = ValuesOf<RowOf<Verb>, typeof tokenReaders>;
type Given = Partial<Values<'rotate'>>;

function read<Verb extends TokenVerb>(
  verb: Verb,
  raw: RawTokenInputs,
  problems: string[],
): Partial<Values<Verb>> {
  return readRows(inputsOf(verb), raw, tokenReaders, problems);
}

function readWhole<Verb extends TokenVerb>(verb: Verb, raw: RawTokenInputs): Values<Verb> {
  const problems: string[] = [];
  return wholeValues<Values<Verb>>(read(verb, raw, problems), problems);
}

function common(
  values: Pick<Values<'list'>, 'origin' | 'list-form' | 'allow-debug-trace'>,
): TokenConfig {
  return {
    origin: values.origin,
    routes: { list: values['list-form'] },
    // What changes nothing may be run by anybody who can start it.
    allowUnsafeTrigger: false,
    allowDebugTrace: values['allow-debug-trace'],
  };
}

/** @throws Failure `config-invalid` with all problems at once. */
export function readReportConfig(raw: RawTokenInputs): ReportConfig {
  const values = readWhole('report', raw);
  return {
    ...common(values),
    tokenName: values['token-name'],
    neededScopes: values['needed-scopes'],
    services: values.service ?? [],
    leastPrivilege: values['least-privilege'],
    expiryWarningDays: values['expiry-warning'],
    unusedWarningDays: values['unused-warning'],
    strict: values.strict,
    json: values.json,
  };
}

/** @throws Failure `config-invalid` with all problems at once. */
export function readListConfig(raw: RawTokenInputs): ListConfig {
  const values = readWhole('list', raw);
  return { ...common(values), json: values.json };
}

/** @throws Failure `config-invalid` with all problems at once. */
export function readRevokeConfig(raw: RawTokenInputs): TokenConfig {
  const values = readWhole('revoke', raw);
  return {
    ...common(values),
    routes: { list: values['list-form'], revoke: values['revoke-form'] },
  };
}

/** @throws Failure `config-invalid` with all problems at once. */
export function readRotateConfig(raw: RawTokenInputs, defaults: StoreDefaults): RotateConfig {
  const problems: string[] = [];
  const given = read('rotate', raw, problems);
  const store = readStore(given, defaults, problems);
  const apiUrl = store === undefined ? undefined : apiOf(store, given, defaults, problems);
  const values = wholeValues<Values<'rotate'> & Pick<StoreInputs, 'store' | 'apiUrl'>>(
    { ...given, store, apiUrl },
    problems,
  );
  return {
    ...common(values),
    routes: {
      list: values['list-form'],
      revoke: values['revoke-form'],
      regenerate: values['regenerate-form'],
    },
    allowUnsafeTrigger: values['allow-unsafe-trigger'],
    tokenName: values['token-name'],
    strategy: values.strategy,
    expiresInDays: Number(values['expires-in-days']),
    dryRun: values['dry-run'],
    store: values.store,
    secretName: values['secret-name'],
    repository: values.repository ?? splitName(defaults.repository),
    environment: values.environment,
    organization: values.organization,
    project: values.project ?? defaults.project,
    group: values.group,
    environmentScope: values['environment-scope'],
    apiUrl: values.apiUrl,
  };
}

const OWN_INPUTS = {
  github: ['repository', 'environment', 'organization'],
  gitlab: ['project', 'group'],
} as const;

const PUBLIC_API = {
  github: 'https://api.github.com',
  gitlab: 'https://gitlab.com/api/v4',
} as const;

function readStore(
  given: Given,
  defaults: StoreDefaults,
  problems: string[],
): StoreInputs['store'] | undefined {
  const store = given.store ?? defaults.store;
  if (store === undefined) {
    problems.push(
      '`store` is missing: here nothing tells where the token is kept, so write `github` or `gitlab`',
    );
    return undefined;
  }
  const strange = OWN_INPUTS[store === 'github' ? 'gitlab' : 'github'].filter(
    (name) => given[name] !== undefined,
  );
  for (const name of strange) problems.push(`\`${name}\` makes no sense with \`store: ${store}\``);
  if (store === 'github') checkGithub(given, defaults, problems);
  else checkGitlab(given, defaults, problems);
  return store;
}

function apiOf(
  store: StoreInputs['store'],
  given: Given,
  defaults: StoreDefaults,
  problems: string[],
): URL | undefined {
  if (given['api-url'] !== undefined) return given['api-url'];
  const [variable, text] =
    store === 'github'
      ? ['GITHUB_API_URL', defaults.githubApi]
      : ['CI_API_V4_URL', defaults.gitlabApi];
  const read = tokenReaders.api(text ?? PUBLIC_API[store]);
  if ('value' in read) return read.value;
  problems.push(`the variable ${variable}: ${read.problem}`);
  return undefined;
}

function checkGithub(given: Given, defaults: StoreDefaults, problems: string[]): void {
  const { organization, repository, environment } = given;
  if (organization !== undefined && (repository !== undefined || environment !== undefined))
    problems.push(
      '`organization` stands in place of `repository` and `environment`: give one of them',
    );
  if (
    organization === undefined &&
    repository === undefined &&
    splitName(defaults.repository) === undefined
  )
    problems.push(
      '`repository` is missing: whose secret is it? Write `owner/name`, or `organization`',
    );
}

function checkGitlab(given: Given, defaults: StoreDefaults, problems: string[]): void {
  const { project, group } = given;
  if (project !== undefined && group !== undefined)
    problems.push('`group` stands in place of `project`: give one of them');
  if (project === undefined && group === undefined && defaults.project === undefined)
    problems.push(
      '`project` is missing: whose variable is it? Write its path or number, or `group`',
    );
}

function splitName(fullName: string | undefined): StoreInputs['repository'] {
  const [namespace, name, ...more] = (fullName ?? '').split('/');
  return namespace && name && more.length === 0 ? { namespace, name } : undefined;
}
