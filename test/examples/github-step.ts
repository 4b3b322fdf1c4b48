import { expect } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { endOf, quick } from '../support/health/check.ts';
import { seed } from '../support/push/deploys.ts';
import { at, cloneOf, type Repository } from '../support/push/git.ts';
import { type RehearsalOptions, type Rehearsed, rehearse } from '../support/rehearse.ts';
import { allFilled, type Contexts, type Step, workflow } from './workflow.ts';

export const SHA = '5f0c1a6e2b7d4938a1c0e5f6b7a8d9c0e1f2a3b4';
export const success = { exitStatus: 0, status: 'deployed', code: '' } as const;

/** Our step in a job. */
export function ownStep(file: string, job: string): Step {
  const step = workflow(file)
    .jobs.find(({ name }) => name === job)
    ?.steps.find(({ uses }) => uses?.startsWith('outpost/deploy-action@'));
  if (step === undefined) throw new Error(`${file} has no step of ours in the job ${job}`);
  return step;
}

export interface ExampleRun extends Partial<RehearsalOptions> {
  readonly contexts?: Contexts;
}

/**
 * Runs the step as written in the example, against an Outpost that has the step's services and a
 * token with its name.
 */
export function runStep(
  file: string,
  job: string,
  { contexts = {}, scenario = quick, inputs, ...run }: ExampleRun = {},
): Promise<Rehearsed> {
  const { token: _, ...given } = allFilled(ownStep(file, job).with, {
    github: { sha: SHA },
    ...contexts,
  });
  const { services: more = [] } = scenario as Scenario;
  const services = ['web-preview', 'web-staging']
    .map((name) => ({ namespace: 'acme', name, repository: 'acme/web' }))
    .concat(more.map((one) => ({ repository: 'acme/web', ...one })));
  const token = {
    name: given['token-name'] ?? '',
    scopes: ['service'],
    expiresInDays: 90,
  } as const;
  const world = { ...(scenario as Scenario), services, rehearsal: { inputs: {}, token, exit: 0 } };
  return rehearse({ ...run, scenario: world, inputs: { ...given, ...inputs } });
}

interface PushedRun extends ExampleRun {
  readonly origin: Repository;
  readonly sha: string;
  /** How it must end. Default: successfully. */
  readonly end?: ReturnType<typeof endOf>;
}

/**
 * Runs the step of a job that pushes, in a clone prepared as by its checkout step: at the `ref`
 * that it names, or else at the event's commit.
 */
export async function pushStep(
  file: string,
  job: string,
  { origin, sha, contexts = {}, end = success, ...run }: PushedRun,
): Promise<{ readonly ran: Rehearsed; readonly deployed: string }> {
  const [checkout] = workflow(file).jobs.flatMap(({ name, steps }) =>
    name === job ? steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')) : [],
  );
  const { ref = sha } = allFilled(checkout?.with ?? {}, contexts);
  const clone = cloneOf(origin);
  clone.git('checkout', '--quiet', '--detach', ref);
  const ran = await runStep(file, job, {
    scopes: ['service', 'repo'],
    ...run,
    contexts,
    env: { GITHUB_WORKSPACE: clone.folder, GITHUB_SHA: sha, ...run.env },
  });
  expect(endOf(ran)).toEqual(end);
  return { ran, deployed: at(clone).commit };
}

/** An Outpost repository (default: acme/web) whose branches are at commits of the origin. */
export const outpostAt =
  (
    origin: Repository,
    branches: Readonly<Record<string, string>>,
    name = 'web',
  ): NonNullable<RehearsalOptions['prepare']> =>
  (emulator) => {
    emulator.world.createRepository({ namespace: 'acme', name });
    for (const [branch, commit] of Object.entries(branches))
      seed(emulator, origin, commit, branch, name);
  };
