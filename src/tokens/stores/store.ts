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

/** Another secret of the same name, as a phrase, and what the variable beside it says. */
export interface Twin {
  readonly place: string;
  readonly named: string | undefined;
}

/** What a store tells of a secret. */
export interface SecretFacts {
  /** When it was last written: milliseconds since 1970 by this machine's clock; undefined = not told. */
  readonly writtenMs: number | undefined;
  /** The value, if the store shows it. */
  readonly value: Secret | undefined;
  /** What the variable beside it says, if that is all there is to go by. */
  readonly named: string | undefined;
  /** What should be changed about the secret, as sentences. */
  readonly advice: readonly string[];
  /** Other secrets of the same name that may hold the same token. */
  readonly twins: readonly Twin[];
}

/**
 * One secret of a CI system. README.md in this folder says how to add another system. All methods
 * but the first two throw the signal's own reason alone.
 */
export interface SecretStore {
  /**
   * The secret and where it is, as a phrase: `the secret OUTPOST_TOKEN of the repository acme/web`.
   */
  readonly place: string;
  /** The host that receives the new token, beside Outpost. */
  readonly host: string;
  /** @throws Failure `store-refused`, `store-unavailable`; also if the secret is not there. */
  read(): Promise<SecretFacts>;
  /**
   * Shows that secrets can be written, without touching this one: another, named PROBE_NAME, is
   * written and deleted.
   *
   * @throws Failure `store-refused`, `store-unavailable`
   */
  probe(): Promise<void>;
  /** Puts the value there, and leaves everything else about the secret as it is. */
  write(value: Secret): Promise<WriteResult>;
  /**
   * Looks again whether the secret is the one that was written.
   *
   * @returns why it is not, or may not be, as in the middle of a sentence; undefined = nothing
   *     speaks against it.
   */
  doubt(value: Secret): Promise<string | undefined>;
  /**
   * Writes a plain variable beside the secret, named like it with `_NAME` at the end.
   *
   * @returns why that failed, as in the middle of a sentence. `none` = there are no variables here.
   */
  name(text: string): Promise<'written' | 'none' | { readonly because: string }>;
}

/** The secret that shows whether secrets can be written: holds a word, and is gone at once. */
export const PROBE_NAME = 'OUTPOST_ROTATION_CHECK';
export const PROBE_VALUE = 'may-be-deleted';

/** The plain variable that tells which token a secret holds. */
export function nameVariableOf(secret: string): string {
  return `${secret}_NAME`;
}
