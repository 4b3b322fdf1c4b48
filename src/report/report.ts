import type { Failure, FailureCode } from '../lib/failure.ts';

/** The status of a run, and of each service in it. The words are a contract (README, "Outputs"). */
export type RunStatus =
  | 'deployed'
  | 'accepted'
  | 'checked'
  | 'skipped'
  | 'failed'
  | 'rolled-back'
  | 'superseded'
  | 'timed-out'
  | 'unknown'
  | 'cancelled';

/** A failure as facts to be rendered, and as programs read them. */
export interface PlainFailure {
  readonly code: FailureCode;
  readonly attempted: string;
  readonly happened: string;
  readonly hint: string;
  readonly request_id: string | undefined;
}

export function factsOf({ code, attempted, happened, hint, requestId }: Failure): PlainFailure {
  return { code, attempted, happened, hint, request_id: requestId };
}

/** The failure of a deploy. */
export interface FailureReport extends PlainFailure {
  /** Where in the run it happened: `configuration`, or a phase. */
  readonly phase: PhaseReport['phase'] | 'configuration';
}

/** A phase of the run, for the chart. */
export interface PhaseReport {
  readonly phase:
    | 'check'
    | 'push'
    | 'pre-deploy job'
    | 'deploy'
    | 'rollout'
    | 'health check'
    | 'rollback';
  /** undefined = of the whole run. */
  readonly service: string | undefined;
  readonly started_at: string;
  readonly finished_at: string;
}

/** One service of the run. Names are those of the `deployments` output. */
export interface DeploymentReport {
  /** undefined = that of the token's owner. */
  readonly namespace: string | undefined;
  readonly service: string;
  readonly branch: string;
  /** 1 is the first. */
  readonly stage: number;
  /** Only what was seen; undefined = not shown. */
  readonly commit: string | undefined;
  /** `outpost` shows it; `push` = it is at the tip of the branch that this run pushed to. */
  readonly commit_source: 'outpost' | 'push' | undefined;
  /** What Outpost showed before the call, else what the pushed branch was at. */
  readonly previous_commit: string | undefined;
  readonly status: RunStatus;
  /** Why a service that did not fail by itself was skipped or rolled back; a clause. */
  readonly reason: string | undefined;
  readonly endpoint: string | undefined;
  /** RFC 3339. */
  readonly started_at: string | undefined;
  readonly finished_at: string | undefined;
  readonly duration_seconds: number | undefined;
  readonly request_id: string | undefined;
  readonly failure: FailureReport | undefined;
  /** The service's last log lines, when it failed. */
  readonly log_tail: readonly string[];
}

/** `namespace/service`, or the name alone. */
export function nameOf({
  namespace,
  service,
}: Pick<DeploymentReport, 'namespace' | 'service'>): string {
  return namespace === undefined ? service : `${namespace}/${service}`;
}

/** The job that ran on Outpost before the first deploy. A rollback does not undo it. */
export interface JobReport {
  readonly namespace: string;
  readonly name: string;
  readonly status: 'succeeded' | 'failed' | 'timed-out' | 'unknown' | 'cancelled';
  readonly started_at: string;
  readonly finished_at: string;
  /** The job's last log lines, when it failed. */
  readonly log_tail: readonly string[];
}

/** The last log lines of what failed: of the job, which came first, and of the services. */
export function logTailsOf({
  deployments,
  pre_deploy_job: job,
}: Report): readonly { readonly name: string; readonly tail: readonly string[] }[] {
  return [
    ...(job === undefined ? [] : [{ name: `${job.namespace}/${job.name}`, tail: job.log_tail }]),
    ...deployments.map((deployment) => ({ name: nameOf(deployment), tail: deployment.log_tail })),
  ].filter(({ tail }) => tail.length > 0);
}

/** What is known about the token. Never the token itself, nor a part of it. */
export interface TokenReport {
  readonly name: string | undefined;
  readonly needed: readonly string[];
  /** undefined = Outpost did not tell. */
  readonly held: readonly string[] | undefined;
  readonly missing: readonly string[];
  readonly excess: readonly string[];
  /** RFC 3339; null = it never expires; undefined = not known. */
  readonly expires_at: string | null | undefined;
  readonly days_left: number | undefined;
  /** It is valid, but for fewer days than `expiry-warning`. */
  readonly expires_soon: boolean;
  readonly last_used_at: string | null | undefined;
}

/**
 * The whole run, the same on every host: the source of outputs, summary and outpost-report.json.
 */
export interface Report {
  readonly version: string;
  readonly status: RunStatus;
  readonly exit_status: number;
  /** The verdict in one sentence. */
  readonly headline: string;
  readonly origin: string | undefined;
  readonly commit: string | undefined;
  readonly commit_url: string | undefined;
  readonly started_at: string;
  readonly finished_at: string;
  readonly token: TokenReport | undefined;
  /** undefined = none was asked for, or the run ended before. */
  readonly pre_deploy_job: JobReport | undefined;
  readonly deployments: readonly DeploymentReport[];
  readonly phases: readonly PhaseReport[];
  readonly failure: FailureReport | undefined;
}
