import type { World } from '../../../emulator/world.ts';
import type { HostResult } from '../run-github.ts';
import { BRANCH, type Schedule, TIMEOUT_SECONDS } from './schedule.ts';

export const invariants = ['double', 'false green', 'false red', 'hang', 'leak'] as const;
export type Invariant = (typeof invariants)[number];

export interface Violation {
  readonly invariant: Invariant;
  readonly detail: string;
}

/** How one run went, as it is judged. */
export interface Course {
  readonly result: HostResult;
  readonly world: World;
  /**
   * From the first request to the end of the process, in the time of the run; undefined = it never
   * asked.
   */
  readonly lastedMs: number | undefined;
}

/** Ending takes this long beyond the deadline at most. */
const SLACK_MS = 3_000;

/** Holds a run against what the emulated Outpost knows to be so. */
export function judgeCourse(schedule: Schedule, course: Course): readonly Violation[] {
  const { result, world, lastedMs } = course;
  const violations: Violation[] = [];
  const found = (invariant: Invariant, detail: string): number =>
    violations.push({ invariant, detail });
  const truths = schedule.services.map((name) => ({ name, ...truthOf(name, schedule, world) }));
  for (const { name, accepted } of truths)
    if (accepted > 1) found('double', `${name} was deployed ${accepted} times`);
  for (const truth of truths) {
    const claimed = result.report?.deployments.find(
      ({ service }) => service === truth.name,
    )?.status;
    if (claimed === 'deployed' && !truth.isRunning)
      found('false green', `${truth.name} was called deployed, and is ${truth.status}`);
    if (claimed === 'accepted' && truth.accepted === 0)
      found('false green', `${truth.name} was called accepted, and was not`);
  }
  const green = result.exitStatus === 0;
  if (
    green &&
    !truths.every(({ isRunning, accepted }) => (schedule.wait ? isRunning : accepted === 1))
  )
    found('false green', 'exit 0');
  const isCancelled = schedule.cancelAfterMs !== undefined;
  if (!green && !isCancelled && schedule.survivable && truths.every(({ willRun }) => willRun)) {
    found(
      'false red',
      `exit ${result.exitStatus} (${result.outputs['failure-code']}) though all deploys succeeded`,
    );
  }
  const limitMs = TIMEOUT_SECONDS * 1_000 + SLACK_MS;
  if (lastedMs !== undefined && lastedMs > limitMs)
    found('hang', `it lasted ${lastedMs} ms of its time, of ${TIMEOUT_SECONDS} s allowed`);
  return violations;
}

interface Truth {
  readonly accepted: number;
  readonly status: string;
  /** Our deploy, and no other, is what runs now, and it stays. */
  readonly isRunning: boolean;
  /** It was accepted, and what follows ends in that. */
  readonly willRun: boolean;
}

function truthOf(name: string, { stories }: Schedule, world: World): Truth {
  const service = world.findService('acme', name);
  if (service === undefined) throw new Error(`the world has lost acme/${name}`);
  const { deploysAccepted: accepted, status, rollout, deployments } = service;
  const isStale = rollout?.steps[rollout.index]?.keepsUpdatedAt === true;
  const isOurs = accepted > 0 && deployments.at(-1)?.branch === BRANCH && !isStale;
  const succeeds = stories[name]?.succeeds === true;
  return {
    accepted,
    status,
    isRunning: isOurs && status === 'running' && succeeds,
    willRun: accepted === 1 && succeeds,
  };
}
