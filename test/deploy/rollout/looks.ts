import type { Observation } from '../../../src/deploy/rollout/judgement.ts';
import type { Deployment, Service } from '../../../src/outpost/model.ts';
import { parseMoment } from '../../../src/outpost/moment.ts';
import { aDeployment, aService } from '../../support/build.ts';

const LOOK =
  /^([\d.]+):(\w+)(?:@(\w+))?(?:#(\w+)(?:=(\w+))?)?(?:\((\d)\/(\d)\))?(?:v(\d)(?:\[([\d,]*)\])?)?$/;

const stamps: Readonly<Record<string, string>> = {
  later: '2026-01-01T00:05:00Z',
  latest: '2026-01-01T00:06:00Z',
};

/**
 * Parses looks in a short notation: `5:rolling 10:running@later#dep_2=succeeded(0/1)v2[1,2]`. The
 * parts are the seconds, what the status means, an updated_at that has changed, the deployment's id
 * and its own status, the ready and the wanted replicas, the target version and the serving
 * versions. `5:healthy` and `5:unhealthy` are answers of the health check that names the run.
 */
export function looksOf(text: string): readonly Observation[] {
  return text.split(' ').map(lookOf);
}

function lookOf(look: string): Observation {
  const match = LOOK.exec(look);
  if (match === null) throw new Error(`${look} is no look`);
  const [, seconds, word, stamp, id, status, ready, wanted, version, active] = match;
  const atMs = Number(seconds) * 1_000;
  if (word === 'healthy' || word === 'unhealthy')
    return { kind: 'health', atMs, holds: word === 'healthy' };
  if (word === 'missing') return { kind: 'service', atMs, seen: 'missing' };
  const seen = aService({
    phase: word as Service['phase'],
    deployments:
      id === undefined ? [] : [aDeployment({ id, phase: status as Deployment['phase'] })],
    readyReplicas: ready === undefined ? undefined : Number(ready),
    minReplicas: wanted === undefined ? undefined : Number(wanted),
    version,
    activeVersions: active?.split(',').filter((one) => one !== ''),
    ...(stamp === undefined ? {} : { updatedAt: parseMoment(stamps[stamp]) }),
  });
  return { kind: 'service', atMs, seen };
}

/** The service shown by a look, for use as a baseline. */
export function serviceOf(look: string): Service {
  const found = lookOf(`0:${look}`);
  if (found.kind !== 'service' || found.seen === 'missing')
    throw new Error(`${look} is no service`);
  return found.seen;
}
