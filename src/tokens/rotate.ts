import { TOKEN_PAGE } from '../auth/assess.ts';
import { Failure } from '../lib/failure.ts';
import type { TokenRecord } from '../outpost/model.ts';
import type { RotateConfig } from './config.ts';
import { readFamily, refuseRival } from './family.ts';
import {
  type FreshToken,
  issue,
  prove,
  refuseLateRival,
  requireScopes,
  revokeNew,
} from './issue.ts';
import type { Rotation } from './rotation.ts';
import type { TokenRun } from './run.ts';
import { isBrokenOff, quotedNames, retire, rotatedWith, tryStored } from './stored.ts';
import type { SecretStore, WriteResult } from './stores/store.ts';

/**
 * Replaces a token, so that at every moment the store holds one that works: new token, proof,
 * store, proof again, and only then is what came before revoked. docs/rotation-steps.md has the
 * table of what a kill leaves behind after each step.
 *
 * @returns also what went wrong when the store held the new token.
 * @throws Failure of all before that; its text says whether anything was replaced.
 */
export async function replaceToken(
  config: RotateConfig,
  store: SecretStore,
  run: TokenRun,
): Promise<Rotation> {
  const { host } = run;
  const family = await readFamily(config.tokenName, run);
  refuseRival(family);
  const old = family.members.map(({ name }) => name);
  host.say(`Found ${quotedNames(old)}, with the scopes ${family.current.scopes?.join(', ')}.`);
  await checkStore(store, run);
  if (config.dryRun) return checkedOnly(family.current);
  const fresh = await issue(family, config.expiresInDays, run);
  host.say(`Made "${fresh.name}".`);
  try {
    await refuseLateRival(family, fresh, run);
    requireScopes(await prove(fresh, 'Trying the new token'), family.current.scopes);
  } catch (thrown) {
    throw await revokeNew(fresh.name, thrown, run, fresh.value);
  }
  await putInto(store, fresh, run);
  host.say(`Stored it as ${store.place}.`);
  const failure = await tryStored(fresh, store.place, {
    dead: `Make a token by hand in ${TOKEN_PAGE} and store it, or run the job again after two minutes with another token in OUTPOST_TOKEN: it puts in a new one.`,
    unclear: `The store holds the new token, which worked a moment ago; what came before it works too (${quotedNames(old)}). ${AGAIN}`,
  });
  if (failure !== undefined) return rotatedWith(fresh, { left: old, failure });
  host.say('It works.');
  return await retire(old, fresh, run);
}

const AGAIN =
  'Run the job again after two minutes: it puts in a new one and revokes all that came before.';

/** @throws Failure `store-refused`, `store-unavailable` */
export async function checkStore(store: SecretStore, { host }: TokenRun): Promise<void> {
  const advice = await store.check();
  host.say(`Can write ${store.place}.`);
  for (const message of advice) host.warn({ title: 'The stored token could be safer', message });
}

export function checkedOnly({ name, expiresMs }: TokenRecord): Rotation {
  return {
    status: 'checked',
    tokenName: name,
    expiresMs,
    revoked: [],
    left: [],
    failure: undefined,
  };
}

async function putInto(store: SecretStore, fresh: FreshToken, run: TokenRun): Promise<void> {
  let written: WriteResult;
  try {
    written = await store.write(fresh.value);
  } catch (thrown) {
    throw uncertain(
      fresh,
      store,
      thrown instanceof Failure ? thrown : undefined,
      'the job was cancelled while it was stored',
    );
  }
  if (written.kind === 'not-written')
    throw await revokeNew(fresh.name, written.failure, run, fresh.value);
  if (written.kind === 'unknown')
    throw uncertain(
      fresh,
      store,
      written.failure,
      `whether it was done is not known: ${written.failure.happened}`,
    );
}

/** Neither token may be revoked: each may be the one in the store. */
function uncertain(
  { name }: FreshToken,
  { place }: SecretStore,
  cause: Failure | undefined,
  happened: string,
): Failure {
  return new Failure({
    code: cause !== undefined && isBrokenOff(cause) ? cause.code : 'outcome-unknown',
    attempted: `Storing the new token "${name}" as ${place}`,
    happened,
    hint: `Both the old token and the new one work, so whichever is stored does. ${AGAIN}`,
    cause,
  });
}
