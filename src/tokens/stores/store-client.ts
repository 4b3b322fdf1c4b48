import type { Method } from '../../outpost/exchange.ts';
import type { Reply } from '../../outpost/reply.ts';
import {
  type BareRequest,
  type Connection,
  createSender,
  type TextReader,
} from '../../outpost/request.ts';
import { isGone, type StoreWords, storeFailure } from './refusals.ts';

/** A request to a store, without method and path. */
export type StoreRequest<Value> = TextReader<Value> & Partial<BareRequest>;

/** Sends the requests of a store. */
export interface StoreClient {
  send<Value>(method: Method, path: string, request: StoreRequest<Value>): Promise<Reply<Value>>;
  /** @throws Failure `store-refused`, `store-unavailable` */
  must<Value>(reply: Reply<Value> | Promise<Reply<Value>>, attempted: string): Promise<Value>;
  /** The same, but a 404 is fine too. */
  mustBeGone(reply: Reply<true>, attempted: string): Promise<void>;
}

const MAX_SENT = 4;

/**
 * @param base the start of each path.
 * @param variables for every path; one segment each.
 */
export function createStoreClient(
  connection: Connection,
  base: string,
  variables: Readonly<Record<string, string>>,
  words: StoreWords,
  headers: Readonly<Record<string, string>> = {},
): StoreClient {
  const ask = createSender(connection);
  const must: StoreClient['must'] = async (reply, attempted) => {
    const known = await reply;
    if (known.kind !== 'value') throw storeFailure(known, attempted, words);
    return known.value;
  };
  return {
    send: (method, path, request) =>
      ask({
        headers,
        maxSent: MAX_SENT,
        ...request,
        route: { method, path: `${base}${path}` },
        variables: { ...variables, ...request.variables },
      }),
    must,
    mustBeGone: async (reply, attempted) => {
      if (!isGone(reply)) await must(reply, attempted);
    },
  };
}

/** Reads an answer if only its status counts. */
export const ignoreBody = (): true => true;
