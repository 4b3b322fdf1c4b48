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

/** A secret of a CI system that holds a token of Outpost's, whichever system it is. */
export interface Keeper {
  readonly server: StoreServer;
  /** May write the secret. */
  readonly token: string;
  /** As users name the secret. */
  readonly inputs: Readonly<Record<string, string>>;
  /** What the system says of itself in its own jobs. */
  readonly env: Readonly<Record<string, string>>;
  readonly host: TokenProgramRun['host'];
  /** Puts a value there as a person would, before the test. */
  seed(value: string): void;
  value(): string;
  /** Whether the secret that shows if secrets can be written is still there. */
  holdsProbe(): boolean;
  /** How a request names the secret. */
  readonly target: { readonly path: string; readonly query: Readonly<Record<string, string>> };
  /** Every value that was ever put there, but for the first. */
  written(): readonly string[];
}

export interface GithubPlaceOptions {
  readonly store?: GithubStoreOptions;
  /** SECRET unless given. */
  readonly place?: GithubSecretName;
  /** Who sees an organization's secret. */
  readonly access?: (store: GithubStore) => Access;
  /** As users name the place. */
  readonly inputs?: Readonly<Record<string, string>>;
}

export interface GitlabPlaceOptions {
  readonly store?: GitlabStoreOptions;
  /** VARIABLE unless given. */
  readonly place?: GitlabVariableName;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Masked and protected unless given. */
  readonly fields?: Partial<Omit<GitlabVariable, 'key' | 'value' | 'environment_scope'>>;
}

export const SECRET = { repository: 'acme/web', name: 'OUTPOST_TOKEN' } as const;
export const VARIABLE = { project: 'acme/web', key: 'OUTPOST_TOKEN' } as const;

/** The time of the site that a store belongs to. */
export type StoreTime = Required<Pick<StoreServerOptions, 'now' | 'hold'>>;

export async function githubKeeper(
  options: GithubPlaceOptions,
  time: StoreTime,
): Promise<Keeper & { readonly store: GithubStore }> {
  const { place = SECRET, inputs = {} } = options;
  const store = await startGithubStore({ ...options.store, ...time });
  return {
    store,
    server: store,
    token: store.issueToken({ secrets: 'write', environments: 'write', organization: 'write' }),
    inputs,
    env: { GITHUB_API_URL: store.url, GITHUB_REPOSITORY: SECRET.repository },
    host: 'github',
    seed: (value) => store.seed(place, value, options.access?.(store)),
    value: () => store.secretOf(place) ?? '',
    holdsProbe: () => store.secretOf({ ...place, name: PROBE_NAME }) !== undefined,
    target: { path: pathOf(new URL(store.url).pathname, place), query: {} },
    written: () => valuesOf(store.writes.filter(({ name }) => name === place.name)),
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
  return {
    store,
    server: store,
    token: store.issueToken({ role: 'group' in place ? 'owner' : 'maintainer' }),
    inputs,
    env: { CI_API_V4_URL: store.url, CI_PROJECT_ID: project },
    host: 'gitlab',
    seed: (value) => store.seed(place, value, fields),
    value: () => store.secretOf(place) ?? '',
    holdsProbe: () => store.secretOf({ ...place, key: PROBE_NAME }) !== undefined,
    target: {
      path: `/api/v4/${'group' in place ? 'groups' : 'projects'}/${encodeURIComponent(inputs['group'] ?? inputs['project'] ?? project)}/variables/${place.key}`,
      query: { 'filter[environment_scope]': place.scope ?? '*' },
    },
    written: () =>
      valuesOf(
        store.writes.filter(({ environmentScope }) => environmentScope === (place.scope ?? '*')),
      ),
  };
}

function pathOf(prefix: string, { name, ...place }: GithubSecretName): string {
  const base = prefix === '/' ? '' : prefix;
  if ('organization' in place) return `${base}/orgs/${place.organization}/actions/secrets/${name}`;
  const { repository, environment } = place;
  const area =
    environment === undefined ? 'actions' : `environments/${encodeURIComponent(environment)}`;
  return `${base}/repos/${repository}/${area}/secrets/${name}`;
}

function valuesOf(writes: readonly { readonly value: string | undefined }[]): readonly string[] {
  return writes
    .flatMap(({ value }) => (value === undefined || value === PROBE_VALUE ? [] : [value]))
    .slice(1);
}
