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

/** How a secret was sent, with the key before it. */
interface Put {
  readonly reply: Reply<true>;
  readonly mayBeDone: boolean;
}

const MAX_PAGES = 100;

/** A secret of GitHub Actions. https://docs.github.com/rest/actions/secrets */
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
  /** GitHub's own time when it answered the write; milliseconds since 1970. */
  #answeredMs: number | undefined;
  /** Who may read it, to be sent with the value; of an organization alone. */
  #access: Readonly<Record<string, unknown>> = {};

  /**
   * @param connection to the API: its origin is the API's host.
   * @param basePath what stands before every path there: `/api/v3` on an Enterprise Server.
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
      notFound: `Check the names, and that the token in OUTPOST_STORE_TOKEN may see it: ${this.place}. ${right}`,
    };
    const owner = { ...names, secret: name };
    this.#client = createStoreClient(connection, basePath, owner, this.#words, GITHUB_HEADERS);
    this.#secrets = secrets;
    // Of a secret that is not there yet; otherwise it is read.
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
    if (now.kind !== 'value') return `it could not be looked at: ${describeReply(now, 'GitHub')}`;
    if (now.value.updated_at !== this.#before?.updated_at) return undefined;
    // Written twice in one second, it shows the same time.
    const isOfThatSecond =
      this.#answeredMs !== undefined &&
      Date.parse(now.value.updated_at) >= this.#answeredMs - 1_000;
    return isOfThatSecond
      ? undefined
      : `GitHub took the new value, and still shows ${now.value.updated_at} as the time of the last change`;
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

function archived(attempted: string, place: string): Failure {
  return new Failure({
    code: 'store-refused',
    attempted,
    happened: `${place} belongs to an archived repository, which is read-only`,
    hint: 'Unarchive it, or name another one.',
  });
}
