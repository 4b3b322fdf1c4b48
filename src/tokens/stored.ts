import { Failure, toFailure } from '../lib/failure.ts';
import { type FreshToken, prove } from './issue.ts';
import type { OpenPlace } from './places.ts';
import type { Rotation } from './rotation.ts';

// From here on the store holds the new token. Nothing is thrown any more, so that its name and what
// is left are told in any case.

/** What to do, as sentences. */
export interface Hints {
  /** When the stored token is not accepted. */
  readonly dead: string;
  /** When it could not be tried. */
  readonly unclear: string;
}

/**
 * The token worked when it came, so what goes wrong here is no reason to take it back: the store
 * holds it.
 */
export async function tryStored(
  fresh: FreshToken,
  places: readonly Pick<OpenPlace, 'store'>[],
  { dead, unclear }: Hints,
): Promise<Failure | undefined> {
  const attempted = `Trying the token "${fresh.name}" once more`;
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
        happened: `the stored token is dead, so that every deploy with ${places.map(({ store }) => store.place).join(' and ')} fails: ${happened}`,
        hint: dead,
        requestId,
        cause,
      });
    return new Failure({
      code: isBrokenOff(cause) ? code : 'outcome-unknown',
      attempted,
      happened: `it is stored, but could not be tried once more: ${happened}`,
      hint: unclear,
      requestId,
      cause,
    });
  }
}

/**
 * A run that ended before its time: cancelled, or by a bug of ours. Its exit status is that of the
 * end.
 */
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
