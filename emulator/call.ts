import type { ApiResponse } from './errors.ts';
import { forbidden, invalid, notFound } from './errors.ts';
import type { Identity } from './tokens.ts';
import type { Operation, Role, Scope } from './vocabulary.ts';
import { roleIsAtLeast } from './vocabulary.ts';
import type { World } from './world.ts';

/** A request, before routing. */
export interface ApiRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request whose route and sender are known. */
export interface Call {
  readonly world: World;
  readonly request: ApiRequest;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly identity: Identity;
}

/** One row of the API. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path with {variables}, each of which is one segment. */
  readonly path: string;
  readonly operation: Operation;
  /** The token needs any one of these scopes; none if the list is empty. */
  readonly scopes: readonly Scope[];
  /** Where the route comes from. */
  readonly source: 'documented' | 'inferred';
  readonly serve: (call: Call) => ApiResponse;
}

/** Path and query of a request target. */
export function splitTarget(target: string): {
  readonly path: string;
  readonly query: URLSearchParams;
} {
  const mark = target.indexOf('?');
  if (mark === -1) return { path: target, query: new URLSearchParams() };
  return { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) };
}

/** A variable of the path. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`the route has no variable {${name}}`);
  return value;
}

/** The JSON object of a request body. With `allowed`, any other field is refused. */
export function bodyOf(call: Call, allowed?: readonly string[]): Readonly<Record<string, unknown>> {
  const contentType = call.request.headers['content-type'] ?? '';
  if (contentType.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    throw invalid('Requests with a body must send Content-Type: application/json.');
  }
  const value = parsed(call.request.body);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('The body must be a JSON object.');
  const unknown = Object.keys(value).find((key) => allowed?.includes(key) === false);
  if (unknown !== undefined)
    throw invalid(`Unknown field "${unknown}"; allowed: ${allowed?.join(', ')}.`);
  return { ...value };
}

/**
 * Fails with 403 unless the credential has one of the scopes. A dashboard session has all of them.
 */
export function requireScope(identity: Identity, needed: readonly Scope[]): void {
  if (needed.length === 0 || identity.token === undefined) return;
  if (needed.some((scope) => identity.token?.scopes.includes(scope) === true)) return;
  throw forbidden(
    `The token "${identity.token.name}" lacks the scope ${needed.map((scope) => `"${scope}"`).join(' or ')}.`,
  );
}

/**
 * Fails unless the caller has this role in the namespace. Callers without any role don't learn that
 * it exists.
 */
export function requireRole(call: Call, namespace: string, least: Role): void {
  const role = call.world.namespaces.roleOf(call.identity.user, namespace);
  if (role === undefined) throw notFound(`There is no namespace "${namespace}".`);
  if (!roleIsAtLeast(role, least))
    throw forbidden(`This needs the role ${least} or higher in "${namespace}"; yours is ${role}.`);
}

/**
 * The namespace of the path. Without one, all namespaces that the caller can read, the personal one
 * first (inferred).
 */
export function readableNamespaces(call: Call): readonly string[] {
  const namespace = call.params['namespace'];
  if (namespace === undefined)
    return call.world.namespaces.reachableBy(call.identity.user, 'Reader');
  requireRole(call, namespace, 'Reader');
  return [namespace];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('The body is not valid JSON.');
  }
}
