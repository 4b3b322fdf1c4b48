import { TOKEN_PAGE } from '../auth/assess.ts';
import { Failure, toFailure } from '../lib/failure.ts';
import { type FreshToken, prove } from './issue.ts';
import { revokeAndLook } from './revoke.ts';
import type { Rotation } from './rotation.ts';
import type { TokenRun } from './run.ts';

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
  place: string,
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
        happened: `the stored token is dead, so that every deploy with ${place} fails: ${happened}`,
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
  { name, expiresMs }: FreshToken,
  more: Partial<Pick<Rotation, 'revoked' | 'left' | 'failure'>>,
): Rotation {
  return {
    status: 'rotated',
    tokenName: name,
    expiresMs,
    revoked: [],
    left: [],
    failure: undefined,
    ...more,
  };
}

/** `"deploy", "deploy-2026-11-24-081502-x7k2"` */
export function quotedNames(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

interface Left {
  readonly name: string;
  readonly because: string;
}

/** Revokes all that came before. What was made meanwhile is somebody else's, and is only named. */
export async function retire(
  old: readonly string[],
  fresh: FreshToken,
  run: TokenRun,
): Promise<Rotation> {
  const revoked: string[] = [];
  const left: Left[] = [];
  let cut: Failure | undefined;
  for (const name of old) {
    try {
      // The token that asks may be among those that are revoked; then the new one asks.
      const outcome = await revokeAndLook(name, run.tokens, fresh.tokens);
      if (outcome.kind === 'gone') revoked.push(name);
      else left.push({ name, because: outcome.because });
    } catch (thrown) {
      // A cancel: whatever is asked after it is refused at once, and so is named too.
      cut = toFailure(thrown, 'Revoking the old token');
      left.push({ name, because: cut.happened });
    }
  }
  return rotatedWith(fresh, {
    revoked,
    left: left.map(({ name }) => name),
    failure: notRevoked(fresh, left, cut),
  });
}

/** `token-not-revoked` when an old token stays; after a cancel, that of the cancel. */
function notRevoked(
  { name }: FreshToken,
  left: readonly Left[],
  cut: Failure | undefined,
): Failure | undefined {
  const [first] = left;
  if (first === undefined) return undefined;
  const names = quotedNames(left.map((one) => one.name));
  const attempted = `Revoking ${names}`;
  if (cut !== undefined)
    return new Failure({
      code: cut.code,
      attempted,
      happened: `the new token "${name}" is stored and works, but the old one may still be alive: ${cut.happened}`,
      hint: `Run the job again after two minutes: it revokes what is left. Or revoke ${names} by hand in ${TOKEN_PAGE}.`,
      cause: cut,
    });
  return new Failure({
    code: 'token-not-revoked',
    attempted,
    happened: `the new token "${name}" is stored and works, but the old one could not be revoked: ${first.because}`,
    hint: `Revoke ${names} by hand in ${TOKEN_PAGE}, or let it expire.`,
  });
}
