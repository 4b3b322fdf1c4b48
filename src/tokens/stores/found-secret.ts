import type { ErrorReply, Reply } from '../../outpost/reply.ts';
import { type StoreWords, storeFailure } from './refusals.ts';

/** One secret of the name that is looked for. */
export interface FoundSecret {
  /** As a phrase: `the secret OUTPOST_TOKEN of the repository acme/web`. */
  readonly place: string;
  /** When it was last written: milliseconds since 1970 by this machine's clock; undefined = not told. */
  readonly writtenMs: number | undefined;
  /** What the plain variable beside it says. */
  readonly named: string | undefined;
}

/** What could not be looked at, and why, as in the middle of a sentence. */
export interface UnreadPlace {
  readonly place: string;
  readonly because: string;
  /** Most credentials lack the right to look there. */
  readonly isUsual: boolean;
}

/** What one repository, project or group tells. */
export interface HolderFacts {
  readonly secrets: readonly FoundSecret[];
  readonly unread: readonly UnreadPlace[];
}

/** When the credential expires: milliseconds since 1970; null = never, undefined = not told. */
export type CredentialExpiry = number | null | undefined;

/**
 * Why a place could not be looked at.
 *
 * @throws Failure `store-refused` if the credential itself is rejected: nothing else could be
 *     looked at either.
 */
export function reasonOf(reply: ErrorReply, attempted: string, words: StoreWords): string {
  const failure = storeFailure(reply, attempted, words);
  if (reply.kind === 'refused' && reply.status === 401) throw failure;
  return failure.happened;
}

export function isForbidden(reply: Reply<unknown>): boolean {
  return reply.kind === 'refused' && (reply.status === 403 || reply.status === 404);
}
