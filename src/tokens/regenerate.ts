import { TOKEN_PAGE } from '../auth/assess.ts';
import { Failure, toFailure } from '../lib/failure.ts';
import { failureOf } from '../outpost/errors.ts';
import { isUndone } from '../outpost/reply.ts';
import type { RotateConfig } from './config.ts';
import { readFamily } from './family.ts';
import type { FreshToken } from './issue.ts';
import { type OpenPlace, probePlaces, readPlaces, storeEverywhere } from './places.ts';
import { checkedOnly } from './rotate.ts';
import type { Rotation } from './rotation.ts';
import { type TokenRun, UNCHANGED } from './run.ts';
import { rotatedWith, tryStored } from './stored.ts';
import type { SecretStore } from './stores/store.ts';

/**
 * Gives the token a new value and keeps its name. The stored value doesn't work until the new one
 * is stored, and a value that can't be stored is lost.
 *
 * @returns the rotation; a failure after the store held the new value is part of it.
 * @throws Failure `token-value-lost` if the value is lost.
 */
export async function regenerateToken(
  config: RotateConfig,
  stores: readonly SecretStore[],
  run: TokenRun,
): Promise<Rotation> {
  const { host } = run;
  const family = await readFamily(config.tokenName, run);
  const { current } = family;
  const { name } = current;
  const places = await readPlaces(stores, family, run);
  await probePlaces(places, run);
  if (config.dryRun) return checkedOnly(current);
  host.warn({
    title: 'The stored token stops working for a moment',
    message: `\`regenerate\` ends the old value of "${name}" at once. Jobs that start before the new value is stored fail with 401, and if this run is interrupted now, the stored token stays dead. \`strategy: replace\` has no such gap.`,
  });
  run.signal.throwIfAborted();
  const fresh = await newValue(name, run);
  await keep(fresh, places, family.base, run);
  const failure = await tryStored(fresh, places, {
    dead: byHand(name),
    unclear: `Run a job that deploys with it. If that fails with token-rejected: ${byHand(name)}`,
  });
  if (failure === undefined) host.say('It works.');
  return rotatedWith(fresh, { failure });
}

/** @throws Failure; after a cancel in between, it says that the token may be dead. */
async function newValue(name: string, run: TokenRun): Promise<FreshToken> {
  const attempted = `Regenerating the token "${name}"`;
  const reply = await run.tokens.regenerate(name).catch((thrown: unknown) => {
    throw run.signal.aborted
      ? lost(name, 'the job was cancelled while Outpost was changing the value', toFailure(thrown))
      : thrown;
  });
  if (reply.kind !== 'value') throw notRegenerated(reply, attempted, name);
  const { value, expiresMs } = reply.value;
  run.host.mask(value);
  return { name, value, expiresMs, tokens: run.tokensWith(value) };
}

async function keep(
  fresh: FreshToken,
  places: readonly OpenPlace[],
  base: string,
  run: TokenRun,
): Promise<void> {
  const stored = await storeEverywhere(places, fresh, base, run);
  if (stored.kind === 'all') return;
  const because = stored.kind === 'none' ? stored.failure.happened : stored.because;
  throw lost(fresh.name, `the new value could not be stored: ${because}`, stored.failure);
}

function notRegenerated(
  reply: Parameters<typeof failureOf>[0],
  attempted: string,
  name: string,
): Failure {
  const failure = failureOf(reply, {
    attempted,
    notFound: `This Outpost doesn't seem to have the request that regenerates a token, which its documentation doesn't describe. Regenerate it in ${TOKEN_PAGE}, or set \`strategy: replace\`. ${UNCHANGED}`,
    undone: UNCHANGED,
  });
  if (isUndone(reply)) return failure;
  return lost(name, `the token may have a new value: ${failure.happened}`, failure);
}

function lost(name: string, happened: string, cause: Failure | undefined): Failure {
  return new Failure({
    code: 'token-value-lost',
    attempted: `Regenerating the token "${name}"`,
    happened,
    hint: `The stored token may be dead. ${byHand(name)}`,
    cause,
  });
}

function byHand(name: string): string {
  return `Regenerate "${name}" in ${TOKEN_PAGE} and store the value yourself.`;
}
