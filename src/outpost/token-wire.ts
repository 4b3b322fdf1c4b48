import { z } from 'zod/mini';
import { Secret } from '../lib/secret.ts';
import type { TokenRecord } from './model.ts';
import { parseTokenRecord, parseTokenRecords } from './record-wire.ts';
import { parseJson } from './wire.ts';

/** A token that was just made: the only moment at which its value can be had. */
export interface IssuedToken {
  readonly value: Secret;
  /** Milliseconds since 1970; null = never; undefined = not told. */
  readonly expiresMs: number | null | undefined;
}

const Text = z.catch(z.nullish(z.string()), undefined);
/** No answer's shape is documented: the names under which such values are usually sent. */
const Issued = z.object({
  token: Text,
  value: Text,
  pat: Text,
  access_token: Text,
  personal_access_token: Text,
});

/**
 * @returns undefined when no field holds what may be a token: `op_pat_` and more is all that is
 *     documented of one.
 */
export function parseIssuedToken(text: string): IssuedToken | undefined {
  const json = parseJson(text);
  const outer = z.safeParse(z.record(z.string(), z.unknown()), json).data ?? {};
  const fields = [json, outer['data'], outer['token'], outer['pat']].flatMap((one) =>
    Object.values(z.safeParse(Issued, one).data ?? {}),
  );
  const value = fields.find(
    (field) => typeof field === 'string' && /^op_pat_[\x21-\x7e]{8,}$/.test(field),
  );
  if (value == null) return undefined;
  return { value: new Secret(value), expiresMs: parseTokenRecord(text)?.expiresMs };
}

const Whole = z.catch(z.nullish(z.number()), undefined);
const Paged = z.object({
  pagination: z.object({ total: Whole, total_pages: Whole, totalPages: Whole }),
});

/** A page of the list of tokens. */
export interface TokenPage {
  readonly records: readonly TokenRecord[];
  /** Something on it is no record of a token. */
  readonly hasStrangers: boolean;
  /** How many pages, and how many tokens there are in all, where Outpost tells. */
  readonly pages: number | undefined;
  readonly total: number | undefined;
}

/** @returns undefined when it is none. */
export function parseTokenPage(text: string): TokenPage | undefined {
  const list = parseTokenRecords(text);
  const told = z.safeParse(Paged, parseJson(text)).data?.pagination;
  return list === undefined
    ? undefined
    : {
        ...list,
        pages: told?.total_pages ?? told?.totalPages ?? undefined,
        total: told?.total ?? undefined,
      };
}
