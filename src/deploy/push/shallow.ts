import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Run } from '../run.ts';
import { isolatedEnvironment } from './git.ts';
import { readCommit } from './objects.ts';
import { git, type PushContext } from './remote.ts';
import { trustSettings } from './trust.ts';

// A shallow checkout (actions/checkout fetches one commit) has a list of commits without their
// parents. Outpost can accept a push from it if the two histories meet. This code makes them meet,
// in the sandbox, so that the checkout itself is unchanged.

function shallowFile({ sandbox }: PushContext): string {
  return join(sandbox, 'shallow');
}

/** Whether the history before the commit is incomplete. */
export function isShallow(context: PushContext): boolean {
  return existsSync(shallowFile(context));
}

/**
 * Fetches what Outpost has, and removes commits from the list if all their parents are now there.
 * If the checkout starts right after Outpost's branch, the history is then complete.
 */
export async function joinHistories(
  context: PushContext,
  formerCommit: string,
  run: Run,
): Promise<void> {
  if (!isShallow(context)) return;
  const has = async (object: string): Promise<boolean> =>
    (await git(context, run, ['cat-file', '-e', `${object}^{commit}`])).status === 0;
  if (!(await has(formerCommit)))
    await git(context, run, ['fetch', '--quiet', '--no-tags', context.url, formerCommit]);
  const open: string[] = [];
  for (const commit of readFileSync(shallowFile(context), 'utf8')
    .split('\n')
    .filter((line) => line !== '')) {
    const facts = await readCommit((...args) => git(context, run, args), commit);
    const parents = facts?.parents ?? [];
    const known = await Promise.all(parents.map(has));
    if (!known.every(Boolean)) open.push(commit);
  }
  if (open.length === 0) rmSync(shallowFile(context));
  else writeFileSync(shallowFile(context), `${open.join('\n')}\n`);
}

/**
 * Fetches the missing history from where the CI system cloned, without a secret. That works for
 * public repositories.
 *
 * @returns whether the history is complete now.
 */
export async function deepen(context: PushContext, run: Run): Promise<boolean> {
  const { checkout, sandbox } = context;
  if (checkout.originUrl === undefined) return false;
  run.host.say('The checkout is shallow; fetching the rest of its history without a token.');
  const env = isolatedEnvironment(sandbox, [
    ...(await trustSettings(sandbox, checkout.originUrl, run)),
    ['protocol.allow', 'never'],
    ['protocol.https.allow', 'always'],
    ['credential.helper', ''],
  ]);
  const end = await git({ ...context, env }, run, [
    'fetch',
    '--quiet',
    '--unshallow',
    '--no-tags',
    checkout.originUrl,
    checkout.commit,
  ]);
  return end.status === 0;
}
