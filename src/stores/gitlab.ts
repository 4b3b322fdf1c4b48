import { Failure } from '../failure.ts';
import { type Connection, createAsk, type Question, type Reply } from '../outpost/ask.ts';
import type { Method } from '../outpost/exchange.ts';
import type { Secret } from '../secret.ts';
import { isGone, type StoreWords, storeFailure } from './refusals.ts';
import { PROBE_NAME, PROBE_VALUE, type SecretStore, type Written } from './store.ts';
import { type GitlabVariable, parseArchived, parseVariable } from './wire.ts';

/** Whose variable it is: by path or number. */
export interface GitlabPlace {
  readonly kind: 'project' | 'group';
  readonly id: string;
  /** `*`, or as the variable has it. */
  readonly environmentScope: string;
}

const MAX_SENT = 4;
/** How often a probe that is there already is deleted: it is of a run that was cut off, or of others that run now. */
const PROBES_OF_OTHERS = 3;

const rights: Readonly<Record<GitlabPlace['kind'], string>> = {
  project: "The job's own CI_JOB_TOKEN cannot write variables. Store a project access token with the scope `api` and the role Maintainer.",
  group: "The job's own CI_JOB_TOKEN cannot write variables. Store a group access token with the scope `api` and the role Owner.",
};

/**
 * A CI/CD variable of GitLab. Only its value is sent, so that all else about it (masked, protected, hidden, its scope) stays as it is.
 * https://docs.gitlab.com/api/project_level_variables/
 *
 * @param connection to GitLab: its origin is GitLab's host.
 * @param basePath the path of CI_API_V4_URL.
 */
export function createGitlabStore(connection: Connection, basePath: string, place: GitlabPlace, key: string): SecretStore {
  const ask = createAsk(connection);
  const holder = `${basePath}/${place.kind}s/{holder}`;
  const description = `the variable ${key}${place.environmentScope === '*' ? '' : ` (${place.environmentScope})`} of the ${place.kind} ${place.id}`;
  const words: StoreWords = {
    product: 'GitLab',
    place: description,
    rights: rights[place.kind],
    notFound: `Check the names, and that the token in OUTPOST_STORE_TOKEN may see it: ${description}. Create the variable once by hand, masked and protected.`,
  };
  const filter = `filter[environment_scope]=${encodeURIComponent(place.environmentScope)}`;

  function send<Value>(
    method: Method,
    path: string,
    more: Pick<Question<Value>, 'parse'> & Partial<Question<Value>>,
  ): Promise<Reply<Value>> {
    const variables = { holder: place.id, ...more.variables };
    return ask({ maxSent: MAX_SENT, ...more, form: { method, path: `${holder}${path}` }, variables });
  }

  const read = (): Promise<Reply<GitlabVariable>> =>
    send('GET', '/variables/{key}', { variables: { key }, query: filter, parse: parseVariable });

  async function must<Value>(reply: Promise<Reply<Value>>, attempted: string): Promise<Value> {
    const known = await reply;
    if (known.kind !== 'value') throw storeFailure(known, attempted, words);
    return known.value;
  }

  async function check(): Promise<readonly string[]> {
    const attempted = `Checking whether ${description} can be written`;
    // Of an archived project, everything else answers 403 without a reason.
    if (await must(send('GET', '', { parse: parseArchived }), attempted))
      throw refused(attempted, 'the project is archived, and so read-only', 'Unarchive it, or name another one.');
    const variable = await must(read(), attempted);
    if (variable.variable_type === 'file')
      throw refused(
        attempted,
        `${description} is of the type file, so jobs get a path in place of the token`,
        'Make it a variable of the usual type.',
      );
    await probe(attempted);
    return [
      ...(variable.masked === false ? [`${description} is not masked: mask it in Settings > CI/CD > Variables.`] : []),
      ...(variable.protected === false ? [`${description} is not protected: any branch's job can read it.`] : []),
    ];
  }

  /** One that a run before this left behind is deleted first. */
  async function probe(attempted: string): Promise<void> {
    const body = JSON.stringify({ key: PROBE_NAME, value: PROBE_VALUE, protected: true, environment_scope: place.environmentScope });
    const remove = (): Promise<Reply<true>> =>
      send('DELETE', '/variables/{key}', { variables: { key: PROBE_NAME }, query: filter, parse: () => true as const });
    const create = (): Promise<Reply<true>> => send('POST', '/variables', { body, parse: () => true as const });
    const removed = async (): Promise<void> => {
      const reply = await remove();
      if (!isGone(reply)) await must(Promise.resolve(reply), attempted);
    };
    let made = await create();
    for (let again = 0; again < PROBES_OF_OTHERS && made.kind === 'refused' && made.status === 400; again += 1) {
      await removed();
      made = await create();
    }
    await must(Promise.resolve(made), attempted);
    await removed();
  }

  async function write(value: Secret): Promise<Written> {
    const attempted = `Storing the new token as ${description}`;
    const body = JSON.stringify({ value: value.reveal() });
    const reply = await send('PUT', '/variables/{key}', { variables: { key }, query: filter, body, parse: () => true as const });
    if (reply.kind === 'value') return { kind: 'written' };
    const failure = storeFailure(reply, attempted, words);
    if (reply.kind === 'unsent' || (reply.kind === 'refused' && reply.status < 500)) return { kind: 'not-written', failure };
    const now = await read();
    if (now.kind !== 'value' || now.value.value === null) return { kind: 'unknown', failure };
    return now.value.value === value.reveal() ? { kind: 'written' } : { kind: 'not-written', failure };
  }

  return { place: description, host: connection.origin.host, check, write, close: () => connection.http.close() };
}

function refused(attempted: string, happened: string, hint: string): Failure {
  return new Failure({ code: 'store-refused', attempted, happened, hint });
}
