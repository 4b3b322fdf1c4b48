import type { Connection } from '../../outpost/request.ts';
import { type CredentialExpiry, type HolderFacts, reasonOf } from './found-secret.ts';
import { phraseOf, rights, scopeOf } from './gitlab-variables.ts';
import type { StoreWords } from './refusals.ts';
import { nameVariableOf } from './store.ts';
import { createStoreClient, type StoreClient } from './store-client.ts';
import { type GitlabVariable, parseGitlabToken, parseVariables } from './wire.ts';

type Owned = { readonly kind: 'project' | 'group'; readonly id: string };
const MAX_PAGES = 100;

/** Finds the variables of one name in projects and groups. It only sends GET. */
export class GitlabFleet {
  readonly #connection: Connection;
  readonly #basePath: string;
  readonly #key: string;

  constructor(connection: Connection, basePath: string, key: string) {
    this.#connection = connection;
    this.#basePath = basePath;
    this.#key = key;
  }

  /** A token stops working at midnight UTC, when its last day begins. */
  async credentialExpiry(): Promise<CredentialExpiry> {
    const { send } = this.#clientFor({}, wordsFor('the token in OUTPOST_STORE_TOKEN', 'project'));
    const self = await send('GET', '/personal_access_tokens/self', { parse: parseGitlabToken });
    if (self.kind !== 'value') return undefined;
    const { expiresAt } = self.value;
    const ms = expiresAt === null ? null : Date.parse(expiresAt);
    return Number.isNaN(ms) ? undefined : ms;
  }

  /** @throws Failure `store-refused` if GitLab rejects the credential. */
  async read({ kind, id }: Owned): Promise<HolderFacts> {
    const place = `the ${kind} ${id}`;
    const words = wordsFor(place, kind);
    const { send } = this.#clientFor({ holder: id }, words);
    const all: GitlabVariable[] = [];
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const query = `per_page=100&page=${page}`;
      const some = await send('GET', `/${kind}s/{holder}/variables`, {
        query,
        parse: parseVariables,
      });
      if (some.kind !== 'value')
        return {
          secrets: [],
          unread: [
            { place, because: reasonOf(some, `Looking at ${place}`, words), isUsual: false },
          ],
        };
      all.push(...some.value);
      if (some.value.length < 100) break;
    }
    const nameIn = (scope: string): string | undefined =>
      all
        .find((one) => one.key === nameVariableOf(this.#key) && scopeOf(one) === scope)
        ?.value?.reveal();
    const secrets = all
      .filter(({ key }) => key === this.#key)
      .map((one) => ({
        place: phraseOf({ kind, id, environmentScope: scopeOf(one) }, this.#key, scopeOf(one)),
        // GitLab doesn't show when a variable was written.
        writtenMs: undefined,
        named: nameIn(scopeOf(one)),
      }));
    return { secrets, unread: [] };
  }

  #clientFor(variables: Readonly<Record<string, string>>, words: StoreWords): StoreClient {
    return createStoreClient(this.#connection, this.#basePath, variables, words);
  }
}

function wordsFor(place: string, kind: 'project' | 'group'): StoreWords {
  const notFound = `Check the name of ${place}, and that the token in OUTPOST_STORE_TOKEN can see it.`;
  return { product: 'GitLab', place, rights: rights[kind], notFound };
}
