import type { Service } from '../outpost/model.ts';
import type { PlannedDeploy } from './plan.ts';
import type { Run } from './run.ts';
import { byNamespace } from './target.ts';

/**
 * The deploys with baselines that are up to date: since a stale one was read, something was done
 * that may have set something off. Services of one namespace are read in one request. What cannot
 * be read stays as it was, and stale.
 */
export async function readStale(
  deploys: readonly PlannedDeploy[],
  run: Run,
): Promise<readonly PlannedDeploy[]> {
  const fresh = new Map<PlannedDeploy, Service>();
  const stale = deploys.filter(({ isStale }) => isStale);
  const named = stale.map((planned) => ({ planned, ...planned.target }));
  try {
    for (const [namespace, group] of byNamespace(named))
      for (const [planned, service] of await readGroup(namespace, group, run))
        fresh.set(planned, service);
  } catch (thrown) {
    // The job was cancelled. Each deploy gets its own receipt: not sent.
    if (!run.signal.aborted) throw thrown;
  }
  return deploys.map((planned) => {
    const baseline = fresh.get(planned);
    return baseline === undefined ? planned : { ...planned, baseline, isStale: false };
  });
}

interface Named {
  readonly planned: PlannedDeploy;
  readonly namespace: string | undefined;
  readonly service: string;
}

async function readGroup(
  namespace: string | undefined,
  group: readonly Named[],
  { client }: Run,
): Promise<readonly (readonly [PlannedDeploy, Service])[]> {
  if (group.length > 1 && client.form.list !== undefined) {
    const reply = await client.services(namespace);
    const services = reply.kind === 'value' ? reply.value.services : [];
    const byName = new Map(services.map((service) => [service.name, service]));
    return group.flatMap(({ planned, service }) => {
      const found = byName.get(service);
      return found === undefined ? [] : [[planned, found] as const];
    });
  }
  const found: [PlannedDeploy, Service][] = [];
  for (const { planned } of group) {
    const reply = await client.service(planned.target);
    if (reply.kind === 'value') found.push([planned, reply.value]);
  }
  return found;
}
