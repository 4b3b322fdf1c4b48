import type { Failure } from '../../lib/failure.ts';
import type { Secret } from '../../lib/secret.ts';
import { describeReply } from '../../outpost/errors.ts';
import { isUndone, type Reply } from '../../outpost/reply.ts';
import type { Connection } from '../../outpost/request.ts';
import {
  adviceOn,
  type GitlabPlace,
  isTaken,
  mayBeSame,
  phraseOf,
  refused,
  rights,
  scopeOf,
} from './gitlab-variables.ts';
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
import { type GitlabVariable, parseArchived, parseVariable, parseVariables } from './wire.ts';

/**
 * How often to delete a probe that exists already. It's from an interrupted run, or from one that
 * runs right now. Each run makes its probe once, so this allows for that many other runs.
 */
const PROBES_OF_OTHERS = 10;
const MAX_PAGES = 100;

/**
 * A GitLab CI/CD variable. Only its value is sent, so everything else about it (masked, protected,
 * hidden, its scope) stays as it is. https://docs.gitlab.com/api/project_level_variables/
 */
export class GitlabStore implements SecretStore {
  readonly place: string;
  readonly host: string;
  readonly #client: StoreClient;
  readonly #words: StoreWords;
  readonly #where: GitlabPlace;
  readonly #key: string;
  readonly #scope: string;
  /** It was seen, so it's only updated, never created. */
  #isThere = false;
  #hasName: boolean | undefined;
  /** Selects one of several variables of the same name by its scope. */
  readonly #query: string;

  /**
   * @param connection to GitLab: its origin is GitLab's host.
   * @param basePath the path of CI_API_V4_URL.
   */
  constructor(connection: Connection, basePath: string, place: GitlabPlace, key: string) {
    const { kind, id, environmentScope } = place;
    this.place = phraseOf(place, key, environmentScope);
    this.#where = place;
    this.#key = key;
    this.host = connection.origin.host;
    this.#scope = environmentScope;
    this.#query = `filter[environment_scope]=${encodeURIComponent(environmentScope)}`;
    this.#words = {
      product: 'GitLab',
      place: this.place,
      rights: rights[kind],
      notFound: `Check the name of ${this.place}, and that the token in OUTPOST_STORE_TOKEN can see it. If the variable doesn't exist, create it yourself once, masked and protected.`,
    };
    this.#client = createStoreClient(
      connection,
      `${basePath}/${kind}s/{holder}`,
      { holder: id, key },
      this.#words,
    );
  }

  async read(): Promise<SecretFacts> {
    const { must, send } = this.#client;
    const attempted = `Looking at ${this.place}`;
    // In an archived project, every other request gets a 403 without a reason.
    if (await must(send('GET', '', { parse: parseArchived }), attempted))
      throw refused(
        attempted,
        'the project is archived, so it is read-only',
        'Unarchive it, or choose another one.',
      );
    const all = await this.#readAll(attempted);
    const named = all.filter(({ key }) => key === this.#key);
    const variable = named.find((one) => scopeOf(one) === this.#scope);
    if (variable === undefined) throw this.#notThere(attempted, named.map(scopeOf));
    if (variable.variable_type === 'file')
      throw refused(
        attempted,
        `${this.place} has the type File, so jobs get a path instead of the token`,
        'Change its type to Variable.',
      );
    const nameOf = (scope: string): GitlabVariable | undefined =>
      all.find((one) => one.key === nameVariableOf(this.#key) && scopeOf(one) === scope);
    const beside = nameOf(this.#scope);
    this.#isThere = true;
    this.#hasName = beside !== undefined;
    return {
      // GitLab doesn't show when a variable was written.
      writtenMs: undefined,
      value: variable.value ?? undefined,
      named: beside?.value?.reveal(),
      advice: adviceOn(variable, this.place),
      twins: named
        .filter((one) => one !== variable && mayBeSame(one, variable))
        .map((one) => ({
          place: phraseOf(this.#where, this.#key, scopeOf(one)),
          named: nameOf(scopeOf(one))?.value?.reveal(),
        })),
    };
  }

  /** All variables, including those of other scopes and the one with the token's name. */
  async #readAll(attempted: string): Promise<readonly GitlabVariable[]> {
    const { must, send } = this.#client;
    const all: GitlabVariable[] = [];
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const query = `per_page=100&page=${page}`;
      const some = await must(
        send('GET', '/variables', { query, parse: parseVariables }),
        attempted,
      );
      all.push(...some);
      if (some.length < 100) break;
    }
    return all;
  }

  #notThere(attempted: string, scopes: readonly string[]): Failure {
    const others = scopes.map((scope) => `\`${scope}\``).join(', ');
    return refused(
      attempted,
      'GitLab has no such variable',
      scopes.length > 0
        ? `A variable of that name has the scope ${others}. Add that scope to the place (\`project:PATH@SCOPE\`), or set \`environment-scope\`. Every scope that holds the token must be among the places.`
        : this.#words.notFound,
    );
  }

  async doubt(value: Secret): Promise<string | undefined> {
    const now = await this.#read();
    if (now.kind !== 'value') return `it couldn't be read: ${describeReply(now, 'GitLab')}`;
    const { value: held } = now.value;
    return held === null || held.reveal() === value.reveal()
      ? undefined
      : 'GitLab accepted the new value, but still shows another one';
  }

  async name(text: string): Promise<'written' | { readonly because: string }> {
    const key = nameVariableOf(this.#key);
    const { send } = this.#client;
    const changed =
      this.#hasName === false
        ? undefined
        : await send('PUT', '/variables/{key}', {
            variables: { key },
            query: this.#query,
            body: JSON.stringify({ value: text }),
            parse: ignoreBody,
          });
    const body = JSON.stringify({ key, value: text, environment_scope: this.#scope, raw: true });
    const reply =
      changed === undefined || isGone(changed)
        ? await send('POST', '/variables', { body, parse: ignoreBody })
        : changed;
    if (reply.kind !== 'value') return { because: describeReply(reply, 'GitLab') };
    this.#hasName = true;
    return 'written';
  }

  async write(value: Secret): Promise<WriteResult> {
    const changed = await this.#client.send('PUT', '/variables/{key}', {
      query: this.#query,
      body: JSON.stringify({ value: value.reveal() }),
      parse: ignoreBody,
    });
    const reply = isGone(changed) && !this.#isThere ? await this.#create(value) : changed;
    if (reply.kind === 'value') return { kind: 'written' };
    const failure = storeFailure(reply, `Storing the new token as ${this.place}`, this.#words);
    if (isUndone(reply)) return { kind: 'not-written', failure };
    // Another value proves nothing, since the write may still take effect later. Nor does a hidden
    // one.
    const now = await this.#read();
    return now.kind === 'value' && now.value.value?.reveal() === value.reveal()
      ? { kind: 'written' }
      : { kind: 'unknown', failure };
  }

  #create(value: Secret): Promise<Reply<true>> {
    const body = JSON.stringify({
      key: this.#key,
      value: value.reveal(),
      masked: true,
      protected: true,
      environment_scope: this.#scope,
    });
    return this.#client.send('POST', '/variables', { body, parse: ignoreBody });
  }

  #read(): Promise<Reply<GitlabVariable>> {
    return this.#client.send('GET', '/variables/{key}', {
      query: this.#query,
      parse: parseVariable,
    });
  }

  /** First deletes a probe that an earlier run left behind. */
  async probe(): Promise<void> {
    const { must, mustBeGone, send } = this.#client;
    const attempted = `Checking whether ${this.place} can be written`;
    const body = JSON.stringify({
      key: PROBE_NAME,
      value: PROBE_VALUE,
      protected: true,
      environment_scope: this.#scope,
    });
    const create = (): Promise<Reply<true>> =>
      send('POST', '/variables', { body, parse: ignoreBody });
    const remove = async (): Promise<void> => {
      const probe = { variables: { key: PROBE_NAME }, query: this.#query, parse: ignoreBody };
      await mustBeGone(await send('DELETE', '/variables/{key}', probe), attempted);
    };
    let made = await create();
    for (let again = 0; again < PROBES_OF_OTHERS && isTaken(made); again += 1) {
      await remove();
      made = await create();
    }
    await must(made, attempted);
    await remove();
  }
}
