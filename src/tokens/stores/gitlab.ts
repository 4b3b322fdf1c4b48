import { Failure } from '../../lib/failure.ts';
import type { Secret } from '../../lib/secret.ts';
import { isUndone, type Reply } from '../../outpost/reply.ts';
import type { Connection } from '../../outpost/request.ts';
import { type StoreWords, storeFailure } from './refusals.ts';
import { PROBE_NAME, PROBE_VALUE, type SecretStore, type WriteResult } from './store.ts';
import { createStoreClient, ignoreBody, type StoreClient } from './store-client.ts';
import { type GitlabVariable, parseArchived, parseVariable } from './wire.ts';

/** Whose variable it is: by path or number. */
export interface GitlabPlace {
  readonly kind: 'project' | 'group';
  readonly id: string;
  /** `*`, or as the variable has it. */
  readonly environmentScope: string;
}

/**
 * How often a probe that is there already is deleted. It is of a run that was cut off, or of one
 * that runs now; each of those makes its probe once, so this many others at once are borne.
 * GitLab's 400 does not say for certain that it is there, so that it must have an end.
 */
const PROBES_OF_OTHERS = 10;

const rights: Readonly<Record<GitlabPlace['kind'], string>> = {
  project:
    "The job's own CI_JOB_TOKEN cannot write variables. Store a project access token with the scope `api` and the role Maintainer.",
  group:
    "The job's own CI_JOB_TOKEN cannot write variables. Store a group access token with the scope `api` and the role Owner.",
};

/**
 * A CI/CD variable of GitLab. Only its value is sent, so that all else about it (masked, protected,
 * hidden, its scope) stays as it is. https://docs.gitlab.com/api/project_level_variables/
 */
export class GitlabStore implements SecretStore {
  readonly place: string;
  readonly host: string;
  readonly #client: StoreClient;
  readonly #words: StoreWords;
  readonly #scope: string;
  /** One of several variables of a name is found by its scope. */
  readonly #query: string;

  /**
   * @param connection to GitLab: its origin is GitLab's host.
   * @param basePath the path of CI_API_V4_URL.
   */
  constructor(
    connection: Connection,
    basePath: string,
    { kind, id, environmentScope }: GitlabPlace,
    key: string,
  ) {
    this.place = `the variable ${key}${environmentScope === '*' ? '' : ` (${environmentScope})`} of the ${kind} ${id}`;
    this.host = connection.origin.host;
    this.#scope = environmentScope;
    this.#query = `filter[environment_scope]=${encodeURIComponent(environmentScope)}`;
    this.#words = {
      product: 'GitLab',
      place: this.place,
      rights: rights[kind],
      notFound: `Check the names, and that the token in OUTPOST_STORE_TOKEN may see it: ${this.place}. Create the variable once by hand, masked and protected.`,
    };
    this.#client = createStoreClient(
      connection,
      `${basePath}/${kind}s/{holder}`,
      { holder: id, key },
      this.#words,
    );
  }

  async check(): Promise<readonly string[]> {
    const { must, send } = this.#client;
    const attempted = `Checking whether ${this.place} can be written`;
    // Of an archived project, everything else answers 403 without a reason.
    if (await must(send('GET', '', { parse: parseArchived }), attempted))
      throw refused(
        attempted,
        'the project is archived, and so read-only',
        'Unarchive it, or name another one.',
      );
    const variable = await must(this.#read(), attempted);
    if (variable.variable_type === 'file')
      throw refused(
        attempted,
        `${this.place} is of the type file, so jobs get a path in place of the token`,
        'Make it a variable of the usual type.',
      );
    await this.#probe(attempted);
    return [
      ...(variable.masked === false
        ? [`${this.place} is not masked: mask it in Settings > CI/CD > Variables.`]
        : []),
      ...(variable.protected === false
        ? [`${this.place} is not protected: any branch's job can read it.`]
        : []),
    ];
  }

  async write(value: Secret): Promise<WriteResult> {
    const body = JSON.stringify({ value: value.reveal() });
    const reply = await this.#client.send('PUT', '/variables/{key}', {
      query: this.#query,
      body,
      parse: ignoreBody,
    });
    if (reply.kind === 'value') return { kind: 'written' };
    const failure = storeFailure(reply, `Storing the new token as ${this.place}`, this.#words);
    if (isUndone(reply)) return { kind: 'not-written', failure };
    // Another value proves nothing, for what was sent may still be under way; nor does a hidden
    // one.
    const now = await this.#read();
    return now.kind === 'value' && now.value.value === value.reveal()
      ? { kind: 'written' }
      : { kind: 'unknown', failure };
  }

  #read(): Promise<Reply<GitlabVariable>> {
    return this.#client.send('GET', '/variables/{key}', {
      query: this.#query,
      parse: parseVariable,
    });
  }

  /** One that a run before this left behind is deleted first. */
  async #probe(attempted: string): Promise<void> {
    const { must, mustBeGone, send } = this.#client;
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
    for (
      let again = 0;
      again < PROBES_OF_OTHERS && made.kind === 'refused' && made.status === 400;
      again += 1
    ) {
      await remove();
      made = await create();
    }
    await must(made, attempted);
    await remove();
  }
}

function refused(attempted: string, happened: string, hint: string): Failure {
  return new Failure({ code: 'store-refused', attempted, happened, hint });
}
