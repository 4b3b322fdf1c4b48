import { formatDuration } from '../../lib/duration.ts';
import type { Service } from '../../outpost/model.ts';
import type { Receipt } from '../receipt.ts';
import type { Run } from '../run.ts';
import type { FollowedLog } from './followed-log.ts';
import type { Judgement } from './judgement.ts';
import { lackOf } from './lack.ts';
import type { Finding } from './verdict.ts';

/** The state of a service while it is followed. */
export interface Tracker {
  readonly receipt: Receipt;
  readonly name: string;
  readonly namespace: string | undefined;
  judgement: Judgement;
  finding: Finding | undefined;
  readonly log: FollowedLog;
  /** Already logged what is missing for a proof. */
  isLackLogged: boolean;
  /** When Outpost last showed it, on the clock's nowMs. */
  lastSeenMs: number;
  endedMs: number | undefined;
  /** It ended, but that is not logged yet: the log lines that explain it come first. */
  isEndUnsaid: boolean;
  /** What was last logged about it, and when. */
  lastLogged: { readonly text: string; readonly atMs: number } | undefined;
}

const HEARTBEAT_MS = 30_000;

/** Stops following a service; `sayEnds` logs it. */
export function conclude(one: Tracker, finding: Finding, run: Run): void {
  one.finding = finding;
  one.endedMs = run.clock.nowMs();
  one.isEndUnsaid = true;
}

/** Logs how services ended, one line each, once. */
export function sayEnds(all: readonly Tracker[], run: Run): void {
  for (const one of all) {
    if (one.isEndUnsaid && one.finding !== undefined) sayEnd(one, one.finding, run);
    one.isEndUnsaid = false;
  }
}

function sayEnd(one: Tracker, { failure, status }: Finding, run: Run): void {
  const words = failure === undefined ? status : `${status}: ${failure.happened}`;
  const tookMs = (one.endedMs ?? run.clock.nowMs()) - one.receipt.sentMs;
  run.host.say(`${one.name}: ${words} (${formatDuration(tookMs)})`);
  if (one.judgement.kind === 'ended' && one.judgement.ending === 'scaled-to-zero')
    run.host.warn({
      title: 'No replica was seen running',
      message: `${one.name}: the rollout finished and the service is scaled to zero, so the new revision has not served any requests yet. To wake it up, set the input \`health-check\`.`,
    });
}

/** Log what is missing for a proof if it is still missing after this. */
const LACK_NOTICE_MS = 60_000;

/** Logs once what is missing, while there is still time to check. */
export function logLack(one: Tracker, run: Run): void {
  const afterMs = run.clock.nowMs() - one.receipt.sentMs;
  if (one.isLackLogged || afterMs < LACK_NOTICE_MS) return;
  one.isLackLogged = true;
  const lack = lackOf(one.judgement);
  if (lack !== undefined)
    run.host.say(`${one.name}: no proof yet that the new revision is running: ${lack.because}.`);
}

/** Logs what a poll showed, if that changed. */
export function logPoll(one: Tracker, run: Run): void {
  const text = wordsOf(one);
  run.host.progress?.(`${one.name}: ${text}`, run.clock.nowMs() - one.receipt.sentMs);
  if (text === one.lastLogged?.text) return;
  const { last } = one.judgement.memory;
  if (last?.phase === 'unknown' && last.statusWord !== 'degraded')
    run.host.say(
      `${one.name}: Outpost shows the status "${last.statusWord}", which is not documented; still waiting.`,
    );
  one.lastLogged = { text, atMs: run.clock.nowMs() };
  run.host.say(`${one.name}: ${text} (${formatDuration(run.clock.nowMs() - one.receipt.sentMs)})`);
}

function wordsOf({ judgement }: Tracker): string {
  const { last, signMs, weak, missingSinceMs } = judgement.memory;
  if (missingSinceMs !== undefined) return 'not found; this may be temporary';
  if (last === undefined) return 'not seen yet';
  const word = wordOf(last);
  if (signMs !== undefined)
    return judgement.kind === 'settling'
      ? `${word}; checking that it stays that way for ${formatDuration(judgement.start.stableForMs)}`
      : word;
  return weak.size === 0
    ? `${word}, as before the deploy; waiting for the rollout to start`
    : `${word}; no rollout seen yet`;
}

/** The status in Outpost's words, and why a running service does not count as running yet. */
function wordOf(service: Service): string {
  const { statusWord, phase, readyReplicas, minReplicas, version, activeVersions } = service;
  const word = statusWord || 'without a status';
  if (phase !== 'running') return word;
  if (version !== undefined && activeVersions?.some((active) => active !== version) === true)
    return `${word}, version ${activeVersions.join(', ')} is live, waiting for ${version}`;
  return readyReplicas !== undefined && minReplicas !== undefined && readyReplicas < minReplicas
    ? `${word}, ${readyReplicas} of ${minReplicas} replicas ready`
    : word;
}

/** One line for everything still in progress, if nothing was logged for a while. */
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
      : `${pending.length} of ${all.length} services still in progress; ${first.name}: ${wordsOf(first)}`;
  run.host.say(
    `${what} (${formatDuration(nowMs - first.receipt.sentMs)}; timeout in ${formatDuration(run.deadlineMs - nowMs)})`,
  );
  for (const one of pending) one.lastLogged = { text: wordsOf(one), atMs: nowMs };
}
