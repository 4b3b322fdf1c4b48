import type { Repository } from '../inputs/readers.ts';
import type { PlaceText } from './readers.ts';
import { tokenReaders } from './readers.ts';
import type { ForgejoPlace } from './stores/forgejo.ts';
import type { GithubPlace } from './stores/github-places.ts';
import type { GitlabPlace } from './stores/gitlab-variables.ts';

export type StoreName = 'github' | 'gitlab' | 'forgejo';

/** Where one secret is. */
export type Place =
  | { readonly store: 'github'; readonly at: GithubPlace }
  | { readonly store: 'gitlab'; readonly at: GitlabPlace }
  | { readonly store: 'forgejo'; readonly at: ForgejoPlace };

/** Where the token is kept. */
export interface Stores {
  readonly places: readonly Place[];
  readonly secretName: string;
  readonly apiUrl: URL;
}

/** What the CI system says, for inputs that aren't set. */
export interface StoreDefaults {
  readonly store: StoreName | undefined;
  readonly repository: string | undefined;
  readonly project: string | undefined;
  /** The runner's own address of the API, if no step of the job can have set it. */
  readonly apiUrl: string | undefined;
}

/** The inputs that say where the token is kept. */
export interface PlaceInputs {
  readonly store?: StoreName | undefined;
  readonly places?: readonly PlaceText[] | undefined;
  readonly repository?: Repository | undefined;
  readonly environment?: string | undefined;
  readonly organization?: string | undefined;
  readonly project?: string | undefined;
  readonly group?: string | undefined;
  readonly 'environment-scope'?: string | undefined;
  readonly 'api-url'?: URL | undefined;
}

const SINGLE = ['repository', 'environment', 'organization', 'project', 'group'] as const;
const OWN_INPUTS: Readonly<Record<StoreName, readonly (typeof SINGLE)[number][]>> = {
  github: ['repository', 'environment', 'organization'],
  gitlab: ['project', 'group'],
  forgejo: ['repository', 'organization'],
};
const KINDS: Readonly<Record<StoreName, readonly string[]>> = {
  github: ['repository', 'environment', 'organization', 'dependabot', 'codespaces'],
  gitlab: ['project', 'group'],
  forgejo: ['repository', 'organization'],
};
const PUBLIC_API: Readonly<Record<StoreName, string | undefined>> = {
  github: 'https://api.github.com',
  gitlab: 'https://gitlab.com/api/v4',
  forgejo: undefined,
};

/**
 * Inputs -> the places of the token and the address of the API.
 *
 * @param problems problems are added here, and the value is then useless.
 */
export function readStores(
  given: PlaceInputs,
  defaults: StoreDefaults,
  problems: string[],
): { readonly places: readonly Place[]; readonly apiUrl: URL } | undefined {
  const store = given.store ?? defaults.store;
  if (store === undefined) {
    problems.push(
      '`store` is missing: set it to the system that keeps the token, `github`, `gitlab` or `forgejo`',
    );
    return undefined;
  }
  const before = problems.length;
  for (const name of SINGLE)
    if (given[name] !== undefined && !OWN_INPUTS[store].includes(name))
      problems.push(`\`${name}\` can't be used with \`store: ${store}\``);
  const places =
    given.places === undefined
      ? [singlePlace(store, given, defaults, problems)]
      : severalPlaces(store, given, given.places, defaults, problems);
  const apiUrl = apiOf(store, given, defaults, problems);
  const found = places.flatMap((place) => place ?? []);
  return apiUrl === undefined || problems.length > before ? undefined : { places: found, apiUrl };
}

/** @param problems problems are added here. */
export function apiOf(
  store: StoreName,
  given: Pick<PlaceInputs, 'api-url'>,
  defaults: StoreDefaults,
  problems: string[],
): URL | undefined {
  if (given['api-url'] !== undefined) return given['api-url'];
  // The runner's address is only right for the system that runs this job.
  const own = store === defaults.store ? defaults.apiUrl : undefined;
  const text = own ?? PUBLIC_API[store];
  if (text === undefined) {
    problems.push('`api-url` is missing: set it to `https://HOST/api/v1`');
    return undefined;
  }
  const read = tokenReaders.api(text);
  if ('value' in read) return read.value;
  problems.push(`the address of the runner's API: ${read.problem}`);
  return undefined;
}

function severalPlaces(
  store: StoreName,
  given: PlaceInputs,
  texts: readonly PlaceText[],
  defaults: StoreDefaults,
  problems: string[],
): readonly (Place | undefined)[] {
  const scope = given['environment-scope'];
  const single = SINGLE.find((name) => given[name] !== undefined);
  if (single !== undefined || (scope !== undefined && scope !== '*'))
    problems.push(
      `\`places\` can't be combined with \`${single ?? 'environment-scope'}\`: set only one of them`,
    );
  return texts.map((text) => {
    if (KINDS[store].includes(text.kind))
      return singlePlace(store, inputsOfPlace(text, defaults), defaults, problems, text.kind);
    problems.push(`\`places\`: \`${text.kind}\` can't be used with \`store: ${store}\``);
    return undefined;
  });
}

/** A place -> the inputs for a single place. */
function inputsOfPlace(
  { kind, name, scope = '*' }: PlaceText,
  { repository }: StoreDefaults,
): PlaceInputs {
  const base = { 'environment-scope': scope };
  switch (kind) {
    case 'environment':
      return { ...base, environment: name };
    case 'organization':
      return { ...base, organization: name ?? splitName(repository)?.namespace ?? '' };
    case 'project':
      return { ...base, project: name };
    case 'group':
      return { ...base, group: name };
    default:
      return name === undefined ? base : { ...base, repository: splitName(name) };
  }
}

function singlePlace(
  store: StoreName,
  given: PlaceInputs,
  defaults: StoreDefaults,
  problems: string[],
  written?: PlaceText['kind'],
): Place | undefined {
  if (store === 'gitlab') return gitlabPlace(given, defaults, problems);
  const { organization, environment } = given;
  if (organization !== undefined) {
    if (given.repository === undefined && environment === undefined)
      return { store, at: { kind: 'organization', organization } };
    problems.push(
      "`organization` can't be combined with `repository` or `environment`: set only one of them",
    );
    return undefined;
  }
  const whose = given.repository ?? splitName(defaults.repository);
  if (whose === undefined) {
    problems.push(
      '`repository` is missing: set it to the repository that has the secret, as `owner/name`, or set `organization`',
    );
    return undefined;
  }
  const names = { owner: whose.namespace, repository: whose.name };
  if (store === 'forgejo') return { store, at: { kind: 'repository', ...names } };
  const at: GithubPlace =
    environment === undefined
      ? { kind: isSpecial(written) ? written : 'repository', ...names }
      : { kind: 'environment', ...names, environment };
  return { store, at };
}

function gitlabPlace(
  { project, group, 'environment-scope': environmentScope = '*' }: PlaceInputs,
  defaults: StoreDefaults,
  problems: string[],
): Place | undefined {
  if (project !== undefined && group !== undefined)
    problems.push("`group` can't be combined with `project`: set only one of them");
  const id = group ?? project ?? defaults.project;
  if (id === undefined) {
    problems.push(
      '`project` is missing: set it to the path or ID of the project that has the variable, or set `group`',
    );
    return undefined;
  }
  const kind = group === undefined ? 'project' : 'group';
  return { store: 'gitlab', at: { kind, id, environmentScope } };
}

function isSpecial(kind: PlaceText['kind'] | undefined): kind is 'dependabot' | 'codespaces' {
  return kind === 'dependabot' || kind === 'codespaces';
}

function splitName(fullName: string | undefined): Repository | undefined {
  const [namespace, name, ...more] = (fullName ?? '').split('/');
  return namespace && name && more.length === 0 ? { namespace, name } : undefined;
}
