import { publicUrl } from '../lib/urls.ts';
import {
  type DeploymentReport,
  type FailureReport,
  factsOf,
  type JobReport,
} from '../report/report.ts';
import { claimOf } from './claim.ts';
import type { JobEnd } from './job.ts';
import type { Pushed } from './push/push.ts';
import type { SkippedDeploy } from './release.ts';
import type { Verdict } from './rollout/verdict.ts';

export function phaseOfVerdict({ receipt, later }: Verdict): FailureReport['phase'] {
  if (receipt.answer.kind === 'refused') return 'deploy';
  return later.at(-1)?.phase ?? 'rollout';
}

/** @param tip where the pushed branch is when all is over; undefined = it is not known. */
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

/** It is what it was before. */
export function toSkipped({ deploy, because }: SkippedDeploy): DeploymentReport {
  const { target, baseline } = deploy;
  const { namespace, service, branch, stage } = target;
  return {
    namespace,
    service,
    branch,
    stage,
    commit: baseline.commit,
    commit_source: baseline.commit === undefined ? undefined : 'outpost',
    previous_commit: baseline.commit,
    status: 'skipped',
    reason: because,
    endpoint: publicUrl(baseline.endpoint),
    started_at: undefined,
    finished_at: undefined,
    duration_seconds: undefined,
    request_id: undefined,
    failure: undefined,
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
