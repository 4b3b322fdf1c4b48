import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RehearsalOptions, type Running, rehearseOn, type Seen } from '../rehearse.ts';
import type { HostResult } from '../run-github.ts';
import { leftBehind } from './left.ts';
import { BRANCH, BRANCH_BEFORE, makeSchedule, type Schedule, withSignal } from './schedule.ts';
import { mainDeploy, type Sight, watch } from './sight.ts';
import { type Course, type Invariant, invariants, judgeCourse, type Violation } from './truth.ts';

export interface SoakOptions {
  readonly runs: number;
  /** Run number i has the seed `seed + i`, so that you can repeat each run alone. */
  readonly seed: number;
  readonly jobs: number;
  /** Each run gets a signal at a random moment. */
  readonly signals?: boolean;
  /** Called with each violation as it is found. */
  readonly onViolation?: (schedule: Schedule, violation: Violation) => void;
}

export interface SoakResult {
  readonly runs: number;
  readonly counts: Readonly<Record<Invariant, number>>;
  /** How many runs ended with each status and failure code. */
  readonly endings: Readonly<Record<string, number>>;
  /** The same for each deploy, by its story. */
  readonly table: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly seconds: number;
}

/** A process that runs this long past its timeout is killed and counted as a hang. */
const GIVE_UP_MS = 120_000;

/**
 * Runs the shipped bundles many times, each time against an Outpost with different faults, and
 * checks each run against what the emulator knows.
 */
export async function soak({
  runs,
  seed,
  jobs,
  signals = false,
  onViolation = () => undefined,
}: SoakOptions): Promise<SoakResult> {
  const startedMs = performance.now();
  const counts: Record<Invariant, number> = {
    double: 0,
    'false green': 0,
    'false red': 0,
    rollback: 0,
    hang: 0,
    leak: 0,
    left: 0,
  };
  const endings: Record<string, number> = {};
  const table: Record<string, Record<string, number>> = {};
  let begun = 0;
  const next = async (): Promise<void> => {
    while (begun < runs) {
      const usual = makeSchedule(seed + begun);
      const schedule = signals ? withSignal(usual) : usual;
      begun += 1;
      const { violations, ending, claims } = await runOne(schedule);
      endings[ending] = (endings[ending] ?? 0) + 1;
      for (const { title, claim } of claims) {
        const row = table[title] ?? {};
        table[title] = { ...row, [claim]: (row[claim] ?? 0) + 1 };
      }
      // A run counts only once for each invariant that it breaks.
      for (const invariant of new Set(violations.map((violation) => violation.invariant)))
        counts[invariant] += 1;
      for (const violation of violations) onViolation(schedule, violation);
    }
  };
  await Promise.all(Array.from({ length: jobs }, next));
  return {
    runs,
    counts,
    endings,
    table,
    seconds: Math.round((performance.now() - startedMs) / 1_000),
  };
}

/** `500 runs: double 0, false green 0, false red 0, hang 0, leak 0`. */
export function countsLine({ runs, counts }: SoakResult): string {
  return `${runs} runs: ${invariants.map((invariant) => `${invariant} ${counts[invariant]}`).join(', ')}`;
}

interface Judged {
  readonly violations: readonly Violation[];
  readonly ending: string;
  readonly claims: readonly { readonly title: string; readonly claim: string }[];
}

async function runOne(schedule: Schedule): Promise<Judged> {
  try {
    const { course, cancelTookMs, wasKilled, left } = await rehearseWith(schedule);
    const violations = [...judgeCourse(schedule, course)];
    if (wasKilled) violations.push({ invariant: 'hang', detail: 'it was killed' });
    if (cancelTookMs > 2_000)
      violations.push({
        invariant: 'hang',
        detail: `it ended ${cancelTookMs} ms after the cancel`,
      });
    for (const detail of left) violations.push({ invariant: 'left', detail });
    const { outputs } = course.result;
    const ending = wordsOf(outputs['status'], outputs['failure-code']);
    return { violations, ending, claims: claimsOf(schedule, course) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    // The clock's error names a hang. The host's reader throws when a form of the token, or a
    // command of the CI system, came through.
    const invariant = detail.startsWith('Hangs: ') ? 'hang' : 'leak';
    return { violations: [{ invariant, detail }], ending: invariant, claims: [] };
  }
}

function wordsOf(status: string | undefined, code: string | undefined): string {
  return `${status || 'nothing'}${code ? ` (${code})` : ''}`;
}

/** What the run claimed about each deploy that Outpost accepted. */
function claimsOf({ services, stories }: Schedule, { result, world }: Course): Judged['claims'] {
  return services.flatMap((name) => {
    const claimed = result.report?.deployments.find(({ service }) => service === name);
    const title = stories[name]?.title ?? '';
    return mainDeploy(world.deploysOf('acme', name)) === undefined
      ? []
      : [{ title, claim: wordsOf(claimed?.status, claimed?.failure?.code) }];
  });
}

interface Rehearsal {
  readonly course: Course;
  readonly cancelTookMs: number;
  readonly wasKilled: boolean;
  readonly left: readonly string[];
}

async function rehearseWith(schedule: Schedule): Promise<Rehearsal> {
  const { host, scenario, services, separator, wait, logs, cancelAfterMs, timeoutSeconds } =
    schedule;
  let cancelledMs: number | undefined;
  let wasKilled = false;
  let sight: Sight | undefined;
  const liveAtWord = new Map<string, boolean>();
  const inputs = {
    service: services.map((name) => `acme/${name}@${BRANCH}`).join(separator),
    'token-name': 'rehearsal',
    timeout: `${timeoutSeconds}s`,
    wait: `${wait}`,
    logs,
    ...(schedule.rollsBack && { 'on-failure': 'rollback', 'rollback-branch': BRANCH_BEFORE }),
  };
  const during = ({ emulator: { world }, clock, child }: Running): void => {
    let said = '';
    child.stdout?.on('data', (data: Buffer) => {
      said += data.toString();
      for (const [, name = ''] of said.matchAll(/^acme\/(\w+): deployed \(/gm))
        if (!liveAtWord.has(name))
          liveAtWord.set(name, mainDeploy(world.deploysOf('acme', name))?.isLive === true);
    });
    // Neither timer is awaited, because most runs end before it. If the clock notices a hang, the
    // run itself reports it.
    const ignore = (): void => undefined;
    void clock.after(timeoutSeconds * 1_000 + GIVE_UP_MS).then(() => {
      wasKilled = child.kill('SIGKILL');
    }, ignore);
    if (cancelAfterMs === undefined) return;
    void clock.after(cancelAfterMs).then(() => {
      cancelledMs = clock.nowMs();
      child.kill(schedule.signal);
    }, ignore);
  };
  const prepare: RehearsalOptions['prepare'] = (emulator, token) => {
    const { world } = emulator;
    logToken(world.findService('acme', 'web')?.log ?? [], token, world.nowMs());
    sight = watch(emulator);
  };
  const temporary = mkdtempSync(join(tmpdir(), 'outpost-soak-'));
  try {
    const env = { TMPDIR: temporary };
    const rehearsed = await rehearseOn(host, { scenario, inputs, env, prepare, during });
    const left = leftBehind(temporary);
    const cancelTookMs = cancelledMs === undefined ? 0 : rehearsed.endedMs - cancelledMs;
    if (sight === undefined) throw new Error('nobody watched');
    return { course: { ...courseOf(rehearsed), sight, liveAtWord }, cancelTookMs, wasKilled, left };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Writes the token into the service's log, as somebody's debug output might. */
function logToken(
  log: { atMs: number; visibleFromMs: number; message: string }[],
  token: string,
  nowMs: number,
): void {
  // The timestamp is during the rollout. A line from before the deploy would not be shown.
  const atMs = nowMs + 60_000;
  log.push({
    atMs,
    visibleFromMs: nowMs,
    message: `curl -H "Authorization: Bearer ${token}" # ${Buffer.from(token).toString('base64')}`,
  });
}

function courseOf(rehearsed: HostResult & Seen): Omit<Course, 'sight' | 'liveAtWord'> {
  const { endedMs, emulator, requests } = rehearsed;
  const firstMs = requests[0]?.atMs;
  return {
    result: rehearsed,
    world: emulator.world,
    lastedMs: firstMs === undefined ? undefined : endedMs - firstMs,
  };
}
