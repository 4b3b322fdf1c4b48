import { endOf, servingOf, willEndOf } from './deploy-end.ts';
import type { DeployEnd, Rollout, RolloutStep, Serving } from './scenario.ts';
import type { Deployment, ServiceRecord } from './service.ts';
import { newDeploymentId } from './service.ts';
import type { Enter } from './steps.ts';
import { logOf, lookAtStep, settleSteps } from './steps.ts';

/** What is deployed: a branch and the commit it points to, if known. */
export interface Revision {
  readonly branch: string;
  readonly commit: string | undefined;
}

/** Accepts a deploy: adds a deployment and starts its rollout. */
export function beginRollout(
  service: ServiceRecord,
  { branch, commit }: Revision,
  steps: Rollout,
  nowMs: number,
): void {
  service.deploysAccepted += 1;
  service.lastBranch = branch;
  service.lastCommit = commit;
  const deployment = addDeployment(service, { branch, commit }, nowMs, true);
  deployment.willEnd = willEndOf(steps, service.minReplicas);
  goThrough(service, steps, nowMs, deployment);
}

/**
 * Takes a service through states from now on. Without a deployment, they don't belong to a deploy.
 */
export function goThrough(
  service: ServiceRecord,
  steps: Rollout,
  nowMs: number,
  deployment?: Deployment,
): void {
  service.rollout = { steps, deployment, index: 0, stepStartedMs: nowMs, looks: 0 };
  const first = steps[0];
  if (first === undefined) return;
  if (first.keepsUpdatedAt !== true) touch(service, nowMs);
  enter(service, first, nowMs, false);
}

/** Ends the timed states whose time has passed. */
export function settle(service: ServiceRecord, nowMs: number): void {
  if (service.rollout !== undefined) settleSteps(service.rollout, nowMs, enterNext(service));
}

/** A client reads the status: counts the read and ends states that last for a number of reads. */
export function look(service: ServiceRecord, nowMs: number): void {
  settle(service, nowMs);
  service.looks += 1;
  if (service.rollout !== undefined) lookAtStep(service.rollout, nowMs, enterNext(service));
}

/** An operator or a crash sets the service's status, which also ends a running rollout. */
export function interrupt(service: ServiceRecord, status: string, nowMs: number): void {
  const end = endOf({ status }, service.minReplicas);
  const deployment = service.rollout?.deployment;
  if (deployment?.end === 'pending') {
    deployment.willEnd = end;
    finish(deployment, end, nowMs);
  }
  setLive(service, service.deployments.at(-1), end);
  service.rollout = undefined;
  service.status = status;
  service.readyReplicas = undefined;
  touch(service, nowMs);
}

/** Moves `updated_at`, always forward. */
export function touch(service: ServiceRecord, atMs: number): void {
  service.updatedAtMs = Math.max(atMs, service.updatedAtMs + 1);
}

function enterNext(service: ServiceRecord): Enter<RolloutStep> {
  return (step, atMs) => enter(service, step, atMs, step.keepsUpdatedAt !== true);
}

function enter(service: ServiceRecord, step: RolloutStep, atMs: number, moves: boolean): void {
  if (moves && (service.status !== step.status || step.supersededBy !== undefined))
    touch(service, atMs);
  else if (step.movesUpdatedAt === true) touch(service, atMs);
  if (step.supersededBy !== undefined && service.rollout !== undefined) {
    const superseding = { branch: step.supersededBy, commit: undefined };
    service.rollout.deployment = addDeployment(service, superseding, atMs, false);
  }
  service.status = step.status;
  service.readyReplicas = step.readyReplicas;
  if (service.rollout?.deployment !== undefined)
    progress(service, service.rollout.deployment, step, atMs);
  service.log.push(...logOf(step, atMs));
}

/** Adds a deployment. It replaces one whose rollout is still running. */
function addDeployment(
  service: ServiceRecord,
  revision: Revision,
  atMs: number,
  isByCall: boolean,
): Deployment {
  const before = service.rollout?.deployment;
  if (before?.end === 'pending') {
    before.status = 'superseded';
    before.willEnd = 'superseded';
    finish(before, 'superseded', atMs);
  }
  const deployment: Deployment = {
    id: newDeploymentId(service.idForm),
    version: service.deployments.length + 1,
    isByCall,
    ...revision,
    createdAtMs: atMs,
    status: 'deploying',
    end: 'pending',
    endedAtMs: undefined,
    willEnd: 'pending',
    isLive: false,
  };
  service.deployments.push(deployment);
  return deployment;
}

/** Updates a deployment, and what serves, to a state of its rollout. */
function progress(
  service: ServiceRecord,
  deployment: Deployment,
  step: RolloutStep,
  atMs: number,
): void {
  const serving = servingOf(step);
  const keepsOld = serving === 'old' || serving === 'both';
  deployment.status = step.deploymentStatus ?? (keepsOld ? 'deploying' : step.status);
  serve(service, deployment, serving);
  const end = endOf(step, service.minReplicas);
  if (!keepsOld) setLive(service, deployment, end);
  if (end === 'idle') service.serving = { latest: deployment, active: [] };
  const { rollout } = service;
  const isLast = rollout !== undefined && rollout.index === rollout.steps.length - 1;
  if (isLast && end !== 'pending') finish(deployment, end, atMs);
}

function setLive(service: ServiceRecord, deployment: Deployment | undefined, end: DeployEnd): void {
  for (const one of service.deployments)
    one.isLive = one === deployment && (end === 'running' || end === 'idle');
}

function serve(service: ServiceRecord, deployment: Deployment, serving: Serving): void {
  const { latest } = service.serving;
  switch (serving) {
    case 'old':
      service.serving = { latest, active: [latest] };
      return;
    case 'both':
      service.serving = { latest, active: [latest, deployment] };
      return;
    case 'new':
      service.serving = { latest: deployment, active: [deployment] };
      return;
    case 'none':
      service.serving = { latest, active: [] };
  }
}

function finish(deployment: Deployment, end: DeployEnd, atMs: number): void {
  deployment.end = end;
  deployment.endedAtMs = end === 'pending' ? undefined : atMs;
}
