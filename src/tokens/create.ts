import { TOKEN_PAGE } from '../auth/assess.ts';
import { lookUpToken, type TokenLookup } from '../auth/lookup.ts';
import { isOwnLook, workedMs } from '../auth/names.ts';
import { formatDistance, formatMoment } from '../lib/duration.ts';
import { Failure } from '../lib/failure.ts';
import type { TokenRecord } from '../outpost/model.ts';
import type { CreateConfig } from './config.ts';
import { unreadFailure } from './family.ts';
import { type FreshToken, issue, prove, requireScopes, revokeNew } from './issue.ts';
import { doubtsOf, type OpenPlace, storeEverywhere } from './places.ts';
import { type RevokedAll, revokeAll } from './revoke.ts';
import type { TokenRun } from './run.ts';
import { quotedNames, tryStored } from './stored.ts';
import type { SecretStore } from './stores/store.ts';

/** The result of `create` and `compromised`. */
export interface Created {
  readonly tokenName: string;
  readonly expiresMs: number | null | undefined;
  readonly places: readonly string[];
  readonly revoked: readonly string[];
  readonly left: readonly string[];
  /** An old token that could not be revoked. */
  readonly failure: Failure | undefined;
}

type Known = Exclude<TokenLookup, { kind: 'unread' }>;

async function lookUp(name: string, run: TokenRun): Promise<Known> {
  const lookup = await lookUpToken(name, run.tokens, run.clock);
  if (lookup.kind === 'unread') throw unreadFailure(lookup, `Looking for the token "${name}"`);
  return lookup;
}

/**
 * `token create NAME`: makes a token and stores it in every place, even if there was no secret yet.
 * Its value is never printed.
 *
 * @throws Failure `conflict` if an active token has that name, and every failure of a rotation.
 */
export async function createToken(
  name: string,
  config: CreateConfig,
  stores: readonly SecretStore[],
  run: TokenRun,
): Promise<Created> {
  const lookup = await lookUp(name, run);
  if (lookup.kind === 'found')
    throw new Failure({
      code: 'conflict',
      attempted: `Creating the token "${lookup.base}"`,
      happened: `it already exists: ${quotedNames(lookup.living.map((one) => one.name))}. Nothing was changed`,
      hint: 'Use `token rotate` to replace it, or choose another name.',
    });
  for (const store of stores) await store.probe();
  const fresh = await storeNew(lookup, needScopes(config, undefined), config, stores, run);
  return made(fresh, stores, { revoked: [], left: [], failure: undefined });
}

/**
 * `token compromised BASE`: what to run after a leak. Revokes every token of that name, makes a new
 * one and stores it. If OUTPOST_TOKEN may be the leaked token itself, it is revoked last: it
 * couldn't make the new one otherwise.
 *
 * @throws Failure; its text says whether the leaked token is revoked.
 */
export async function replaceCompromised(
  name: string,
  config: CreateConfig,
  stores: readonly SecretStore[],
  run: TokenRun,
): Promise<Created> {
  const lookup = await lookUp(name, run);
  const members = lookup.kind === 'unknown' ? [] : [...lookup.living, ...lookup.expired];
  const nowMs = nowIn(lookup, run);
  const scopes = needScopes(config, lookup.kind === 'unknown' ? undefined : lookup.record.scopes);
  for (const member of members)
    run.host.say(`${lastUseOf(member, nowMs)} Check what it has done since the leak.`);
  if (members.length === 0) run.host.say(`There is no token named "${lookup.base}" anymore.`);
  const names = members.map((one) => one.name);
  if (members.some((one) => mayAsk(one, nowMs))) {
    run.host.warn({
      title: 'OUTPOST_TOKEN may be the leaked token',
      message:
        'It makes the new token first and is revoked last. Next time, put another token that can manage tokens into OUTPOST_TOKEN, so that the leaked one is revoked at once.',
    });
    const fresh = await storeNew(lookup, scopes, config, stores, run);
    return made(fresh, stores, await revokeAll(names, run, fresh.tokens));
  }
  const ended = await revokeAll(names, run);
  const fresh = await storeNew(lookup, scopes, config, stores, run).catch((thrown: unknown) => {
    throw thrown instanceof Failure ? withoutToken(thrown, ended.revoked) : thrown;
  });
  return made(fresh, stores, ended);
}

function nowIn(lookup: Known, run: TokenRun): number {
  return lookup.kind === 'unknown' ? run.clock.wallMs() : lookup.nowMs;
}

/** Assumes that it is, if Outpost doesn't show when it was last used. */
function mayAsk(record: TokenRecord, nowMs: number): boolean {
  return record.lastUsedMs === undefined || isOwnLook(record, nowMs);
}

function lastUseOf(record: TokenRecord, nowMs: number): string {
  const ms = workedMs(record);
  if (ms === null) return `"${record.name}" was never used, according to Outpost.`;
  return ms === undefined
    ? `Outpost doesn't show when "${record.name}" was last used.`
    : `"${record.name}" was last used on ${formatMoment(ms)} (${formatDistance(nowMs, ms)}).`;
}

function needScopes(
  { scopes }: CreateConfig,
  held: readonly string[] | undefined,
): readonly string[] {
  const wanted = scopes ?? held;
  if (wanted !== undefined) return wanted;
  throw new Failure({
    code: 'config-invalid',
    attempted: 'Reading the configuration',
    happened: '`scopes` is missing, and there is no older token to take the scopes from',
    hint: 'Set the scopes of the new token, for example `--scopes service`.',
  });
}

async function storeNew(
  lookup: Known,
  scopes: readonly string[],
  config: CreateConfig,
  stores: readonly SecretStore[],
  run: TokenRun,
): Promise<FreshToken> {
  const { base } = lookup;
  const fresh = await issue(
    { base, current: { name: base }, nowMs: nowIn(lookup, run) },
    scopes,
    config.expiresInDays,
    run,
  );
  run.host.say(`Created "${fresh.name}".`);
  const places = stores.map(untouched);
  try {
    requireScopes(await prove(fresh, 'Trying the new token'), scopes);
  } catch (thrown) {
    throw await revokeNew(fresh.name, thrown, run, fresh.value);
  }
  const stored = await storeEverywhere(places, fresh, base, run);
  if (stored.kind === 'none') throw await revokeNew(fresh.name, stored.failure, run, fresh.value);
  if (stored.kind === 'unclear') throw unclear(fresh, stored);
  const failure = await tryStored(fresh, places, {
    dead: `Run the command again, or create a token in ${TOKEN_PAGE} and store it yourself.`,
    unclear: 'Run a job that deploys with it.',
  });
  if (failure !== undefined) throw failure;
  const [doubt] = await doubtsOf(places, fresh);
  if (doubt !== undefined) throw unclear(fresh, { because: doubt });
  return fresh;
}

function unclear({ name }: FreshToken, { because }: { readonly because: string }): Failure {
  return new Failure({
    code: 'outcome-unknown',
    attempted: `Storing the new token "${name}"`,
    happened: because,
    hint: 'Run the command again: it makes another token and stores it in every place.',
  });
}

/** A place that wasn't looked at, because what it held doesn't matter. */
function untouched(store: SecretStore): OpenPlace {
  const facts = { writtenMs: undefined, value: undefined, named: undefined, advice: [], twins: [] };
  return { store, facts, holding: { place: store.place, candidates: [], sinceMs: undefined } };
}

function withoutToken(failure: Failure, revoked: readonly string[]): Failure {
  if (revoked.length === 0) return failure;
  return new Failure({
    code: failure.code,
    attempted: failure.attempted,
    happened: failure.happened,
    hint: `The leaked token is revoked (${quotedNames(revoked)}), but no new one is stored: deploys fail with 401 until you run this again. ${failure.hint}`,
    requestId: failure.requestId,
    cause: failure,
  });
}

function made(
  { name, expiresMs }: FreshToken,
  stores: readonly SecretStore[],
  ended: RevokedAll,
): Created {
  return { tokenName: name, expiresMs, places: stores.map(({ place }) => place), ...ended };
}
