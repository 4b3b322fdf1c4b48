import type { Failure } from '../../lib/failure.ts';
import type { Secret } from '../../lib/secret.ts';

/**
 * How a write ended. `not-written` = it had no effect and never will. `unknown` = an answer was
 * lost, and reading the secret didn't show the new value.
 */
export type WriteResult =
  | { readonly kind: 'written' }
  | { readonly kind: 'not-written'; readonly failure: Failure }
  | { readonly kind: 'unknown'; readonly failure: Failure };

/** Another secret of the same name, as a phrase, and the value of the variable beside it. */
export interface Twin {
  readonly place: string;
  readonly named: string | undefined;
}

/** What a store shows about a secret. */
export interface SecretFacts {
  /**
   * When it was last written: milliseconds since 1970 by this machine's clock; undefined = unknown.
   */
  readonly writtenMs: number | undefined;
  /** The value, if the store shows it. */
  readonly value: Secret | undefined;
  /** The value of the variable beside it, if nothing else shows which token it is. */
  readonly named: string | undefined;
  /** What should be changed about the secret, as sentences. */
  readonly advice: readonly string[];
  /** Other secrets of the same name that may hold the same token. */
  readonly twins: readonly Twin[];
}

/**
 * One secret of a CI system. README.md in this folder says how to add another system. All methods
 * except the first two throw nothing but the signal's reason.
 */
export interface SecretStore {
  /**
   * The secret and where it is, as a phrase: `the secret OUTPOST_TOKEN of the repository acme/web`.
   */
  readonly place: string;
  /** The host that gets the new token. */
  readonly host: string;
  /** @throws Failure `store-refused`, `store-unavailable`; also if the secret doesn't exist. */
  read(): Promise<SecretFacts>;
  /**
   * Checks that secrets can be written without touching this one: writes and deletes another,
   * named PROBE_NAME.
   *
   * @throws Failure `store-refused`, `store-unavailable`
   */
  probe(): Promise<void>;
  /** Stores the value, and leaves everything else about the secret as it is. */
  write(value: Secret): Promise<WriteResult>;
  /**
   * Checks that the secret is the one that was written.
   *
   * @returns why it isn't, or may not be, as a clause; undefined = no reason to doubt it.
   */
  doubt(value: Secret): Promise<string | undefined>;
  /**
   * Writes a plain variable beside the secret, with the secret's name plus `_NAME`.
   *
   * @returns why that failed, as a clause. `none` = there are no variables here.
   */
  name(text: string): Promise<'written' | 'none' | { readonly because: string }>;
}

/** A secret that checks whether secrets can be written: a harmless value, deleted at once. */
export const PROBE_NAME = 'OUTPOST_ROTATION_CHECK';
export const PROBE_VALUE = 'may-be-deleted';

/** The plain variable that says which token a secret holds. */
export function nameVariableOf(secret: string): string {
  return `${secret}_NAME`;
}
