import type { TokenRecord } from './model.ts';
import {
  type LooseRecord,
  parseTokenPage,
  parseTokenRecord,
  type TokenPage,
} from './record-wire.ts';
import type { Reply } from './reply.ts';
import { type Connection, createSender } from './request.ts';
import { routes, type WrittenRoute } from './routes.ts';

export interface TokenList {
  readonly records: readonly TokenRecord[];
  /** Outpost showed every token that it has, and each was understood. */
  readonly isWhole: boolean;
}

/**
 * What Outpost tells of tokens, for programs that change none. No method throws, but for the
 * signal's own reason: a Reply says how it ended.
 */
export interface TokenReader {
  /** All tokens of the user, page by page. */
  list(): Promise<Reply<TokenList>>;
  read(name: string): Promise<Reply<LooseRecord>>;
  close(): void;
}

/** `read` is documented, so it may be left out. */
export interface ReaderRoutes {
  readonly list: WrittenRoute;
  readonly read?: WrittenRoute | undefined;
}

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
export function createTokenReader(
  connection: Connection,
  byOperation: ReaderRoutes,
  maxSent: number,
): TokenReader {
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
    close: () => connection.http.close(),
  };
}
