import { normalise } from '../auth/credential.ts';
import { Failure } from '../lib/failure.ts';
import { Secret } from '../lib/secret.ts';
import type { Connection } from '../outpost/request.ts';
import type { Place, Stores } from './place-inputs.ts';
import type { TokenRun } from './run.ts';
import { ForgejoStore } from './stores/forgejo.ts';
import { GithubStore } from './stores/github.ts';
import { GitlabStore } from './stores/gitlab.ts';
import type { SecretStore } from './stores/store.ts';

/** A connection to the API of a store. */
export interface StoreConnection {
  readonly connection: Connection;
  /** The start of every path there. */
  readonly basePath: string;
}

/**
 * The stores that the inputs name, over one connection.
 *
 * @throws Failure `config-invalid` if there is no plausible credential for them.
 */
export function openStores(inputs: Stores, given: Secret, run: TokenRun): readonly SecretStore[] {
  const { connection, basePath } = connectStore(inputs.apiUrl, given, run);
  return inputs.places.map((place) => storeAt(place, connection, basePath, inputs.secretName));
}

/** @throws Failure `config-invalid` if there is no plausible credential for a store. */
export function connectStore(apiUrl: URL, given: Secret, run: TokenRun): StoreConnection {
  const value = normalise(given.reveal());
  const problem = problemOf(value);
  if (problem !== undefined) {
    throw new Failure({
      code: 'config-invalid',
      attempted: 'Reading the configuration',
      happened: `\`store-token\` ${problem}`,
      hint: 'Set the variable OUTPOST_STORE_TOKEN, from its own secret, to a credential that can write the secret. docs/tokens.md lists the permissions that it needs.',
    });
  }
  const credential = new Secret(value);
  if (value !== given.reveal()) run.host.mask(credential);
  const connection = run.connect(new URL(apiUrl.origin), credential);
  return { connection, basePath: apiUrl.pathname.replace(/\/$/, '') };
}

function storeAt(
  place: Place,
  connection: Connection,
  basePath: string,
  secret: string,
): SecretStore {
  switch (place.store) {
    case 'github':
      return new GithubStore(connection, basePath, place.at, secret);
    case 'gitlab':
      return new GitlabStore(connection, basePath, place.at, secret);
    case 'forgejo':
      return new ForgejoStore(connection, basePath, place.at, secret);
  }
}

/**
 * Refuses what certainly isn't a store's credential. An Outpost token must not go there by mistake.
 */
function problemOf(value: string): string | undefined {
  if (value === '') return 'is missing: a credential that can write the secret';
  if (value.startsWith('op_pat_'))
    return 'is an Outpost token, not one for the system that keeps the secret';
  return /^[\x21-\x7e]+$/.test(value)
    ? undefined
    : 'contains a space or a character that no token has';
}
