import type { Run } from '../run.ts';
import { short } from './objects.ts';
import { commits, type Relation } from './relation.ts';
import { type PushContext, repositoryName } from './remote.ts';

/** Warns about commits that the branch loses if the push is forced. */
export function warnOfForce(
  relation: Relation,
  former: string | undefined,
  context: PushContext,
  { host }: Run,
): void {
  const what = lossOf(relation, former);
  if (what === undefined) return;
  const { branch, checkout } = context;
  host.warn({
    title: what.title,
    message: `${repositoryName(context)}: \`non-fast-forward\` is \`force\`: ${branch} ${what.does.replaceAll('{commit}', short(checkout.commit))}.`,
  });
}

function lossOf(
  relation: Relation,
  former: string | undefined,
): { readonly title: string; readonly does: string } | undefined {
  switch (relation.kind) {
    case 'behind':
      return undefined;
    case 'ahead':
      return {
        title: 'The branch moves back',
        does: `moves back ${commits(relation.newerCommits)} to {commit}`,
      };
    case 'apart':
      return {
        title: 'The branch loses commits',
        does: `moves to {commit} and loses ${commits(relation.otherCommits)} that {commit} does not contain`,
      };
    case 'unknown':
      return {
        title: 'The branch may lose commits',
        does: `moves from ${former?.slice(0, 7)} to {commit}; the checkout has too little history to tell which commits it loses`,
      };
  }
}
