import { randomBytes } from 'node:crypto';
import type { Rollout, ScenarioService } from './scenario.ts';
import { isoTime } from './vocabulary.ts';

/** One line of a service's log. A line of a timed state is not shown before its time. */
export interface LogLine {
  readonly atMs: number;
  readonly visibleFromMs: number;
  readonly message: string;
}

/** One accepted deploy. */
export interface Deployment {
  readonly id: string;
  readonly branch: string;
  /** Where the branch stood in the connected repository, if there is one and it had the branch. */
  readonly commit: string | undefined;
  readonly createdAtMs: number;
  status: string;
}

/** Where a rollout stands. */
export interface RolloutProgress {
  readonly steps: Rollout;
  index: number;
  stepStartedMs: number;
  looks: number;
}

/** A service as the world keeps it. */
export interface ServiceRecord {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  /** `namespace/name` of the repository that deploys come from. */
  readonly repository: string;
  readonly createdAtMs: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly deployments: Deployment[];
  readonly log: LogLine[];
  status: string;
  updatedAtMs: number;
  deploysAccepted: number;
  /** The branch of the latest deploy that was accepted over the API. */
  lastBranch: string | undefined;
  lastCommit: string | undefined;
  looks: number;
  rollout: RolloutProgress | undefined;
}

/**
 * A service that is not deploying anything. How Outpost connects a service to a repository is
 * unknown; that they have the same full name unless something else is said is an assumption.
 */
export function newService(
  { namespace, name, status = 'running', repository }: ScenarioService,
  nowMs: number,
): ServiceRecord {
  const createdAtMs = nowMs - 30 * 86_400_000;
  const updatedAtMs = nowMs - 3_600_000;
  const lines = ['Listening on port 8080', 'GET /healthz 200'];
  return {
    id: `svc_${randomBytes(6).toString('hex')}`,
    namespace,
    name,
    repository: repository ?? `${namespace}/${name}`,
    createdAtMs,
    minReplicas: 2,
    maxReplicas: 4,
    deployments: [
      {
        id: newDeploymentId(),
        branch: 'main',
        commit: undefined,
        createdAtMs: updatedAtMs,
        status,
      },
    ],
    log: lines.map((message, index) => ({
      atMs: updatedAtMs + index,
      visibleFromMs: updatedAtMs,
      message,
    })),
    status,
    updatedAtMs,
    deploysAccepted: 0,
    lastBranch: undefined,
    lastCommit: undefined,
    looks: 0,
    rollout: undefined,
  };
}

/**
 * A deployment id; its form is an assumption after the documented `svc_`, `job_` and `repo_` ids.
 */
export function newDeploymentId(): string {
  return `dep_${randomBytes(6).toString('hex')}`;
}

/** All fields of a list item, documented on the page "Services". */
export function serviceBody(service: ServiceRecord): Readonly<Record<string, unknown>> {
  const replicas = replicasOf(service);
  return {
    id: service.id,
    name: service.name,
    namespace: service.namespace,
    status: service.status,
    gpu: 'A10G',
    gpu_count: 1,
    current_replicas: replicas.current,
    ready_replicas: replicas.ready,
    min_replicas: service.minReplicas,
    max_replicas: service.maxReplicas,
    endpoint: endpointOf(service),
    region: 'us-east-1',
    cost_per_hour_per_replica: '1.20',
    created_at: isoTime(service.createdAtMs),
    updated_at: isoTime(service.updatedAtMs),
  };
}

/** The public URL of a service: `https://{name}.{namespace}.outpost.run` (documented). */
export function endpointOf(service: ServiceRecord): string {
  return `https://${service.name}.${service.namespace}.outpost.run`;
}

/**
 * The latest deployment as `deployment` of a service, with its commit if that is known (assumption:
 * only scenarios with `deploymentInfo` show it).
 */
export function deploymentBody(
  service: ServiceRecord,
): Readonly<Record<string, unknown>> | undefined {
  const deployment = service.deployments.at(-1);
  if (deployment === undefined) return undefined;
  const { id, branch, commit, status, createdAtMs } = deployment;
  return { id, branch, commit, status, created_at: isoTime(createdAtMs) };
}

function replicasOf(service: ServiceRecord): { readonly current: number; readonly ready: number } {
  switch (service.status) {
    case 'running':
      return { current: service.minReplicas, ready: service.minReplicas };
    case 'degraded':
      return { current: service.minReplicas, ready: service.minReplicas - 1 };
    case 'stopped':
      return { current: 0, ready: 0 };
    default:
      return { current: service.minReplicas, ready: 0 };
  }
}
