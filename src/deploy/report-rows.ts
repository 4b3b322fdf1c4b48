import type { Failure } from '../lib/failure.ts';
import { publicUrl } from '../lib/urls.ts';
import type { Service } from '../outpost/model.ts';
import {
  type DeploymentReport,
  type FailureReport,
  factsOf,
  type JobReport,
} from '../report/report.ts';
import { claimOf } from './claim.ts';
import type { JobEnd } from './job.ts';
import type { Pushed } from './push/push.ts';
import type { Verdict } from './rollout/verdict.ts';
import type { Target } from './target.ts';

/** The phase that failed. That is the rollback only if the rollback itself failed. */
export function phaseOfVerdict({ receipt, later, failure }: Verdict): FailureReport['phase'] {
  if (receipt.answer.kind === 'refused') return 'deploy';
  const last = later.at(-1)?.phase ?? 'rollout';
  if (last !== 'rollback' || failure?.cause === undefined) return last;
  return later.at(-2)?.phase ?? 'rollout';
}

/** @param tip where the pushed branch is at the end; undefined = not known. */
export function toDeployment(
  verdict: Verdict,
  pushed: Pushed | undefined,
  tip: string | undefined,
): DeploymentReport {
  const { receipt, service, failure } = verdict;
  const { target, baseline } = receipt.deploy;
  const claim = claimOf(verdict, tip);
  const acceptance = receipt.answer.kind === 'accepted' ? receipt.answer.acceptance : undefined;
  return {
    namespace: target.namespace,
    service: target.service,
    branch: target.branch,
    stage: target.stage,
    commit: claim.commit,
    commit_source: claim.source,
    previous_commit:
      baseline.commit ?? (target.branch === pushed?.branch ? pushed.formerCommit : undefined),
    status: verdict.status,
    reason: verdict.reason,
    endpoint: publicUrl(service?.endpoint ?? acceptance?.endpoint ?? baseline.endpoint),
    started_at: new Date(receipt.sentWallMs).toISOString(),
    finished_at: new Date(verdict.finishedWallMs).toISOString(),
    duration_seconds: Math.round(verdict.durationMs / 1000),
    request_id: receipt.requestId,
    failure:
      failure === undefined ? undefined : { ...factsOf(failure), phase: phaseOfVerdict(verdict) },
    log_tail: verdict.logTail,
  };
}

/**
 * A service that the run did not deploy: it is unchanged.
 *
 * @param baseline undefined = it was not read.
 * @param because why it was skipped, as a clause; undefined = it was only checked.
 * @param failure why it could not be read.
 */
export function toUncalled(
  { namespace, service, branch, stage }: Target,
  baseline: Service | undefined,
  because: string | undefined,
  failure?: Failure,
): DeploymentReport {
  return {
    namespace,
    service,
    branch,
    stage,
    commit: baseline?.commit,
    commit_source: baseline?.commit === undefined ? undefined : 'outpost',
    previous_commit: baseline?.commit,
    status: failure === undefined ? (because === undefined ? 'checked' : 'skipped') : 'failed',
    reason: failure === undefined ? because : undefined,
    endpoint: publicUrl(baseline?.endpoint),
    started_at: undefined,
    finished_at: undefined,
    duration_seconds: undefined,
    request_id: failure?.requestId,
    failure: failure && { ...factsOf(failure), phase: 'check' },
    log_tail: [],
  };
}

export function jobReportOf(job: JobEnd | undefined): JobReport | undefined {
  if (job === undefined) return undefined;
  return {
    namespace: job.job.namespace,
    name: job.job.job,
    status: job.status,
    started_at: new Date(job.startWallMs).toISOString(),
    finished_at: new Date(job.endWallMs).toISOString(),
    log_tail: job.logTail,
  };
}
