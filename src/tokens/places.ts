import { baseOf } from '../auth/names.ts';
import { Failure } from '../lib/failure.ts';
import type { Family } from './family.ts';
import { type Holding, holdingOf } from './holdings.ts';
import type { FreshToken } from './issue.ts';
import { type TokenRun, UNREPLACED } from './run.ts';
import type { SecretFacts, SecretStore, Twin } from './stores/store.ts';

/** One secret that holds the token, and what it held when the run began. */
export interface OpenPlace {
  readonly store: SecretStore;
  readonly facts: SecretFacts;
  readonly holding: Holding;
}

const ATTEMPTED = 'Checking where the token is stored';

/**
 * Looks at every place before anything is created.
 *
 * @throws Failure `store-refused`, `store-unavailable`; `not-found` if a place holds none of the
 *     tokens: then it isn't the secret that jobs deploy with, or it holds a token of another name.
 */
export async function readPlaces(
  stores: readonly SecretStore[],
  family: Family,
  run: TokenRun,
): Promise<readonly OpenPlace[]> {
  const places: OpenPlace[] = [];
  for (const store of stores) {
    const facts = await store.read();
    const { writtenMs, named, value } = facts;
    if (value !== undefined) run.host.mask(value);
    const evidence = {
      place: store.place,
      named,
      writtenMs: writtenMs === undefined ? undefined : writtenMs + family.skewMs,
    };
    const holding = holdingOf(evidence, family.members);
    if (family.members.length > 0) await guard(store, facts, holding, family, run);
    places.push({ store, facts, holding });
  }
  for (const { facts } of places)
    for (const message of facts.advice)
      run.host.warn({ title: 'The stored token could be safer', message });
  warnOfTwins(places, family.base, run);
  return places;
}

async function guard(
  { place }: SecretStore,
  { value }: SecretFacts,
  { candidates }: Holding,
  { base, current }: Family,
  run: TokenRun,
): Promise<void> {
  const hint = `If it should hold this token, store the token there yourself once. Otherwise, change \`token-name\` or the place. ${UNREPLACED}`;
  const none = (happened: string): Failure =>
    new Failure({ code: 'not-found', attempted: ATTEMPTED, happened, hint });
  if (candidates.length === 0)
    throw none(
      `${place} was last changed before any active token named "${base}" was created, so it holds none of them`,
    );
  if (value === undefined) return;
  const reply = await run.tokensWith(value).read(current.name);
  if (reply.kind === 'refused' && reply.status === 401)
    throw none(
      `Outpost rejects the value of ${place}, so it isn't an active token named "${base}"`,
    );
}

function warnOfTwins(places: readonly OpenPlace[], base: string, { host }: TokenRun): void {
  const ours = new Set(places.map(({ store }) => store.place));
  const isOther = ({ place, named }: Twin): boolean =>
    !ours.has(place) && (named === undefined || baseOf(named) === base);
  const twins = new Set(
    places.flatMap(({ facts }) => facts.twins.filter(isOther)).map(({ place }) => place),
  );
  if (twins.size === 0) return;
  host.warn({
    title: "Another secret has the same name and isn't among the places",
    message: `This rotation doesn't change ${[...twins].join(', ')}. If it holds the same token, jobs that read it fail once the old token is revoked. Add it to \`places\`, or give it its own token.`,
  });
}

/**
 * Checks that each place can be written.
 *
 * @throws Failure `store-refused`, `store-unavailable`
 */
export async function probePlaces(places: readonly OpenPlace[], { host }: TokenRun): Promise<void> {
  for (const { store } of places) {
    await store.probe();
    host.say(`Can write ${store.place}.`);
  }
}

/** How far storing got. */
export type Stored =
  | { readonly kind: 'all' }
  /** No place was changed. */
  | { readonly kind: 'none'; readonly failure: Failure }
  /** Some places may hold the new token, and others the old one. */
  | { readonly kind: 'unclear'; readonly failure: Failure | undefined; readonly because: string };

/**
 * Stores the new token in every place, one after the other.
 *
 * @param base the value of the variable beside a secret while the secret is being changed: a killed
 *     run must not leave a wrong name there.
 */
export async function storeEverywhere(
  places: readonly OpenPlace[],
  fresh: FreshToken,
  base: string,
  run: TokenRun,
): Promise<Stored> {
  let done = 0;
  for (const place of places) {
    const one = await storeAt(place, fresh, base);
    if (one.kind === 'none' && done > 0)
      return {
        kind: 'unclear',
        failure: one.failure,
        because: `${place.store.place} could not be written: ${one.failure.happened}`,
      };
    if (one.kind !== 'all') return one;
    done += 1;
    run.host.say(`Stored it as ${place.store.place}.`);
    await nameIt(place.store, fresh.name, run);
  }
  return { kind: 'all' };
}

async function storeAt(
  { store, facts }: OpenPlace,
  fresh: FreshToken,
  base: string,
): Promise<Stored> {
  try {
    if (facts.writtenMs === undefined && facts.named !== undefined && facts.named !== base) {
      const unset = await store.name(base);
      if (typeof unset === 'object')
        return { kind: 'none', failure: staleName(store, unset.because) };
    }
    const written = await store.write(fresh.value);
    if (written.kind === 'written') return { kind: 'all' };
    if (written.kind === 'not-written') return { kind: 'none', failure: written.failure };
    return {
      kind: 'unclear',
      failure: written.failure,
      because: `${store.place} may or may not have been changed: ${written.failure.happened}`,
    };
  } catch (thrown) {
    return {
      kind: 'unclear',
      failure: thrown instanceof Failure ? thrown : undefined,
      because: `the job was cancelled while storing it as ${store.place}`,
    };
  }
}

function staleName({ place }: SecretStore, because: string): Failure {
  return new Failure({
    code: 'store-refused',
    attempted: `Storing the new token as ${place}`,
    happened: `the variable beside it, which names the token that it holds, can't be changed: ${because}`,
    hint: 'Delete that variable (its name ends with _NAME), or give the store token the right to change variables.',
  });
}

/** The name is only a hint for `token-name`: everything works without it. */
async function nameIt(store: SecretStore, name: string, { host }: TokenRun): Promise<void> {
  const named = await store.name(name).catch(() => ({ because: 'the job was cancelled' }));
  if (typeof named !== 'object') return;
  host.notice({
    title: "The token's name was not stored",
    message: `Couldn't write the variable beside ${store.place} (${named.because}). Nothing depends on it: it only names the token that the secret holds. On GitHub, writing it takes the permission Variables: write.`,
  });
}

/** Writes beside each place which token it holds, unless it's there already. */
export async function nameAll(
  places: readonly OpenPlace[],
  name: string,
  run: TokenRun,
): Promise<void> {
  for (const { store, facts } of places) if (facts.named !== name) await nameIt(store, name, run);
}

/** @returns for each place that may not hold the new token: why. */
export async function doubtsOf(
  places: readonly OpenPlace[],
  { value }: FreshToken,
): Promise<readonly string[]> {
  const doubts: string[] = [];
  for (const { store } of places) {
    const doubt = await store.doubt(value);
    if (doubt !== undefined) doubts.push(`${store.place}: ${doubt}`);
  }
  return doubts;
}
