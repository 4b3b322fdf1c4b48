import { badParameter, refused } from './gitlab-answers.ts';
import type { GitlabTokenRights } from './gitlab-tokens.ts';
import { levelOf } from './gitlab-tokens.ts';
import type { GitlabHolder, GitlabVariable, GitlabWorld } from './gitlab-world.ts';
import type { StoreAnswer, StoreRequest } from './http.ts';
import { jsonObject, pageOf } from './http.ts';

/** An authorized request for the variables of a project or group. */
export interface VariablesCall {
  readonly world: GitlabWorld;
  readonly request: StoreRequest;
  readonly holder: GitlabHolder;
}

type Params = Readonly<Record<string, unknown>>;

/**
 * https://docs.gitlab.com/api/projects/#get-a-single-project and the same for groups, as far as we
 * use it.
 */
export function holderAnswer(
  { kind, id, path, archived }: GitlabHolder,
  rights: GitlabTokenRights,
): StoreAnswer {
  const name = path.split('/').at(-1);
  const common = { id, name, path: name, visibility: 'private', archived };
  if (kind === 'group') return { status: 200, body: { ...common, full_path: path } };
  const permissions = {
    project_access: { access_level: levelOf(rights), notification_level: 3 },
    group_access: null,
  };
  return { status: 200, body: { ...common, path_with_namespace: path, permissions } };
}

export function listAnswer({ holder, request }: VariablesCall): StoreAnswer {
  const { page, next } = pageOf(holder.variables, request.query, 20);
  const headers = {
    'x-total': String(holder.variables.length),
    'x-next-page': next === undefined ? '' : String(next),
  };
  return { status: 200, headers, body: page.map(shown) };
}

export function getAnswer(call: VariablesCall, key: string): StoreAnswer {
  return { status: 200, body: shown(found(call, key)) };
}

export function createAnswer({ world, request, holder }: VariablesCall): StoreAnswer {
  const params = paramsOf(request);
  const missing = ['key', 'value'].filter((name) => params[name] === undefined);
  if (missing.length > 0)
    throw badParameter(missing.map((name) => `${name} is missing`).join(', '));
  const hidden = flag(params, 'masked_and_hidden', false);
  const usual = {
    value: '',
    variable_type: 'env_var',
    protected: false,
    masked: false,
    raw: false,
    environment_scope: '*',
  } as const;
  const asked = changed(
    { key: text(params, 'key', ''), ...usual, hidden, description: null },
    params,
  );
  const variable = hidden ? { ...asked, masked: true } : asked;
  world.create(holder, variable);
  return { status: 201, body: shown(variable) };
}

export function updateAnswer(call: VariablesCall, key: string): StoreAnswer {
  const before = found(call, key);
  const after = changed(before, paramsOf(call.request));
  call.world.replace(call.holder, before, after);
  return { status: 200, body: shown(after) };
}

export function deleteAnswer(call: VariablesCall, key: string): StoreAnswer {
  call.world.remove(call.holder, found(call, key));
  return { status: 204 };
}

/** The parameters of a request: from its query, then its body, which can be JSON or a form. */
export function paramsOf({ query, headers, body }: StoreRequest): Params {
  return { ...Object.fromEntries(query), ...bodyParams(headers['content-type'] ?? '', body) };
}

export function bodyParams(contentType: string, body: string): Params {
  if (body === '') return {};
  if (contentType.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(body));
  if (!contentType.startsWith('application/json')) return {};
  const params = jsonObject(body);
  if (params === undefined) throw badParameter('message body does not match declared format');
  return params;
}

/**
 * The one variable of this key and, if the request filters, of this scope.
 * https://docs.gitlab.com/api/project_level_variables/#the-filter-parameter
 */
function found({ holder, request }: VariablesCall, key: string): GitlabVariable {
  const params = paramsOf(request);
  const filter = params['filter[environment_scope]'] ?? inner(params['filter']);
  const fitting = holder.variables.filter(
    (one) => one.key === key && (filter === undefined || one.environment_scope === filter),
  );
  const [variable] = fitting;
  if (variable === undefined) throw refused(404, '404 Variable Not Found');
  if (fitting.length > 1) {
    throw refused(
      409,
      "There are multiple variables with provided parameters. Please use 'filter[environment_scope]'",
    );
  }
  return variable;
}

function inner(filter: unknown): unknown {
  return typeof filter === 'object' && filter !== null
    ? Reflect.get(filter, 'environment_scope')
    : undefined;
}

/** A variable with the changes from the parameters. Everything else stays as it was. */
function changed(before: GitlabVariable, params: Params): GitlabVariable {
  const type = text(params, 'variable_type', before.variable_type);
  if (type !== 'env_var' && type !== 'file')
    throw badParameter('variable_type does not have a valid value');
  return {
    ...before,
    value: text(params, 'value', before.value),
    variable_type: type,
    protected: flag(params, 'protected', before.protected),
    masked: flag(params, 'masked', before.masked),
    raw: flag(params, 'raw', before.raw),
    environment_scope: text(params, 'environment_scope', before.environment_scope),
    description:
      params['description'] === undefined ? before.description : text(params, 'description', ''),
  };
}

/** Hidden values are never shown again. */
function shown(variable: GitlabVariable): Readonly<Record<string, unknown>> {
  return variable.hidden ? { ...variable, value: null } : { ...variable };
}

function text(params: Params, name: string, otherwise: string): string {
  const value = params[name];
  if (value === undefined) return otherwise;
  if (typeof value === 'object') throw badParameter(`${name} is invalid`);
  return String(value);
}

function flag(params: Params, name: string, otherwise: boolean): boolean {
  const value = params[name];
  if (value === undefined) return otherwise;
  if (![true, false, 'true', 'false'].some((one) => one === value))
    throw badParameter(`${name} is invalid`);
  return value === true || value === 'true';
}
