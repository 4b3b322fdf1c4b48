import {
  type GithubSecretName,
  type GithubStore,
  type GithubStoreOptions,
  startGithubStore,
} from '../../simulators/stores/github-store.ts';
import type { Access } from '../../simulators/stores/github-world.ts';
import {
  type GitlabStore,
  type GitlabStoreOptions,
  type GitlabVariableName,
  startGitlabStore,
} from '../../simulators/stores/gitlab-store.ts';
import type { GitlabVariable } from '../../simulators/stores/gitlab-world.ts';
import type { StoreServer, StoreServerOptions } from '../../simulators/stores/server.ts';
import { PROBE_NAME, PROBE_VALUE } from '../../src/tokens/stores/store.ts';
import type { TokenProgramRun } from './run-token.ts';

export type StoreName = 'github' | 'gitlab';

interface Target {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** A secret in any CI system that holds an Outpost token. */
export interface Keeper {
  readonly server: StoreServer;
  /** A token that may write the secret. */
  readonly token: string;
  /** The inputs with which users name the secret. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The variables that the system sets in its own jobs. */
  readonly env: Readonly<Record<string, string>>;
  readonly host: TokenProgramRun['host'];
  /** Stores a value by hand, as a person would before the first run. */
  seed(value: string): void;
  value(): string;
  /** Whether the secret that was written to test write access still exists. */
  holdsProbe(): boolean;
  /** How a request names the secret. */
  readonly target: Target;
  /** The same for every place. */
  readonly targets: readonly Target[];
  /** What each place holds. */
  values(): readonly string[];
  /** The value of the plain variable next to each place. */
  names(): readonly (string | undefined)[];
  /** Every value that was ever written there, except the first. */
  written(): readonly string[];
}

export interface GithubPlaceOptions {
  readonly store?: GithubStoreOptions;
  /** Default: SECRET. */
  readonly place?: GithubSecretName;
  /** More places that hold the same token. */
  readonly also?: readonly GithubSecretName[];
  /** Which repositories can use an organization's secret. */
  readonly access?: (store: GithubStore) => Access;
  /** The inputs with which users name the place. */
  readonly inputs?: Readonly<Record<string, string>>;
}

export interface GitlabPlaceOptions {
  readonly store?: GitlabStoreOptions;
  /** Default: VARIABLE. */
  readonly place?: GitlabVariableName;
  /** More places that hold the same token. */
  readonly also?: readonly GitlabVariableName[];
  readonly inputs?: Readonly<Record<string, string>>;
  /** Default: masked and protected. */
  readonly fields?: Partial<Omit<GitlabVariable, 'key' | 'value' | 'environment_scope'>>;
}

export const SECRET = { repository: 'acme/web', name: 'OUTPOST_TOKEN' } as const;
export const VARIABLE = { project: 'acme/web', key: 'OUTPOST_TOKEN' } as const;

/** The clock of the site that a store belongs to. */
export type StoreTime = Required<Pick<StoreServerOptions, 'now' | 'hold'>>;

export async function githubKeeper(
  options: GithubPlaceOptions,
  time: StoreTime,
): Promise<Keeper & { readonly store: GithubStore }> {
  const { place = SECRET, inputs = {} } = options;
  const store = await startGithubStore({ ...options.store, ...time });
  const places = [place, ...(options.also ?? [])];
  const targets = places.map((one) => ({
    path: pathOf(new URL(store.url).pathname, one),
    query: {},
  }));
  return {
    store,
    server: store,
    token: store.issueToken({
      secrets: 'write',
      environments: 'write',
      organization: 'write',
      dependabot: 'write',
      codespaces: 'write',
      variables: 'write',
    }),
    inputs,
    env: { GITHUB_API_URL: store.url, GITHUB_REPOSITORY: SECRET.repository },
    host: 'github',
    seed: (value) => {
      for (const one of places) store.seed(one, value, options.access?.(store));
    },
    value: () => store.secretOf(place) ?? '',
    holdsProbe: () =>
      places.some((one) => store.secretOf({ ...one, name: PROBE_NAME }) !== undefined),
    target: targets[0] ?? { path: '', query: {} },
    targets,
    values: () => places.map((one) => store.secretOf(one) ?? ''),
    names: () => places.map((one) => store.variableOf({ ...one, name: `${one.name}_NAME` })),
    written: () =>
      valuesOf(store.writes.filter(({ name }) => name === place.name)).slice(places.length - 1),
  };
}

export async function gitlabKeeper(
  options: GitlabPlaceOptions,
  time: StoreTime,
): Promise<Keeper & { readonly store: GitlabStore }> {
  const { inputs = {}, fields = { masked: true, protected: true } } = options;
  const place: GitlabVariableName = options.place ?? VARIABLE;
  const store = await startGitlabStore({ ...options.store, ...time });
  const project = String(store.idOf({ project: VARIABLE.project }));
  const places = [place, ...(options.also ?? [])];
  const targets = places.map((one) => ({
    path: `/api/v4/${'group' in one ? 'groups' : 'projects'}/${encodeURIComponent('group' in one ? one.group : (inputs['project'] ?? project))}/variables/${one.key}`,
    query: { 'filter[environment_scope]': one.scope ?? '*' },
  }));
  return {
    store,
    server: store,
    token: store.issueToken({
      role: places.some((one) => 'group' in one) ? 'owner' : 'maintainer',
    }),
    inputs: { 'api-url': store.url, ...inputs },
    env: { CI_PROJECT_ID: project },
    host: 'gitlab',
    seed: (value) => {
      for (const one of places) store.seed(one, value, fields);
    },
    value: () => store.secretOf(place) ?? '',
    holdsProbe: () =>
      places.some((one) => store.secretOf({ ...one, key: PROBE_NAME }) !== undefined),
    target: targets[0] ?? { path: '', query: {} },
    targets,
    values: () => places.map((one) => store.secretOf(one) ?? ''),
    names: () => places.map((one) => store.secretOf({ ...one, key: `${one.key}_NAME` })),
    written: () =>
      valuesOf(
        store.writes.filter(
          ({ key, environmentScope }) =>
            key === place.key && environmentScope === (place.scope ?? '*'),
        ),
      ).slice(places.length - 1),
  };
}

function pathOf(prefix: string, { name, ...place }: GithubSecretName): string {
  const base = prefix === '/' ? '' : prefix;
  if ('organization' in place) return `${base}/orgs/${place.organization}/actions/secrets/${name}`;
  const { repository, environment, area: part = 'actions' } = place;
  const area = environment === undefined ? part : `environments/${encodeURIComponent(environment)}`;
  return `${base}/repos/${repository}/${area}/secrets/${name}`;
}

function valuesOf(writes: readonly { readonly value: string | undefined }[]): readonly string[] {
  return writes
    .flatMap(({ value }) => (value === undefined || value === PROBE_VALUE ? [] : [value]))
    .slice(1);
}
