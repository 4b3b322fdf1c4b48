import type { Reply } from '../../outpost/reply.ts';
import type { StoreClient, StoreRequest } from './store-client.ts';
import { parseEnvironments } from './wire.ts';

const MAX_PAGES = 100;

/**
 * The names of all environments of a repository. Needs the permission Actions: read.
 * https://docs.github.com/rest/deployments/environments#list-environments
 */
export async function readEnvironments(
  { send }: StoreClient,
  more: Pick<StoreRequest<unknown>, 'onHeaders'> = {},
): Promise<Reply<readonly string[]>> {
  const names: string[] = [];
  for (let page = 1; ; page += 1) {
    const some = await send('GET', '/repos/{owner}/{repository}/environments', {
      ...more,
      query: `per_page=100&page=${page}`,
      parse: parseEnvironments,
    });
    if (some.kind !== 'value') return some;
    names.push(...some.value);
    if (some.value.length < 100 || page === MAX_PAGES) return { ...some, value: names };
  }
}
