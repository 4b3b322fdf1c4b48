import { Failure } from '../../lib/failure.ts';
import type { Secret } from '../../lib/secret.ts';
import { isUndone, type Reply } from '../../outpost/reply.ts';
import type { Connection } from '../../outpost/request.ts';
import { type StoreWords, storeFailure } from './refusals.ts';
import { seal } from './seal.ts';
import { PROBE_NAME, PROBE_VALUE, type SecretStore, type WriteResult } from './store.ts';
import { createStoreClient, ignoreBody, type StoreClient } from './store-client.ts';
import {
  type GithubSecret,
  parseArchived,
  parseGithubSecret,
  parsePublicKey,
  parseRepositoryIds,
} from './wire.ts';

/** Whose secret it is. */
export type GithubPlace =
  | { readonly kind: 'repository'; readonly owner: string; readonly repository: string }
  | {
      readonly kind: 'environment';
      readonly owner: string;
      readonly repository: string;
      readonly environment: string;
    }
  | { readonly kind: 'organization'; readonly organization: string };

/** How a secret was sent, with the key before it. */
interface Put {
  readonly reply: Reply<true>;
  readonly mayBeDone: boolean;
}

const MAX_PAGES = 100;
const HEADERS = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };

const RIGHTS =
  "The job's own GITHUB_TOKEN can never write secrets. Store a fine-grained personal access token, or a GitHub App's, with the permission";

const paths: Readonly<
  Record<GithubPlace['kind'], { readonly secrets: string; readonly right: string }>
> = {
  repository: {
    secrets: '/repos/{owner}/{repository}/actions/secrets',
    right: `${RIGHTS} Secrets: write.`,
  },
  environment: {
    secrets: '/repos/{owner}/{repository}/environments/{environment}/secrets',
    right: `${RIGHTS} Environments: write.`,
  },
  organization: {
    secrets: '/orgs/{organization}/actions/secrets',
    right: `${RIGHTS} Organization secrets: write.`,
  },
};

/** A secret of GitHub Actions. https://docs.github.com/rest/actions/secrets */
export class GithubStore implements SecretStore {
  readonly place: string;
  readonly host: string;
  readonly #name: string;
  /** The path of all secrets of that place. */
  readonly #secrets: string;
  readonly #client: StoreClient;
  readonly #words: StoreWords;
  readonly #isOfOrganization: boolean;
  /** As it was before the write. */
  #before: GithubSecret | undefined;
  /** Who may read it, to be sent with the value; of an organization alone. */
  #access: Readonly<Record<string, unknown>> = {};

  /**
   * @param connection to the API: its origin is the API's host.
   * @param basePath what stands before every path there: `/api/v3` on an Enterprise Server.
   */
  constructor(connection: Connection, basePath: string, place: GithubPlace, name: string) {
    const { secrets, right } = paths[place.kind];
    const { kind, ...names } = place;
    this.place = placeOf(place, name);
    this.host = connection.origin.host;
    this.#name = name;
    this.#isOfOrganization = kind === 'organization';
    this.#words = {
      product: 'GitHub',
      place: this.place,
      rights: right,
      notFound: `Check the names, and that the token in OUTPOST_STORE_TOKEN may see it: ${this.place}. ${right}`,
    };
    const owner = { ...names, secret: name };
    this.#client = createStoreClient(connection, basePath, owner, this.#words, HEADERS);
    this.#secrets = secrets;
  }

  async check(): Promise<readonly string[]> {
    const { must, send, mustBeGone } = this.#client;
    const attempted = `Checking whether ${this.place} can be written`;
    if (!this.#isOfOrganization) {
      const isArchived = await must(
        send('GET', '/repos/{owner}/{repository}', { parse: parseArchived }),
        attempted,
      );
      if (isArchived) throw archived(attempted, this.place);
    }
    const before = await must(this.#look(), attempted);
    this.#before = before;
    this.#access = this.#isOfOrganization ? await this.#readAccess(before, attempted) : {};
    const nobody = this.#isOfOrganization
      ? { visibility: 'selected', selected_repository_ids: [] }
      : {};
    const { reply } = await this.#put(PROBE_NAME, PROBE_VALUE, nobody);
    await must(reply, attempted);
    const removed = await send('DELETE', `${this.#secrets}/{secret}`, {
      variables: { secret: PROBE_NAME },
      parse: ignoreBody,
    });
    await mustBeGone(removed, attempted);
    return [];
  }

  async write(value: Secret): Promise<WriteResult> {
    const first = await this.#put(this.#name, value.reveal(), this.#access);
    // The key may have been replaced between the two requests.
    const isStale = first.reply.kind === 'refused' && first.reply.status === 422;
    const { reply, mayBeDone } = isStale
      ? await this.#put(this.#name, value.reveal(), this.#access)
      : first;
    if (reply.kind === 'value') return { kind: 'written' };
    const failure = storeFailure(reply, `Storing the new token as ${this.place}`, this.#words);
    // The second refusal does not undo what may have become of the first.
    if (!mayBeDone && !first.mayBeDone) return { kind: 'not-written', failure };
    return (await this.#hasChanged()) ? { kind: 'written' } : { kind: 'unknown', failure };
  }

  #look(): Promise<Reply<GithubSecret>> {
    return this.#client.send('GET', `${this.#secrets}/{secret}`, { parse: parseGithubSecret });
  }

  async #put(
    secret: string,
    value: string,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<Put> {
    const key = await this.#client.send('GET', `${this.#secrets}/public-key`, {
      parse: parsePublicKey,
    });
    if (key.kind !== 'value') return { reply: key, mayBeDone: false };
    const sealed = Buffer.from(seal(value, key.value.key)).toString('base64');
    const body = JSON.stringify({ ...fields, encrypted_value: sealed, key_id: key.value.id });
    const reply = await this.#client.send('PUT', `${this.#secrets}/{secret}`, {
      variables: { secret },
      body,
      parse: ignoreBody,
    });
    return { reply, mayBeDone: reply.kind === 'value' || !isUndone(reply) };
  }

  /** A write without the list of repositories would take the secret away from all of them. */
  async #readAccess(
    { visibility }: GithubSecret,
    attempted: string,
  ): Promise<Readonly<Record<string, unknown>>> {
    if (visibility !== 'selected') return { visibility: visibility ?? 'private' };
    const { must, send } = this.#client;
    const ids: number[] = [];
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const query = `per_page=100&page=${page}`;
      const some = await must(
        send('GET', `${this.#secrets}/{secret}/repositories`, { query, parse: parseRepositoryIds }),
        attempted,
      );
      ids.push(...some);
      if (some.length < 100) break;
    }
    return { visibility, selected_repository_ids: ids };
  }

  /**
   * Only the time at which the secret was last written tells, and in seconds. Another time is
   * proof; the same is none, for what was sent may still be under way.
   */
  async #hasChanged(): Promise<boolean> {
    const now = await this.#look();
    return (
      now.kind === 'value' &&
      this.#before !== undefined &&
      now.value.updated_at !== this.#before.updated_at
    );
  }
}

function placeOf(place: GithubPlace, name: string): string {
  switch (place.kind) {
    case 'repository':
      return `the secret ${name} of the repository ${place.owner}/${place.repository}`;
    case 'environment':
      return `the secret ${name} of the environment ${place.environment} of ${place.owner}/${place.repository}`;
    case 'organization':
      return `the secret ${name} of the organization ${place.organization}`;
  }
}

function archived(attempted: string, place: string): Failure {
  return new Failure({
    code: 'store-refused',
    attempted,
    happened: `${place} belongs to an archived repository, which is read-only`,
    hint: 'Unarchive it, or name another one.',
  });
}
