import type { ValuesOf } from '../inputs/read.ts';
import type { readers } from '../inputs/readers.ts';
import type { inputs } from '../inputs/table.ts';
import { fullName, stageCount, type Target } from './target.ts';

// Inputs that are good one by one and make no sense together.

export type Values = ValuesOf<(typeof inputs)[number], typeof readers>;

/**
 * The documented deploy path names no namespace, so Outpost could not tell two services of one name
 * apart.
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
        `\`service\`: ${fullName(first)} and ${fullName(target)} have one name, and the deploy call names no namespace: deploy them in two steps with a token each, or set \`deploy-path\` to a form with {namespace}`,
      );
  }
}

/** Only the documented deploy call can do without the namespace, and only where nothing is read. */
export function refuseBareNames(
  targets: readonly Target[],
  deployPath: string,
  wait: boolean | undefined,
  problems: string[],
): void {
  for (const { service } of targets.filter(({ namespace }) => namespace === undefined))
    if (wait !== false)
      problems.push(
        `\`service\`: \`${service}\` is not \`namespace/name\`; the name alone is enough only with \`wait: false\`, which reads nothing`,
      );
    else if (deployPath.includes('{namespace}'))
      problems.push(`\`service\`: \`${service}\` has no namespace, which \`deploy-path\` names`);
}

/** Inputs that are good one by one and make no sense together. */
export function refuseContradictions(values: Partial<Values>, problems: string[]): void {
  const { wait, push } = values;
  if (
    values['on-failure'] === 'rollback' &&
    push === undefined &&
    values['rollback-branch'] === undefined
  ) {
    problems.push(
      '`on-failure: rollback` needs `push` (its branch goes back) or `rollback-branch` (which is deployed)',
    );
  }
  if (values['health-check-contains'] !== undefined && values['health-check'] === undefined) {
    problems.push(
      '`health-check-contains` needs `health-check`: the address whose answer must hold the text',
    );
  }
  if (
    wait === false &&
    (values['health-check'] !== undefined ||
      values['on-failure'] === 'rollback' ||
      values.proof === 'commit')
  ) {
    problems.push(
      '`wait: false` ends before there is a rollout to check: leave out `health-check`, `on-failure` and `proof`, or `wait`',
    );
  }
  if (
    wait === false &&
    (values['pre-deploy-job'] !== undefined || stageCount(values.service ?? []) > 1)
  ) {
    problems.push(
      '`wait: false` waits for nothing: leave out `pre-deploy-job` and the `then` in `service`, or `wait`',
    );
  }
  const absolute = values['health-check'] !== undefined && !values['health-check'].startsWith('/');
  // Stryker disable next-line ArrayDeclaration: one service is not several
  if (absolute && (values.service ?? []).length > 1) {
    problems.push(
      '`health-check`: one address cannot speak for several services: give a path such as `/healthz`, which each endpoint is asked for',
    );
  }
}

/** A rollback takes back all that the run switched, so each service needs a way back. */
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
      `\`on-failure: rollback\`: nothing is known to go back to for ${stuck.map(fullName).join(', ')}, whose branch is not the one that is pushed. Set \`rollback-branch\`, or deploy what need not go back together in separate steps`,
    );
}
