/** States that follow each other: those of a rollout, and those of a job. */

/** A state. The last one stays; any other without `looks` and `ms` lasts for one read. */
export interface TimedStep {
  /** For how many reads of the status (get or list) it lasts. */
  readonly looks?: number;
  /** For how long it lasts. With `looks` too, whichever ends first. */
  readonly ms?: number;
  /** Log lines of this state, spread over `ms` if that is given. */
  readonly log?: readonly string[];
}

/** The progress of something through its states. */
export interface StepProgress<Step extends TimedStep> {
  readonly steps: readonly Step[];
  index: number;
  stepStartedMs: number;
  looks: number;
}

/** Called when a state starts. */
export type Enter<Step> = (step: Step, atMs: number) => void;

/** One line of a log. A line of a timed state isn't shown before its time. */
export interface LogLine {
  readonly atMs: number;
  readonly visibleFromMs: number;
  readonly message: string;
}

/** Ends the timed states whose time has passed. */
export function settleSteps<Step extends TimedStep>(
  progress: StepProgress<Step>,
  nowMs: number,
  enter: Enter<Step>,
): void {
  for (let step = currentStep(progress); step?.ms !== undefined; step = currentStep(progress)) {
    const endMs = progress.stepStartedMs + step.ms;
    if (endMs > nowMs || !advance(progress, endMs, enter)) return;
  }
}

/**
 * A client reads the status: counts the read and ends a state that lasts for a number of reads.
 * Call `settleSteps` first.
 */
export function lookAtStep<Step extends TimedStep>(
  progress: StepProgress<Step>,
  nowMs: number,
  enter: Enter<Step>,
): void {
  const step = currentStep(progress);
  const lasts = step?.looks ?? (step?.ms === undefined ? 1 : Number.POSITIVE_INFINITY);
  if (progress.looks >= lasts) advance(progress, nowMs, enter);
  progress.looks += 1;
}

/** The log lines of a state that begins at `atMs`. */
export function logOf({ log = [], ms }: TimedStep, atMs: number): readonly LogLine[] {
  return log.map((message, index) => {
    const lineAtMs = ms === undefined ? atMs + index : atMs + Math.floor((index * ms) / log.length);
    return { atMs: lineAtMs, visibleFromMs: ms === undefined ? atMs : lineAtMs, message };
  });
}

/** The current state. */
export function currentStep<Step extends TimedStep>({
  steps,
  index,
}: StepProgress<Step>): Step | undefined {
  return steps[index];
}

function advance<Step extends TimedStep>(
  progress: StepProgress<Step>,
  atMs: number,
  enter: Enter<Step>,
): boolean {
  const next = progress.steps[progress.index + 1];
  if (next === undefined) return false;
  progress.index += 1;
  progress.looks = 0;
  progress.stepStartedMs = atMs;
  enter(next, atMs);
  return true;
}
