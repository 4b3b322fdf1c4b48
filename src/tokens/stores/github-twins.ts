import { readEnvironments } from './github-environments.ts';
import { type GithubPlace, githubPaths, githubPhrase } from './github-places.ts';
import { nameVariableOf, type Twin } from './store.ts';
import type { StoreClient } from './store-client.ts';
import { parseGithubSecret, parseGithubVariable } from './wire.ts';

/**
 * Other secrets of the same name. For an environment: the repository's, which jobs outside of it
 * read. For a repository: those of its environments, which jobs there read instead. Leaves out what
 * can't be read.
 */
export async function readGithubTwins(
  client: StoreClient,
  where: GithubPlace,
  name: string,
): Promise<readonly Twin[]> {
  if (where.kind !== 'environment' && where.kind !== 'repository') return [];
  const { owner, repository } = where;
  if (where.kind === 'environment')
    return await twinAt(client, { kind: 'repository', owner, repository }, {}, name);
  const environments = await readEnvironments(client);
  if (environments.kind !== 'value') return [];
  const twins: Twin[] = [];
  for (const environment of environments.value) {
    const twin = { kind: 'environment', owner, repository, environment } as const;
    twins.push(...(await twinAt(client, twin, { environment }, name)));
  }
  return twins;
}

async function twinAt(
  { send }: StoreClient,
  twin: GithubPlace,
  variables: Readonly<Record<string, string>>,
  name: string,
): Promise<readonly Twin[]> {
  const { secrets, variables: beside } = githubPaths[twin.kind];
  const found = await send('GET', `${secrets}/{secret}`, { variables, parse: parseGithubSecret });
  if (found.kind !== 'value') return [];
  const named = await send('GET', `${beside}/{variable}`, {
    variables: { ...variables, variable: nameVariableOf(name) },
    parse: parseGithubVariable,
  });
  const place = githubPhrase(twin, name);
  return [{ place, named: named.kind === 'value' ? named.value : undefined }];
}
