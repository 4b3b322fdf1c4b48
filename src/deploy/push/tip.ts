import type { Run } from '../run.ts';
import { isNotFound, noSuchRepository, pushFailure } from './push-failure.ts';
import { git, type PushContext, repositoryName } from './remote.ts';

/** Asks Outpost where the branch is. @throws Failure if it does not answer. */
export async function tipOnOutpost(context: PushContext, run: Run): Promise<string | undefined> {
  const { url, branch, repository } = context;
  const end = await git(context, run, ['ls-remote', '--quiet', url, `refs/heads/${branch}`]);
  // git returns every ref that ends like this, such as refs/backup/refs/heads/main.
  const lines = end.stdout.split('\n').map((line) => line.split('\t'));
  if (end.status === 0) return lines.find(([, ref]) => ref === `refs/heads/${branch}`)?.[0];
  const failure = pushFailure(end, `Reading ${repositoryName(context)}`, repository);
  if (failure.code === 'push-refused' && isNotFound(end))
    throw noSuchRepository(repository, await repositoryNames(repository.namespace, run));
  throw failure;
}

async function repositoryNames(namespace: string, run: Run): Promise<readonly string[]> {
  const reply = await run.client.repositories(namespace);
  return reply.kind === 'value' ? reply.value : [];
}
