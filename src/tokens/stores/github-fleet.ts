import type { IncomingHttpHeaders } from 'node:http';
import type { Reply } from '../../outpost/reply.ts';
import type { Connection } from '../../outpost/request.ts';
import {
  type CredentialExpiry,
  type FoundSecret,
  type HolderFacts,
  isForbidden,
  reasonOf,
  type UnreadPlace,
} from './found-secret.ts';
import { readEnvironments } from './github-environments.ts';
import {
  GITHUB_HEADERS,
  type GithubPlace,
  githubPaths,
  githubPhrase,
  writtenMsOf,
} from './github-places.ts';
import { isGone, type StoreWords } from './refusals.ts';
import { nameVariableOf } from './store.ts';
import { createStoreClient, ignoreBody, type StoreClient } from './store-client.ts';
import { parseGithubSecret, parseGithubVariable } from './wire.ts';

type Owned = { readonly owner: string; readonly repository: string };

/** Finds the secrets of one name in repositories. It only sends GET. */
export class GithubFleet {
  readonly #connection: Connection;
  readonly #basePath: string;
  readonly #name: string;
  #expiry: CredentialExpiry;

  constructor(connection: Connection, basePath: string, name: string) {
    this.#connection = connection;
    this.#basePath = basePath;
    this.#name = name;
  }

  /** According to the answers so far. */
  credentialExpiry(): Promise<CredentialExpiry> {
    return Promise.resolve(this.#expiry);
  }

  /** @throws Failure `store-refused` if GitHub rejects the credential. */
  async read({ owner, repository }: Owned): Promise<HolderFacts> {
    const place = `the repository ${owner}/${repository}`;
    const words = wordsFor(place, githubPaths.repository.right);
    const client = this.#clientFor({ owner, repository }, words);
    const attempted = `Looking at ${place}`;
    const seen = await this.#get(client, '/repos/{owner}/{repository}', ignoreBody);
    if (seen.kind !== 'value')
      return {
        secrets: [],
        unread: [{ place, because: reasonOf(seen, attempted, words), isUsual: false }],
      };
    const unread: UnreadPlace[] = [];
    const places: GithubPlace[] = [
      { kind: 'repository', owner, repository },
      { kind: 'dependabot', owner, repository },
      { kind: 'codespaces', owner, repository },
    ];
    const environments = await readEnvironments(client, { onHeaders: this.#noteExpiry });
    if (environments.kind === 'value')
      places.push(
        ...environments.value.map(
          (environment) => ({ kind: 'environment', owner, repository, environment }) as const,
        ),
      );
    else {
      const because = reasonOf(environments, attempted, words);
      unread.push({ place: `the environments of ${owner}/${repository}`, because, isUsual: false });
    }
    const secrets: FoundSecret[] = [];
    for (const one of places) {
      const found = await this.#readPlace(one);
      secrets.push(...found.secrets);
      unread.push(...found.unread);
    }
    return { secrets, unread };
  }

  /** Empty if there is no secret of that name. */
  async #readPlace(where: GithubPlace): Promise<HolderFacts> {
    const { secrets, variables, right } = githubPaths[where.kind];
    const place = githubPhrase(where, this.#name);
    const words = wordsFor(place, right);
    const { kind, ...names } = where;
    const client = this.#clientFor({ ...names, secret: this.#name }, words);
    const secret = await this.#get(client, `${secrets}/{secret}`, parseGithubSecret);
    if (isGone(secret)) return { secrets: [], unread: [] };
    if (secret.kind !== 'value') {
      const isUsual = (kind === 'dependabot' || kind === 'codespaces') && isForbidden(secret);
      const because = reasonOf(secret, `Looking at ${place}`, words);
      return { secrets: [], unread: [{ place, because, isUsual }] };
    }
    const writtenMs = writtenMsOf(secret, secret.value, this.#connection.clock);
    if (variables === undefined)
      return { secrets: [{ place, writtenMs, named: undefined }], unread: [] };
    const beside = await client.send('GET', `${variables}/{variable}`, {
      variables: { variable: nameVariableOf(this.#name) },
      parse: parseGithubVariable,
    });
    const named = beside.kind === 'value' ? beside.value : undefined;
    return { secrets: [{ place, writtenMs, named }], unread: [] };
  }

  #clientFor(variables: Readonly<Record<string, string>>, words: StoreWords): StoreClient {
    return createStoreClient(this.#connection, this.#basePath, variables, words, GITHUB_HEADERS);
  }

  #get<Value>(
    { send }: StoreClient,
    path: string,
    parse: (text: string) => Value | undefined,
  ): Promise<Reply<Value>> {
    return send('GET', path, { parse, onHeaders: this.#noteExpiry });
  }

  readonly #noteExpiry = (headers: IncomingHttpHeaders): void => {
    const header = headers['github-authentication-token-expiration'];
    if (typeof header === 'string') this.#expiry = expiryMs(header) ?? this.#expiry;
  };
}

function wordsFor(place: string, rights: string): StoreWords {
  const notFound = `Check the name of ${place}, and that the token in OUTPOST_STORE_TOKEN can see it.`;
  return { product: 'GitHub', place, rights, notFound };
}

/**
 * `2026-12-31 00:00:00 UTC`, or an offset instead of `UTC`. It's in every answer to a personal
 * access token that expires.
 * https://docs.github.com/authentication/keeping-your-account-and-data-secure/managing-your-personal-access-tokens
 *
 * @returns milliseconds since 1970.
 */
export function expiryMs(header: string): number | undefined {
  const [, day, time, zone = ''] =
    /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) (UTC|[+-]\d{4})$/.exec(header) ?? [];
  const offset = zone === 'UTC' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const ms = Date.parse(`${day}T${time}${offset}`);
  return Number.isNaN(ms) ? undefined : ms;
}
