import type { Context } from '../host.ts';
import { Failure } from '../lib/failure.ts';

const ATTEMPTED = 'Checking what started this run';

/**
 * People outside the team can start these runs, with access to the repository's secrets.
 */
const unsafeTriggers: ReadonlySet<string> = new Set([
  'pull_request_target',
  'issue_comment',
  'workflow_run',
]);

/**
 * Refuses a run that people outside the team may have started, unless the configuration allows it.
 * Always refuses a run after a workflow that did not succeed.
 *
 * @throws Failure `unsafe-trigger`
 */
export function refuseUnsafeTrigger(
  config: { readonly allowUnsafeTrigger: boolean },
  context: Context,
): void {
  const { trigger, fromFork, testedRun } = context;
  if (testedRun !== undefined) requireSuccess(testedRun.conclusion);
  if (
    config.allowUnsafeTrigger ||
    !unsafeTriggers.has(trigger) ||
    (trigger === 'workflow_run' && !fromFork)
  )
    return;
  throw new Failure({
    code: 'unsafe-trigger',
    attempted: ATTEMPTED,
    happened: `it was started by ${trigger}${trigger === 'workflow_run' ? " after a fork's workflow" : ''}, which people outside your team can trigger, with access to the repository's secrets`,
    hint: 'Deploy from `push` or `workflow_dispatch`, or set `allow-unsafe-trigger: true` if you trust everyone who can start the workflow.',
  });
}

/** @param conclusion undefined = it has not ended, or is not known. */
function requireSuccess(conclusion: string | undefined): void {
  if (conclusion === 'success') return;
  throw new Failure({
    code: 'unsafe-trigger',
    attempted: ATTEMPTED,
    happened:
      conclusion === undefined
        ? 'it was started by workflow_run, and the event does not say that the workflow before it succeeded'
        : `it was started by workflow_run, but the workflow before it ended with \`${conclusion.slice(0, 30)}\`, not \`success\``,
    hint: "Run this job only after a success: use `types: [completed]` on the trigger and `if: github.event.workflow_run.conclusion == 'success'` on the job.",
  });
}
