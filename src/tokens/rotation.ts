import type { Failure } from '../lib/failure.ts';

/** The result of a rotation. */
export interface Rotation {
  /** `unchanged` = the stored token isn't due; only tokens that nobody needs were revoked. */
  readonly status: 'rotated' | 'unchanged' | 'checked';
  /** The name of the token that the store holds now. */
  readonly tokenName: string;
  readonly expiresMs: number | null | undefined;
  /** Old tokens that are gone. */
  readonly revoked: readonly string[];
  /** Old tokens that keep working until then, for jobs that started with them. Since 1970. */
  readonly kept: readonly { readonly name: string; readonly untilMs: number }[];
  /** Old tokens that are or may be left, and shouldn't be. */
  readonly left: readonly string[];
  /** What failed after the store held the new token: it's reported with the rest, not thrown. */
  readonly failure: Failure | undefined;
}
