import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rehearseOn } from '../rehearse.ts';
import { TIME_SCALE } from '../spawn-bundle.ts';
import { BRANCH, makeSchedule, type Schedule, TIMEOUT_SECONDS } from './schedule.ts';
import { type Course, type Invariant, invariants, judgeCourse, type Violation } from './truth.ts';

export interface SoakOptions {
  readonly runs: number;
  /** Run number i has the seed `seed + i`, so that each can be had again alone. */
  readonly seed: number;
  readonly jobs: number;
  /** Called with each violation as it is found. */
  readonly onViolation?: (schedule: Schedule, violation: Violation) => void;
}

export interface SoakResult {
  readonly runs: number;
  readonly counts: Readonly<Record<Invariant, number>>;
  /** How often each status was the end of a run. */
  readonly endings: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Real time after which a process that has not ended is killed, and called hanging. */
const GIVE_UP_MS = ((TIMEOUT_SECONDS + 120) * 1_000) / TIME_SCALE + 5_000;
const EXIT_PROBE = new URL('./exit-probe.mjs', import.meta.url).href;

/** Many runs of the shipped bundles, each against an Outpost with troubles of its own, each held against the truth. */
export async function soak({ runs, seed, jobs, onViolation = () => undefined }: SoakOptions): Promise<SoakResult> {
  const startedMs = performance.now();
  const counts: Record<Invariant, number> = { double: 0, 'false green': 0, 'false red': 0, hang: 0, leak: 0 };
  const endings: Record<string, number> = {};
  let begun = 0;
  const next = async (): Promise<void> => {
    while (begun < runs) {
      const schedule = makeSchedule(seed + begun);
      begun += 1;
      const { violations, ending } = await runOne(schedule);
      endings[ending] = (endings[ending] ?? 0) + 1;
      // Each run counts once for each invariant that it breaks.
      for (const invariant of new Set(violations.map((violation) => violation.invariant))) counts[invariant] += 1;
      for (const violation of violations) onViolation(schedule, violation);
    }
  };
  await Promise.all(Array.from({ length: jobs }, next));
  return { runs, counts, endings, seconds: Math.round((performance.now() - startedMs) / 1_000) };
}

/** `500 runs: double 0, false green 0, false red 0, hang 0, leak 0`. */
export function countsLine({ runs, counts }: SoakResult): string {
  return `${runs} runs: ${invariants.map((invariant) => `${invariant} ${counts[invariant]}`).join(', ')}`;
}

async function runOne(schedule: Schedule): Promise<{ readonly violations: readonly Violation[]; readonly ending: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-soak-'));
  const probe = join(folder, 'exit.json');
  try {
    const { course, cancelTookMs, wasKilled } = await rehearseWith(schedule, probe);
    const violations = [...judgeCourse(schedule, course)];
    if (wasKilled) violations.push({ invariant: 'hang', detail: `it was killed after ${Math.round(GIVE_UP_MS)} ms` });
    if (cancelTookMs > 2_000) violations.push({ invariant: 'hang', detail: `it ended ${Math.round(cancelTookMs)} ms after the cancel` });
    return { violations, ending: course.result.outputs['status'] || 'nothing' };
  } catch (error) {
    // The host's reader throws when a form of the token, or a command of the CI system, came through.
    return { violations: [{ invariant: 'leak', detail: error instanceof Error ? error.message : String(error) }], ending: 'leak' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function rehearseWith(
  schedule: Schedule,
  probe: string,
): Promise<{ readonly course: Course; readonly cancelTookMs: number; readonly wasKilled: boolean }> {
  const { host, scenario, services, wait, logs, cancelAfterMs } = schedule;
  const timers: NodeJS.Timeout[] = [];
  let cancelledMs: number | undefined;
  let wasKilled = false;
  const inputs = {
    service: services.map((name) => `acme/${name}@${BRANCH}`).join(','),
    'token-name': 'rehearsal',
    timeout: `${TIMEOUT_SECONDS}s`,
    wait: `${wait}`,
    logs,
  };
  const rehearsed = await rehearseOn(host, {
    scenario,
    inputs,
    env: { NODE_OPTIONS: `--import ${EXIT_PROBE}`, EXIT_PROBE_FILE: probe },
    prepare: ({ world }, token) => logToken(world.findService('acme', 'web')?.log ?? [], token, world.nowMs()),
    onStart: (child) => {
      timers.push(
        setTimeout(() => {
          wasKilled = child.kill('SIGKILL');
        }, GIVE_UP_MS),
      );
      if (cancelAfterMs !== undefined) {
        timers.push(
          setTimeout(() => {
            cancelledMs = performance.now();
            child.kill('SIGINT');
          }, cancelAfterMs),
        );
      }
    },
  });
  const endedMs = performance.now();
  for (const timer of timers) clearTimeout(timer);
  const course = courseOf(rehearsed, rehearsed.requests[0]?.atMs, probe);
  return { course, cancelTookMs: cancelledMs === undefined ? 0 : endedMs - cancelledMs, wasKilled };
}

/** A service that writes the token into its log, as a debugging line of somebody's may. */
function logToken(log: { atMs: number; visibleFromMs: number; message: string }[], token: string, nowMs: number): void {
  // Stamped as of the rollout: a line from before the deploy would not be shown.
  const atMs = nowMs + 60_000;
  log.push({ atMs, visibleFromMs: nowMs, message: `curl -H "Authorization: Bearer ${token}" # ${Buffer.from(token).toString('base64')}` });
}

function courseOf(rehearsed: Awaited<ReturnType<typeof rehearseOn>>, firstMs: number | undefined, probe: string): Course {
  const { world } = rehearsed.emulator;
  if (firstMs === undefined || !existsSync(probe)) return { result: rehearsed, world, lastedMs: undefined, stalledMs: 0 };
  const { endedMs, stalledRealMs } = JSON.parse(readFileSync(probe, 'utf8')) as { endedMs: number; stalledRealMs: number };
  return { result: rehearsed, world, lastedMs: endedMs - firstMs, stalledMs: stalledRealMs * TIME_SCALE };
}
