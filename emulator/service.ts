import { randomBytes, randomInt } from 'node:crypto';
import type {
  DeployEnd,
  DeploymentInfo,
  RolloutStep,
  Scenario,
  ScenarioService,
} from './scenario.ts';
import type { LogLine, StepProgress } from './steps.ts';
import { isoTime } from './vocabulary.ts';

/** One deployment: what ran at the start, an accepted deploy, or somebody else's deploy. */
export interface Deployment {
  readonly id: string | number;
  /** Counted from 1 for each service. */
  readonly version: number;
  /** A deploy call made it. */
  readonly isByCall: boolean;
  readonly branch: string;
  /** The branch's commit in the connected repository, if there is one and it had the branch. */
  readonly commit: string | undefined;
  readonly createdAtMs: number;
  status: string;
  /** The truth about a deploy, which no answer shows. */
  end: DeployEnd;
  endedAtMs: number | undefined;
  /** How it ends if nobody interferes and its status is read often enough. */
  willEnd: DeployEnd;
  /** Only this revision runs now, or it's deployed and scaled to zero. */
  isLive: boolean;
}

/** The progress of a rollout. */
export interface RolloutProgress extends StepProgress<RolloutStep> {
  /** What is being rolled out; undefined if the states don't belong to a deploy. */
  deployment: Deployment | undefined;
}

/** A service in the world's state. */
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
  readonly idForm: Scenario['deploymentIds'];
  /** The deployments that answer requests, or the last one that did. */
  serving: { readonly latest: Deployment; readonly active: readonly Deployment[] };
  readonly log: LogLine[];
  status: string;
  updatedAtMs: number;
  deploysAccepted: number;
  /** The branch of the latest deploy that was accepted over the API. */
  lastBranch: string | undefined;
  lastCommit: string | undefined;
  looks: number;
  /** undefined = the status decides. */
  readyReplicas: number | undefined;
  rollout: RolloutProgress | undefined;
}

/** The services of a new world. */
export const firstServices: readonly ScenarioService[] = [
  { namespace: 'acme', name: 'web' },
  { namespace: 'acme', name: 'api' },
  { namespace: 'acme', name: 'worker' },
  { namespace: 'ada', name: 'blog' },
];

/**
 * A service without a running deploy. How Outpost connects a service to a repository is unknown; by
 * default, both have the same full name (assumption).
 */
export function newService(
  { namespace, name, status = 'running', repository, minReplicas = 2 }: ScenarioService,
  nowMs: number,
  idForm?: Scenario['deploymentIds'],
): ServiceRecord {
  const createdAtMs = nowMs - 30 * 86_400_000;
  const updatedAtMs = nowMs - 3_600_000;
  const lines = ['Listening on port 8080', 'GET /healthz 200'];
  const first: Deployment = {
    id: newDeploymentId(idForm),
    version: 1,
    isByCall: false,
    branch: 'main',
    commit: undefined,
    createdAtMs: updatedAtMs,
    status,
    end: 'running',
    endedAtMs: updatedAtMs,
    willEnd: 'running',
    isLive: true,
  };
  return {
    id: `svc_${randomBytes(6).toString('hex')}`,
    namespace,
    name,
    repository: repository ?? `${namespace}/${name}`,
    createdAtMs,
    minReplicas,
    maxReplicas: 4,
    deployments: [first],
    idForm,
    serving: { latest: first, active: [first] },
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
    readyReplicas: undefined,
    rollout: undefined,
  };
}

/**
 * A deployment id; its form is an assumption based on the documented `svc_`, `job_` and `repo_`
 * IDs.
 */
export function newDeploymentId(form: Scenario['deploymentIds'] = 'text'): string | number {
  return form === 'number' ? randomInt(1, 1_000_000_000) : `dep_${randomBytes(6).toString('hex')}`;
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

/** The fields that only a single read has, if the scenario shows any. */
export function detailFields(
  service: ServiceRecord,
  { deploymentInfo = false, versions = false }: Scenario,
): Readonly<Record<string, unknown>> {
  const { latest, active } = service.serving;
  const { field = 'deployment', which = 'latest' }: DeploymentInfo =
    typeof deploymentInfo === 'boolean' ? {} : deploymentInfo;
  const shown = which === 'latest' ? service.deployments.at(-1) : latest;
  return {
    ...(versions && {
      version: service.deployments.at(-1)?.version,
      active_versions: active.map(({ version }) => version),
    }),
    ...(deploymentInfo !== false && {
      [field]: field === 'deployment_id' ? shown?.id : shown && deploymentBody(shown),
    }),
  };
}

/** A deployment, with its commit if known (assumption). */
export function deploymentBody({
  id,
  branch,
  commit,
  status,
  createdAtMs,
}: Deployment): Readonly<Record<string, unknown>> {
  return { id, branch, commit, status, created_at: isoTime(createdAtMs) };
}

function replicasOf(service: ServiceRecord): { readonly current: number; readonly ready: number } {
  const { current, ready } = replicasByStatus(service);
  const { readyReplicas } = service;
  if (readyReplicas === undefined) return { current, ready };
  return { current: Math.max(current, readyReplicas), ready: readyReplicas };
}

function replicasByStatus({ status, minReplicas }: ServiceRecord): {
  readonly current: number;
  readonly ready: number;
} {
  // A service that can scale to zero has one replica while it runs.
  const count = Math.max(minReplicas, 1);
  switch (status) {
    case 'running':
      return { current: count, ready: count };
    case 'degraded':
      return { current: count, ready: count - 1 };
    case 'stopped':
      return { current: 0, ready: 0 };
    default:
      return { current: count, ready: 0 };
  }
}
