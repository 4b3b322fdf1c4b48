import type { Clock } from '../../lib/clock.ts';
import { Failure } from '../../lib/failure.ts';
import type { Secret } from '../../lib/secret.ts';
import { describeReply } from '../../outpost/errors.ts';
import { isUndone, type Reply } from '../../outpost/reply.ts';
import type { Connection } from '../../outpost/request.ts';
import {
  GITHUB_HEADERS,
  type GithubPlace,
  githubPaths,
  githubPhrase,
  writtenMsOf,
} from './github-places.ts';
import { readGithubTwins } from './github-twins.ts';
import { isGone, type StoreWords, storeFailure } from './refusals.ts';
import { seal } from './seal.ts';
import {
  nameVariableOf,
  PROBE_NAME,
  PROBE_VALUE,
  type SecretFacts,
  type SecretStore,
  type WriteResult,
} from './store.ts';
import { createStoreClient, ignoreBody, type StoreClient } from './store-client.ts';
import {
  type GithubSecret,
  parseArchived,
  parseGithubSecret,
  parsePublicKey,
  parseRepositoryIds,
} from './wire.ts';

/** How the two requests of a write ended: fetching the key and sending the secret. */
interface Put {
  readonly reply: Reply<true>;
  readonly mayBeDone: boolean;
}

const MAX_PAGES = 100;

/** A GitHub Actions secret. https://docs.github.com/rest/actions/secrets */
export class GithubStore implements SecretStore {
  readonly place: string;
  readonly host: string;
  readonly #name: string;
  /** The path of all secrets of that place. */
  readonly #secrets: string;
  readonly #client: StoreClient;
  readonly #words: StoreWords;
  readonly #where: GithubPlace;
  readonly #clock: Clock;
  /** As it was before the write. */
  #before: GithubSecret | undefined;
  /** When GitHub answered the write, by its own clock: milliseconds since 1970. */
  #answeredMs: number | undefined;
  /** Who may read it, sent with the value. Only for organizations. */
  #access: Readonly<Record<string, unknown>> = {};

  /**
   * @param connection to the API: its origin is the API's host.
   * @param basePath the start of every path there: `/api/v3` on an Enterprise Server.
   */
  constructor(connection: Connection, basePath: string, place: GithubPlace, name: string) {
    const { secrets, right } = githubPaths[place.kind];
    const { kind: _, ...names } = place;
    this.place = githubPhrase(place, name);
    this.host = connection.origin.host;
    this.#clock = connection.clock;
    this.#name = name;
    this.#where = place;
    this.#words = {
      product: 'GitHub',
      place: this.place,
      rights: right,
      notFound: `Check the name of ${this.place}, and that the token in OUTPOST_STORE_TOKEN can see it. ${right}`,
    };
    const owner = { ...names, secret: name };
    this.#client = createStoreClient(connection, basePath, owner, this.#words, GITHUB_HEADERS);
    this.#secrets = secrets;
    // For a secret that doesn't exist yet; otherwise it's read from GitHub.
    if (place.kind === 'organization') this.#access = { visibility: 'private' };
  }

  async read(): Promise<SecretFacts> {
    const { must, send } = this.#client;
    const attempted = `Looking at ${this.place}`;
    if (this.#where.kind !== 'organization') {
      const isArchived = await must(
        send('GET', '/repos/{owner}/{repository}', { parse: parseArchived }),
        attempted,
      );
      if (isArchived) throw archived(attempted, this.place);
    }
    const reply = await this.#look();
    const before = await must(reply, attempted);
    this.#before = before;
    this.#access =
      this.#where.kind === 'organization' ? await this.#readAccess(before, attempted) : {};
    return {
      writtenMs: writtenMsOf(reply, before, this.#clock),
      value: undefined,
      named: undefined,
      advice: [],
      twins: await readGithubTwins(this.#client, this.#where, this.#name),
    };
  }

  async probe(): Promise<void> {
    const { must, send, mustBeGone } = this.#client;
    const attempted = `Checking whether ${this.place} can be written`;
    const nobody =
      this.#where.kind === 'organization'
        ? { visibility: 'selected', selected_repository_ids: [] }
        : {};
    const { reply } = await this.#put(PROBE_NAME, PROBE_VALUE, nobody);
    await must(reply, attempted);
    const removed = await send('DELETE', `${this.#secrets}/{secret}`, {
      variables: { secret: PROBE_NAME },
      parse: ignoreBody,
    });
    await mustBeGone(removed, attempted);
  }

  async doubt(): Promise<string | undefined> {
    const now = await this.#look();
    if (now.kind !== 'value') return `it couldn't be read: ${describeReply(now, 'GitHub')}`;
    if (now.value.updated_at !== this.#before?.updated_at) return undefined;
    // Two writes within one second show the same time.
    const isOfThatSecond =
      this.#answeredMs !== undefined &&
      Date.parse(now.value.updated_at) >= this.#answeredMs - 1_000;
    return isOfThatSecond
      ? undefined
      : `GitHub accepted the new value, but still shows ${now.value.updated_at} as the time of the last change`;
  }

  async name(text: string): Promise<'written' | 'none' | { readonly because: string }> {
    const { variables: path } = githubPaths[this.#where.kind];
    if (path === undefined) return 'none';
    const name = nameVariableOf(this.#name);
    const { send } = this.#client;
    const body = JSON.stringify({ name, value: text });
    const changed = await send('PATCH', `${path}/{variable}`, {
      variables: { variable: name },
      body,
      parse: ignoreBody,
    });
    if (changed.kind === 'value') return 'written';
    if (!isGone(changed)) return { because: describeReply(changed, 'GitHub') };
    const made = await send('POST', path, {
      body: JSON.stringify({ ...this.#access, name, value: text }),
      parse: ignoreBody,
    });
    return made.kind === 'value' ? 'written' : { because: describeReply(made, 'GitHub') };
  }

  async write(value: Secret): Promise<WriteResult> {
    const first = await this.#put(this.#name, value.reveal(), this.#access);
    // The key may have been replaced between the two requests.
    const isStale = first.reply.kind === 'refused' && first.reply.status === 422;
    const { reply, mayBeDone } = isStale
      ? await this.#put(this.#name, value.reveal(), this.#access)
      : first;
    if (reply.kind === 'value') {
      this.#answeredMs = reply.dateMs;
      return { kind: 'written' };
    }
    const failure = storeFailure(reply, `Storing the new token as ${this.place}`, this.#words);
    // A refused second attempt doesn't undo the first, which may have taken effect.
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

  /** Without the list of repositories, a write would remove the secret from all of them. */
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
   * GitHub only shows when the secret was last written, in seconds. A different time is proof. The
   * same time is not, since the write may still take effect later.
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

function archived(attempted: string, place: string): Failure {
  return new Failure({
    code: 'store-refused',
    attempted,
    happened: `${place} belongs to an archived repository, which is read-only`,
    hint: 'Unarchive it, or choose another one.',
  });
}
