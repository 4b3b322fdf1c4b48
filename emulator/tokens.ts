import { createHash, randomInt } from 'node:crypto';
import { unauthorized } from './errors.ts';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const DAY_MS = 86_400_000;

/**
 * A personal access token in the world's state. It has the SHA-256 of the value, never the value.
 */
export interface TokenRecord {
  readonly user: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresInDays: number | undefined;
  hash: string;
  createdAtMs: number;
  expiresAtMs: number | undefined;
  lastUsedAtMs: number | undefined;
}

/** A request to create a token. */
export interface TokenRequest {
  readonly user?: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresInDays?: number;
  readonly expiresAt?: string;
}

/**
 * Who sends a request. A dashboard session can do everything its user can, a token only what its
 * scopes allow.
 */
export interface Identity {
  readonly user: string;
  readonly token: TokenRecord | undefined;
}

/** Personal access tokens and dashboard sessions, both kept as hashes only. */
export class TokenStore {
  readonly #tokens: TokenRecord[] = [];
  readonly #sessions = new Map<string, string>();

  /** Creates a token and returns its value, which isn't kept. */
  create(request: TokenRequest, nowMs: number): string {
    const user = request.user ?? 'ada';
    if (this.find(user, request.name) !== undefined)
      throw new Error(`${user} already has a token named "${request.name}"`);
    const value = newTokenValue();
    this.#tokens.push({
      user,
      name: request.name,
      scopes: [...request.scopes],
      expiresInDays: request.expiresInDays,
      hash: hashOf(value),
      createdAtMs: nowMs,
      expiresAtMs: expiryOf(request, nowMs),
      lastUsedAtMs: undefined,
    });
    return value;
  }

  /**
   * Gives a token a new value under the same name and scopes (documented). The old value stops
   * working at once, the lifetime starts again and "last used" is cleared (assumptions).
   */
  regenerate(user: string, name: string, nowMs: number): string {
    const token = this.#require(user, name);
    const value = newTokenValue();
    token.hash = hashOf(value);
    token.createdAtMs = nowMs;
    token.lastUsedAtMs = undefined;
    if (token.expiresInDays !== undefined) token.expiresAtMs = nowMs + token.expiresInDays * DAY_MS;
    return value;
  }

  /** Removes a token. Any later use of its value gets a 401 (documented). */
  revoke(user: string, name: string): void {
    this.#tokens.splice(this.#tokens.indexOf(this.#require(user, name)), 1);
  }

  find(user: string, name: string): TokenRecord | undefined {
    return this.#tokens.find((token) => token.user === user && token.name === name);
  }

  ownedBy(user: string): readonly TokenRecord[] {
    return this.#tokens.filter((token) => token.user === user);
  }

  /**
   * Opens a dashboard session (an OAuth access token, page "API overview") and returns its value.
   */
  openSession(user: string): string {
    const value = `oauth_${randomBase62(40)}`;
    this.#sessions.set(hashOf(value), user);
    return value;
  }

  /** The name of the token with this value. Doesn't count as a use. */
  nameOf(value: string): string | undefined {
    const hash = hashOf(value);
    return this.#tokens.find((token) => token.hash === hash)?.name;
  }

  /** The identity of a credential; throws a 401 if it's unknown, revoked or expired. */
  authenticate(value: string, nowMs: number): Identity {
    const hash = hashOf(value);
    const user = this.#sessions.get(hash);
    if (user !== undefined) return { user, token: undefined };
    const token = this.#tokens.find((candidate) => candidate.hash === hash);
    if (token === undefined) throw unauthorized('The token is unknown or was revoked.');
    if (token.expiresAtMs !== undefined && nowMs >= token.expiresAtMs) {
      throw unauthorized(`The token expired at ${new Date(token.expiresAtMs).toISOString()}.`);
    }
    token.lastUsedAtMs = nowMs;
    return { user: token.user, token };
  }

  #require(user: string, name: string): TokenRecord {
    const token = this.find(user, name);
    if (token === undefined) throw new Error(`${user} has no token named "${name}"`);
    return token;
  }
}

/** The SHA-256 of a credential, the only form in which the emulator keeps one. */
export function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}

/** `op_pat_` is documented; length and alphabet are not, so the length varies on purpose. */
function newTokenValue(): string {
  return `op_pat_${randomBase62(randomInt(20, 41))}`;
}

function randomBase62(length: number): string {
  return Array.from({ length }, () => BASE62[randomInt(BASE62.length)]).join('');
}

function expiryOf(request: TokenRequest, nowMs: number): number | undefined {
  if (request.expiresInDays !== undefined) return nowMs + request.expiresInDays * DAY_MS;
  if (request.expiresAt === undefined) return undefined;
  const expiresAtMs = Date.parse(request.expiresAt);
  if (Number.isNaN(expiresAtMs)) throw new Error(`expiresAt "${request.expiresAt}" is not a date`);
  return expiresAtMs;
}
