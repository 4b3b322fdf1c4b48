import { TOKEN_PAGE } from '../auth/assess.ts';
import { unknownName } from '../auth/check.ts';
import { isUnknownForm, lookUpToken, type TokenLookup } from '../auth/lookup.ts';
import { isDated, LONGEST_RUN_MS } from '../auth/names.ts';
import { formatMoment } from '../lib/duration.ts';
import { Failure } from '../lib/failure.ts';
import { describeReply, failureOf } from '../outpost/errors.ts';
import type { TokenRecord } from '../outpost/model.ts';
import { partialList, type TokenRun, UNCHANGED } from './run.ts';

/** All tokens of one name: the one that a pipeline uses, and those that earlier rotations left. */
export interface Family {
  readonly base: string;
  /** The active ones; empty if all have expired. */
  readonly members: readonly TokenRecord[];
  /** Those that have expired and are still listed. */
  readonly expired: readonly TokenRecord[];
  /** The names of all of the user's tokens at that moment, including expired ones. */
  readonly known: ReadonlySet<string>;
  /** The next token gets its scopes from this one: the one in use, or the last that was. */
  readonly current: TokenRecord;
  /** Outpost listed all tokens. If not, only the token with exactly this name is known. */
  readonly isWhole: boolean;
  /** Milliseconds since 1970, by Outpost's clock if it shows one. */
  readonly nowMs: number;
  /** How far Outpost's clock is ahead of this machine's. */
  readonly skewMs: number;
}

/**
 * The tokens of this name, and the dated ones that replaced it.
 *
 * @param written the name as the user wrote it. A date in it counts if Outpost doesn't list tokens.
 * @throws Failure `token-name-unknown` with similar names, and any failure of the request.
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
      title: "This Outpost doesn't list tokens",
      message: `Only "${record.name}" itself can be read, so this run can't see another rotation or tokens that an earlier one left. It revokes the old token at once, since no later run would find it. If your Outpost has a request that lists tokens, set it in \`list-form\`.`,
    });
  }
  const skewMs = nowMs - run.clock.wallMs();
  return { base, members: living, expired, known, current: record, isWhole, nowMs, skewMs };
}

/** The failure of a token command if Outpost shows nothing about the token that it is about. */
export function unreadFailure(
  { base, because, reply }: Extract<TokenLookup, { kind: 'unread' }>,
  attempted: string,
): Failure {
  if (reply?.kind === 'refused' && reply.status === 401)
    return new Failure({
      code: 'token-rejected',
      attempted,
      happened: describeReply(reply),
      hint: `The token in OUTPOST_TOKEN is revoked, expired or mistyped. If an earlier step of this job replaced it, run the job again: the new job gets the new value. ${UNCHANGED}`,
      requestId: reply.refusal.requestId,
    });
  if (reply !== undefined)
    return failureOf(reply, {
      attempted,
      notFound: `This Outpost doesn't list tokens, so \`token-name\` must be the full name of the token in use. Look it up in ${TOKEN_PAGE}.`,
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
 * Stops if another rotation may be running: it made a token so recently that it may not be done,
 * and the old ones are still there.
 *
 * @param held the token that all places hold, if this run replaces nothing.
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

/** @param freeFromMs when the other run has certainly ended; milliseconds since 1970. */
export function rivalFailure(rival: string, freeFromMs: number): Failure {
  return new Failure({
    code: 'conflict',
    attempted: 'Replacing the token',
    happened: `another rotation is running or was interrupted: it created the token "${rival}". Nothing was replaced, and the stored token works`,
    hint: `Run only one rotation at a time. If the other one was interrupted, run this again after ${formatMoment(freeFromMs + 59_999)}: it then cleans up.`,
  });
}
