import type { Secret } from '../../lib/secret.ts';
import type { Plan } from '../plan.ts';
import type { Run } from '../run.ts';
import { warnOfForce } from './force.ts';
import { short } from './objects.ts';
import { notFastForward } from './rejections.ts';
import { commits, relationTo } from './relation.ts';
import { type PushContext, repositoryName, withOutpost } from './remote.ts';
import { isShallow, joinHistories } from './shallow.ts';
import { tipOnOutpost } from './tip.ts';

/**
 * Plan -> the log: asks Outpost where the branch is, and says what a push would do. Changes
 * nothing, so whether the token may push stays open.
 *
 * @throws Failure `push-refused`, `push-rejected`
 */
export async function checkPush(
  { config, checkout }: Plan,
  token: Secret,
  run: Run,
): Promise<void> {
  if (checkout === undefined) return;
  await withOutpost(config, checkout, token, run, async (context) => {
    const tip = await tipOnOutpost(context, run);
    run.host.say(`${repositoryName(context)}: ${await outlook(tip, context, run)}`);
  });
}

/** What the push would do, as a sentence. */
async function outlook(tip: string | undefined, context: PushContext, run: Run): Promise<string> {
  const { branch, config } = context;
  const commit = short(context.checkout.commit);
  if (tip === undefined) {
    if (isShallow(context)) warnOfHistory('whether Outpost has what comes before it', context, run);
    return `the push would create ${branch} at ${commit}.`;
  }
  if (tip === context.checkout.commit)
    return `${branch} is already at ${commit}; there is nothing to push.`;
  await joinHistories(context, tip, run);
  const relation = await relationTo(tip, context, run);
  const move = `the push would move ${branch} from ${short(tip)} to ${commit}.`;
  if (config.nonFastForward === 'force') {
    warnOfForce(relation, tip, context, run);
    return move;
  }
  switch (relation.kind) {
    case 'behind':
      return move;
    case 'ahead':
      if (config.nonFastForward === 'skip')
        return `${branch} is already ${commits(relation.newerCommits)} ahead of ${commit}; nothing would be pushed or deployed.`;
      throw notFastForward(relation, tip, context);
    case 'apart':
      throw notFastForward(relation, tip, context);
    case 'unknown':
      warnOfHistory(`whether it follows ${short(tip)}, where ${branch} is`, context, run);
      return `the push may move ${branch} from ${short(tip)} to ${commit}.`;
  }
}

/** A checkout may begin in the middle of the history, and then so does the push. */
function warnOfHistory(question: string, context: PushContext, { host }: Run): void {
  host.warn({
    title: 'The push was not checked',
    message: `${repositoryName(context)}: the checkout has too little history before ${short(context.checkout.commit)} to tell ${question}. If the real push is rejected for that, check out the full history: \`fetch-depth: 0\` for actions/checkout, or the variable \`GIT_DEPTH: "0"\` on GitLab.`,
  });
}
