import type { Failure } from '../lib/failure.ts';

/** What a rotation came to. */
export interface Rotation {
  /** `unchanged` = the stored token is young; only what nothing needs was revoked. */
  readonly status: 'rotated' | 'unchanged' | 'checked';
  /** The name of the token that the store holds now. */
  readonly tokenName: string;
  readonly expiresMs: number | null | undefined;
  /** Old tokens that are gone. */
  readonly revoked: readonly string[];
  /** Old tokens that live on for the jobs that started with them, until then (since 1970). */
  readonly kept: readonly { readonly name: string; readonly untilMs: number }[];
  /** Old tokens that are there still, or may be, and should not. */
  readonly left: readonly string[];
  /**
   * What went wrong when the store held the new token already: it is told together with the rest,
   * and not thrown.
   */
  readonly failure: Failure | undefined;
}
