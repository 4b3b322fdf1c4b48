import type { Reply } from './reply.ts';
import { type Connection, createSender } from './request.ts';
import type { TokenOperation, WrittenRoute } from './routes.ts';
import { createTokenReader, type TokenReader } from './token-reader.ts';
import { type IssuedToken, parseIssuedToken } from './token-wire.ts';

export type TokenRoutes = Readonly<Record<TokenOperation, WrittenRoute>>;

/** The properties of a token to create. */
export interface NewToken {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresInDays: number;
}

/**
 * The requests about tokens. No method throws, but for the signal's own reason: a Reply says how
 * it ended.
 */
export interface TokenClient extends TokenReader {
  /**
   * Sent again only if it provably did nothing: a token value that was not received is lost.
   */
  create(token: NewToken): Promise<Reply<IssuedToken>>;
  regenerate(name: string): Promise<Reply<IssuedToken>>;
  /**
   * A token that is not there is revoked, as far as this goes: the caller looks whether it is
   * there.
   */
  revoke(name: string): Promise<Reply<true>>;
}

const MAX_SENT = 4;

/** @param maxSent how often a request is sent before the run gives up on it. */
export function createTokenClient(
  connection: Connection,
  byOperation: TokenRoutes,
  maxSent = MAX_SENT,
): TokenClient {
  const send = createSender(connection);

  return {
    ...createTokenReader(connection, byOperation, maxSent),
    create: ({ name, scopes, expiresInDays }) =>
      send({
        route: byOperation.create,
        variables: {},
        body: JSON.stringify({ name, scopes, expires_in_days: expiresInDays }),
        maxSent,
        parse: parseIssuedToken,
      }),
    regenerate: (name) =>
      send({
        route: byOperation.regenerate,
        variables: { name },
        maxSent,
        parse: parseIssuedToken,
      }),
    revoke: (name) =>
      send({
        route: byOperation.revoke,
        variables: { name },
        maxSent,
        parse: () => true as const,
      }),
  };
}
