import type { Git } from './sandbox.ts';

/** The facts of a commit, even if its parents are missing. */
export interface CommitFacts {
  readonly parents: readonly string[];
  /** The first line of its message. */
  readonly subject: string;
}

/** @returns undefined if there is no such commit. */
export async function readCommit(git: Git, commit: string): Promise<CommitFacts | undefined> {
  const { status, stdout } = await git('cat-file', 'commit', commit);
  if (status !== 0) return undefined;
  const border = stdout.indexOf('\n\n');
  const parents = [...stdout.slice(0, border).matchAll(/^parent ([0-9a-f]+)$/gm)];
  return {
    parents: parents.map(([, parent]) => parent ?? ''),
    subject: stdout.slice(border + 2).split('\n', 1)[0] ?? '',
  };
}

/** Whether `one` is `other`, or is in the part of its history that is available. */
export async function isAncestor(git: Git, one: string, other: string): Promise<boolean> {
  return (await git('merge-base', '--is-ancestor', one, other)).status === 0;
}

/** How many commits `one` has that `other` does not; undefined = git cannot tell. */
export async function countBetween(
  git: Git,
  other: string,
  one: string,
): Promise<number | undefined> {
  const { status, stdout } = await git('rev-list', '--count', `${other}..${one}`);
  return status === 0 ? Number(stdout.trim()) : undefined;
}

/** A commit as people name it. */
export function short(commit: string): string {
  return commit.slice(0, 7);
}
