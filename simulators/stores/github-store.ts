import { githubDocumented, refused } from './github-answers.ts';
import type { SecretsCall } from './github-routes.ts';
import {
  deleteAnswer,
  environmentsAnswer,
  listAnswer,
  openedValue,
  publicKeyAnswer,
  putAnswer,
  repositoryAnswer,
  secretAnswer,
  selectedAnswer,
  variableAnswer,
} from './github-routes.ts';
import type { GithubTokenRights } from './github-tokens.ts';
import { GithubTokens, requireRight, requireSight } from './github-tokens.ts';
import type {
  Access,
  GithubArea,
  GithubPlace,
  GithubWrite,
  RepositorySeed,
  StoredSecret,
} from './github-world.ts';
import { GithubWorld, replaceKey } from './github-world.ts';
import type { StoreAnswer, StoreRequest } from './http.ts';
import { decoded, jsonObject, matched } from './http.ts';
import { ready } from './sealed-box.ts';
import type { StoreServer, StoreServerOptions } from './server.ts';
import { serveStore } from './server.ts';

export { primaryLimit, secondaryLimit } from './github-answers.ts';

export type GithubSecretName = GithubPlace & { readonly name: string };

/**
 * Simulates GitHub's API for Actions secrets, https://docs.github.com/rest/actions/secrets; `url`
 * is a GITHUB_API_URL.
 */
export interface GithubStore extends StoreServer {
  issueToken(rights: GithubTokenRights): string;
  revokeToken(token: string): void;
  /** The plain value of a secret, which GitHub itself never shows again. */
  secretOf(secret: GithubSecretName): string | undefined;
  accessOf(secret: GithubSecretName): Access | undefined;
  /** The value of a plain variable. */
  variableOf(variable: GithubSecretName): string | undefined;
  /** Sets a plain variable like a person would. */
  setVariable(variable: GithubSecretName, value: string): void;
  /** Sets a secret before the test, like a person would. It counts as a write. */
  seed(secret: GithubSecretName, value: string, access?: Access): void;
  addRepository(seed: RepositorySeed): void;
  archive(repository: string): void;
  repositoryId(repository: string): number;
  /** From now on, refuses values sealed for the old key. */
  replaceKey(place: GithubPlace): void;
  /** Every stored value, in order. */
  readonly writes: readonly GithubWrite[];
}

export interface GithubStoreOptions extends StoreServerOptions {
  /** `/api/v3` as on an Enterprise Server. Default: none. */
  readonly prefix?: '' | '/api/v3';
  /** Default: `acme/web`, private, with the environment production. */
  readonly repositories?: readonly RepositorySeed[];
  /** Default: `acme`. */
  readonly organizations?: readonly string[];
}

interface Github {
  readonly world: GithubWorld;
  readonly tokens: GithubTokens;
  url: string;
}

// https://docs.github.com/rest/about-the-rest-api/api-versions
const VERSIONS = ['2022-11-28', '2026-03-10'];

const PLACES = [
  '/repos/{owner}/{repo}/actions/secrets',
  '/repos/{owner}/{repo}/environments/{environment}/secrets',
  '/orgs/{org}/actions/secrets',
  '/repos/{owner}/{repo}/dependabot/secrets',
  '/repos/{owner}/{repo}/codespaces/secrets',
];
// https://docs.github.com/rest/actions/variables
const VARIABLES = [
  '/repos/{owner}/{repo}/actions/variables',
  '/repos/{owner}/{repo}/environments/{environment}/variables',
  '/orgs/{org}/actions/variables',
];

export async function startGithubStore(options: GithubStoreOptions = {}): Promise<GithubStore> {
  const {
    prefix = '',
    repositories = [{ name: 'acme/web', environments: ['production'] }],
    organizations = ['acme'],
  } = options;
  await ready;
  const world = new GithubWorld(options.now ?? Date.now);
  for (const seed of repositories) world.addRepository(seed);
  for (const name of organizations) world.addOrganization(name);
  const github: Github = { world, tokens: new GithubTokens(), url: '' };
  const server = await serveStore(
    {
      handle: (request) => handle(github, request),
      documented: githubDocumented,
      valueIn: (request) => valueIn(github, request),
      restOf: ({ body }) => body,
    },
    prefix,
    options,
  );
  github.url = server.url;
  return { ...server, ...hands(github) };
}

/** What a test can do and see outside of the API. */
function hands({ world, tokens }: Github): Omit<GithubStore, keyof StoreServer> {
  const stored = (secret: GithubSecretName): StoredSecret | undefined =>
    world.shelf(secret).secrets.get(secret.name.toUpperCase());
  return {
    issueToken: (rights) => tokens.issue(rights),
    revokeToken: (token) => tokens.revoke(token),
    secretOf: (secret) => stored(secret)?.value,
    accessOf: (secret) => stored(secret)?.access,
    variableOf: ({ name, ...place }) => world.shelf(place).variables.get(name.toUpperCase()),
    setVariable: ({ name, ...place }, value) => {
      world.shelf(place).variables.set(name.toUpperCase(), value);
    },
    seed: (secret, value, access) => {
      const usual: Access = { visibility: 'private', selectedRepositoryIds: [] };
      world.put(
        world.shelf(secret),
        secret.name,
        value,
        access ?? ('organization' in secret ? usual : undefined),
      );
    },
    addRepository: (seed) => world.addRepository(seed),
    archive: (repository) => {
      world.repository(repository).archived = true;
    },
    repositoryId: (repository) => world.repository(repository).id,
    replaceKey: (place) => replaceKey(world.shelf(place)),
    writes: world.writes,
  };
}

function handle(github: Github, request: StoreRequest): StoreAnswer {
  if (request.headers['user-agent'] === undefined)
    return { status: 403, body: 'Request forbidden by administrative rules.\n' };
  const version = request.headers['x-github-api-version'];
  if (version !== undefined && !VERSIONS.includes(version))
    throw refused(400, `Version ${version} is not supported`);
  const rights = github.tokens.ofRequest(request.headers['authorization']);
  const answer = answerTo(github, request, rights);
  // https://docs.github.com/authentication/keeping-your-account-and-data-secure/managing-your-personal-access-tokens
  return rights.expires === undefined
    ? answer
    : {
        ...answer,
        headers: { ...answer.headers, 'github-authentication-token-expiration': rights.expires },
      };
}

function answerTo(github: Github, request: StoreRequest, rights: GithubTokenRights): StoreAnswer {
  const repository = matched('/repos/{owner}/{repo}', request.path);
  if (repository !== undefined && request.method === 'GET') {
    const name = `${repository['owner']}/${repository['repo']}`;
    requireSight(rights, name);
    return repositoryAnswer(github.world.repository(name), rights);
  }
  const all = matched('/repos/{owner}/{repo}/environments', request.path);
  if (all !== undefined && request.method === 'GET') {
    const name = `${all['owner']}/${all['repo']}`;
    requireSight(rights, name);
    return environmentsAnswer(github.world.repository(name), request);
  }
  const variables = placeOf(request.path, VARIABLES);
  if (variables !== undefined) {
    const call = allowed(github, request, rights, variables.place, true);
    return variableAnswer(call, variables.rest);
  }
  const found = placeOf(request.path, PLACES);
  if (found === undefined) throw refused(404, 'Not Found');
  return secretsAnswer(allowed(github, request, rights, found.place), found.rest);
}

/** Everything that GitHub checks before it looks at the secrets of a place. */
function allowed(
  { world, url }: Github,
  request: StoreRequest,
  rights: GithubTokenRights,
  place: GithubPlace,
  isVariable = false,
): SecretsCall {
  const writes = request.method !== 'GET';
  if ('repository' in place) {
    requireSight(rights, place.repository);
    world.repository(place.repository);
  }
  requireRight(rights, place, writes ? 'write' : 'read', isVariable);
  if (writes && 'repository' in place && world.repository(place.repository).archived) {
    throw refused(403, 'Repository was archived so is read-only.');
  }
  return { world, request, shelf: world.shelf(place), url };
}

function secretsAnswer(call: SecretsCall, [name, list, ...more]: readonly string[]): StoreAnswer {
  const { method } = call.request;
  if (more.length > 0) throw refused(404, 'Not Found');
  if (list !== undefined) {
    if (
      method === 'GET' &&
      list === 'repositories' &&
      name !== undefined &&
      'organization' in call.shelf.place
    )
      return selectedAnswer(call, name);
    throw refused(404, 'Not Found');
  }
  if (method === 'GET') {
    if (name === undefined) return listAnswer(call);
    return name === 'public-key' ? publicKeyAnswer(call) : secretAnswer(call, name);
  }
  if (name === undefined || !['PUT', 'DELETE'].includes(method)) throw refused(404, 'Not Found');
  return method === 'PUT' ? putAnswer(call, name) : deleteAnswer(call, name);
}

/** The place that a path is about, and the rest of the path. */
function placeOf(
  path: string,
  patterns: readonly string[],
): { readonly place: GithubPlace; readonly rest: readonly string[] } | undefined {
  const segments = path.split('/');
  for (const pattern of patterns) {
    const length = pattern.split('/').length;
    const params = matched(pattern, segments.slice(0, length).join('/'));
    if (params === undefined) continue;
    const rest = segments.slice(length).map(decoded);
    const { org, environment } = params;
    if (org !== undefined) return { place: { organization: org }, rest };
    return {
      place: {
        repository: `${params['owner']}/${params['repo']}`,
        ...(environment === undefined ? {} : { environment }),
        ...areaIn(pattern),
      },
      rest,
    };
  }
  return undefined;
}

function areaIn(pattern: string): { readonly area?: GithubArea } {
  const area = (['dependabot', 'codespaces'] as const).find((one) => pattern.includes(`/${one}/`));
  return area === undefined ? {} : { area };
}

/** The opened value of a PUT; undefined if the box can't be opened, or the place doesn't exist. */
function valueIn({ world }: Github, request: StoreRequest): string | undefined {
  const place = placeOf(request.path, PLACES)?.place;
  if (place === undefined || request.method !== 'PUT') return undefined;
  try {
    return openedValue(jsonObject(request.body) ?? {}, world.shelf(place));
  } catch {
    return undefined;
  }
}
