import type { Failure } from '../../lib/failure.ts';
import type { Secret } from '../../lib/secret.ts';

/**
 * How a write ended. `not-written` = it never will be. `unknown` = an answer was lost, and looking
 * did not show the new value.
 */
export type WriteResult =
  | { readonly kind: 'written' }
  | { readonly kind: 'not-written'; readonly failure: Failure }
  | { readonly kind: 'unknown'; readonly failure: Failure };

/** One secret of a CI system, which can be written and in general not be read. */
export interface SecretStore {
  /**
   * The secret and where it is, as a phrase: `the secret OUTPOST_TOKEN of the repository acme/web`.
   */
  readonly place: string;
  /** The host that receives the new token, beside Outpost. */
  readonly host: string;
  /**
   * Proves that the secret is there and can be written, without touching it: another one, named
   * PROBE_NAME, is written and deleted.
   *
   * @returns what should be changed about the secret, as sentences.
   * @throws Failure `store-refused`, `store-unavailable`
   */
  check(): Promise<readonly string[]>;
  /**
   * Puts the value there, and leaves everything else about the secret as it is. Throws the signal's
   * own reason alone.
   */
  write(value: Secret): Promise<WriteResult>;
}

/** The secret that shows whether secrets can be written: holds a word, and is gone at once. */
export const PROBE_NAME = 'OUTPOST_ROTATION_CHECK';
export const PROBE_VALUE = 'may-be-deleted';
