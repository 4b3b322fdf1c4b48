import type { DeployTruth, World } from '../../../emulator/world.ts';
import type { HostResult } from '../run-github.ts';
import { BRANCH, BRANCH_BEFORE, type Schedule } from './schedule.ts';
import { mainDeploy, type Sight } from './sight.ts';

export const invariants = [
  'double',
  'false green',
  'false red',
  'rollback',
  'hang',
  'leak',
  'left',
] as const;
export type Invariant = (typeof invariants)[number];

export interface Violation {
  readonly invariant: Invariant;
  readonly detail: string;
}

/** How one run went, for judging it. */
export interface Course {
  readonly result: HostResult;
  readonly world: World;
  readonly sight: Sight;
  /** For each service, whether our deploy was live when the log said that it was deployed. */
  readonly liveAtWord: ReadonlyMap<string, boolean>;
  /**
   * From the first request to the end of the process, in the run's time. undefined = the run sent
   * no request.
   */
  readonly lastedMs: number | undefined;
}

/** The run may end at most this long after its deadline. */
const SLACK_MS = 3_000;
/** The default of `stable-for`. */
const STABLE_MS = 10_000;
/** The longest time between two reads when no fault affects them. */
const LOOK_MS = 5_500;
/** Failures which say that the outcome is not known, or not known yet. */
const OPEN: ReadonlySet<string> = new Set(['rollout-unproven', 'outcome-unknown', 'timed-out']);

interface Claim {
  readonly status: string | undefined;
  readonly code: string | undefined;
}

/** Compares a run with what the emulated Outpost knows to be true. */
export function judgeCourse(schedule: Schedule, course: Course): readonly Violation[] {
  const { result, lastedMs } = course;
  const violations: Violation[] = [];
  for (const name of schedule.services) violations.push(...judgeService(name, schedule, course));
  const isGreen = result.exitStatus === 0;
  const wanted = schedule.wait ? 'deployed' : 'accepted';
  if (isGreen && !schedule.services.every((name) => claimOf(name, result).status === wanted))
    violations.push({ invariant: 'false green', detail: 'exit 0, and not every service is well' });
  const limitMs = schedule.timeoutSeconds * 1_000 + SLACK_MS;
  if (lastedMs !== undefined && lastedMs > limitMs)
    violations.push({
      invariant: 'hang',
      detail: `it lasted ${lastedMs} ms of its time, of ${schedule.timeoutSeconds} s allowed`,
    });
  return violations;
}

function claimOf(name: string, { report }: HostResult): Claim {
  const claimed = report?.deployments.find(({ service }) => service === name);
  return { status: claimed?.status, code: claimed?.failure?.code };
}

function judgeService(name: string, schedule: Schedule, course: Course): readonly Violation[] {
  const all = course.world.deploysOf('acme', name);
  const claim = claimOf(name, course.result);
  const found: readonly (readonly [Invariant, string | undefined])[] = [
    ['double', doubleOf(all)],
    ['false green', falseGreen(name, all, claim, schedule, course)],
    ['false red', falseRed(name, all, claim, schedule, course)],
    ['rollback', badRollback(all, schedule, course)],
  ];
  return found.flatMap(([invariant, detail]) =>
    detail === undefined ? [] : [{ invariant, detail: `${name} ${detail}` }],
  );
}

function doubleOf(all: readonly DeployTruth[]): string | undefined {
  const times = (of: string): number => all.filter(({ branch }) => branch === of).length;
  return times(BRANCH) > 1 || times(BRANCH_BEFORE) > 1
    ? `was deployed ${times(BRANCH)} times, and brought back ${times(BRANCH_BEFORE)} times`
    : undefined;
}

function falseGreen(
  name: string,
  all: readonly DeployTruth[],
  { status }: Claim,
  schedule: Schedule,
  { liveAtWord }: Course,
): string | undefined {
  const ours = mainDeploy(all);
  if (status === 'accepted')
    return ours === undefined && tellsWhose(schedule)
      ? 'was called accepted, and was not'
      : undefined;
  if (status === 'skipped')
    return ours === undefined ? undefined : 'was called skipped, and was deployed';
  if (status === 'rolled-back' && isTakenBack(all))
    return all.at(-1)?.isLive === true ? undefined : 'was called brought back, and is not';
  if (status !== 'deployed') return undefined;
  const isLive = liveAtWord.get(name) ?? ours?.isLive;
  if (isLive !== true) return `was called deployed, and is not: ${ours?.end ?? 'not accepted'}`;
  // A deployment's own status counts at once, and may hold only for a moment.
  return schedule.stories[name]?.succeeds === true || showsOwnStatus(schedule)
    ? undefined
    : `was called deployed, and ends ${ours?.willEnd}`;
}

/** Only an answer that names the service can show that the deploy is another service's. */
function tellsWhose({ scenario: { deploysInstead, deployAnswer } }: Schedule): boolean {
  return deploysInstead === undefined || ['names', 'service'].includes(deployAnswer?.body ?? '');
}

function showsOwnStatus({ services, scenario: { deploymentInfo = false } }: Schedule): boolean {
  if (services.length > 1 || deploymentInfo === false) return false;
  return deploymentInfo === true || deploymentInfo.field !== 'deployment_id';
}

function falseRed(
  name: string,
  all: readonly DeployTruth[],
  { status, code = 'nothing' }: Claim,
  schedule: Schedule,
  { sight }: Course,
): string | undefined {
  const { stories, wait, isAnswerLost, mayEndIt, isCalm, cancelAfterMs } = schedule;
  const [ours, story] = [mainDeploy(all), stories[name]];
  if (ours === undefined || story === undefined || cancelAfterMs !== undefined || mayEndIt)
    return undefined;
  if (status === 'deployed' || status === 'accepted') return undefined;
  // It was rolled back with the release. badRollback judges whether that was right.
  if (isTakenBack(all)) return undefined;
  if (code === 'rollout-failed' && ours.end !== 'failed') return `was called failed: ${ours.end}`;
  if (!story.succeeds) return undefined;
  if (!OPEN.has(code)) return `is well, and was called ${status} (${code})`;
  if (!wait) return isAnswerLost ? undefined : `is well, and was called ${code} without a look`;
  const sawAll = sight.sawEvidence(name) && sight.sawItHold(name, STABLE_MS);
  if (sawAll) return `is well, as was seen, and was called ${code}`;
  return isCalm && story.shownMs > LOOK_MS && !sight.sawEvidence(name)
    ? `is well, and nobody looked in time: ${code}`
    : undefined;
}

function isTakenBack(all: readonly DeployTruth[]): boolean {
  return all.some(({ branch }) => branch === BRANCH_BEFORE);
}

/** A rollback is right only if a service of the release has failed. */
function badRollback(
  all: readonly DeployTruth[],
  { services }: Schedule,
  { world }: Course,
): string | undefined {
  if (!isTakenBack(all)) return undefined;
  if (mainDeploy(all) === undefined) return 'was brought back, and was never deployed';
  const ends = services.map((name) => mainDeploy(world.deploysOf('acme', name))?.end);
  return ends.includes('failed')
    ? undefined
    : `was brought back, and nothing had failed: ${ends.join(', ')}`;
}
