import type { ValuesOf } from '../inputs/read.ts';
import type { readers } from '../inputs/readers.ts';
import type { inputs } from '../inputs/table.ts';
import { fullName, stageCount, type Target } from './target.ts';

// Inputs that are valid on their own but make no sense together.

export type Values = ValuesOf<(typeof inputs)[number], typeof readers>;

/**
 * The documented deploy path has no namespace, so Outpost could not tell apart two services with
 * the same name.
 */
export function refuseAmbiguousNames(
  targets: readonly Target[],
  deployPath: string,
  problems: string[],
): void {
  if (deployPath.includes('{namespace}')) return;
  const firstByName = new Map<string, Target>();
  for (const target of targets) {
    const first = firstByName.get(target.service);
    if (first === undefined) firstByName.set(target.service, target);
    else
      problems.push(
        `\`service\`: ${fullName(first)} and ${fullName(target)} have the same name, and the deploy call does not include a namespace: deploy them in two steps with a token each, or set \`deploy-path\` to a path with {namespace}`,
      );
  }
}

/** Only the documented deploy call works without a namespace, and only if nothing is read. */
export function refuseBareNames(
  targets: readonly Target[],
  deployPath: string,
  wait: boolean | undefined,
  problems: string[],
): void {
  for (const { service } of targets.filter(({ namespace }) => namespace === undefined))
    if (wait !== false)
      problems.push(
        `\`service\`: \`${service}\` is not in the form \`namespace/name\`; the name alone is enough only with \`wait: false\`, which reads nothing`,
      );
    else if (deployPath.includes('{namespace}'))
      problems.push(
        `\`service\`: \`${service}\` has no namespace, but \`deploy-path\` contains {namespace}`,
      );
}

/** Inputs that are valid on their own but make no sense together. */
export function refuseContradictions(values: Partial<Values>, problems: string[]): void {
  const { wait, push } = values;
  if (
    values['on-failure'] === 'rollback' &&
    push === undefined &&
    values['rollback-branch'] === undefined
  ) {
    problems.push(
      '`on-failure: rollback` needs `push` (to move its branch back) or `rollback-branch` (to deploy that instead)',
    );
  }
  if (values['health-check-contains'] !== undefined && values['health-check'] === undefined) {
    problems.push(
      '`health-check-contains` needs `health-check`, the address whose response must contain the text',
    );
  }
  if (
    wait === false &&
    (values['health-check'] !== undefined ||
      values['on-failure'] === 'rollback' ||
      values.proof === 'commit')
  ) {
    problems.push(
      '`wait: false` ends the run before there is a rollout to check: remove `health-check`, `on-failure` and `proof`, or remove `wait`',
    );
  }
  // Stryker disable next-line ArrayDeclaration: one service is not several stages
  const stages = stageCount(values.service ?? []);
  if (wait === false && (values['pre-deploy-job'] !== undefined || stages > 1)) {
    problems.push(
      '`wait: false` does not wait for anything: remove `pre-deploy-job` and the `then` in `service`, or remove `wait`',
    );
  }
  const absolute = values['health-check'] !== undefined && !values['health-check'].startsWith('/');
  // Stryker disable next-line ArrayDeclaration: one service is not several
  if (absolute && (values.service ?? []).length > 1) {
    problems.push(
      '`health-check`: one URL cannot check several services: use a path such as `/healthz`, which is requested from each endpoint',
    );
  }
}

/** A rollback covers every service that the run deployed, so each one needs a way back. */
export function refuseNoWayBack(
  values: Partial<Values>,
  targets: readonly Target[],
  pushBranch: string | undefined,
  problems: string[],
): void {
  const { push, 'rollback-branch': back } = values;
  if (values['on-failure'] !== 'rollback') return;
  const same = targets.filter(({ branch }) => branch === back);
  if (same.length > 0)
    problems.push(
      `\`rollback-branch\` is the branch that is deployed for ${same.map(fullName).join(', ')}: what failed would be deployed again. Name the branch of what ran before`,
    );
  if (back !== undefined) return;
  const stuck = targets.filter(({ branch }) => push !== undefined && branch !== pushBranch);
  if (stuck.length > 0 && stuck.length < targets.length)
    problems.push(
      `\`on-failure: rollback\`: there is nothing to roll back to for ${stuck.map(fullName).join(', ')}, which deploys from a branch that is not pushed. Set \`rollback-branch\`, or use separate steps for services that don't need to roll back together`,
    );
}
