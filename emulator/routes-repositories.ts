import type { Call, Route } from './call.ts';
import { bodyOf, param, requireRole } from './call.ts';
import type { ApiResponse } from './errors.ts';
import { conflict, invalid, json, notFound } from './errors.ts';
import { inOrder, oneOf, pageOf } from './pages.ts';
import type { RepositoryOptions, RepositoryRecord, Visibility } from './repositories.ts';
import { visibilities } from './repositories.ts';
import type { Scope } from './vocabulary.ts';

const readScopes: readonly Scope[] = ['repo', 'repo:read'];
const sorts = ['updated_at', 'name', 'created_at', 'size'] as const;
/** `init` is a guess: the documented name of the flag wasn't readable (assumption). */
const createFields = [
  'name',
  'description',
  'visibility',
  'default_branch',
  'init',
  'content_addressed',
  'gitignore_template',
];
const MAX_DESCRIPTION_LENGTH = 512;

/**
 * Repositories. The pages write the list in four forms (page "Repositories": badge, section, curl;
 * page "Personal Access Tokens": /auth/v1/v1/repos), so all four answer.
 */
export const repositoryRoutes: readonly Route[] = [
  listAt('/auth/v1/v1/repos'),
  listAt('/{namespace}/repositories'),
  listAt('/auth/v1/repository/{namespace}'),
  listAt('/auth/v1/{namespace}/repositories'),
  {
    method: 'GET',
    path: '/auth/v1/repository/{namespace}/{id}',
    operation: 'repo.get',
    scopes: readScopes,
    source: 'documented',
    serve: get,
  },
  {
    method: 'POST',
    path: '/auth/v1/repository/{namespace}',
    operation: 'repo.create',
    scopes: ['repo'],
    source: 'documented',
    serve: create,
  },
];

function listAt(path: string): Route {
  return {
    method: 'GET',
    path,
    operation: 'repo.list',
    scopes: readScopes,
    source: 'documented',
    serve: list,
  };
}

function list(call: Call): ApiResponse {
  const visibility = oneOf(call.query, 'visibility', visibilities);
  const shown = repositoriesOf(call).filter(
    (repository) => visibility === undefined || repository.visibility === visibility,
  );
  const sort = oneOf(call.query, 'sort', sorts) ?? 'updated_at';
  const sorted = inOrder(shown, call.query, (repository) =>
    sort === 'size' ? repository.size_bytes : repository[sort],
  );
  return json(200, pageOf(sorted, call.query));
}

/**
 * Without a namespace in the path: the repositories of every namespace of the caller (inferred).
 */
function repositoriesOf(call: Call): readonly RepositoryRecord[] {
  const namespace = call.params['namespace'];
  if (namespace !== undefined) requireRole(call, namespace, 'Reader');
  const names =
    namespace === undefined
      ? call.world.namespaces.reachableBy(call.identity.user, 'Reader')
      : [namespace];
  return call.world.repositories.in(names);
}

function get(call: Call): ApiResponse {
  const id = param(call, 'id');
  const repository = repositoriesOf(call).find((candidate) => candidate.id === id);
  if (repository === undefined) throw notFound(`There is no repository "${id}".`);
  return json(200, repository);
}

/**
 * Creating a repository needs Maintainer or higher: an assumption from what the page "Teams
 * Overview" says about writing.
 */
function create(call: Call): ApiResponse {
  const namespace = param(call, 'namespace');
  requireRole(call, namespace, 'Maintainer');
  const body = bodyOf(call, createFields);
  const options = optionsIn(namespace, body);
  if (call.world.repositories.find(namespace, options.name) !== undefined) {
    throw conflict(`A repository named "${options.name}" already exists in "${namespace}".`);
  }
  const record = call.world.createRepository(options);
  if (flagIn(body, 'init')) call.world.setBranch(namespace, options.name, record.default_branch);
  return json(201, record);
}

function optionsIn(namespace: string, body: Readonly<Record<string, unknown>>): RepositoryOptions {
  const description = textIn(body, 'description');
  const defaultBranch = textIn(body, 'default_branch');
  const visibility = visibilityIn(body['visibility']);
  if ((description ?? '').length > MAX_DESCRIPTION_LENGTH) {
    throw invalid(`description must be at most ${MAX_DESCRIPTION_LENGTH} characters.`);
  }
  flagIn(body, 'content_addressed');
  textIn(body, 'gitignore_template');
  return {
    namespace,
    name: nameIn(body['name']),
    ...(description === undefined ? {} : { description }),
    ...(defaultBranch === undefined ? {} : { defaultBranch }),
    ...(visibility === undefined ? {} : { visibility }),
  };
}

/**
 * Letters, digits, `-`, `_` and `.` (documented). Not only dots, and no `.git` at the end
 * (assumption).
 */
function nameIn(value: unknown): string {
  if (
    typeof value === 'string' &&
    /^[A-Za-z0-9_.-]{1,100}$/.test(value) &&
    !/^\.+$|\.git$/i.test(value)
  )
    return value;
  throw invalid(
    'name must be made of letters, digits, "-", "_" and ".", and must not end in ".git".',
  );
}

function visibilityIn(value: unknown): Visibility | undefined {
  const visibility = visibilities.find((candidate) => candidate === value);
  if (value !== undefined && visibility === undefined)
    throw invalid(`visibility must be one of ${visibilities.join(', ')}.`);
  return visibility;
}

function textIn(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = body[name];
  if (value !== undefined && typeof value !== 'string') throw invalid(`${name} must be a string.`);
  return value === '' ? undefined : value;
}

function flagIn(body: Readonly<Record<string, unknown>>, name: string): boolean {
  const value = body[name];
  if (value !== undefined && typeof value !== 'boolean')
    throw invalid(`${name} must be true or false.`);
  return value === true;
}
