import { Failure } from '../failure.ts';
import { type Connection, createAsk, type Question, type Reply } from '../outpost/ask.ts';
import type { Method } from '../outpost/exchange.ts';
import type { Secret } from '../secret.ts';
import { isGone, type StoreWords, storeFailure } from './refusals.ts';
import { seal } from './seal.ts';
import { PROBE_NAME, PROBE_VALUE, type SecretStore, type Written } from './store.ts';
import { type GithubSecret, parseArchived, parseGithubSecret, parsePublicKey, parseRepositoryIds } from './wire.ts';

/** Whose secret it is. */
export type GithubPlace =
  | { readonly kind: 'repository'; readonly owner: string; readonly repository: string }
  | { readonly kind: 'environment'; readonly owner: string; readonly repository: string; readonly environment: string }
  | { readonly kind: 'organization'; readonly organization: string };

const MAX_SENT = 4;
const MAX_PAGES = 100;
/** More than a second, for clocks that differ a little. */
const RECENT_MS = 5_000;
const HEADERS = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };

const RIGHTS =
  "The job's own GITHUB_TOKEN can never write secrets. Store a fine-grained personal access token, or a GitHub App's, with the permission";

const paths: Readonly<Record<GithubPlace['kind'], { readonly secrets: string; readonly right: string }>> = {
  repository: { secrets: '/repos/{owner}/{repository}/actions/secrets', right: `${RIGHTS} Secrets: write.` },
  environment: {
    secrets: '/repos/{owner}/{repository}/environments/{environment}/secrets',
    right: `${RIGHTS} Environments: write.`,
  },
  organization: { secrets: '/orgs/{organization}/actions/secrets', right: `${RIGHTS} Organization secrets: write.` },
};

/**
 * A secret of GitHub Actions. https://docs.github.com/rest/actions/secrets
 *
 * @param connection to the API: its origin is the API's host.
 * @param basePath what stands before every path there: `/api/v3` on an Enterprise Server.
 */
export function createGithubStore(connection: Connection, basePath: string, place: GithubPlace, name: string): SecretStore {
  const ask = createAsk(connection);
  const { secrets, right } = paths[place.kind];
  const { kind, ...names } = place;
  const where = kind === 'organization' ? names : { ...names };
  const words: StoreWords = {
    product: 'GitHub',
    place: placeOf(place, name),
    rights: right,
    notFound: `Check the names, and that the token in OUTPOST_STORE_TOKEN may see it: ${placeOf(place, name)}. ${right}`,
  };
  /** As it was before the write. */
  let before: GithubSecret | undefined;
  /** It was written so lately that a write now may bear the same second, which is all that GitHub tells of the time. */
  let isRecent = true;
  let access: Readonly<Record<string, unknown>> = {};

  function send<Value>(
    method: Method,
    path: string,
    more: Pick<Question<Value>, 'parse'> & Partial<Question<Value>>,
  ): Promise<Reply<Value>> {
    const variables = { ...where, ...more.variables };
    return ask({ headers: HEADERS, maxSent: MAX_SENT, ...more, form: { method, path: `${basePath}${path}` }, variables });
  }

  async function must<Value>(reply: Promise<Reply<Value>>, attempted: string): Promise<Value> {
    const known = await reply;
    if (known.kind !== 'value') throw storeFailure(known, attempted, words);
    return known.value;
  }

  async function put(secretName: string, value: string, fields: Readonly<Record<string, unknown>>): Promise<Reply<true>> {
    const key = await send('GET', `${secrets}/public-key`, { parse: parsePublicKey });
    if (key.kind !== 'value') return key;
    const sealed = Buffer.from(seal(value, key.value.key)).toString('base64');
    const body = JSON.stringify({ ...fields, encrypted_value: sealed, key_id: key.value.id });
    return send('PUT', `${secrets}/{secret}`, { variables: { secret: secretName }, body, parse: () => true as const });
  }

  async function check(): Promise<readonly string[]> {
    const attempted = `Checking whether ${words.place} can be written`;
    if (kind !== 'organization') {
      const isArchived = await must(send('GET', '/repos/{owner}/{repository}', { parse: parseArchived }), attempted);
      if (isArchived) throw archived(attempted, words.place);
    }
    const looked = await send('GET', `${secrets}/{secret}`, { variables: { secret: name }, parse: parseGithubSecret });
    before = await must(Promise.resolve(looked), attempted);
    isRecent = !(dateOf(looked) - Date.parse(before.updated_at) > RECENT_MS);
    access = kind === 'organization' ? await readAccess(before, attempted) : {};
    const nobody = kind === 'organization' ? { visibility: 'selected', selected_repository_ids: [] } : {};
    await must(put(PROBE_NAME, PROBE_VALUE, nobody), attempted);
    const removed = await send('DELETE', `${secrets}/{secret}`, { variables: { secret: PROBE_NAME }, parse: () => true as const });
    if (!isGone(removed)) await must(Promise.resolve(removed), attempted);
    return [];
  }

  /** A write without the list of repositories would take the secret away from all of them. */
  async function readAccess({ visibility }: GithubSecret, attempted: string): Promise<Readonly<Record<string, unknown>>> {
    if (visibility !== 'selected') return { visibility: visibility ?? 'private' };
    const ids: number[] = [];
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const query = `per_page=100&page=${page}`;
      const some = await must(
        send('GET', `${secrets}/{secret}/repositories`, { variables: { secret: name }, query, parse: parseRepositoryIds }),
        attempted,
      );
      ids.push(...some);
      if (some.length < 100) break;
    }
    return { visibility, selected_repository_ids: ids };
  }

  async function write(value: Secret): Promise<Written> {
    const attempted = `Storing the new token as ${words.place}`;
    let reply = await put(name, value.reveal(), access);
    // The key may have been replaced between the two requests.
    if (reply.kind === 'refused' && reply.status === 422) reply = await put(name, value.reveal(), access);
    if (reply.kind === 'value') return { kind: 'written' };
    const failure = storeFailure(reply, attempted, words);
    if (reply.kind === 'unsent' || (reply.kind === 'refused' && reply.status < 500)) return { kind: 'not-written', failure };
    return await look(failure);
  }

  /** The answer was lost: only the time at which the secret was last written tells. */
  async function look(failure: Failure): Promise<Written> {
    const now = await send('GET', `${secrets}/{secret}`, { variables: { secret: name }, parse: parseGithubSecret });
    if (now.kind !== 'value' || before === undefined) return { kind: 'unknown', failure };
    if (now.value.updated_at !== before.updated_at) return { kind: 'written' };
    return { kind: isRecent ? 'unknown' : 'not-written', failure };
  }

  return { place: words.place, host: connection.origin.host, check, write, close: () => connection.http.close() };
}

/** GitHub's own clock at an answer; NaN where it did not tell. */
function dateOf(reply: Reply<unknown>): number {
  return (reply.kind === 'value' ? reply.dateMs : undefined) ?? Number.NaN;
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
