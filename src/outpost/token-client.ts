import type { TokenRecord } from './model.ts';
import { type LooseRecord, parseTokenRecord } from './record-wire.ts';
import type { Reply } from './reply.ts';
import { type Connection, createSender } from './request.ts';
import { routes, type TokenOperation, type WrittenRoute } from './routes.ts';
import {
  type IssuedToken,
  parseIssuedToken,
  parseTokenPage,
  type TokenPage,
} from './token-wire.ts';

/** `read` is documented, so it may be left out. */
export type TokenRoutes = Readonly<Record<TokenOperation, WrittenRoute>> & {
  readonly read?: WrittenRoute | undefined;
};

/** What is asked for when a token is made. */
export interface NewToken {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresInDays: number;
}

export interface TokenList {
  readonly records: readonly TokenRecord[];
  /** Outpost showed every token that it has, and each was understood. */
  readonly isWhole: boolean;
}

/**
 * The requests about tokens. No method throws, but for the signal's own reason: a Reply says how
 * it ended.
 */
export interface TokenClient {
  /** All tokens of the user, page by page. */
  list(): Promise<Reply<TokenList>>;
  read(name: string): Promise<Reply<LooseRecord>>;
  /**
   * Sent again only when it provably did nothing: the value of a token that nobody received is
   * lost.
   */
  create(token: NewToken): Promise<Reply<IssuedToken>>;
  regenerate(name: string): Promise<Reply<IssuedToken>>;
  /**
   * A token that is not there is revoked, as far as this goes: the caller looks whether it is
   * there.
   */
  revoke(name: string): Promise<Reply<true>>;
  close(): void;
}

const MAX_SENT = 4;
const PAGE_TOKENS = 100;
/** A server may make its pages smaller than was asked for. */
const MAX_PAGES = 100;

/**
 * @param have how many tokens are known by now.
 * @param brought how many of them this page brought.
 */
function isLastPage(
  page: number,
  { records, pages, total }: TokenPage,
  have: number,
  brought: number,
): boolean {
  if (pages !== undefined) return page >= pages || (total !== undefined && have >= total);
  // A server that knows no pages tells of none, and gives the same list again.
  return records.length < PAGE_TOKENS || brought === 0;
}

/** @param maxSent how often a request is sent before the run gives up on it. */
export function createTokenClient(
  connection: Connection,
  byOperation: TokenRoutes,
  maxSent = MAX_SENT,
): TokenClient {
  const send = createSender(connection);

  async function list(): Promise<Reply<TokenList>> {
    const found = new Map<string, TokenRecord>();
    let hasStrangers = false;
    for (let page = 1; ; page += 1) {
      const query = `per_page=${PAGE_TOKENS}&page=${page}`;
      const reply = await send({
        route: byOperation.list,
        variables: {},
        query,
        maxSent,
        parse: parseTokenPage,
      });
      if (reply.kind !== 'value') return reply;
      const before = found.size;
      hasStrangers ||= reply.value.hasStrangers;
      for (const record of reply.value.records) found.set(record.name, record);
      const brought = found.size - before;
      const isLast = isLastPage(page, reply.value, found.size, brought);
      if (isLast || brought === 0 || page === MAX_PAGES) {
        const value = { records: [...found.values()], isWhole: isLast && !hasStrangers };
        return { ...reply, value };
      }
    }
  }

  return {
    list,
    read: (name) =>
      send({
        route: byOperation.read ?? routes.token,
        variables: { name },
        maxSent,
        parse: (text) => parseTokenRecord(text, name),
      }),
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
    close: () => connection.http.close(),
  };
}
