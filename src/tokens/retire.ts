import { TOKEN_PAGE } from '../auth/assess.ts';
import { formatMoment } from '../lib/duration.ts';
import { Failure, toFailure } from '../lib/failure.ts';
import type { TokenClient } from '../outpost/token-client.ts';
import type { Family } from './family.ts';
import { type Revoked, revokeAndLook } from './revoke.ts';
import type { Rotation } from './rotation.ts';
import type { TokenRun } from './run.ts';
import { quotedNames, rotatedWith } from './stored.ts';

/** An active token other than the stored one. */
export interface Leftover {
  readonly name: string;
  /** When nobody needs it anymore: milliseconds since 1970, by Outpost's clock. */
  readonly dueMs: number;
}

/** The token that all places hold. */
interface StoredToken {
  readonly name: string;
  readonly expiresMs: number | null | undefined;
  /** Takes over if the token that the run started with is revoked. */
  readonly tokens: TokenClient;
}

interface Left {
  readonly name: string;
  readonly because: string;
}

/**
 * Revokes what nobody needs anymore, and says how long the rest is kept. Never throws, so that the
 * report always has the name of the stored token and of what is left.
 */
export async function retire(
  leftovers: readonly Leftover[],
  stored: StoredToken,
  { expired, nowMs }: Family,
  run: TokenRun,
): Promise<Rotation> {
  const kept = leftovers.filter(({ dueMs }) => dueMs > nowMs);
  for (const { name, dueMs } of kept)
    run.host.say(
      `"${name}" keeps working until ${formatMoment(dueMs)} for jobs that started with it. The first run after that revokes it.`,
    );
  const revoked: string[] = [];
  const left: Left[] = [];
  let cut: Failure | undefined;
  const due = leftovers.filter(({ dueMs }) => dueMs <= nowMs);
  for (const { name } of due) {
    const outcome = await revokeOne(name, stored, run);
    if (outcome instanceof Failure) {
      // A cancel: every later request fails at once, so those tokens are reported as left too.
      cut = outcome;
      left.push({ name, because: outcome.happened });
    } else if (outcome.kind === 'gone') revoked.push(name);
    else left.push({ name, because: outcome.because });
  }
  // Expired tokens don't work anymore: they are only removed from the list, if possible.
  for (const { name } of cut === undefined ? expired : []) {
    const outcome = await revokeOne(name, stored, run);
    if (!(outcome instanceof Failure) && outcome.kind === 'gone') revoked.push(name);
    else run.host.say(`Couldn't remove the expired token "${name}" from the list.`);
  }
  return rotatedWith(stored, {
    revoked,
    kept: kept.map(({ name, dueMs }) => ({ name, untilMs: dueMs })),
    left: left.map(({ name }) => name),
    failure: notRevoked(stored, left, cut),
  });
}

async function revokeOne(
  name: string,
  { tokens }: StoredToken,
  run: TokenRun,
): Promise<Revoked | Failure> {
  try {
    // The token in use may be among those that are revoked. Then the new one takes over.
    return await revokeAndLook(name, run.tokens, tokens);
  } catch (thrown) {
    return toFailure(thrown, 'Revoking the old token');
  }
}

/** `token-not-revoked` if an old token is left; after a cancel, the code of the cancel. */
function notRevoked(
  { name }: StoredToken,
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
      hint: `Run the job again after two minutes: it revokes what is left. Or revoke ${names} yourself in ${TOKEN_PAGE}.`,
      cause: cut,
    });
  return new Failure({
    code: 'token-not-revoked',
    attempted,
    happened: `the new token "${name}" is stored and works, but the old one could not be revoked: ${first.because}`,
    hint: `Revoke ${names} yourself in ${TOKEN_PAGE}, or let it expire.`,
  });
}
