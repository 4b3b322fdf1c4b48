import { notSupplied, refused } from './github-answers.ts';
import type { GithubTokenRights } from './github-tokens.ts';
import type {
  Access,
  GithubPlace,
  GithubWorld,
  Repository,
  Shelf,
  StoredSecret,
  Visibility,
} from './github-world.ts';
import type { StoreAnswer, StoreRequest } from './http.ts';
import { jsonObject, pageOf } from './http.ts';
import { openSealedBox } from './sealed-box.ts';

/** An authorized request for the secrets of one place. */
export interface SecretsCall {
  readonly world: GithubWorld;
  readonly request: StoreRequest;
  readonly shelf: Shelf;
  /** Address of the API, for links in answers. */
  readonly url: string;
}

/** GitHub's own check of `encrypted_value`, as its error messages print it. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;

/** https://docs.github.com/rest/repos/repos#get-a-repository, as far as it matters here. */
export function repositoryAnswer(
  repository: Repository,
  { role = 'admin' }: GithubTokenRights,
): StoreAnswer {
  const [owner = ''] = repository.name.split('/');
  const permissions = {
    admin: role === 'admin',
    maintain: role === 'admin',
    push: role !== 'read',
    triage: role !== 'read',
    pull: true,
  };
  const body = {
    ...briefly(repository),
    owner: { login: owner },
    archived: repository.archived,
    disabled: false,
    permissions,
  };
  return { status: 200, body };
}

/** https://docs.github.com/rest/deployments/environments#list-environments */
export function environmentsAnswer(
  { environments }: Repository,
  { query }: StoreRequest,
): StoreAnswer {
  const { page } = pageOf([...environments.keys()], query, 30);
  const body = { total_count: environments.size, environments: page.map((name) => ({ name })) };
  return { status: 200, body };
}

export function publicKeyAnswer({ shelf }: SecretsCall): StoreAnswer {
  return {
    status: 200,
    body: { key_id: shelf.keyId, key: Buffer.from(shelf.key.publicKey).toString('base64') },
  };
}

export function listAnswer(call: SecretsCall): StoreAnswer {
  const secrets = [...call.shelf.secrets.values()];
  const { page, next } = pageOf(secrets, call.request.query, 30);
  const body = { total_count: secrets.length, secrets: page.map((secret) => shown(secret, call)) };
  return { status: 200, headers: linked(call, next), body };
}

export function secretAnswer(call: SecretsCall, name: string): StoreAnswer {
  return { status: 200, body: shown(secretNamed(call, name), call) };
}

/** The repositories that can use an organization's secret. Only `selected` has such a list. */
export function selectedAnswer(call: SecretsCall, name: string): StoreAnswer {
  const { access } = secretNamed(call, name);
  if (access?.visibility !== 'selected') throw refused(409, 'Conflict');
  const repositories = call.world.repositoriesOf(access.selectedRepositoryIds);
  const { page, next } = pageOf(repositories, call.request.query, 30);
  return {
    status: 200,
    headers: linked(call, next),
    body: { total_count: repositories.length, repositories: page.map(briefly) },
  };
}

export function putAnswer({ world, request, shelf }: SecretsCall, name: string): StoreAnswer {
  // https://docs.github.com/actions/reference/security/secrets#naming-your-secrets
  if (!/^[A-Z_][A-Z0-9_]*$/i.test(name) || /^GITHUB_/i.test(name))
    throw refused(422, `Secret name ${name} is invalid`);
  const body = jsonObject(request.body);
  if (body === undefined) throw refused(400, 'Problems parsing JSON');
  const access = 'organization' in shelf.place ? accessOf(body) : undefined;
  const value = openedValue(body, shelf);
  return world.put(shelf, name, value, access) ? { status: 201, body: {} } : { status: 204 };
}

/** Plain variables of Actions. https://docs.github.com/rest/actions/variables */
export function variableAnswer(
  { request, shelf }: SecretsCall,
  [written]: readonly string[],
): StoreAnswer {
  const body = jsonObject(request.body) ?? {};
  const value = body['value'];
  if (written === undefined) return newVariableAnswer(request.method, body, shelf);
  const name = written.toUpperCase();
  const held = shelf.variables.get(name);
  if (held === undefined) throw refused(404, 'Not Found');
  switch (request.method) {
    case 'GET':
      return { status: 200, body: { name, value: held } };
    case 'PATCH':
      if (typeof value === 'string') shelf.variables.set(name, value);
      return { status: 204 };
    case 'DELETE':
      shelf.variables.delete(name);
      return { status: 204 };
    default:
      throw refused(404, 'Not Found');
  }
}

function newVariableAnswer(
  method: string,
  body: Readonly<Record<string, unknown>>,
  { place, variables }: Shelf,
): StoreAnswer {
  const { name, value } = body;
  if (method !== 'POST') throw refused(404, 'Not Found');
  if (typeof name !== 'string') throw notSupplied('name');
  if (typeof value !== 'string') throw notSupplied('value');
  if ('organization' in place) accessOf(body);
  if (variables.has(name.toUpperCase()))
    throw refused(409, 'Already exists - Variable already exists');
  variables.set(name.toUpperCase(), value);
  return { status: 201, body: {} };
}

export function deleteAnswer({ world, shelf }: SecretsCall, name: string): StoreAnswer {
  world.remove(shelf, name);
  return { status: 204 };
}

/** The value in a body, or 422. A key that isn't current gets the same message (assumption). */
export function openedValue(body: Readonly<Record<string, unknown>>, shelf: Shelf): string {
  const { encrypted_value: sealed, key_id: keyId } = body;
  if (typeof sealed !== 'string') throw notSupplied('encrypted_value');
  if (typeof keyId !== 'string') throw notSupplied('key_id');
  if (!BASE64.test(sealed))
    throw refused(422, `Invalid request.\n\n${sealed} does not match /${BASE64.source}/.`);
  const opened =
    keyId === shelf.keyId ? openSealedBox(Buffer.from(sealed, 'base64'), shelf.key) : undefined;
  if (opened === undefined)
    throw refused(422, 'Bad request - validation failed due to an improperly encrypted secret');
  return Buffer.from(opened).toString('utf8');
}

/**
 * Who can use an organization's secret. Without a list, GitHub removes all repositories from the
 * secret.
 */
function accessOf({
  visibility,
  selected_repository_ids: ids,
}: Readonly<Record<string, unknown>>): Access {
  if (visibility === undefined) throw notSupplied('visibility');
  if (!isVisibility(visibility))
    throw refused(
      422,
      `Invalid request.\n\n${String(visibility)} is not a member of ["all", "private", "selected"].`,
    );
  if (ids !== undefined && !isNumbers(ids))
    throw refused(
      422,
      "Invalid request.\n\nFor 'items', selected_repository_ids must be integers.",
    );
  if (ids !== undefined && visibility !== 'selected') {
    throw refused(
      422,
      "You cannot update selected repositories for a secret when the visibility is not set to 'selected'",
    );
  }
  return { visibility, selectedRepositoryIds: ids ?? [] };
}

function isVisibility(value: unknown): value is Visibility {
  return value === 'all' || value === 'private' || value === 'selected';
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => Number.isInteger(one));
}

function secretNamed({ shelf }: SecretsCall, name: string): StoredSecret {
  const secret = shelf.secrets.get(name.toUpperCase());
  if (secret === undefined) throw refused(404, 'Not Found');
  return secret;
}

function shown(
  { name, createdMs, updatedMs, access }: StoredSecret,
  { url, shelf }: SecretsCall,
): Readonly<Record<string, unknown>> {
  const common = { name, created_at: instant(createdMs), updated_at: instant(updatedMs) };
  if (access === undefined) return common;
  if (access.visibility !== 'selected') return { ...common, visibility: access.visibility };
  const list = `${url}/orgs/${ownerOf(shelf.place)}/actions/secrets/${name}/repositories`;
  return { ...common, visibility: access.visibility, selected_repositories_url: list };
}

function ownerOf(place: GithubPlace): string {
  return 'organization' in place ? place.organization : (place.repository.split('/')[0] ?? '');
}

/** GitHub shows times in seconds. */
function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function briefly({ id, name, private: hidden }: Repository): Readonly<Record<string, unknown>> {
  return {
    id,
    name: name.split('/')[1],
    full_name: name,
    private: hidden,
    visibility: hidden ? 'private' : 'public',
  };
}

/** https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api */
function linked(
  { url, request }: SecretsCall,
  next: number | undefined,
): Readonly<Record<string, string>> {
  if (next === undefined) return {};
  const query = new URLSearchParams([...request.query].filter(([name]) => name !== 'page'));
  query.set('page', String(next));
  return { link: `<${url}${request.path}?${query}>; rel="next"` };
}
