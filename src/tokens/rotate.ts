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
 * Replaces a token without a moment in which a place holds one that doesn't work: make the new
 * token, try it, store it, try it again, look at the places again, and only then revoke what nobody
 * needs anymore. docs/rotation-steps.md lists what a killed run leaves behind after each step.
 *
 * @returns the rotation; a failure after the places held the new token is part of it.
 * @throws Failure if anything before that fails; its text says whether anything was replaced.
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
  host.say(`Created "${fresh.name}".`);
  try {
    await refuseLateRival(family, fresh, run);
    requireScopes(await prove(fresh, 'Trying the new token'), scopes);
  } catch (thrown) {
    throw await revokeNew(fresh.name, thrown, run, fresh.value);
  }
  await storeOrUndo(places, fresh, family, run);
  const old = family.members.map(({ name }) => name);
  const failure = await tryStored(fresh, places, {
    dead: `Create a token in ${TOKEN_PAGE} and store it yourself, or run the job again after two minutes with another token in OUTPOST_TOKEN: it stores a new one.`,
    unclear: `The new token worked a moment ago, and the old ones still work (${quotedNames(old)}). ${AGAIN}`,
  });
  if (failure !== undefined) return rotatedWith(fresh, { left: old, failure });
  host.say('It works.');
  const doubts = await doubtsOf(places, fresh).catch(() => ['the job was cancelled']);
  if (doubts.length > 0)
    return rotatedWith(fresh, { left: old, failure: notStored(fresh, doubts, run) });
  return await retire(leftovers(fresh.name, config, family, places), fresh, family, run);
}

const AGAIN =
  'Run the job again after two minutes: it stores a new token and revokes the older ones.';

/** Whether the stored token is old enough to be replaced, or has the wrong scopes. */
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

/** The stored token isn't due yet: only revokes what nobody needs anymore. */
async function leaveAlone(
  held: TokenRecord,
  config: RotateConfig,
  family: Family,
  places: readonly OpenPlace[],
  run: TokenRun,
): Promise<Rotation> {
  const fromMs = (held.createdMs ?? family.nowMs) + config.rotateAfterMs;
  run.host.say(
    `"${held.name}" is stored and younger than \`rotate-after\`. It is due for rotation on ${formatMoment(fromMs)}.`,
  );
  // An interrupted run may have written the secret, but not the name beside it.
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
  // If Outpost doesn't list tokens, no later run would find the old one.
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

/** The scopes that a pipeline may need to deploy and push. */
const USUAL: ReadonlySet<string> = new Set(['service', 'repo', 'repo:read', 'job']);

function warnOfExcess({ scopes }: RotateConfig, { current }: Family, { host }: TokenRun): void {
  const excess = (current.scopes ?? []).filter((scope) => !USUAL.has(scope));
  if (scopes !== undefined || excess.length === 0) return;
  host.warn({
    title: 'The new Outpost token has more scopes than a deploy needs',
    message: `It gets ${listed(excess)}, like "${current.name}" before it. Set \`scopes\` to what the pipeline needs. If it does need these, include them there.`,
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

/** Neither token may be revoked: either may be the one that a place holds. */
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
    hint: `The old token and the new one both work, so deploys keep working whichever is stored. ${AGAIN}`,
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
    attempted: `Checking again that "${name}" is stored`,
    happened: doubts.join('; '),
    hint: `Nothing was revoked, so deploys keep working whichever token is stored. ${AGAIN} If this happens again, check the secret yourself.`,
  });
}
