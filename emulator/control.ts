import type { ApiRequest } from './call.ts';
import { splitTarget } from './call.ts';
import type { ApiResponse } from './errors.ts';
import { ApiError, errorResponse, invalid, json, newRequestId, notFound } from './errors.ts';
import type { RecordedRequest } from './recorder.ts';
import type { TokenRequest } from './tokens.ts';
import { scopes, users } from './vocabulary.ts';
import type { World } from './world.ts';

const PREFIX = '/_emulator/';
const TOKEN_FIELDS = ['user', 'name', 'scopes', 'expires_in_days', 'expires_at'];

/**
 * Whether a request is for the emulator itself. Such requests aren't part of Outpost, and aren't
 * recorded or rate limited.
 */
export function isControl(request: ApiRequest): boolean {
  return request.target.startsWith(PREFIX);
}

/** Answers the emulator's own routes, which rehearsals and tests use. */
export function answerControl(
  request: ApiRequest,
  world: World,
  requests: readonly RecordedRequest[],
): ApiResponse {
  try {
    return serveControl(request, world, requests);
  } catch (error) {
    const apiError =
      error instanceof ApiError
        ? error
        : invalid(error instanceof Error ? error.message : String(error));
    return errorResponse(apiError, newRequestId());
  }
}

function serveControl(
  request: ApiRequest,
  world: World,
  requests: readonly RecordedRequest[],
): ApiResponse {
  switch (`${request.method} ${splitTarget(request.target).path}`) {
    case `GET ${PREFIX}scenario`: {
      const { name = null, description = null, rehearsal = null } = world.scenario;
      return json(200, { name, description, rehearsal });
    }
    case `GET ${PREFIX}requests`:
      return json(200, requests);
    case `POST ${PREFIX}tokens`:
      return json(201, { token: replaceToken(world, tokenRequestIn(request.body)) });
    default:
      throw notFound(
        `The emulator has GET ${PREFIX}scenario, GET ${PREFIX}requests and POST ${PREFIX}tokens.`,
      );
  }
}

/** Replaces a token of the same name, so that a rehearsal can be repeated. */
function replaceToken(world: World, request: TokenRequest): string {
  const { user = 'ada', name } = request;
  if (world.tokens.find(user, name) !== undefined) world.revokeToken(user, name);
  return world.createToken(request);
}

function tokenRequestIn(body: string): TokenRequest {
  const fields = fieldsOf(body);
  const { user, name, scopes: scopeList, expires_in_days: days, expires_at: expiresAt } = fields;
  if (typeof name !== 'string' || name === '') throw invalid('name must be a string.');
  if (user !== undefined && !users.some((candidate) => candidate === user))
    throw invalid(`user must be one of ${users.join(', ')}.`);
  if (!Array.isArray(scopeList) || !scopeList.every(isScope))
    throw invalid(`scopes must be a list of ${scopes.join(', ')}.`);
  if (days !== undefined && days !== 30 && days !== 60 && days !== 90)
    throw invalid('expires_in_days must be 30, 60 or 90.');
  if (
    expiresAt !== undefined &&
    (typeof expiresAt !== 'string' || Number.isNaN(Date.parse(expiresAt)))
  ) {
    throw invalid('expires_at must be an ISO 8601 time.');
  }
  return {
    name,
    scopes: scopeList,
    ...(typeof user === 'string' ? { user } : {}),
    ...(days === undefined ? {} : { expiresInDays: days }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('The body must be a JSON object.');
  const unknown = Object.keys(value).find((key) => !TOKEN_FIELDS.includes(key));
  if (unknown !== undefined)
    throw invalid(`Unknown field "${unknown}"; allowed: ${TOKEN_FIELDS.join(', ')}.`);
  return { ...value };
}

function isScope(value: unknown): value is string {
  return scopes.some((scope) => scope === value);
}
