import { Failure } from '../../lib/failure.ts';
import { short } from './objects.ts';
import { commits, type Relation } from './relation.ts';
import { type PushContext, repositoryName } from './remote.ts';

const ELSEWHERE =
  'If they were pushed from somewhere else, add them to your repository first, and run the job again.';
const FORCE = 'set `non-fast-forward: force` on a branch that is used only for deploys';

/** The push was not a fast-forward, and nothing else is allowed. */
export function notFastForward(relation: Relation, tip: string, context: PushContext): Failure {
  const { branch, checkout } = context;
  const at = `${branch} on Outpost is at ${short(tip)}`;
  const ours = short(checkout.commit);
  if (relation.kind === 'ahead')
    return rejected(
      context,
      `${at}, ${commits(relation.newerCommits)} ahead of ${ours}`,
      `To deploy the older commit (a rollback, a promotion), ${FORCE}. To end outdated runs without a deploy, set \`non-fast-forward: skip\`. ${relation.newerCommits === 1 ? ELSEWHERE.replace('they were', 'the newer commit was').replace('them', 'it') : ELSEWHERE.replace('they', 'the newer commits')}`,
    );
  const others =
    relation.kind === 'apart'
      ? `${commits(relation.otherCommits)} that ${ours} does not contain`
      : `commits that ${ours} does not contain`;
  return rejected(
    context,
    `${at} and has ${others}`,
    `To replace them (you rewrote history, or promote another branch), ${FORCE}. ${ELSEWHERE}`,
  );
}

/** Someone else pushed first: because of the lease, git or Outpost refuses the push. */
export function movedMeanwhile(lease: string, tip: string, context: PushContext): Failure {
  return rejected(
    context,
    `someone moved ${context.branch} from ${short(lease)} to ${short(tip)} during this run`,
    'Check what was pushed there. Let only one job at a time push to this branch, and run this one again if its commit is still the one to deploy.',
  );
}

/** A gateway rejected the upload in chunks and in one piece. */
export function refusedUpload(context: PushContext): Failure {
  return new Failure({
    code: 'push-refused',
    attempted: `Pushing to ${repositoryName(context)}`,
    happened:
      'something between this machine and Outpost rejects chunked uploads, and also rejected the upload in one piece',
    hint: 'Ask the admin of the proxy or gateway to allow chunked uploads. For a push larger than 500 MiB, increase the buffer on this machine: `git config --system http.postBuffer 2g`.',
  });
}

function rejected(context: PushContext, happened: string, hint: string): Failure {
  const doing = context.config.dryRun ? 'Checking the push' : 'Pushing';
  return new Failure({
    code: 'push-rejected',
    attempted: `${doing} to ${repositoryName(context)}`,
    happened,
    hint,
  });
}
