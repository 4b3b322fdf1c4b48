import { TOKEN_PAGE } from '../auth/assess.ts';
import { baseOf, datedName, isDated, LONGEST_RUN_MS } from '../auth/names.ts';
import { Failure } from '../lib/failure.ts';
import type { Secret } from '../lib/secret.ts';
import { failureOf } from '../outpost/errors.ts';
import type { TokenFacts } from '../outpost/model.ts';
import { isUndone, type Reply } from '../outpost/reply.ts';
import type { TokenClient } from '../outpost/token-client.ts';
import { type Family, rivalFailure } from './family.ts';
import { revokeAndLook } from './revoke.ts';
import { type TokenRun, UNREPLACED, wholeList } from './run.ts';

/** A token that this run made. */
export interface FreshToken {
  readonly name: string;
  readonly value: Secret;
  readonly expiresMs: number | null | undefined;
  /** Sends requests with it. */
  readonly tokens: TokenClient;
}

const ATTEMPTED = 'Creating the new token';

/**
 * Makes the token that replaces the current one, and masks its value.
 *
 * @throws Failure; if a token may be left over, the failure names it.
 */
export async function issue(
  {
    base,
    current,
    nowMs,
  }: Pick<Family, 'base' | 'nowMs'> & {
    readonly current: { readonly name: string };
  },
  scopes: readonly string[] | undefined,
  expiresInDays: number,
  run: TokenRun,
): Promise<FreshToken> {
  const name = datedName(base, nowMs, Math.random());
  if (scopes === undefined) {
    throw new Failure({
      code: 'unexpected-answer',
      attempted: ATTEMPTED,
      happened: `Outpost doesn't show the scopes of "${current.name}", and the new token needs the same ones`,
      hint: `Set \`scopes\`, or replace the token yourself in ${TOKEN_PAGE}.`,
    });
  }
  try {
    const reply = await run.tokens.create({ name, scopes, expiresInDays });
    if (reply.kind === 'value') {
      run.host.mask(reply.value.value);
      return {
        name,
        value: reply.value.value,
        expiresMs: reply.value.expiresMs,
        tokens: run.tokensWith(reply.value.value),
      };
    }
    const failure = failureOf(reply, { attempted: ATTEMPTED, undone: UNREPLACED });
    if (isRejected(reply)) throw overtaken();
    if (isUndone(reply)) throw refusedTo(failure);
    throw await revokeNew(name, failure, run);
  } catch (thrown) {
    // Cancelled in between: the token may exist, but nobody has its value.
    if (run.signal.aborted && thrown === run.signal.reason)
      throw await revokeNew(name, thrown, run);
    throw thrown;
  }
}

function refusedTo(failure: Failure): Failure {
  if (failure.code !== 'forbidden' && failure.code !== 'token-scope-missing') return failure;
  return new Failure({
    code: failure.code,
    attempted: failure.attempted,
    happened: failure.happened,
    hint: `Put a token that can manage tokens into OUTPOST_TOKEN (\`token-name\` names the one to replace), or replace the token yourself in ${TOKEN_PAGE}.`,
    requestId: failure.requestId,
  });
}

/**
 * Checks again whether another run is replacing the same token. If two started at once, the one
 * with the older new token goes on.
 *
 * @throws Failure `conflict`
 */
export async function refuseLateRival(
  family: Family,
  fresh: FreshToken,
  run: TokenRun,
): Promise<void> {
  if (!family.isWhole) return;
  const attempted = 'Looking for other rotations';
  const asked = await run.tokens.list();
  // Another rotation may have revoked the token in use, but the new one is certainly ours.
  const reply = isRejected(asked) ? await fresh.tokens.list() : asked;
  if (reply.kind !== 'value') throw failureOf(reply, { attempted, undone: UNREPLACED });
  const all = wholeList(reply.value, attempted);
  const ours = all.find(({ name }) => name === fresh.name)?.createdMs;
  const rivals = all.filter(
    ({ name }) =>
      name !== fresh.name &&
      !family.known.has(name) &&
      isDated(name) &&
      baseOf(name) === family.base,
  );
  // If both were made in the same moment, both stop: better none than two.
  const older = rivals.find(
    ({ createdMs }) => ours === undefined || createdMs === undefined || createdMs <= ours,
  );
  if (older !== undefined)
    throw rivalFailure(older.name, (older.createdMs ?? family.nowMs) + LONGEST_RUN_MS);
}

function isRejected(reply: Reply<unknown>): boolean {
  return reply.kind === 'refused' && reply.status === 401;
}

/** The token in use was accepted a moment ago. */
function overtaken(): Failure {
  return new Failure({
    code: 'conflict',
    attempted: ATTEMPTED,
    happened:
      'the token in OUTPOST_TOKEN was revoked during this run, most likely by another rotation. This run replaced nothing',
    hint: 'Run only one rotation at a time. Run the job again: it starts with the token that is stored now.',
  });
}

/** @throws Failure if Outpost doesn't accept the new token. */
export async function prove(fresh: FreshToken, attempted: string): Promise<TokenFacts> {
  const reply = await fresh.tokens.read(fresh.name);
  if (reply.kind !== 'value')
    throw failureOf(reply, { attempted, notFound: UNREPLACED, undone: UNREPLACED });
  return reply.value;
}

/**
 * A token with fewer scopes would be stored and then fail to deploy. One with more would do more
 * damage in a leak than the old one.
 *
 * @throws Failure if Outpost shows other scopes than were requested.
 */
export function requireScopes({ scopes: held }: TokenFacts, asked: readonly string[] = []): void {
  if (held === undefined) return;
  const listed = (scopes: readonly string[]): string =>
    scopes.map((scope) => `\`${scope}\``).join(', ');
  const missing = asked.filter((scope) => !held.includes(scope));
  const excess = held.filter((scope) => !asked.includes(scope));
  if (missing.length + excess.length === 0) return;
  const differences = [
    ...(missing.length > 0 ? [`without the scope ${listed(missing)}`] : []),
    ...(excess.length > 0 ? [`with ${listed(excess)}, which wasn't requested`] : []),
  ];
  throw new Failure({
    code: 'unexpected-answer',
    attempted: ATTEMPTED,
    happened: `Outpost created it ${differences.join(' and ')}`,
    hint: `Nothing was replaced. Replace the token yourself in ${TOKEN_PAGE}: create one with the scope ${listed(asked)}, store it, and revoke the old one.`,
  });
}

/**
 * Revokes a new token that won't be used, even after a cancel.
 *
 * @param own its value, if known: the token can revoke itself if the one in use no longer works.
 * @returns the failure that led here. If the token couldn't be revoked, it says so.
 */
export async function revokeNew(
  name: string,
  thrown: unknown,
  run: TokenRun,
  own?: Secret,
): Promise<unknown> {
  const left = await whatIsLeft(name, run, own);
  if (left === undefined || !(thrown instanceof Failure)) return thrown;
  return new Failure({
    code: thrown.code,
    attempted: thrown.attempted,
    happened: thrown.happened,
    hint: `${thrown.hint} The new token "${name}" ${left}. Nobody has its value. The next rotation revokes it, or revoke it yourself in ${TOKEN_PAGE}.`,
    requestId: thrown.requestId,
    cause: thrown,
  });
}

/** @returns undefined if it certainly doesn't exist. */
async function whatIsLeft(
  name: string,
  run: TokenRun,
  own: Secret | undefined,
): Promise<string | undefined> {
  try {
    const revoked = await revokeAndLook(
      name,
      run.undoing(),
      ...(own === undefined ? [] : [run.undoing(own)]),
    );
    if (revoked.kind !== 'gone') return `may be left over (${revoked.because})`;
    // The request may still be on its way: no value came back, and the token was never seen.
    return own === undefined && !revoked.wasThere
      ? "doesn't exist now, but may still be created"
      : undefined;
  } catch {
    return 'may be left over (there was no time to check)';
  }
}
