import type { Emulator } from '../../../emulator/server.ts';
import type { ServiceRecord } from '../../../emulator/service.ts';
import type { DeployTruth } from '../../../emulator/world.ts';
import { BRANCH } from './schedule.ts';

/** What one answer showed about a deploy. */
interface Look {
  readonly atMs: number;
  /** Shows something that the service's state before the call can't explain. */
  readonly isEvidence: boolean;
  /** Our deploy is running for good, or is scaled to zero. */
  readonly isFinal: boolean;
  /** Whether the complete answer reached the client. */
  readonly hasArrived: () => boolean;
}

/** What the client was shown of each service, according to the emulated Outpost. */
export interface Sight {
  /** Whether an answer that arrived showed our deploy rolling out, or a sign of it. */
  sawEvidence(name: string): boolean;
  /** Whether answers that arrived showed it done over at least this much time. */
  sawItHold(name: string, forMs: number): boolean;
}

const ROLLING: ReadonlySet<string> = new Set(['deploying', 'building', 'starting']);

export function mainDeploy(all: readonly DeployTruth[]): DeployTruth | undefined {
  return all.find(({ branch }) => branch === BRANCH);
}

/** Records what an emulator shows. Call it before the first request. */
export function watch({ world, requests }: Emulator): Sight {
  const looks = new Map<string, Look[]>();
  const look = world.look.bind(world);
  world.look = (service) => {
    look(service);
    const all = world.deploysOf(service.namespace, service.name);
    const ours = mainDeploy(all);
    const request = requests.at(-1);
    // What a read shows during a rollback is no evidence of our deploy.
    if (ours === undefined || all.at(-1) !== ours || request === undefined) return;
    const isSingle = request.operation === 'service.get';
    const seen = looks.get(service.name) ?? [];
    looks.set(service.name, seen);
    seen.push({
      atMs: world.nowMs(),
      isEvidence: service.status === 'deploying' || (isSingle && isShown(service, ours.id)),
      isFinal: ours.isLive && (ours.end === 'running' || ours.end === 'idle'),
      hasArrived: () => request.status === 200,
    });
  };

  const isShown = (service: ServiceRecord, ownId: string | number): boolean => {
    const { versions = false, deploymentInfo = false } = world.scenario;
    if (versions) return true;
    if (deploymentInfo === false) return false;
    const { field, which } = deploymentInfo === true ? {} : deploymentInfo;
    const own = service.deployments.find(({ id }) => id === ownId);
    return (
      field !== 'deployment_id' &&
      which !== 'serving' &&
      own !== undefined &&
      ROLLING.has(own.status)
    );
  };

  const arrived = (name: string): readonly Look[] =>
    (looks.get(name) ?? []).filter(({ hasArrived }) => hasArrived());

  return {
    sawEvidence: (name) => arrived(name).some(({ isEvidence }) => isEvidence),
    sawItHold: (name, forMs) => {
      const final = arrived(name).filter(({ isFinal }) => isFinal);
      const [first, last] = [final[0], final.at(-1)];
      return first !== undefined && last !== undefined && last.atMs - first.atMs >= forMs;
    },
  };
}
