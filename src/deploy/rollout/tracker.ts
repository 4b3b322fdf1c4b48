import { formatDuration } from '../../lib/duration.ts';
import type { Service } from '../../outpost/model.ts';
import type { Receipt } from '../receipt.ts';
import type { Run } from '../run.ts';
import type { Judgement } from './judge.ts';
import type { Finding } from './verdict.ts';

/** A service while it is followed: what changes from look to look. */
export interface Tracker {
  readonly receipt: Receipt;
  readonly name: string;
  readonly namespace: string;
  judgement: Judgement;
  finding: Finding | undefined;
  /** What stands for the log lines that were read last, to know the next page's new ones. */
  window: readonly string[];
  /** The last log lines. */
  lines: readonly string[];
  /**
   * Log lines before this belong to the revision before; milliseconds since 1970, by Outpost's
   * clock.
   */
  readonly logFromWallMs: number;
  /** It was said that the log cannot be read. */
  isLogMissed: boolean;
  /** How many of its log lines were shown. */
  shownLines: number;
  /** When Outpost last told anything of it, on the clock's nowMs. */
  lastSeenMs: number;
  endedMs: number | undefined;
  /** What was said of it last, and when. */
  lastLogged: { readonly text: string; readonly atMs: number } | undefined;
}

const HEARTBEAT_MS = 30_000;

/** Ends the following of a service, and says how in one line. */
export function conclude(one: Tracker, finding: Finding, run: Run): void {
  one.finding = finding;
  one.endedMs = run.clock.nowMs();
  const { failure, status } = finding;
  const words = failure === undefined ? status : `${status}: ${failure.happened}`;
  run.host.say(`${one.name}: ${words} (${formatDuration(one.endedMs - one.receipt.sentMs)})`);
}

/** Says what a look showed, when it is not what was said before. */
export function logPoll(one: Tracker, run: Run): void {
  const text = wordsOf(one);
  run.host.progress?.(`${one.name}: ${text}`, run.clock.nowMs() - one.receipt.sentMs);
  if (text === one.lastLogged?.text) return;
  const { last } = one.judgement;
  if (last?.status === 'unknown') {
    run.host.say(
      `${one.name}: Outpost shows the status "${last.statusWord}", which is not documented; waiting on.`,
    );
  }
  one.lastLogged = { text, atMs: run.clock.nowMs() };
  run.host.say(`${one.name}: ${text} (${formatDuration(run.clock.nowMs() - one.receipt.sentMs)})`);
}

function wordsOf({ judgement }: Tracker): string {
  const { last, begun, missingSinceMs, runningSinceMs } = judgement;
  if (missingSinceMs !== undefined) return 'not found, which may pass';
  if (last === undefined) return 'not seen yet';
  const word = wordOf(last);
  if (!begun) return `${word}, as before the deploy; waiting for it to begin`;
  return runningSinceMs === undefined ? word : `${word}; it must hold for 5 s`;
}

/** The status in Outpost's own word, and what keeps a running service from counting as such. */
function wordOf({ statusWord, status, readyReplicas, minReplicas }: Service): string {
  const word = statusWord || 'without a status';
  return status === 'running' && readyReplicas === 0 && (minReplicas ?? 0) > 0
    ? `${word}, 0 of ${minReplicas} replicas ready`
    : word;
}

/** One line for all that is still being waited for, when nothing was said for a while. */
export function logHeartbeat(all: readonly Tracker[], run: Run): void {
  const nowMs = run.clock.nowMs();
  const pending = all.filter(({ finding }) => finding === undefined);
  const lastSpokenMs = Math.max(
    ...all.map(({ lastLogged, receipt }) => lastLogged?.atMs ?? receipt.sentMs),
  );
  const [first] = pending;
  if (first === undefined || nowMs - lastSpokenMs < HEARTBEAT_MS) return;
  const what =
    pending.length === 1
      ? `${first.name}: still ${wordsOf(first)}`
      : `${pending.length} of ${all.length} services are not done; ${first.name}: ${wordsOf(first)}`;
  run.host.say(
    `${what} (${formatDuration(nowMs - first.receipt.sentMs)}; time is up in ${formatDuration(run.deadlineMs - nowMs)})`,
  );
  for (const one of pending) one.lastLogged = { text: wordsOf(one), atMs: nowMs };
}
