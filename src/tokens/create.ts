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

/** What `create` and `compromised` came to. */
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
 * `token create NAME`: makes a token and puts it into every place, also where there was no secret
 * yet. Its value is never printed.
 *
 * @throws Failure `conflict` if there is a living token of that name; and all of a rotation's.
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
      happened: `there is one already: ${quotedNames(lookup.living.map((one) => one.name))}. Nothing was changed`,
      hint: 'Use `token rotate` to replace it, or choose another name.',
    });
  for (const store of stores) await store.probe();
  const fresh = await storeNew(lookup, needScopes(config, undefined), config, stores, run);
  return made(fresh, stores, { revoked: [], left: [], failure: undefined });
}

/**
 * `token compromised BASE`: the drill for a leak. Revokes every token of that name, makes a new one
 * and stores it. If the leaked token itself may be the one that asks, it is revoked last, since it
 * could not make the new one otherwise.
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
    run.host.say(`${lastUseOf(member, nowMs)} Look at what it did since the leak.`);
  if (members.length === 0) run.host.say(`There is no token named "${lookup.base}" any more.`);
  const names = members.map((one) => one.name);
  if (members.some((one) => mayAsk(one, nowMs))) {
    run.host.warn({
      title: 'The leaked token may be the one that asks',
      message:
        'So it makes the new token first and is revoked last. Next time, ask with another token that may manage tokens: then the leaked one is revoked at once.',
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

/** What Outpost does not tell may be so. */
function mayAsk(record: TokenRecord, nowMs: number): boolean {
  return record.lastUsedMs === undefined || isOwnLook(record, nowMs);
}

function lastUseOf(record: TokenRecord, nowMs: number): string {
  const ms = workedMs(record);
  if (ms === null) return `"${record.name}" was never used, as far as Outpost tells.`;
  return ms === undefined
    ? `When "${record.name}" was last used is not known.`
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
    happened: '`scopes` is missing: nothing tells which scopes the new token must have',
    hint: 'Write them, for example `--scopes service`.',
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
  run.host.say(`Made "${fresh.name}".`);
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
    dead: `Run it again, or make a token by hand in ${TOKEN_PAGE} and store it.`,
    unclear: 'Let a job deploy with it.',
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
    hint: 'Run it again: it makes another one and stores it everywhere.',
  });
}

/** A place of which nothing is known, and nothing needs to be. */
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
    hint: `The leaked token is revoked (${quotedNames(revoked)}), and no new one is stored, so deploys fail with 401 until you run this again. ${failure.hint}`,
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
