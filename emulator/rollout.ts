import type { Rollout, RolloutStep } from './scenario.ts';
import type { ServiceRecord } from './service.ts';
import { newDeploymentId } from './service.ts';

/** What is deployed: a branch and the commit it points to, if that is known. */
export interface Revision {
  readonly branch: string;
  readonly commit: string | undefined;
}

/** Accepts a deploy: a new deployment whose rollout begins now. */
export function beginRollout(
  service: ServiceRecord,
  { branch, commit }: Revision,
  steps: Rollout,
  nowMs: number,
): void {
  service.deploysAccepted += 1;
  service.lastBranch = branch;
  service.lastCommit = commit;
  service.deployments.push({
    id: newDeploymentId(),
    branch,
    commit,
    createdAtMs: nowMs,
    status: 'deploying',
  });
  service.rollout = { steps, index: 0, stepStartedMs: nowMs, looks: 0 };
  const first = steps[0];
  if (first === undefined) return;
  if (first.keepsUpdatedAt !== true) touch(service, nowMs);
  enter(service, first, nowMs, false);
}

/** Lets the time that has passed end the timed states. */
export function settle(service: ServiceRecord, nowMs: number): void {
  for (let step = currentStep(service); step?.ms !== undefined; step = currentStep(service)) {
    const endMs = (service.rollout?.stepStartedMs ?? 0) + step.ms;
    if (endMs > nowMs || !advance(service, endMs)) return;
  }
}

/**
 * A client reads the status: counts the look and ends the states that last for a number of looks.
 */
export function look(service: ServiceRecord, nowMs: number): void {
  settle(service, nowMs);
  service.looks += 1;
  const { rollout } = service;
  if (rollout === undefined) return;
  const step = rollout.steps[rollout.index];
  const lasts = step?.looks ?? (step?.ms === undefined ? 1 : Number.POSITIVE_INFINITY);
  if (rollout.looks >= lasts) advance(service, nowMs);
  rollout.looks += 1;
}

/** Moves `updated_at`, always forward. */
export function touch(service: ServiceRecord, atMs: number): void {
  service.updatedAtMs = Math.max(atMs, service.updatedAtMs + 1);
}

function currentStep(service: ServiceRecord): RolloutStep | undefined {
  return service.rollout?.steps[service.rollout.index];
}

function advance(service: ServiceRecord, atMs: number): boolean {
  const { rollout } = service;
  const next = rollout?.steps[rollout.index + 1];
  if (rollout === undefined || next === undefined) return false;
  rollout.index += 1;
  rollout.looks = 0;
  rollout.stepStartedMs = atMs;
  enter(service, next, atMs, next.keepsUpdatedAt !== true);
  return true;
}

function enter(service: ServiceRecord, step: RolloutStep, atMs: number, moves: boolean): void {
  if (moves && (service.status !== step.status || step.supersededBy !== undefined))
    touch(service, atMs);
  if (step.supersededBy !== undefined) {
    const superseded = service.deployments.at(-1);
    if (superseded !== undefined) superseded.status = 'superseded';
    const superseding = { branch: step.supersededBy, commit: undefined };
    service.deployments.push({
      id: newDeploymentId(),
      ...superseding,
      createdAtMs: atMs,
      status: step.status,
    });
  }
  service.status = step.status;
  const deployment = service.deployments.at(-1);
  if (deployment !== undefined) deployment.status = step.status;
  appendLog(service, step, atMs);
}

function appendLog(service: ServiceRecord, step: RolloutStep, atMs: number): void {
  const lines = step.log ?? [];
  for (const [index, message] of lines.entries()) {
    const lineAtMs =
      step.ms === undefined ? atMs + index : atMs + Math.floor((index * step.ms) / lines.length);
    service.log.push({
      atMs: lineAtMs,
      visibleFromMs: step.ms === undefined ? atMs : lineAtMs,
      message,
    });
  }
}
