import { Failure, toFailure } from '../failure.ts';
import { isUndone } from '../outpost/ask.ts';
import type { TokenRecord } from '../outpost/model.ts';
import { failureOf } from '../outpost/refusals.ts';
import { TOKEN_PAGE } from '../steps/token-report.ts';
import type { SecretStore, Written } from '../stores/store.ts';
import type { RotateConfig } from './config.ts';
import { type Family, readFamily, refuseRival } from './family.ts';
import { type Fresh, issue, prove, refuseLateRival, takeBack } from './issue.ts';
import { revokeAndLook } from './revoke.ts';
import type { TokenRun } from './run.ts';

/** What a rotation came to. */
export interface Rotation {
  readonly status: 'rotated' | 'checked';
  /** The name of the token that the store holds now. */
  readonly tokenName: string;
  readonly expiresMs: number | null | undefined;
  /** Old tokens that are gone. */
  readonly revoked: readonly string[];
  /** Old tokens that must be revoked by hand, with the reason. */
  readonly left: readonly { readonly name: string; readonly because: string }[];
}

/**
 * Replaces a token, so that at every moment the store holds one that works: new token, proof, store, proof again, and only then is what
 * came before revoked. docs/tokens.md has the table of what a kill leaves behind after each step.
 *
 * @throws Failure; its text says whether anything was replaced.
 */
export async function replaceToken(config: RotateConfig, store: SecretStore, run: TokenRun): Promise<Rotation> {
  const { host } = run;
  const family = await readFamily(config.tokenName, run);
  refuseRival(family);
  host.say(`Found ${family.members.map(({ name }) => `"${name}"`).join(', ')}, with the scopes ${family.current.scopes?.join(', ')}.`);
  await checkStore(store, run);
  if (config.dryRun) return checkedOnly(family.current);
  const fresh = await issue(family, config.expiresInDays, run);
  host.say(`Made "${fresh.name}".`);
  try {
    await refuseLateRival(family, fresh, run);
    await prove(fresh, 'Trying the new token');
  } catch (thrown) {
    throw await takeBack(fresh.name, thrown, run, fresh.value);
  }
  await putInto(store, fresh, run);
  host.say(`Stored it as ${store.place}.`);
  await proveStored(fresh, store);
  host.say('It works.');
  return await retire(family, fresh, run);
}

/** @throws Failure `store-refused`, `store-unavailable` */
export async function checkStore(store: SecretStore, { host }: TokenRun): Promise<void> {
  const advice = await store.check();
  host.say(`Can write ${store.place}.`);
  for (const message of advice) host.warn({ title: 'The stored token could be safer', message });
}

function checkedOnly({ name, expiresMs }: TokenRecord): Rotation {
  return { status: 'checked', tokenName: name, expiresMs, revoked: [], left: [] };
}

async function putInto(store: SecretStore, fresh: Fresh, run: TokenRun): Promise<void> {
  let written: Written;
  try {
    written = await store.write(fresh.value);
  } catch (thrown) {
    throw uncertain(fresh, store, thrown instanceof Failure ? thrown : undefined, 'the job was cancelled while it was stored');
  }
  if (written.kind === 'not-written') throw await takeBack(fresh.name, written.failure, run, fresh.value);
  if (written.kind === 'unknown') throw uncertain(fresh, store, written.failure, written.failure.happened);
}

/** The token worked a moment ago, so what goes wrong here is no reason to take it back: the store holds it. */
async function proveStored(fresh: Fresh, store: SecretStore): Promise<void> {
  try {
    await prove(fresh, 'Trying the new token once more');
  } catch (thrown) {
    const failure = thrown instanceof Failure ? thrown : undefined;
    throw uncertain(
      fresh,
      store,
      failure,
      `it is stored, but could not be tried once more: ${failure?.happened ?? 'the job was cancelled'}`,
    );
  }
}

/** Neither token may be revoked: each may be the one in the store. */
function uncertain({ name }: Fresh, { place }: SecretStore, cause: Failure | undefined, happened: string): Failure {
  const isCancel = cause?.code === 'interrupted' || cause?.code === 'terminated';
  return new Failure({
    code: isCancel ? cause.code : 'outcome-unknown',
    attempted: `Storing the new token "${name}" as ${place}`,
    happened,
    hint: 'Both the old token and the new one work, so whichever is stored does. Run the job again: it puts in a new one and revokes both.',
    cause,
  });
}

/** Revokes all that came before. What was made meanwhile is somebody else's, and is only named. */
async function retire(family: Family, fresh: Fresh, run: TokenRun): Promise<Rotation> {
  const revoked: string[] = [];
  const left: { name: string; because: string }[] = [];
  for (const { name } of family.members) {
    // The token that asks may be among those that are revoked; then the new one asks.
    const outcome = await revokeAndLook(name, run.tokens, fresh.tokens);
    if (outcome.kind === 'gone') revoked.push(name);
    else left.push({ name, because: outcome.because });
  }
  return { status: 'rotated', tokenName: fresh.name, expiresMs: fresh.expiresMs, revoked, left };
}

/** @throws Failure `token-not-revoked` when an old token stays. */
export function failIfLeft({ left, tokenName }: Rotation): void {
  const [first] = left;
  if (first === undefined) return;
  throw new Failure({
    code: 'token-not-revoked',
    attempted: `Revoking ${left.map(({ name }) => `"${name}"`).join(', ')}`,
    happened: `the new token "${tokenName}" is stored and works, but the old one could not be revoked: ${first.because}`,
    hint: `Revoke ${left.map(({ name }) => `"${name}"`).join(', ')} by hand in ${TOKEN_PAGE}, or let it expire.`,
  });
}

/**
 * Gives the token a new value under its own name. From then until the store has it, the stored one is dead; a value that cannot be stored
 * is lost.
 *
 * @throws Failure `token-value-lost` when that happens.
 */
export async function regenerateToken(config: RotateConfig, store: SecretStore, run: TokenRun): Promise<Rotation> {
  const { host } = run;
  const { current } = await readFamily(config.tokenName, run);
  const { name } = current;
  await checkStore(store, run);
  if (config.dryRun) return checkedOnly(current);
  host.warn({
    title: 'The stored token is dead for a moment',
    message: `\`regenerate\` ends the old value of "${name}" at once. A job that starts before the new one is stored fails with 401; a run that is cut off here leaves a dead token. \`strategy: replace\` has no such moment.`,
  });
  run.signal.throwIfAborted();
  const fresh = await newValue(name, run);
  await keep(fresh, store);
  host.say(`Stored the new value as ${store.place}.`);
  await prove(fresh, 'Trying the new value');
  host.say('It works.');
  return { status: 'rotated', tokenName: name, expiresMs: fresh.expiresMs, revoked: [], left: [] };
}

/** @throws Failure; after a cancel in the middle the token may be dead, which is the graver news. */
async function newValue(name: string, run: TokenRun): Promise<Fresh> {
  const attempted = `Regenerating the token "${name}"`;
  const reply = await run.tokens.regenerate(name).catch((thrown: unknown) => {
    throw run.signal.aborted ? lost(name, 'the job was cancelled while the token got a new value', toFailure(thrown)) : thrown;
  });
  if (reply.kind !== 'value') throw notRegenerated(reply, attempted, name);
  const { value, expiresMs } = reply.value;
  run.host.mask(value);
  return { name, value, expiresMs, tokens: run.tokensWith(value) };
}

async function keep({ name, value }: Fresh, store: SecretStore): Promise<void> {
  const written = await store.write(value).catch((thrown: unknown) => {
    throw lost(name, 'the job was cancelled while the new value was stored', toFailure(thrown));
  });
  if (written.kind !== 'written') throw lost(name, `the new value could not be stored: ${written.failure.happened}`, written.failure);
}

function notRegenerated(reply: Parameters<typeof failureOf>[0], attempted: string, name: string): Failure {
  const failure = failureOf(
    reply,
    attempted,
    `The request that regenerates a token is inferred, not documented, and seems not to exist here: do it by hand in ${TOKEN_PAGE}, or set \`strategy: replace\`. Nothing was changed.`,
  );
  if (isUndone(reply)) return failure;
  return lost(name, `whether the token has a new value is not known: ${failure.happened}`, failure);
}

function lost(name: string, happened: string, cause: Failure): Failure {
  return new Failure({
    code: 'token-value-lost',
    attempted: `Regenerating the token "${name}"`,
    happened,
    hint: `The stored token may be dead. Regenerate "${name}" by hand in ${TOKEN_PAGE} and store the value.`,
    cause,
  });
}
