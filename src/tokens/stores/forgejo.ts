import { Failure } from '../../lib/failure.ts';
import type { Secret } from '../../lib/secret.ts';
import { describeReply } from '../../outpost/errors.ts';
import { isUndone } from '../../outpost/reply.ts';
import type { Connection } from '../../outpost/request.ts';
import { isGone, type StoreWords, storeFailure } from './refusals.ts';
import {
  nameVariableOf,
  PROBE_NAME,
  PROBE_VALUE,
  type SecretFacts,
  type SecretStore,
  type WriteResult,
} from './store.ts';
import { createStoreClient, ignoreBody, type StoreClient } from './store-client.ts';
import { parseArchived, parseNamedValue, parseNames } from './wire.ts';

/** Who owns the secret. */
export type ForgejoPlace =
  | { readonly kind: 'repository'; readonly owner: string; readonly repository: string }
  | { readonly kind: 'organization'; readonly organization: string };

const PAGE = 50;
const MAX_PAGES = 100;

const RIGHTS =
  "The job's own token can't write secrets. Use an access token of an account that owns the repository or organization, with the scope `write:repository` or `write:organization`.";

/**
 * An Actions secret on Forgejo or Gitea. Their API looks like GitHub's, but takes the plain value
 * and doesn't show when a secret was written. https://codeberg.org/api/swagger, repoUpdateSecret
 */
export class ForgejoStore implements SecretStore {
  readonly place: string;
  readonly host: string;
  readonly #name: string;
  readonly #client: StoreClient;
  readonly #words: StoreWords;
  readonly #isRepository: boolean;

  /** @param basePath the start of every path: `/api/v1`. */
  constructor(connection: Connection, basePath: string, place: ForgejoPlace, name: string) {
    const { kind, ...names } = place;
    this.#isRepository = kind === 'repository';
    this.place =
      place.kind === 'repository'
        ? `the secret ${name} of the repository ${place.owner}/${place.repository}`
        : `the secret ${name} of the organization ${place.organization}`;
    this.host = connection.origin.host;
    this.#name = name;
    this.#words = {
      product: 'Forgejo',
      place: this.place,
      rights: RIGHTS,
      notFound: `Check the name of ${this.place}, and that the token in OUTPOST_STORE_TOKEN can see it. ${RIGHTS}`,
    };
    const root = this.#isRepository ? '/repos/{owner}/{repository}' : '/orgs/{organization}';
    this.#client = createStoreClient(
      connection,
      `${basePath}${root}`,
      { ...names, secret: name },
      this.#words,
    );
  }

  async read(): Promise<SecretFacts> {
    const { must, send } = this.#client;
    const attempted = `Looking at ${this.place}`;
    if (this.#isRepository && (await must(send('GET', '', { parse: parseArchived }), attempted)))
      throw this.#refused(
        attempted,
        `${this.place} belongs to an archived repository`,
        'Unarchive it, or choose another one.',
      );
    if (!(await this.#isThere(attempted)))
      throw this.#refused(attempted, "it doesn't exist", this.#words.notFound);
    const beside = await send('GET', '/actions/variables/{variable}', {
      variables: { variable: nameVariableOf(this.#name) },
      parse: parseNamedValue,
    });
    return {
      writtenMs: undefined,
      value: undefined,
      named: beside.kind === 'value' ? beside.value : undefined,
      advice: [],
      twins: [],
    };
  }

  async #isThere(attempted: string): Promise<boolean> {
    const { must, send } = this.#client;
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const query = `limit=${PAGE}&page=${page}`;
      const names = await must(
        send('GET', '/actions/secrets', { query, parse: parseNames }),
        attempted,
      );
      if (names.some((one) => one.toUpperCase() === this.#name.toUpperCase())) return true;
      if (names.length === 0) return false;
    }
    return false;
  }

  async probe(): Promise<void> {
    const { must, mustBeGone, send } = this.#client;
    const attempted = `Checking whether ${this.place} can be written`;
    const variables = { secret: PROBE_NAME };
    const body = JSON.stringify({ data: PROBE_VALUE });
    await must(
      send('PUT', '/actions/secrets/{secret}', { variables, body, parse: ignoreBody }),
      attempted,
    );
    await mustBeGone(
      await send('DELETE', '/actions/secrets/{secret}', { variables, parse: ignoreBody }),
      attempted,
    );
  }

  async write(value: Secret): Promise<WriteResult> {
    const body = JSON.stringify({ data: value.reveal() });
    const reply = await this.#client.send('PUT', '/actions/secrets/{secret}', {
      body,
      parse: ignoreBody,
    });
    if (reply.kind === 'value') return { kind: 'written' };
    const failure = storeFailure(reply, `Storing the new token as ${this.place}`, this.#words);
    return { kind: isUndone(reply) ? 'not-written' : 'unknown', failure };
  }

  /** Nothing that this API shows changes with a write. */
  doubt(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async name(text: string): Promise<'written' | { readonly because: string }> {
    const { send } = this.#client;
    const request = {
      variables: { variable: nameVariableOf(this.#name) },
      body: JSON.stringify({ value: text }),
      parse: ignoreBody,
    };
    const changed = await send('PUT', '/actions/variables/{variable}', request);
    const reply = isGone(changed)
      ? await send('POST', '/actions/variables/{variable}', request)
      : changed;
    return reply.kind === 'value' ? 'written' : { because: describeReply(reply, 'Forgejo') };
  }

  #refused(attempted: string, happened: string, hint: string): Failure {
    return new Failure({ code: 'store-refused', attempted, happened, hint });
  }
}
