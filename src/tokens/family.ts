import { TOKEN_PAGE } from '../auth/assess.ts';
import { unknownName } from '../auth/check.ts';
import { isUnknownForm, lookUpToken, type TokenLookup } from '../auth/lookup.ts';
import { isDated, LONGEST_RUN_MS } from '../auth/names.ts';
import { formatMoment } from '../lib/duration.ts';
import { Failure } from '../lib/failure.ts';
import { describeReply, failureOf } from '../outpost/errors.ts';
import type { TokenRecord } from '../outpost/model.ts';
import { partialList, type TokenRun, UNCHANGED } from './run.ts';

/** The token that a pipeline uses under one name, with what earlier rotations left of it. */
export interface Family {
  readonly base: string;
  /** All that are alive; none if all have expired. */
  readonly members: readonly TokenRecord[];
  /** Those that have expired and are still listed. */
  readonly expired: readonly TokenRecord[];
  /** All names of the user's tokens at that moment, also of dead ones. */
  readonly known: ReadonlySet<string>;
  /** The one whose scopes the next gets: the one in use, or the last that was. */
  readonly current: TokenRecord;
  /** Outpost told all tokens; where it did not, only the one that bears the very name is known. */
  readonly isWhole: boolean;
  /** Milliseconds since 1970, by Outpost's clock where it tells. */
  readonly nowMs: number;
  /** How far Outpost's clock is ahead of this machine's. */
  readonly skewMs: number;
}

/**
 * The tokens of this name and the dated ones that took its place.
 *
 * @param written the name as the user wrote it: where Outpost does not tell all tokens, a date in
 *     it is heeded.
 * @throws Failure `token-name-unknown` with the names that are near, and what happened to the request.
 */
export async function readFamily(written: string, run: TokenRun): Promise<Family> {
  const lookup = await lookUpToken(written, run.tokens, run.clock);
  const attempted = `Looking for the token "${lookup.base}"`;
  if (lookup.kind === 'unknown') throw unknownName(lookup, attempted);
  if (lookup.kind === 'unread') throw unreadFailure(lookup, attempted);
  const { base, living, expired, known, record, isWhole, unlisted, nowMs } = lookup;
  if (!isWhole) {
    if (unlisted === undefined) throw partialList(known.size, attempted);
    if (!isUnknownForm(unlisted)) throw failureOf(unlisted, { attempted, undone: UNCHANGED });
    run.host.warn({
      title: 'Outpost does not list tokens here',
      message: `Only "${record.name}" itself is known: two rotations at once, and what an earlier one left behind, cannot be seen. The old token is revoked at once, since no later run would find it. Write the right request into \`list-form\`, if there is one.`,
    });
  }
  const skewMs = nowMs - run.clock.wallMs();
  return { base, members: living, expired, known, current: record, isWhole, nowMs, skewMs };
}

/** What a run about tokens ends with if Outpost told nothing of the one that it is about. */
export function unreadFailure(
  { base, because, reply }: Extract<TokenLookup, { kind: 'unread' }>,
  attempted: string,
): Failure {
  if (reply?.kind === 'refused' && reply.status === 401)
    return new Failure({
      code: 'token-rejected',
      attempted,
      happened: describeReply(reply),
      hint: `The token that asks, in OUTPOST_TOKEN, is revoked, expired or mistyped. If an earlier step of this job replaced it, run the job again: the new job gets the new value. ${UNCHANGED}`,
      requestId: reply.refusal.requestId,
    });
  if (reply !== undefined)
    return failureOf(reply, {
      attempted,
      notFound: `Outpost does not list tokens here, so \`token-name\` must be the whole name of the one that is in use: look in ${TOKEN_PAGE}.`,
      undone: UNCHANGED,
    });
  return new Failure({
    code: 'unexpected-answer',
    attempted,
    happened: because,
    hint: `Look for "${base}" in ${TOKEN_PAGE}. ${UNCHANGED}`,
  });
}

/**
 * Another rotation that may be under way: it made a token so lately that it may still run, and the
 * others of the family are still there.
 *
 * @param held the token that all places hold, for a run that replaces nothing.
 * @throws Failure `conflict`
 */
export function refuseRival({ members, nowMs }: Family, held?: TokenRecord): void {
  if (members.length < 2) return;
  const rival = members.find(
    ({ name, createdMs }) =>
      name !== held?.name &&
      isDated(name) &&
      createdMs !== undefined &&
      nowMs - createdMs < LONGEST_RUN_MS,
  );
  if (rival?.createdMs !== undefined)
    throw rivalFailure(rival.name, rival.createdMs + LONGEST_RUN_MS);
}

/** @param freeFromMs when it is certain that the other run has ended; milliseconds since 1970. */
export function rivalFailure(rival: string, freeFromMs: number): Failure {
  return new Failure({
    code: 'conflict',
    attempted: 'Replacing the token',
    happened: `another rotation is under way, or was cut off: it made the token "${rival}". Nothing was replaced, and the stored token works`,
    hint: `Let one rotation run at a time. If that one was cut off, run this again after ${formatMoment(freeFromMs + 59_999)}: it then cleans up.`,
  });
}
