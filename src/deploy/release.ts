import { checkHealth } from './health.ts';
import { type Plan, type PlannedDeploy, stagesOf } from './plan.ts';
import { follow } from './rollout/follow.ts';
import type { Verdict } from './rollout/verdict.ts';
import { assertTimeLeft, type Run } from './run.ts';
import { deploy } from './start.ts';
import { endingOf } from './tally.ts';
import { fullName } from './target.ts';

/** A deploy that was never started, because an earlier stage failed. */
export interface SkippedDeploy {
  readonly deploy: PlannedDeploy;
  /** As a clause. */
  readonly because: string;
}

/** The results of a run: one or the other for each planned deploy. */
export interface Released {
  readonly verdicts: readonly Verdict[];
  readonly skipped: readonly SkippedDeploy[];
}

export const NOTHING_RELEASED: Released = { verdicts: [], skipped: [] };

/**
 * Plan -> Released, stage by stage: each is started, followed and health-checked before the next
 * one starts. If a service in a stage fails, the later stages are skipped.
 *
 * @param keep gets what is known so far, so that nothing is lost if a later stage fails. Before its
 *     first call, no deploy call was sent.
 * @throws Failure `timed-out` if there is no time left to start.
 */
export async function release(
  plan: Plan,
  run: Run,
  keep: (soFar: Released) => void,
): Promise<Released> {
  assertTimeLeft(run, 'Starting the deploy');
  const stages = stagesOf(plan);
  let released = NOTHING_RELEASED;
  keep(released);
  for (const [index, stage] of stages.entries()) {
    const names = stage.deploys.map(({ target }) => fullName(target)).join(', ');
    const before = released;
    const because = obstacleIn(before.verdicts);
    if (because !== undefined) {
      run.host.say(`Stage ${index + 1} of ${stages.length} is skipped (${names}): ${because}.`);
      const skipped = stage.deploys.map((planned) => ({ deploy: planned, because }));
      released = { ...before, skipped: [...before.skipped, ...skipped] };
    } else {
      if (stages.length > 1) run.host.say(`Stage ${index + 1} of ${stages.length}: ${names}.`);
      const followed = await follow(await deploy(stage, run), stage, run);
      keep({ ...before, verdicts: [...before.verdicts, ...followed] });
      const checked = await checkHealth(followed, plan.config, run);
      released = { ...before, verdicts: [...before.verdicts, ...checked] };
    }
    keep(released);
  }
  return released;
}

/** Why the next stage must not start, as a clause; undefined = it can start. */
export function obstacleIn(verdicts: readonly Verdict[]): string | undefined {
  const bad = verdicts.find(({ status }) => status !== 'deployed' && status !== 'accepted');
  if (bad === undefined) return undefined;
  const { target } = bad.receipt.deploy;
  return `${fullName(target)} in stage ${target.stage} ${endingOf(bad.status)}`;
}
