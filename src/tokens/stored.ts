import { Failure, toFailure } from '../lib/failure.ts';
import { type FreshToken, prove } from './issue.ts';
import type { OpenPlace } from './places.ts';
import type { Rotation } from './rotation.ts';

// From here on the store holds the new token. Nothing throws anymore, so that the report always has
// its name and what is left.

/** What to do, as sentences. */
export interface Hints {
  /** If Outpost rejects the stored token. */
  readonly dead: string;
  /** If it couldn't be tried. */
  readonly unclear: string;
}

/** The token worked when it was made, and the store holds it, so a failure here doesn't undo it. */
export async function tryStored(
  fresh: FreshToken,
  places: readonly Pick<OpenPlace, 'store'>[],
  { dead, unclear }: Hints,
): Promise<Failure | undefined> {
  const attempted = `Trying the token "${fresh.name}" again`;
  try {
    await prove(fresh, attempted);
    return undefined;
  } catch (thrown) {
    const cause = toFailure(thrown, attempted);
    const { code, happened, requestId } = cause;
    if (code === 'token-rejected' || code === 'token-expired')
      return new Failure({
        code: 'token-value-lost',
        attempted,
        happened: `the stored token no longer works, so every deploy with ${places.map(({ store }) => store.place).join(' and ')} fails: ${happened}`,
        hint: dead,
        requestId,
        cause,
      });
    return new Failure({
      code: isBrokenOff(cause) ? code : 'outcome-unknown',
      attempted,
      happened: `it is stored, but couldn't be tried again: ${happened}`,
      hint: unclear,
      requestId,
      cause,
    });
  }
}

/** A run that ended early: cancelled, or stopped by a bug of ours. That decides its exit status. */
export function isBrokenOff({ code }: Failure): boolean {
  return code === 'interrupted' || code === 'terminated' || code === 'internal';
}

export function rotatedWith(
  { name, expiresMs }: Pick<FreshToken, 'name' | 'expiresMs'>,
  more: Partial<Pick<Rotation, 'revoked' | 'kept' | 'left' | 'failure'>>,
): Rotation {
  return {
    status: 'rotated',
    tokenName: name,
    expiresMs,
    revoked: [],
    kept: [],
    left: [],
    failure: undefined,
    ...more,
  };
}

/** `"deploy", "deploy-2026-11-24-081502-x7k2"` */
export function quotedNames(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
