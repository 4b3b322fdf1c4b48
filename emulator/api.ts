import type { ApiRequest, Route } from './call.ts';
import { requireScope, splitTarget } from './call.ts';
import { bearerToken } from './credentials.ts';
import { elsewhereAnswer, missedRead } from './elsewhere.ts';
import type { ApiResponse } from './errors.ts';
import { ApiError, errorResponse, newRequestId, unauthorized } from './errors.ts';
import type { Match } from './router.ts';
import { isKnown, matchRoute, slashRedirect } from './router.ts';
import { jobCreation } from './routes-jobs.ts';
import { readRoutes } from './routes-reads.ts';
import { repositoryRoutes } from './routes-repositories.ts';
import { deploymentRoutes, deployRoute } from './routes-services.ts';
import { tokenRoutes } from './routes-tokens.ts';
import type { Scenario } from './scenario.ts';
import { hashOf } from './tokens.ts';
import type { Operation } from './vocabulary.ts';
import type { World } from './world.ts';

const SCHEMES =
  'Outpost accepts "Authorization: Bearer <personal access token or OAuth access token>" and "API-Key <key_name>$<key_secret>"';

/** Answers a request: plain data in, plain data out, and a changed world. */
export function handle(request: ApiRequest, world: World): ApiResponse {
  const requestId = newRequestId();
  let rateHeaders: Readonly<Record<string, string>> = {};
  try {
    rateHeaders = world.rates.count(hashOf(request.headers['authorization'] ?? ''), world.nowMs());
    return withHeaders(serve(request, world), { ...rateHeaders, 'x-request-id': requestId });
  } catch (error) {
    const echoed = echo(asApiError(error), request, world);
    return withHeaders(errorResponse(echoed, requestId), {
      ...rateHeaders,
      'x-request-id': requestId,
    });
  }
}

/** The name of a request's operation, for faults and recorded requests. */
export function operationOf(
  request: Pick<ApiRequest, 'method' | 'target'>,
  world: World,
): Operation {
  try {
    return destinationOf(request, world).operation;
  } catch {
    return 'unknown';
  }
}

/** Where a request goes: to a route, a redirect, or nowhere. */
interface Destination {
  readonly operation: Operation;
  readonly match?: Match;
  readonly redirectTo?: string;
}

function destinationOf(
  { method, target }: Pick<ApiRequest, 'method' | 'target'>,
  world: World,
): Destination {
  const { path } = splitTarget(target);
  const { scenario } = world;
  const routes = routesOf(scenario);
  const isGet = method === 'GET';
  const missed =
    isGet &&
    missedRead(
      scenario.dialect,
      routes.filter((route) => route.method === 'GET').map((route) => route.path),
      path,
    );
  if (missed) return { operation: missed };
  const otherPath = slashRedirect(routes, path);
  if (otherPath !== undefined && (scenario.slashRedirect || (isGet && scenario.readSlash)))
    return {
      operation: isGet ? 'elsewhere.slash' : 'unknown',
      redirectTo: `${otherPath}${target.slice(path.length)}`,
    };
  if (isGet && !isKnown(routes, path)) return { operation: 'unknown' };
  const match = matchRoute(routes, method, path);
  return { operation: match.route.operation, match };
}

function serve(request: ApiRequest, world: World): ApiResponse {
  const { path, query } = splitTarget(request.target);
  const { match, redirectTo } = destinationOf(request, world);
  if (redirectTo !== undefined) return { status: 307, headers: { location: redirectTo }, body: '' };
  if (match === undefined) return elsewhereAnswer(world.scenario.elsewhere, path);
  const { route, params } = match;
  const identity = world.tokens.authenticate(credentialOf(request), world.nowMs());
  requireScope(identity, route.scopes);
  return route.serve({ world, request, params, query, identity });
}

function routesOf(scenario: Scenario): readonly Route[] {
  return [
    ...tokenRoutes,
    ...repositoryRoutes,
    ...readRoutes(scenario),
    jobCreation,
    deployRoute(scenario),
    ...deploymentRoutes(scenario),
  ];
}

/**
 * Only Bearer works here: the values of the other documented scheme, API-Key, aren't documented.
 */
function credentialOf(request: ApiRequest): string {
  const { authorization } = request.headers;
  if (authorization === undefined)
    throw unauthorized(`The Authorization header is missing. ${SCHEMES}.`);
  const credential = bearerToken(authorization);
  if (credential !== undefined) return credential;
  const scheme = authorization.split(' ', 1)[0] ?? '';
  if (scheme.toLowerCase() === 'bearer')
    throw unauthorized('The Bearer credential is empty or malformed.');
  if (scheme.toLowerCase() === 'api-key')
    throw unauthorized(`This API key is unknown. ${SCHEMES}.`);
  throw unauthorized(`The Authorization scheme is not known. ${SCHEMES}.`);
}

/** Turns any error into a refusal. Unexpected errors become a 500. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(
    500,
    'internal_error',
    error instanceof Error ? error.message : String(error),
  );
}

/**
 * A refusal that repeats the presented credential. Only for scenarios that test whether clients
 * redact it.
 */
export function echo(error: ApiError, request: ApiRequest, world: World): ApiError {
  const { authorization } = request.headers;
  if (world.scenario.echoToken !== true || authorization === undefined) return error;
  const message = `${error.message} (Authorization: ${authorization})`;
  return new ApiError(error.status, error.code, message, {
    ...error.headers,
    'x-debug-authorization': authorization,
  });
}

function withHeaders(
  response: ApiResponse,
  headers: Readonly<Record<string, string>>,
): ApiResponse {
  return { ...response, headers: { ...response.headers, ...headers } };
}
