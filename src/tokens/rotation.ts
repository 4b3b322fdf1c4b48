import type { Failure } from '../lib/failure.ts';

/** What a rotation came to. */
export interface Rotation {
  readonly status: 'rotated' | 'checked';
  /** The name of the token that the store holds now. */
  readonly tokenName: string;
  readonly expiresMs: number | null | undefined;
  /** Old tokens that are gone. */
  readonly revoked: readonly string[];
  /** Old tokens that are there still, or may be. */
  readonly left: readonly string[];
  /**
   * What went wrong when the store held the new token already: it is told together with the rest,
   * and not thrown.
   */
  readonly failure: Failure | undefined;
}
