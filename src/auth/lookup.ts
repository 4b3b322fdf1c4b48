import type { Clock } from '../lib/clock.ts';
import { nearest } from '../lib/suggest.ts';
import { describeReply } from '../outpost/errors.ts';
import type { TokenRecord } from '../outpost/model.ts';
import type { ErrorReply, Reply } from '../outpost/reply.ts';
import type { TokenReader } from '../outpost/token-reader.ts';
import { baseOf, currentOf, datedMs } from './names.ts';

/** The token that a pipeline uses under one name, with leftovers of rotations. */
export interface FoundToken {
  readonly kind: 'found';
  /** The name without the date of a rotation. */
  readonly base: string;
  /** The one in use: of the living ones, the one used last. */
  readonly record: TokenRecord;
  /** All that are alive, including the one in use. */
  readonly living: readonly TokenRecord[];
  /** Those that have expired and are still listed. */
  readonly expired: readonly TokenRecord[];
  /** All names of the user's tokens. */
  readonly known: ReadonlySet<string>;
  /** Outpost showed every token that it has. */
  readonly isWhole: boolean;
  /** Why the list could not be read; then the record was read by its name. */
  readonly unlisted: ErrorReply | undefined;
  /** Milliseconds since 1970, by Outpost's clock if it sends one. */
  readonly nowMs: number;
}

export type TokenLookup =
  | FoundToken
  /** Tokens with that name are listed, but all of them have expired. */
  | (Omit<FoundToken, 'kind'> & { readonly kind: 'expired' })
  /** The list was read to the end, and there is none with that name. */
  | {
      readonly kind: 'unknown';
      readonly base: string;
      /** Similar names, the closest first. */
      readonly near: readonly string[];
    }
  /** Neither the list nor the record could be read or understood. */
  | {
      readonly kind: 'unread';
      readonly base: string;
      /** As a clause. */
      readonly because: string;
      /** undefined = Outpost answered, but not with the expected content. */
      readonly reply: ErrorReply | undefined;
    };

type Asked = Pick<TokenReader, 'list' | 'read'>;

interface Listing {
  readonly records: readonly TokenRecord[];
  readonly isWhole: boolean;
  readonly unlisted: ErrorReply | undefined;
  readonly nowMs: number;
}

/**
 * Name -> what Outpost says about the token. The only place that decides which record is meant;
 * used by the deploy, the early check, the report and the rotation. Reads all pages of the list. If
 * there is no list, reads the record with exactly that name, which is the documented request.
 *
 * @param written with or without the date that a rotation adds.
 */
export async function lookUpToken(
  written: string,
  tokens: Asked,
  clock: Clock,
): Promise<TokenLookup> {
  const base = baseOf(written);
  const reply = await tokens.list();
  if (reply.kind === 'value') {
    const { records, isWhole } = reply.value;
    const nowMs = reply.dateMs ?? clock.wallMs();
    const found = inListing(base, { records, isWhole, unlisted: undefined, nowMs });
    if (found !== undefined) return found;
    if (isWhole) return { kind: 'unknown', base, near: nearBases(base, records) };
  } else if (!mayHaveRecords(reply)) {
    return { kind: 'unread', base, because: describeReply(reply), reply };
  }
  return await readOne(written, reply, tokens, clock);
}

/** Uses only the documented request. */
async function readOne(
  name: string,
  listed: Reply<unknown>,
  tokens: Asked,
  clock: Clock,
): Promise<TokenLookup> {
  const unlisted = listed.kind === 'value' ? undefined : listed;
  const base = baseOf(name);
  const reply = await tokens.read(name);
  if (reply.kind !== 'value') {
    const isUnknown = reply.kind === 'refused' && reply.status === 404;
    const because = isUnknown
      ? `the list of tokens could not be read in full, and there is no token "${name}"`
      : describeReply(reply);
    return { kind: 'unread', base, because, reply };
  }
  const records = [{ ...reply.value, name }];
  const nowMs = reply.dateMs ?? clock.wallMs();
  const found = inListing(base, { records, isWhole: false, unlisted, nowMs });
  if (found !== undefined) return found;
  throw new Error('a record is of its own family');
}

function inListing(
  base: string,
  { records, isWhole, unlisted, nowMs }: Listing,
): TokenLookup | undefined {
  const members = records.filter(({ name }) => baseOf(name) === base).map(withDate);
  const [living, expired] = [
    members.filter((one) => !isPast(one, nowMs)),
    members.filter((one) => isPast(one, nowMs)),
  ];
  const known = new Set(records.map(({ name }) => name));
  const rest = { base, living, expired, known, isWhole, unlisted, nowMs };
  const record = currentOf(living, nowMs);
  if (record !== undefined) return { kind: 'found', record, ...rest };
  const last = currentOf(expired, nowMs);
  return last === undefined ? undefined : { kind: 'expired', record: last, ...rest };
}

/** If Outpost does not show when a token was created, its dated name does. */
function withDate(record: TokenRecord): TokenRecord {
  return { ...record, createdMs: record.createdMs ?? datedMs(record.name) };
}

function isPast({ expiresMs }: TokenRecord, nowMs: number): boolean {
  return typeof expiresMs === 'number' && expiresMs <= nowMs;
}

/** If the undocumented list is refused, the documented request may still work. */
function mayHaveRecords(reply: ErrorReply): boolean {
  if (reply.kind === 'misshapen') return true;
  return (
    reply.kind === 'refused' &&
    reply.status !== 401 &&
    reply.status !== 429 &&
    (reply.status < 500 || reply.status === 501)
  );
}

function nearBases(base: string, records: readonly TokenRecord[]): readonly string[] {
  return nearest(base, [...new Set(records.map(({ name }) => baseOf(name)))]);
}

/** The request itself does not seem to exist: 404, 405 or 501 to an undocumented form. */
export function isUnknownForm(reply: ErrorReply | Reply<unknown>): boolean {
  return (
    reply.kind === 'refused' &&
    (reply.status === 404 || reply.status === 405 || reply.status === 501)
  );
}
