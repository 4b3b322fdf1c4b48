import { TOKEN_PAGE } from '../auth/assess.ts';
import { baseOf, currentOf, datedMs, isDated } from '../auth/names.ts';
import { formatMoment } from '../lib/duration.ts';
import { Failure } from '../lib/failure.ts';
import { nearest } from '../lib/suggest.ts';
import { failureOf } from '../outpost/errors.ts';
import type { TokenRecord } from '../outpost/model.ts';
import { isUnknownForm, LONGEST_RUN_MS, type TokenRun, UNCHANGED, wholeList } from './run.ts';

/** The token that a pipeline uses under one name, with what earlier rotations left of it. */
export interface Family {
  readonly base: string;
  /** All that are alive; one at least. */
  readonly members: readonly TokenRecord[];
  /** All names of the user's tokens at that moment, also of dead ones. */
  readonly known: ReadonlySet<string>;
  /** The one whose scopes the next gets. */
  readonly current: TokenRecord;
  /** Outpost told all tokens; where it did not, only the one that bears the very name is known. */
  readonly isWhole: boolean;
  /** Milliseconds since 1970, by Outpost's clock where it tells. */
  readonly nowMs: number;
}

/**
 * The tokens of this name and the dated ones that took its place.
 *
 * @param written the name as the user wrote it: where Outpost does not tell all tokens, a date in
 *     it is heeded.
 * @throws Failure `not-found` with the names that are near, and what befell the request.
 */
export async function readFamily(written: string, run: TokenRun): Promise<Family> {
  const base = baseOf(written);
  const attempted = `Looking for the token "${base}"`;
  const reply = await run.tokens.list();
  if (reply.kind !== 'value') {
    if (!isUnknownForm(reply)) throw failureOf(reply, { attempted, undone: UNCHANGED });
    return await readOnly(written, attempted, run);
  }
  // The two minutes of another rotation bear no difference between clocks, however small.
  const nowMs = reply.dateMs ?? run.clock.wallMs();
  const all = wholeList(reply.value, attempted);
  const members = all
    .filter((record) => baseOf(record.name) === base && !isPast(record, nowMs))
    .map(withDate);
  const current = currentOf(members);
  const known = new Set(all.map(({ name }) => name));
  if (current !== undefined) return { base, members, known, current, isWhole: true, nowMs };
  const names = [...new Set(all.map(({ name }) => baseOf(name)))];
  const near = nearest(base, names).map((name) => `\`${name}\``);
  throw new Failure({
    code: 'not-found',
    attempted,
    happened: 'the user of this token has none of that name that is alive',
    hint:
      near.length > 0
        ? `Did you mean ${near.join(' or ')}? Change \`token-name\`.`
        : `Create it once by hand in ${TOKEN_PAGE}.`,
  });
}

/** By the documented request alone. */
async function readOnly(name: string, attempted: string, run: TokenRun): Promise<Family> {
  const reply = await run.tokens.read(name);
  if (reply.kind !== 'value')
    throw failureOf(reply, {
      attempted,
      notFound: `Outpost does not tell all tokens here, so \`token-name\` must be the whole name of the one that is in use: look in ${TOKEN_PAGE}.`,
      undone: UNCHANGED,
    });
  run.host.warn({
    title: 'Outpost does not list tokens here',
    message: `Only "${name}" itself is known: two rotations at once, and what an earlier one left behind, cannot be seen. Write the right request into \`list-form\`, if there is one.`,
  });
  const current = { ...reply.value, name, createdMs: undefined };
  return {
    base: baseOf(name),
    members: [current],
    known: new Set([name]),
    current,
    isWhole: false,
    nowMs: reply.dateMs ?? run.clock.wallMs(),
  };
}

/** Where Outpost does not tell when a token was made, the name does that a rotation gave it. */
function withDate(record: TokenRecord): TokenRecord {
  return { ...record, createdMs: record.createdMs ?? datedMs(record.name) };
}

function isPast({ expiresMs }: TokenRecord, nowMs: number): boolean {
  return typeof expiresMs === 'number' && expiresMs <= nowMs;
}

/**
 * Another rotation that may be under way: it made a token so lately that it may still run, and the
 * others of the family, which it revokes last, are still there.
 *
 * @throws Failure `conflict`
 */
export function refuseRival({ members, nowMs }: Family): void {
  if (members.length < 2) return;
  const rival = members.find(
    ({ name, createdMs }) =>
      isDated(name) && createdMs !== undefined && nowMs - createdMs < LONGEST_RUN_MS,
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
