import { invalid, readRows } from '../steps/config.ts';
import type { WrittenTarget } from '../steps/input-readers.ts';
import { inputsOf, type RawTokenInputs, type TokenVerb } from '../token-inputs.ts';
import { tokenReaders, type WrittenForm } from './readers.ts';

/** What every command about tokens knows. */
export interface TokenConfig {
  readonly origin: URL;
  readonly listForm: WrittenForm;
  readonly revokeForm: WrittenForm;
  readonly regenerateForm: WrittenForm;
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
  readonly repository: { readonly namespace: string; readonly name: string } | undefined;
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

type Values = Readonly<Record<string, unknown>>;

function readValues(verb: TokenVerb, raw: RawTokenInputs, problems: string[]): Values {
  return readRows(inputsOf(verb), raw, tokenReaders, problems);
}

function common(values: Values): TokenConfig {
  const unused: WrittenForm = { method: 'GET', path: '/' };
  return {
    origin: values['origin'] as URL,
    listForm: values['list-form'] as WrittenForm,
    // Commands that never revoke or regenerate have no such input.
    revokeForm: (values['revoke-form'] as WrittenForm | undefined) ?? unused,
    regenerateForm: (values['regenerate-form'] as WrittenForm | undefined) ?? unused,
    allowUnsafeTrigger: values['allow-unsafe-trigger'] === true,
    allowDebugTrace: values['allow-debug-trace'] === true,
  };
}

/** @throws Failure `config-invalid` with all problems at once. */
export function readReportConfig(raw: RawTokenInputs): ReportConfig {
  const values = checked('report', raw);
  return {
    ...common(values),
    tokenName: values['token-name'] as string | undefined,
    neededScopes: values['needed-scopes'] as readonly string[],
    services: (values['service'] as readonly WrittenTarget[] | undefined) ?? [],
    leastPrivilege: values['least-privilege'] as ReportConfig['leastPrivilege'],
    expiryWarningDays: values['expiry-warning'] as number,
    unusedWarningDays: values['unused-warning'] as number,
    strict: values['strict'] === true,
    json: values['json'] === true,
  };
}

/** @throws Failure `config-invalid` with all problems at once. */
export function readListConfig(raw: RawTokenInputs): ListConfig {
  const values = checked('list', raw);
  return { ...common(values), json: values['json'] === true };
}

/** @throws Failure `config-invalid` with all problems at once. */
export function readRevokeConfig(raw: RawTokenInputs): TokenConfig {
  return common(checked('revoke', raw));
}

/** @throws Failure `config-invalid` with all problems at once. */
export function readRotateConfig(raw: RawTokenInputs, defaults: StoreDefaults): RotateConfig {
  const problems: string[] = [];
  const values = readValues('rotate', raw, problems);
  const place = readPlace(values, defaults, problems);
  if (problems.length > 0 || place === undefined) throw invalid(problems);
  return {
    ...common(values),
    ...place,
    tokenName: values['token-name'] as string,
    strategy: values['strategy'] as RotateConfig['strategy'],
    expiresInDays: Number(values['expires-in-days']),
    dryRun: values['dry-run'] === true,
  };
}

function checked(verb: TokenVerb, raw: RawTokenInputs): Values {
  const problems: string[] = [];
  const values = readValues(verb, raw, problems);
  if (problems.length > 0) throw invalid(problems);
  return values;
}

const OWN_INPUTS = {
  github: ['repository', 'environment', 'organization'],
  gitlab: ['project', 'group'],
} as const;

const PUBLIC_API = { github: 'https://api.github.com', gitlab: 'https://gitlab.com/api/v4' } as const;

function readPlace(values: Values, defaults: StoreDefaults, problems: string[]): StoreInputs | undefined {
  const store = (values['store'] as StoreInputs['store'] | undefined) ?? defaults.store;
  if (store === undefined) {
    problems.push('`store` is missing: here nothing tells where the token is kept, so write `github` or `gitlab`');
    return undefined;
  }
  const strange = OWN_INPUTS[store === 'github' ? 'gitlab' : 'github'].filter((name) => values[name] !== undefined);
  for (const name of strange) problems.push(`\`${name}\` makes no sense with \`store: ${store}\``);
  const api = (values['api-url'] as URL | undefined) ?? apiOf(store, defaults, problems);
  if (store === 'github') checkGithub(values, defaults, problems);
  else checkGitlab(values, defaults, problems);
  if (api === undefined) return undefined;
  return {
    store,
    secretName: values['secret-name'] as string,
    repository: (values['repository'] as StoreInputs['repository']) ?? splitName(defaults.repository),
    environment: values['environment'] as string | undefined,
    organization: values['organization'] as string | undefined,
    project: (values['project'] as string | undefined) ?? defaults.project,
    group: values['group'] as string | undefined,
    environmentScope: (values['environment-scope'] as string | undefined) ?? '*',
    apiUrl: api,
  };
}

function apiOf(store: StoreInputs['store'], defaults: StoreDefaults, problems: string[]): URL | undefined {
  const [variable, text] = store === 'github' ? ['GITHUB_API_URL', defaults.githubApi] : ['CI_API_V4_URL', defaults.gitlabApi];
  const read = tokenReaders.api(text ?? PUBLIC_API[store]);
  if ('value' in read) return read.value;
  problems.push(`the variable ${variable}: ${read.problem}`);
  return undefined;
}

function checkGithub(values: Values, defaults: StoreDefaults, problems: string[]): void {
  const { organization, repository, environment } = values;
  if (organization !== undefined && (repository !== undefined || environment !== undefined))
    problems.push('`organization` stands in place of `repository` and `environment`: give one of them');
  if (organization === undefined && repository === undefined && splitName(defaults.repository) === undefined)
    problems.push('`repository` is missing: whose secret is it? Write `owner/name`, or `organization`');
}

function checkGitlab(values: Values, defaults: StoreDefaults, problems: string[]): void {
  const { project, group } = values;
  if (project !== undefined && group !== undefined) problems.push('`group` stands in place of `project`: give one of them');
  if (project === undefined && group === undefined && defaults.project === undefined)
    problems.push('`project` is missing: whose variable is it? Write its path or number, or `group`');
}

function splitName(fullName: string | undefined): StoreInputs['repository'] {
  const [namespace, name, ...more] = (fullName ?? '').split('/');
  return namespace && name && more.length === 0 ? { namespace, name } : undefined;
}
