import type { Call, Route } from './call.ts';
import { bodyOf, param, requireScope } from './call.ts';
import type { ApiResponse } from './errors.ts';
import { conflict, invalid, json, notFound } from './errors.ts';
import { pageOf } from './pages.ts';
import type { scopeForms, TokenHabits } from './scenario.ts';
import type { Body } from './spelling.ts';
import { spelled } from './spelling.ts';
import type { TokenRecord } from './tokens.ts';
import { isoTime, scopes } from './vocabulary.ts';

const MAX_NAME_LENGTH = 100;

/**
 * Users and personal access tokens. The pages "API overview" and "Personal Access Tokens" document
 * that tokens can be created, listed, regenerated and revoked, and two of the paths, but not the
 * shape of any answer.
 */
export const tokenRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/auth/v1/users',
    operation: 'user.list',
    scopes: [],
    source: 'documented',
    serve: listUsers,
  },
  {
    method: 'POST',
    path: '/auth/v1/pat',
    operation: 'token.create',
    scopes: [],
    source: 'documented',
    serve: createToken,
  },
  {
    method: 'GET',
    path: '/auth/v1/pat',
    operation: 'token.list',
    scopes: [],
    source: 'inferred',
    serve: listTokens,
  },
  {
    method: 'GET',
    path: '/auth/v1/pat/{name}',
    operation: 'token.get',
    scopes: [],
    source: 'documented',
    serve: getToken,
  },
  {
    method: 'DELETE',
    path: '/auth/v1/pat/{name}',
    operation: 'token.revoke',
    scopes: [],
    source: 'inferred',
    serve: revokeToken,
  },
  {
    method: 'POST',
    path: '/auth/v1/pat/{name}/regenerate',
    operation: 'token.regenerate',
    scopes: [],
    source: 'inferred',
    serve: regenerateToken,
  },
];

/**
 * The path is documented in the authentication sample. The list only has the caller (assumption).
 */
function listUsers(call: Call): ApiResponse {
  return json(
    200,
    pageOf([{ username: call.identity.user, namespace: call.identity.user }], call.query),
  );
}

function createToken(call: Call): ApiResponse {
  requireTokenAdmin(call);
  const body = bodyOf(call, ['name', 'scopes', 'expires_in_days']);
  const name = nameIn(body['name']);
  const expiresInDays = daysIn(body['expires_in_days']);
  const { user } = call.identity;
  const asked = scopesIn(body['scopes']);
  const tokenScopes = call.world.scenario.tokens?.givesScopes ?? asked;
  if (call.world.tokens.find(user, name) !== undefined)
    throw conflict(`A token named "${name}" already exists.`);
  const token = call.world.createToken({
    user,
    name,
    scopes: tokenScopes,
    ...(expiresInDays === undefined ? {} : { expiresInDays }),
  });
  return json(201, { ...bodyOfToken(call, find(call, name)), token });
}

function listTokens(call: Call): ApiResponse {
  const records = call.world.tokens
    .ownedBy(call.identity.user)
    .map((token) => bodyOfToken(call, token));
  return json(200, pageOf(records, call.query, call.world.scenario.tokens?.pageSize));
}

function getToken(call: Call): ApiResponse {
  const token = find(call, param(call, 'name'));
  const body = bodyOfToken(call, token);
  const all = (): readonly Body[] => [
    ...call.world.tokens
      .ownedBy(token.user)
      .filter((other) => other !== token)
      .map((other) => bodyOfToken(call, other)),
    body,
  ];
  const { shape = 'record' } = call.world.scenario.tokens ?? {};
  switch (shape) {
    case 'record':
      return json(200, body);
    case 'list':
      return json(200, all());
    case 'data-list':
      return json(200, { data: all() });
    default:
      return json(200, { [shape]: body });
  }
}

function regenerateToken(call: Call): ApiResponse {
  requireTokenAdmin(call);
  const { name, user } = find(call, param(call, 'name'));
  const token = call.world.regenerateToken(user, name);
  return json(200, { ...bodyOfToken(call, find(call, name)), token });
}

function revokeToken(call: Call): ApiResponse {
  requireTokenAdmin(call);
  const { name, user } = find(call, param(call, 'name'));
  call.world.revokeToken(user, name);
  return { status: 204, headers: {}, body: '' };
}

/**
 * Assumption: only a dashboard session, or a token with `admin:org`, can create or change tokens.
 */
function requireTokenAdmin(call: Call): void {
  requireScope(call.identity, ['admin:org']);
}

function find(call: Call, name: string): TokenRecord {
  const token = call.world.tokens.find(call.identity.user, name);
  if (token === undefined) throw notFound(`You have no token named "${name}".`);
  return token;
}

/**
 * The documents say what the dashboard lists (name, scopes, created, last used). The field names
 * are assumptions.
 */
function bodyOfToken({ world }: Call, token: TokenRecord): Body {
  const { omits = [], scopesAs, keys, times }: TokenHabits = world.scenario.tokens ?? {};
  const body = {
    name: token.name,
    scopes: writtenScopes[scopesAs ?? 'list'](token.scopes),
    created_at: isoTime(token.createdAtMs),
    expires_at: token.expiresAtMs === undefined ? null : isoTime(token.expiresAtMs),
    last_used_at: token.lastUsedAtMs === undefined ? null : isoTime(token.lastUsedAtMs),
  };
  const omitted: readonly string[] = omits;
  const shown = Object.entries(body).filter(([field]) => !omitted.includes(field));
  return spelled(Object.fromEntries(shown), { ...(keys && { keys }), ...(times && { times }) });
}

const writtenScopes = {
  list: (names: readonly string[]) => names,
  objects: (names: readonly string[]) => names.map((name) => ({ name })),
  text: (names: readonly string[]) => names.join(' '),
} as const satisfies Readonly<Record<(typeof scopeForms)[number], unknown>>;

function nameIn(value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > MAX_NAME_LENGTH) {
    throw invalid(`name must be a string of 1 to ${MAX_NAME_LENGTH} characters.`);
  }
  return value;
}

/** The documented sample sends no scopes. Such a token has none (assumption). */
function scopesIn(value: unknown): readonly string[] {
  if (value === undefined) return [];
  const known: readonly string[] = scopes;
  if (!Array.isArray(value)) throw invalid('scopes must be a list.');
  const unknown: unknown = value.find((scope) => !known.includes(scope));
  if (unknown !== undefined)
    throw invalid(`Unknown scope ${JSON.stringify(unknown)}; scopes: ${known.join(', ')}.`);
  return value.map(String);
}

/** The dashboard offers 30, 60 or 90 days, or no expiry (documented). */
function daysIn(value: unknown): 30 | 60 | 90 | undefined {
  if (value === undefined || value === 30 || value === 60 || value === 90) return value;
  throw invalid(
    "expires_in_days must be 30, 60 or 90. Leave it out for a token that doesn't expire.",
  );
}
