import type { Context } from '../host.ts';
import type { Clock } from '../lib/clock.ts';
import { exitStatusByCode, type Failure, toFailure } from '../lib/failure.ts';
import {
  type DeploymentReport,
  type FailureReport,
  factsOf,
  type PhaseReport,
  type Report,
  type RunStatus,
} from '../report/report.ts';
import type { Config } from './config.ts';
import type { JobEnd } from './job.ts';
import type { Plan } from './plan.ts';
import type { Checked, Preflight } from './preflight.ts';
import type { Pushed } from './push/push.ts';
import { commits } from './push/relation.ts';
import { wasTaken } from './receipt.ts';
import { NOTHING_RELEASED, type Released } from './release.ts';
import { jobReportOf, phaseOfVerdict, toDeployment, toUncalled } from './report-rows.ts';
import type { Verdict } from './rollout/verdict.ts';
import { tallyOf, worst } from './tally.ts';
import { fullName } from './target.ts';

/** What the run knows, filled in step by step; steps that were not reached are missing. */
export interface Progress extends Partial<Checked> {
  config?: Config;
  preflight?: Preflight;
  plan?: Plan;
  pushed?: Pushed | undefined;
  job?: JobEnd | undefined;
  /** undefined = no deploy call was sent. */
  released?: Released;
  /** Where the pushed branch is at the end; undefined = not read, or not known. */
  tip?: string | undefined;
  /** Why the line stopped early. */
  failure?: Failure | undefined;
}

/**
 * Everything so far -> Report, also when a step failed. The run's status is the worst of its
 * services'.
 */
export function makeReport(
  progress: Progress,
  context: Context,
  startedWallMs: number,
  clock: Clock,
  version: string,
): Report {
  const { verdicts, skipped } = progress.released ?? NOTHING_RELEASED;
  const found = progress.failure ?? worstFailure(verdicts);
  const status = statusOf(progress, found);
  // The last safeguard before a green job: without a good status there is a failure, even if no
  // step reported one.
  const failure =
    found ??
    (goodStatuses.has(status)
      ? undefined
      : toFailure(new Error(`there is no failure for the status ${status}`)));
  const commit = progress.pushed?.commit ?? progress.config?.commit ?? context.commit;
  return {
    version,
    status,
    exit_status: exitStatusOf(failure, verdicts, progress, context),
    headline: headlineOf(progress, status, failure),
    origin: progress.config?.origin.origin,
    commit,
    // The page would show another commit; a commit made by the job has no page.
    commit_url: commit === context.commit ? context.commitUrl : undefined,
    started_at: new Date(startedWallMs).toISOString(),
    finished_at: new Date(clock.wallMs()).toISOString(),
    token: progress.token,
    pre_deploy_job: jobReportOf(progress.job),
    deployments: [
      ...verdicts.map((verdict) => toDeployment(verdict, progress.pushed, progress.tip)),
      ...skipped.map(({ deploy, because }) => toUncalled(deploy.target, deploy.baseline, because)),
      ...(progress.released === undefined ? uncalledOf(progress) : []),
    ],
    phases: phasesOf(progress, startedWallMs),
    failure:
      failure === undefined
        ? undefined
        : { ...factsOf(failure), phase: phaseOf(failure, progress) },
  };
}

/** The services of a run that ended before it sent a deploy call. */
function uncalledOf({ config, read, pushed, failure }: Progress): readonly DeploymentReport[] {
  const because =
    failure === undefined
      ? pushed && 'the branch on Outpost is ahead of this commit'
      : `the run ended before its deploy: ${failure.code}`;
  return (config?.targets ?? []).map((target) => {
    const name = fullName(target);
    return toUncalled(target, read?.found.get(name), because, read?.failures.get(name));
  });
}

/**
 * 8 promises that nothing was deployed. If another service of the run was, the run has partly
 * failed. So it has after a job whose run has no number: another try would not find it, and make a
 * second one.
 */
function exitStatusOf(
  failure: Failure | undefined,
  verdicts: readonly Verdict[],
  { job }: Progress,
  { runId }: Context,
): number {
  const status = failure?.exitStatus ?? 0;
  const isDone =
    verdicts.some(({ receipt }) => wasTaken(receipt)) ||
    (job?.status === 'succeeded' && runId === undefined);
  return status === exitStatusByCode.unavailable && isDone
    ? exitStatusByCode['rollout-failed']
    : status;
}

const goodStatuses: ReadonlySet<RunStatus> = new Set([
  'deployed',
  'accepted',
  'checked',
  'skipped',
]);

function worstFailure(verdicts: readonly Verdict[]): Failure | undefined {
  return worst(verdicts.filter(({ failure }) => failure !== undefined))?.failure;
}

function statusOf(
  { released, plan, pushed, failure }: Progress,
  worstOfAll: Failure | undefined,
): RunStatus {
  const code = failure?.code ?? worstOfAll?.code;
  if (code === 'interrupted' || code === 'terminated') return 'cancelled';
  if (failure !== undefined) return failure.code === 'timed-out' ? 'timed-out' : 'failed';
  if (plan?.config.dryRun === true) return 'checked';
  if (pushed?.outcome === 'skipped') return 'skipped';
  return worst(released?.verdicts ?? [])?.status ?? 'failed';
}

function headlineOf(progress: Progress, status: RunStatus, failure: Failure | undefined): string {
  const { verdicts, skipped } = progress.released ?? NOTHING_RELEASED;
  const names = (progress.config?.targets ?? []).map(fullName);
  const what = names.length === 1 ? `${names[0]}` : `${names.length} services`;
  if (failure === undefined) {
    if (status === 'checked') return `Checked: ${what} can be deployed. Nothing was changed.`;
    if (status === 'skipped' && progress.pushed !== undefined)
      return skippedHeadline(progress.pushed);
    if (status === 'accepted')
      return `Outpost accepted the deploy of ${what}. This run did not wait for the rollout.`;
    return `${what} ${names.length === 1 ? 'is' : 'are'} deployed and running.`;
  }
  const message = `${failure.message.split('\n')[0]?.replace(/:$/, '')}.`;
  return verdicts.length + skipped.length > 1
    ? `${tallyOf(verdicts, skipped.length)}. ${message}`
    : message;
}

function skippedHeadline({ branch, commit, newerCommits }: Pushed): string {
  const ahead = newerCommits === undefined ? '' : `${commits(newerCommits)} `;
  return `Skipped: ${branch} on Outpost is already ${ahead}ahead of ${commit.slice(0, 7)}. Nothing was deployed.`;
}

/** The run as a timeline, from the times that each step recorded. */
function phasesOf(
  { preflight, pushed, job, released }: Progress,
  startedWallMs: number,
): readonly PhaseReport[] {
  const phases: PhaseReport[] = [];
  const add = (
    phase: PhaseReport['phase'],
    service: string | undefined,
    startMs: number,
    endMs: number,
  ): void => {
    phases.push({
      phase,
      service,
      started_at: new Date(startMs).toISOString(),
      finished_at: new Date(Math.max(startMs, endMs)).toISOString(),
    });
  };
  if (preflight !== undefined) add('check', undefined, startedWallMs, preflight.atWallMs);
  if (pushed !== undefined) add('push', undefined, pushed.startWallMs, pushed.endWallMs);
  if (job !== undefined) add('pre-deploy job', undefined, job.startWallMs, job.endWallMs);
  for (const { receipt, finishedWallMs, later } of released?.verdicts ?? []) {
    const name = fullName(receipt.deploy.target);
    add('deploy', name, receipt.sentWallMs, receipt.answeredWallMs);
    if (receipt.answer.kind !== 'refused')
      add('rollout', name, receipt.answeredWallMs, finishedWallMs);
    for (const { phase, startWallMs, endWallMs } of later) add(phase, name, startWallMs, endWallMs);
  }
  return phases;
}

function phaseOf(
  failure: Failure,
  { config, preflight, plan, pushed, job, released }: Progress,
): FailureReport['phase'] {
  if (job?.failure === failure) return 'pre-deploy job';
  const own = released?.verdicts.find((verdict) => verdict.failure === failure);
  if (own !== undefined) return phaseOfVerdict(own);
  if (config === undefined) return 'configuration';
  if (preflight === undefined) return 'check';
  return plan?.checkout !== undefined && pushed === undefined ? 'push' : 'deploy';
}
