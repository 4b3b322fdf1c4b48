import type { Repository } from './git.ts';

/** A branch `topic` beside `main`, and the merge of the two that a CI system makes. */
export interface Proposal {
  readonly base: string;
  readonly head: string;
  readonly merge: string;
}

/**
 * Makes the merge and leaves it checked out.
 *
 * @param order which side is the first parent: GitHub and GitLab put the base first, Bitbucket and
 *     Jenkins the head.
 */
export function propose(repository: Repository, order: 'base first' | 'head first'): Proposal {
  repository.git('checkout', '--quiet', '-b', 'topic', 'main~1');
  const head = repository.commit('topic', 'topic\n');
  const base = repository.git('rev-parse', 'main');
  const [first, second] = order === 'base first' ? [base, head] : [head, base];
  repository.git('checkout', '--quiet', '--detach', first);
  const words =
    order === 'base first' ? `Merge ${head} into ${base}` : `Merge commit '${base}' into HEAD`;
  repository.git('merge', '--quiet', '--no-ff', '--message', words, second);
  return { base, head, merge: repository.git('rev-parse', 'HEAD') };
}
