import type { ErrorReply, Reply } from '../../outpost/reply.ts';
import { type StoreWords, storeFailure } from './refusals.ts';

/** One secret that has the name. */
export interface FoundSecret {
  /** As a phrase: `the secret OUTPOST_TOKEN of the repository acme/web`. */
  readonly place: string;
  /**
   * When it was last written: milliseconds since 1970 by this machine's clock; undefined = unknown.
   */
  readonly writtenMs: number | undefined;
  /** The value of the plain variable beside it. */
  readonly named: string | undefined;
}

/** A place that couldn't be checked, and why, as a clause. */
export interface UnreadPlace {
  readonly place: string;
  readonly because: string;
  /** Most credentials can't read this place. */
  readonly isUsual: boolean;
}

/** What was found in one repository, project or group. */
export interface HolderFacts {
  readonly secrets: readonly FoundSecret[];
  readonly unread: readonly UnreadPlace[];
}

/** When the credential expires: milliseconds since 1970; null = never, undefined = unknown. */
export type CredentialExpiry = number | null | undefined;

/**
 * Why a place couldn't be checked.
 *
 * @throws Failure `store-refused` if the credential itself is rejected: nothing else could be
 *     checked either.
 */
export function reasonOf(reply: ErrorReply, attempted: string, words: StoreWords): string {
  const failure = storeFailure(reply, attempted, words);
  if (reply.kind === 'refused' && reply.status === 401) throw failure;
  return failure.happened;
}

export function isForbidden(reply: Reply<unknown>): boolean {
  return reply.kind === 'refused' && (reply.status === 403 || reply.status === 404);
}
