import type { Context } from '../host.ts';
import type { WrittenTarget } from '../inputs/services.ts';
import { fullName, type Target } from './target.ts';

// Which branch to deploy, and which one to push to.

export function resolveBranches(
  written: readonly WrittenTarget[],
  branch: string | undefined,
  context: Context,
  problems: string[],
): readonly Target[] {
  const fallback = branch ?? context.branch;
  const targets: Target[] = [];
  const branchless: string[] = [];
  for (const target of written) {
    const resolved = target.branch ?? fallback;
    if (resolved === undefined) branchless.push(fullName(target));
    else targets.push({ ...target, branch: resolved });
  }
  if (branchless.length > 0) {
    const built =
      context.tag === undefined
        ? (context.branchless ?? 'this run does not build a branch')
        : `this run builds the tag \`${context.tag}\`, not a branch`;
    problems.push(
      `\`branch\` is missing for ${branchless.join(', ')}: ${built}, so set the branch to deploy`,
    );
  }
  return targets;
}

/** The branch that all services use, if it is the same one. */
export function onlyBranch([first, ...others]: readonly Target[]): string | undefined {
  return others.every(({ branch }) => branch === first?.branch) ? first?.branch : undefined;
}

/** If no service deploys from the pushed branch, the pushed commit would never be deployed. */
export function refuseIdlePush(
  targets: readonly Target[],
  pushBranch: string | undefined,
  problems: string[],
): void {
  if (targets.length === 0 || targets.some(({ branch }) => branch === pushBranch)) return;
  problems.push(
    pushBranch === undefined
      ? '`push`: the services use different branches, so set `branch` to the one to push to'
      : `\`push\`: the commit goes to the branch \`${pushBranch}\`, but no service deploys from it, so the commit would not be deployed; set \`branch\` to the branch of a service, or remove \`push\``,
  );
}
