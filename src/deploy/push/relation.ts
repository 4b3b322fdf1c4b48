import type { Run } from '../run.ts';
import { countBetween, isAncestor } from './objects.ts';
import { git, type PushContext } from './remote.ts';
import { isShallow } from './shallow.ts';

/** How the tip of a branch on Outpost relates to the commit to push. */
export type Relation =
  /** The commit follows the tip: a fast-forward. */
  | { readonly kind: 'behind' }
  /** The tip follows the commit. */
  | { readonly kind: 'ahead'; readonly newerCommits: number }
  /** Neither follows the other. */
  | { readonly kind: 'apart'; readonly otherCommits: number }
  /** There is too little history to tell. */
  | { readonly kind: 'unknown' };

/** Fetches the tip if it is missing, and compares. */
export async function relationTo(tip: string, context: PushContext, run: Run): Promise<Relation> {
  const ask = (...args: readonly string[]) => git(context, run, args);
  const { commit } = context.checkout;
  if ((await ask('cat-file', '-e', `${tip}^{commit}`)).status !== 0)
    await ask('fetch', '--quiet', '--no-tags', context.url, tip);
  if (await isAncestor(ask, commit, tip)) {
    const newerCommits = await countBetween(ask, commit, tip);
    return newerCommits === undefined ? { kind: 'unknown' } : { kind: 'ahead', newerCommits };
  }
  if (await isAncestor(ask, tip, commit)) return { kind: 'behind' };
  const otherCommits = isShallow(context) ? undefined : await countBetween(ask, commit, tip);
  return otherCommits === undefined ? { kind: 'unknown' } : { kind: 'apart', otherCommits };
}

/** `1 commit`, `2 commits`. */
export function commits(count: number): string {
  return `${count} commit${count === 1 ? '' : 's'}`;
}
