import { TOKEN_PAGE } from '../auth/assess.ts';
import { listed } from '../auth/scopes.ts';
import { formatMoment } from '../lib/duration.ts';
import { Failure } from '../lib/failure.ts';
import type { TokenRecord } from '../outpost/model.ts';
import type { RotateConfig } from './config.ts';
import { type Family, readFamily, refuseRival } from './family.ts';
import { heldBy, type Retirement, retirements } from './holdings.ts';
import {
  type FreshToken,
  issue,
  prove,
  refuseLateRival,
  requireScopes,
  revokeNew,
} from './issue.ts';
import {
  doubtsOf,
  nameAll,
  type OpenPlace,
  probePlaces,
  readPlaces,
  storeEverywhere,
} from './places.ts';
import { type Leftover, retire } from './retire.ts';
import type { Rotation } from './rotation.ts';
import type { TokenRun } from './run.ts';
import { isBrokenOff, quotedNames, rotatedWith, tryStored } from './stored.ts';
import type { SecretStore } from './stores/store.ts';

/**
 * Replaces a token, so that at every moment each place holds one that works: new token, proof,
 * store, proof again, a second look, and only then is what nothing needs any more revoked.
 * docs/rotation-steps.md has the table of what a kill leaves behind after each step.
 *
 * @returns also what went wrong when the places held the new token.
 * @throws Failure of all before that; its text says whether anything was replaced.
 */
export async function replaceToken(
  config: RotateConfig,
  stores: readonly SecretStore[],
  run: TokenRun,
): Promise<Rotation> {
  const { host } = run;
  const family = await readFamily(config.tokenName, run);
  const places = await readPlaces(stores, family, run);
  const held = heldBy(places.map(({ holding }) => holding));
  sayFound(family, run);
  if (held !== undefined && !isDue(held, config, family)) {
    refuseRival(family, held);
    if (config.dryRun) return checkedOnly(held);
    return await leaveAlone(held, config, family, places, run);
  }
  refuseRival(family);
  await probePlaces(places, run);
  if (config.dryRun) return checkedOnly(family.current);
  warnOfExcess(config, family, run);
  const scopes = config.scopes ?? family.current.scopes;
  const fresh = await issue(family, scopes, config.expiresInDays, run);
  host.say(`Made "${fresh.name}".`);
  try {
    await refuseLateRival(family, fresh, run);
    requireScopes(await prove(fresh, 'Trying the new token'), scopes);
  } catch (thrown) {
    throw await revokeNew(fresh.name, thrown, run, fresh.value);
  }
  await storeOrUndo(places, fresh, family, run);
  const old = family.members.map(({ name }) => name);
  const failure = await tryStored(fresh, places, {
    dead: `Make a token by hand in ${TOKEN_PAGE} and store it, or run the job again after two minutes with another token in OUTPOST_TOKEN: it puts in a new one.`,
    unclear: `The new token worked a moment ago; what came before it works too (${quotedNames(old)}). ${AGAIN}`,
  });
  if (failure !== undefined) return rotatedWith(fresh, { left: old, failure });
  host.say('It works.');
  const doubts = await doubtsOf(places, fresh).catch(() => ['the job was cancelled']);
  if (doubts.length > 0)
    return rotatedWith(fresh, { left: old, failure: notStored(fresh, doubts, run) });
  return await retire(leftovers(fresh.name, config, family, places), fresh, family, run);
}

const AGAIN =
  'Run the job again after two minutes: it puts in a new one and revokes all that came before.';

/** Whether the token that is stored is old enough, or has other scopes than are wanted. */
function isDue(held: TokenRecord, config: RotateConfig, { nowMs }: Family): boolean {
  const { createdMs, scopes } = held;
  if (createdMs === undefined || config.rotateAfterMs === 0) return true;
  if (nowMs - createdMs >= config.rotateAfterMs) return true;
  const wanted = config.scopes;
  return (
    wanted !== undefined &&
    scopes !== undefined &&
    (wanted.some((one) => !scopes.includes(one)) || scopes.some((one) => !wanted.includes(one)))
  );
}

/** A young token: only what nothing needs any more is revoked. */
async function leaveAlone(
  held: TokenRecord,
  config: RotateConfig,
  family: Family,
  places: readonly OpenPlace[],
  run: TokenRun,
): Promise<Rotation> {
  const fromMs = (held.createdMs ?? family.nowMs) + config.rotateAfterMs;
  run.host.say(
    `"${held.name}" is stored and younger than \`rotate-after\`: it is replaced from ${formatMoment(fromMs)} on.`,
  );
  // A run that was cut off may have come no further than the secret itself.
  await nameAll(places, held.name, run);
  const stored = { name: held.name, expiresMs: held.expiresMs, tokens: run.tokens };
  const rotation = await retire(leftovers(held.name, config, family, places), stored, family, run);
  return { ...rotation, status: 'unchanged' };
}

function leftovers(
  kept: string,
  { overlapMs }: RotateConfig,
  { members, isWhole, nowMs }: Family,
  places: readonly OpenPlace[],
): readonly Leftover[] {
  const holdings = places.map(({ holding }) => holding);
  // Without a list, no later run would find the old token.
  const due = retirements(members, kept, holdings, isWhole ? overlapMs : 0, nowMs);
  return due.map(({ name, dueMs }: Retirement) => ({ name, dueMs }));
}

function sayFound({ members, expired, current }: Family, { host }: TokenRun): void {
  const scopes = current.scopes === undefined ? 'not known' : current.scopes.join(', ');
  if (members.length > 0)
    host.say(`Found ${quotedNames(members.map(({ name }) => name))}, with the scopes ${scopes}.`);
  else
    host.say(
      `Found ${quotedNames(expired.map(({ name }) => name))}, expired, with the scopes ${scopes}.`,
    );
}

/** What a pipeline that deploys and pushes may need. */
const USUAL: ReadonlySet<string> = new Set(['service', 'repo', 'repo:read', 'job']);

function warnOfExcess({ scopes }: RotateConfig, { current }: Family, { host }: TokenRun): void {
  const excess = (current.scopes ?? []).filter((scope) => !USUAL.has(scope));
  if (scopes !== undefined || excess.length === 0) return;
  host.warn({
    title: 'The new Outpost token can do more than a deploy needs',
    message: `It gets ${listed(excess)}, like "${current.name}" before it. Set \`scopes\` to what the pipeline needs; name these there if it does need them.`,
  });
}

export function checkedOnly({ name, expiresMs }: TokenRecord): Rotation {
  return {
    status: 'checked',
    tokenName: name,
    expiresMs,
    revoked: [],
    kept: [],
    left: [],
    failure: undefined,
  };
}

/** @throws Failure unless every place holds the new token. */
async function storeOrUndo(
  places: readonly OpenPlace[],
  fresh: FreshToken,
  { base }: Family,
  run: TokenRun,
): Promise<void> {
  const stored = await storeEverywhere(places, fresh, base, run);
  if (stored.kind === 'none') throw await revokeNew(fresh.name, stored.failure, run, fresh.value);
  if (stored.kind === 'unclear') throw uncertain(fresh, places, stored.failure, stored.because);
}

/** Neither token may be revoked: each may be the one that a place holds. */
function uncertain(
  { name }: FreshToken,
  places: readonly OpenPlace[],
  cause: Failure | undefined,
  happened: string,
): Failure {
  return new Failure({
    code: cause !== undefined && isBrokenOff(cause) ? cause.code : 'outcome-unknown',
    attempted: `Storing the new token "${name}" as ${phraseOf(places)}`,
    happened,
    hint: `Both the old token and the new one work, so whichever is stored does. ${AGAIN}`,
    cause,
  });
}

function phraseOf(places: readonly OpenPlace[]): string {
  return places.map(({ store }) => store.place).join(' and ');
}

function notStored({ name }: FreshToken, doubts: readonly string[], run: TokenRun): Failure {
  if (run.signal.aborted && run.signal.reason instanceof Failure) return run.signal.reason;
  return new Failure({
    code: 'outcome-unknown',
    attempted: `Looking once more whether "${name}" is stored`,
    happened: doubts.join('; '),
    hint: `Nothing was revoked, so whichever token is stored works. ${AGAIN} If it comes again, look at the secret by hand.`,
  });
}
