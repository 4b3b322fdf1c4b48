import { gitlabDocumented } from './gitlab-answers.ts';
import type { VariablesCall } from './gitlab-routes.ts';
import {
  bodyParams,
  createAnswer,
  deleteAnswer,
  getAnswer,
  holderAnswer,
  listAnswer,
  updateAnswer,
} from './gitlab-routes.ts';
import type { GitlabTokenRights } from './gitlab-tokens.ts';
import { GitlabTokens, requireSight, requireVariables } from './gitlab-tokens.ts';
import type { GitlabPlace, GitlabVariable, GitlabWrite } from './gitlab-world.ts';
import { GitlabWorld } from './gitlab-world.ts';
import type { StoreAnswer, StoreRequest } from './http.ts';
import { matched } from './http.ts';
import type { StoreServer, StoreServerOptions } from './server.ts';
import { serveStore } from './server.ts';

export { throttled, tooManyRequests } from './gitlab-answers.ts';

/** A variable's name. Default scope: `*`. */
export type GitlabVariableName = GitlabPlace & { readonly key: string; readonly scope?: string };

/**
 * Simulates GitLab's API for CI/CD variables,
 * https://docs.gitlab.com/api/project_level_variables/; `url` is a CI_API_V4_URL.
 */
export interface GitlabStore extends StoreServer {
  issueToken(rights: GitlabTokenRights): string;
  revokeToken(token: string, how?: 'revoked' | 'expired'): void;
  /** The plain value, even of a hidden variable. */
  secretOf(name: GitlabVariableName): string | undefined;
  variableOf(name: GitlabVariableName): GitlabVariable | undefined;
  /** Sets a variable before the test, like a person would. It counts as a write. */
  seed(
    name: GitlabVariableName,
    value: string,
    fields?: Partial<Omit<GitlabVariable, 'key' | 'value' | 'environment_scope'>>,
  ): void;
  addProject(path: string): void;
  archive(project: string): void;
  idOf(place: GitlabPlace): number;
  /** Every stored value, in order. */
  readonly writes: readonly GitlabWrite[];
}

export interface GitlabStoreOptions extends StoreServerOptions {
  /** Full paths. Default: `acme/web`. */
  readonly projects?: readonly string[];
  /** Full paths. Default: `acme`. */
  readonly groups?: readonly string[];
}

interface Gitlab {
  readonly world: GitlabWorld;
  readonly tokens: GitlabTokens;
}

export async function startGitlabStore(options: GitlabStoreOptions = {}): Promise<GitlabStore> {
  const { projects = ['acme/web'], groups = ['acme'] } = options;
  const gitlab: Gitlab = {
    world: new GitlabWorld(options.now ?? Date.now),
    tokens: new GitlabTokens(),
  };
  for (const path of projects) gitlab.world.add('project', path);
  for (const path of groups) gitlab.world.add('group', path);
  const handling = (request: StoreRequest): StoreAnswer => handle(gitlab, request);
  const server = await serveStore(
    { handle: handling, documented: gitlabDocumented, valueIn, restOf },
    '/api/v4',
    options,
  );
  return { ...server, ...hands(gitlab) };
}

/** What a test can do and see outside of the API. */
function hands({ world, tokens }: Gitlab): Omit<GitlabStore, keyof StoreServer> {
  const variableOf = (name: GitlabVariableName): GitlabVariable | undefined =>
    world
      .holderAt(name)
      .variables.find(
        ({ key, environment_scope: scope }) => key === name.key && scope === (name.scope ?? '*'),
      );
  return {
    issueToken: (rights) => tokens.issue(rights),
    revokeToken: (token, how = 'revoked') => tokens.end(token, how),
    variableOf,
    secretOf: (name) => variableOf(name)?.value,
    seed: (name, value, fields = {}) => {
      const usual = {
        variable_type: 'env_var',
        protected: false,
        masked: false,
        hidden: false,
        raw: false,
        description: null,
      } as const;
      world.create(world.holderAt(name), {
        ...usual,
        ...fields,
        key: name.key,
        value,
        environment_scope: name.scope ?? '*',
      });
    },
    addProject: (path) => world.add('project', path),
    archive: (project) => {
      world.holder('project', project).archived = true;
    },
    idOf: (place) => world.holderAt(place).id,
    writes: world.writes,
  };
}

function handle({ world, tokens }: Gitlab, request: StoreRequest): StoreAnswer {
  const rights = tokens.ofRequest(request.headers, request.method);
  // https://docs.gitlab.com/api/personal_access_tokens/#self-inform
  if (request.path === '/personal_access_tokens/self' && request.method === 'GET') {
    const { expires = null, scope = 'api' } = rights;
    const body = { id: 1, name: 'store', active: true, scopes: [scope], expires_at: expires };
    return { status: 200, body };
  }
  for (const kind of ['project', 'group'] as const) {
    const root = `/${kind}s/{id}`;
    const params = [root, `${root}/variables`, `${root}/variables/{key}`].map((pattern) =>
      matched(pattern, request.path),
    );
    const id = params.find((one) => one !== undefined)?.['id'];
    if (id === undefined) continue;
    const holder = world.holder(kind, id);
    requireSight(rights, holder);
    if (params[0] !== undefined)
      return request.method === 'GET' ? holderAnswer(holder, rights) : notThere;
    requireVariables(rights, holder);
    return variablesAnswer({ world, request, holder }, params[2]?.['key']);
  }
  return notThere;
}

/** No such route. */
const notThere: StoreAnswer = { status: 404, body: { error: '404 Not Found' } };

function variablesAnswer(call: VariablesCall, key: string | undefined): StoreAnswer {
  switch (`${call.request.method} ${key === undefined ? 'all' : 'one'}`) {
    case 'GET all':
      return listAnswer(call);
    case 'POST all':
      return createAnswer(call);
    case 'GET one':
      return getAnswer(call, key ?? '');
    case 'PUT one':
      return updateAnswer(call, key ?? '');
    case 'DELETE one':
      return deleteAnswer(call, key ?? '');
    default:
      return notThere;
  }
}

/** The value in a body. */
function valueIn({ headers, body }: StoreRequest): string | undefined {
  const value = parsed(headers, body)['value'];
  return typeof value === 'string' ? value : undefined;
}

/** The rest of the body, with each field as plain text. */
function restOf({ headers, body }: StoreRequest): string {
  const fields = Object.entries(parsed(headers, body));
  // A body in a format that GitLab doesn't read is kept whole.
  if (fields.length === 0) return body;
  return fields
    .flatMap(([name, value]) => [
      name,
      name === 'value' ? '' : typeof value === 'string' ? value : JSON.stringify(value),
    ])
    .join('\n');
}

function parsed(
  headers: Readonly<Record<string, string>>,
  body: string,
): Readonly<Record<string, unknown>> {
  try {
    return bodyParams(headers['content-type'] ?? '', body);
  } catch {
    return {};
  }
}
