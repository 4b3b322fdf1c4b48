import type { Emulator } from '../../../emulator/server.ts';
import type { ServiceRecord } from '../../../emulator/service.ts';
import type { DeployTruth } from '../../../emulator/world.ts';
import { BRANCH } from './schedule.ts';

/** What an answer showed of a deploy. */
interface Look {
  readonly atMs: number;
  /** What the service before the call cannot explain. */
  readonly isEvidence: boolean;
  /** Our deploy runs for good, or is scaled to zero. */
  readonly isFinal: boolean;
  /** The answer reached the client, and whole. */
  readonly hasArrived: () => boolean;
}

/** All that the client was shown of each service, as the emulated Outpost knows it. */
export interface Sight {
  /** An answer that arrived showed that our deploy rolls out, or a sign that it does. */
  sawEvidence(name: string): boolean;
  /** Answers that arrived showed it done for at least so long, one after the other. */
  sawItHold(name: string, forMs: number): boolean;
}

const ROLLING: ReadonlySet<string> = new Set(['deploying', 'building', 'starting']);

export function mainDeploy(all: readonly DeployTruth[]): DeployTruth | undefined {
  return all.find(({ branch }) => branch === BRANCH);
}

/** Looks over the shoulder of an emulator that is to be asked. */
export function watch({ world, requests }: Emulator): Sight {
  const looks = new Map<string, Look[]>();
  const look = world.look.bind(world);
  world.look = (service) => {
    look(service);
    const all = world.deploysOf(service.namespace, service.name);
    const ours = mainDeploy(all);
    const request = requests.at(-1);
    // What is seen of a way back is nobody's evidence.
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
