import type { Clock } from '../lib/clock.ts';
import { nearest } from '../lib/suggest.ts';
import { describeReply } from '../outpost/errors.ts';
import type { TokenRecord } from '../outpost/model.ts';
import type { ErrorReply, Reply } from '../outpost/reply.ts';
import type { TokenReader } from '../outpost/token-reader.ts';
import { baseOf, currentOf, datedMs } from './names.ts';

/** The token that a pipeline uses under one name, with what rotations left of it. */
export interface FoundToken {
  readonly kind: 'found';
  /** The name without the date of a rotation. */
  readonly base: string;
  /** The one in use: of those that are alive, the one used last. */
  readonly record: TokenRecord;
  /** All that are alive, the one in use among them. */
  readonly living: readonly TokenRecord[];
  /** Those that have expired and are still listed. */
  readonly expired: readonly TokenRecord[];
  /** All names of the user's tokens. */
  readonly known: ReadonlySet<string>;
  /** Outpost showed every token that it has. */
  readonly isWhole: boolean;
  /** Why the list could not be had; the record was then asked for by its name. */
  readonly unlisted: ErrorReply | undefined;
  /** Milliseconds since 1970, by Outpost's clock if it tells. */
  readonly nowMs: number;
}

export type TokenLookup =
  | FoundToken
  /** Tokens of that name are listed, and all of them have expired. */
  | (Omit<FoundToken, 'kind'> & { readonly kind: 'expired' })
  /** The list was read to its end, and there is none of that name. */
  | {
      readonly kind: 'unknown';
      readonly base: string;
      /** Names that may be meant, the nearest first. */
      readonly near: readonly string[];
    }
  /** Neither list nor record could be read, or understood. */
  | {
      readonly kind: 'unread';
      readonly base: string;
      /** As in the middle of a sentence. */
      readonly because: string;
      /** undefined = Outpost answered, but not with what was asked for. */
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
 * Name -> what Outpost tells of the token. The only place that finds out which record is meant: the
 * deploy, the early check, the report and the rotation all ask here. All pages of the list are read;
 * if there is no list, the record of the very name is asked for, which is the documented request.
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

/** By the documented request alone. */
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

/** If Outpost does not tell when a token was made, the name that a rotation gave it does. */
function withDate(record: TokenRecord): TokenRecord {
  return { ...record, createdMs: record.createdMs ?? datedMs(record.name) };
}

function isPast({ expiresMs }: TokenRecord, nowMs: number): boolean {
  return typeof expiresMs === 'number' && expiresMs <= nowMs;
}

/** A refusal of the list, which is not documented, says nothing of the documented request. */
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

/** The request as such seems not to exist: 404, 405 or 501 to a form that is not documented. */
export function isUnknownForm(reply: ErrorReply | Reply<unknown>): boolean {
  return (
    reply.kind === 'refused' &&
    (reply.status === 404 || reply.status === 405 || reply.status === 501)
  );
}
