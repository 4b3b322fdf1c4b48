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

/** A token that was made just now. */
export interface FreshToken {
  readonly name: string;
  readonly value: Secret;
  readonly expiresMs: number | null | undefined;
  /** Asks with it. */
  readonly tokens: TokenClient;
}

const ATTEMPTED = 'Making the new token';

/**
 * Makes the token that follows the current one, and hides its value from then on.
 *
 * @throws Failure; then no token is left over, or the failure names it.
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
      happened: `Outpost does not tell which scopes "${current.name}" holds, and the new one must have the same`,
      hint: `Write them into \`scopes\`, or replace the token by hand in ${TOKEN_PAGE}.`,
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
    // A cancel in the middle: the token may be there, and nobody has its value.
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
    hint: `The token that rotates must be allowed to make tokens: give a manager's token in OUTPOST_TOKEN (the token that is replaced is named by \`token-name\`), or rotate by hand in ${TOKEN_PAGE}.`,
    requestId: failure.requestId,
  });
}

/**
 * Looks again whether somebody else is replacing the same token: of two that began at once, the one
 * whose token is the older goes on.
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
  // Another rotation may have revoked the token that asks; the new one is certainly our own.
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
  // At the same moment both give way: better none than two.
  const older = rivals.find(
    ({ createdMs }) => ours === undefined || createdMs === undefined || createdMs <= ours,
  );
  if (older !== undefined)
    throw rivalFailure(older.name, (older.createdMs ?? family.nowMs) + LONGEST_RUN_MS);
}

function isRejected(reply: Reply<unknown>): boolean {
  return reply.kind === 'refused' && reply.status === 401;
}

/** The token that asks was accepted a moment ago. */
function overtaken(): Failure {
  return new Failure({
    code: 'conflict',
    attempted: ATTEMPTED,
    happened:
      'the token that asks was revoked while this run was under way, most likely by another rotation. This one replaced nothing',
    hint: 'Let one rotation run at a time. Run the job again: it then starts with the token that is stored now.',
  });
}

/** @throws Failure when the new token is not accepted. */
export async function prove(fresh: FreshToken, attempted: string): Promise<TokenFacts> {
  const reply = await fresh.tokens.read(fresh.name);
  if (reply.kind !== 'value')
    throw failureOf(reply, { attempted, notFound: UNREPLACED, undone: UNREPLACED });
  return reply.value;
}

/**
 * A token with fewer scopes would be stored and deploy nothing; one with more is more than the old
 * one was worth to who finds it.
 *
 * @throws Failure where Outpost tells of other scopes than were asked for.
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
    ...(excess.length > 0 ? [`with ${listed(excess)}, which nobody asked for`] : []),
  ];
  throw new Failure({
    code: 'unexpected-answer',
    attempted: ATTEMPTED,
    happened: `Outpost made it ${differences.join(' and ')}`,
    hint: `Nothing was replaced. Do it by hand in ${TOKEN_PAGE}: make a token with the scope ${listed(asked)}, store it, and revoke the old one.`,
  });
}

/**
 * Revokes a token that is not to be used, also after a cancel.
 *
 * @param own its value, where it is known: it can revoke itself when the token that asks has died
 *     meanwhile.
 * @returns the failure that led here; where the token could not be revoked, it says so.
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
    hint: `${thrown.hint} The new token "${name}" ${left}: nobody has it. The next rotation revokes it, or do it by hand in ${TOKEN_PAGE}.`,
    requestId: thrown.requestId,
    cause: thrown,
  });
}

/** @returns undefined when it is certain that there is none. */
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
    // Whose value never came, and who was never seen, may be on its way still.
    return own === undefined && !revoked.wasThere
      ? 'may still be made, though it is not there now'
      : undefined;
  } catch {
    return 'may be left over (there was no time to look)';
  }
}
