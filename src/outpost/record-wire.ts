import { z } from 'zod/mini';
import type { TokenField, TokenRecord } from './model.ts';
import { parseMoment } from './moment.ts';
import { lenient, Scalar, shortListOf } from './scalar-wire.ts';
import { parseJson, parseSnakeCase } from './wire.ts';

// No page shows a token's record: https://outpost.run/docs/teams/access-tokens only says what the
// dashboard lists. So several spellings are read, and what is there but can't be understood is
// reported as such instead of being taken for missing.

const Named = z.object({ name: Scalar });
const ScopeObject = z.union([
  z.pipe(
    Named,
    z.transform(({ name }) => name),
  ),
  z.pipe(
    z.object({ scope: Scalar }),
    z.transform(({ scope }) => scope),
  ),
]);
const Scopes = z.union([
  z.pipe(
    Scalar,
    z.transform((text) => text.split(/[\s,]+/).filter((scope) => scope !== '')),
  ),
  shortListOf(z.union([Scalar, ScopeObject])),
]);
const Written = z.union([z.string(), z.number()]);
const Fields = z.record(z.string(), z.unknown());

/** Possible names of a field, most likely first. */
const NAMES = {
  scopes: ['scopes', 'scope', 'permissions'],
  expires: ['expires_at', 'expiry', 'expires'],
  lastUsed: ['last_used_at', 'last_used'],
  created: ['created_at', 'created'],
} as const;

/** Possible wrappers around one record, or around a list of them. */
const WRAPPERS = ['data', 'token', 'pat', 'personal_access_token', 'result'] as const;
const LISTS = ['data', 'tokens', 'pats', 'personal_access_tokens', 'items', 'results'] as const;

type Known = Readonly<Record<string, unknown>>;

/** A record, with or without a name. */
export type LooseRecord = Omit<TokenRecord, 'name'> & { readonly name: string | undefined };

function fieldOf(fields: Known, names: readonly string[]): unknown {
  return names.map((name) => fields[name]).find((value) => value !== undefined);
}

/** null = never; undefined = not told; `unread` = there, but not understood. */
function momentOf(value: unknown): number | null | undefined | 'unread' {
  if (value === undefined || value === null) return value;
  const { data } = z.safeParse(Written, value);
  if (data === undefined) return 'unread';
  // Go's zero time and 0 are what some servers send for "never"; an empty text tells nothing.
  if (data === 0 || (typeof data === 'string' && data.startsWith('0001-01-01'))) return null;
  if (data === '') return undefined;
  return parseMoment(data)?.ms ?? 'unread';
}

function scopesOf(value: unknown): readonly string[] | undefined | 'unread' {
  if (value === undefined || value === null) return undefined;
  return z.safeParse(Scopes, value).data ?? 'unread';
}

/** @returns undefined if it is no record: no object, or one without any field that a token has. */
function recordOf(json: unknown): LooseRecord | undefined {
  const fields = z.safeParse(Fields, json).data;
  if (fields === undefined) return undefined;
  const scopes = scopesOf(fieldOf(fields, NAMES.scopes));
  const [expires, lastUsed, created] = [NAMES.expires, NAMES.lastUsed, NAMES.created].map((names) =>
    momentOf(fieldOf(fields, names)),
  );
  const name = z.safeParse(Named, fields).data?.name;
  const all = Object.values(NAMES).flat() as readonly string[];
  if (name === undefined && !all.some((one) => fields[one] !== undefined)) return undefined;
  const unread: readonly TokenField[] = [
    ...(scopes === 'unread' ? ['scopes' as const] : []),
    ...(expires === 'unread' ? ['expiry' as const] : []),
  ];
  const known = (moment: typeof expires): number | null | undefined =>
    moment === 'unread' ? undefined : moment;
  return {
    name,
    scopes: scopes === 'unread' ? undefined : scopes,
    createdMs: known(created) ?? undefined,
    expiresMs: known(expires),
    lastUsedMs: known(lastUsed),
    ...(unread.length > 0 ? { unread } : {}),
  };
}

/** The JSON itself if it is a list, or a list in it under a common name. */
function listIn(json: unknown): readonly unknown[] | undefined {
  if (Array.isArray(json)) return json;
  const fields = z.safeParse(Fields, json).data ?? {};
  return LISTS.map((name) => fields[name]).find((value) => Array.isArray(value)) as
    | readonly unknown[]
    | undefined;
}

/** The records of a list, and whether every element was one. */
export interface RecordList {
  readonly records: readonly TokenRecord[];
  readonly hasStrangers: boolean;
}

/**
 * The records of a page of tokens. An element without a name is no record.
 *
 * @returns undefined if it is no list, or one that holds nothing else.
 */
export function parseTokenRecords(text: string): RecordList | undefined {
  const list = listIn(parseSnakeCase(text));
  const records = list?.flatMap((one): TokenRecord[] => {
    const record = recordOf(one);
    return record?.name === undefined ? [] : [{ ...record, name: record.name }];
  });
  if (list === undefined || records === undefined) return undefined;
  if (records.length === 0 && list.length > 0) return undefined;
  return { records, hasStrangers: records.length < list.length };
}

/**
 * The record of one token: bare, under a usual name, or in a list.
 *
 * @param asked its name; undefined = the answer is about one token with any name.
 * @returns undefined if the answer holds no record of that token, or neither scopes nor expiry.
 */
export function parseTokenRecord(text: string, asked?: string): LooseRecord | undefined {
  const json = parseSnakeCase(text);
  const fields = z.safeParse(Fields, json).data ?? {};
  const candidates = [
    ...WRAPPERS.map((name) => fields[name]).filter((one) => z.safeParse(Fields, one).success),
    ...(listIn(json) ?? []),
    json,
  ];
  return candidates.flatMap((one) => recordOf(one) ?? []).find((record) => isAbout(record, asked));
}

function isAbout(record: LooseRecord, asked: string | undefined): boolean {
  const { name, scopes, expiresMs, unread = [] } = record;
  if (scopes === undefined && expiresMs === undefined && unread.length === 0) return false;
  return asked === undefined || name === undefined || name === asked;
}

const Whole = lenient(z.number());
const Paged = z.object({
  pagination: z.object({ total: Whole, total_pages: Whole, totalPages: Whole }),
});

/** A page of the list of tokens. */
export interface TokenPage {
  readonly records: readonly TokenRecord[];
  /** Something on it is no record of a token. */
  readonly hasStrangers: boolean;
  /** The number of pages, and of tokens in total, if Outpost shows them. */
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
