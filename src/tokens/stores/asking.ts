import type { Method } from '../../outpost/exchange.ts';
import { type Connection, createAsk, type Question, type Reply } from '../../outpost/request.ts';
import { isGone, type StoreWords, storeFailure } from './refusals.ts';

/** What is asked of a store, beside method and path. */
export type StoreQuestion<Value> = Pick<Question<Value>, 'parse'> & Partial<Question<Value>>;

/** How both stores ask. */
export interface Asking {
  send<Value>(method: Method, path: string, question: StoreQuestion<Value>): Promise<Reply<Value>>;
  /** @throws Failure `store-refused`, `store-unavailable` */
  must<Value>(reply: Reply<Value> | Promise<Reply<Value>>, attempted: string): Promise<Value>;
  /** The same, where what is not there is as good. */
  mustBeGone(reply: Reply<true>, attempted: string): Promise<void>;
}

const MAX_SENT = 4;

/**
 * @param base what stands before each path.
 * @param variables of every path; one segment each.
 */
export function askStore(
  connection: Connection,
  base: string,
  variables: Readonly<Record<string, string>>,
  words: StoreWords,
  headers: Readonly<Record<string, string>> = {},
): Asking {
  const ask = createAsk(connection);
  const must: Asking['must'] = async (reply, attempted) => {
    const known = await reply;
    if (known.kind !== 'value') throw storeFailure(known, attempted, words);
    return known.value;
  };
  return {
    send: (method, path, question) =>
      ask({
        headers,
        maxSent: MAX_SENT,
        ...question,
        form: { method, path: `${base}${path}` },
        variables: { ...variables, ...question.variables },
      }),
    must,
    mustBeGone: async (reply, attempted) => {
      if (!isGone(reply)) await must(reply, attempted);
    },
  };
}

/** The reader of an answer whose status alone counts. */
export const done = (): true => true;
