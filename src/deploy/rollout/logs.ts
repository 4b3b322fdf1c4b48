import { collectGarbage } from '../../lib/heap.ts';
import type { ErrorReply, Reply } from '../../outpost/request.ts';
import type { Plan } from '../plan.ts';
import type { Run } from '../run.ts';
import { LogPage, TAIL_LINES } from './log-window.ts';
import { type PollResult, pollFailure } from './poll.ts';
import type { Tracker } from './tracker.ts';

/** Reading the last lines may take so long in all, also when the run's time is up: they say why. */
const DRAIN_MS = 2_500;
/**
 * Lines of one service that are shown at most; a log that never ends must not fill the job's own.
 */
const MAX_SHOWN_LINES = 100_000;
/** Logs that are read at the end, one request each: the failed services' first. */
const MAX_DRAINED = 10;

/** A page of more characters leaves so much behind that it is collected at once. */
const LARGE_PAGE_LENGTH = 1_048_576;

/** Reads the log and shows its new lines. A log that cannot be read changes nothing. */
export async function streamLog(one: Tracker, run: Run, deadlineMs?: number): Promise<PollResult> {
  const page = new LogPage(one.window, one.logFromWallMs, (lines, gap) =>
    show(one, lines, gap, run),
  );
  const untilMs = deadlineMs === undefined ? run.deadlineMs : run.clock.nowMs() + deadlineMs;
  const reply = await read(page, one, run, untilMs, deadlineMs);
  if (page.length > LARGE_PAGE_LENGTH) collectGarbage();
  if (reply.kind !== 'value') return blindTo(one, reply, run);
  await shown(run, untilMs);
  return { blind: undefined, pauseMs: reply.pauseMs, requests: 1 };
}

/** Also of a page that breaks off, the lines that were shown are remembered. */
async function read(
  page: LogPage,
  one: Tracker,
  run: Run,
  untilMs: number,
  deadlineMs: number | undefined,
): Promise<Reply<number>> {
  try {
    const receiver = { push: page.push, ready: () => shown(run, untilMs) };
    const reply = await run.client.logs(one.receipt.deploy.target, receiver, deadlineMs);
    if (reply.kind === 'value') page.end();
    return reply;
  } finally {
    one.window = page.latest;
    one.lines = page.tail ?? one.lines;
  }
}

/** Says once for each service why its log cannot be shown. */
function blindTo(one: Tracker, reply: ErrorReply, run: Run): PollResult {
  const glimpse = pollFailure(reply);
  if (!one.isLogMissed)
    run.host.say(
      `${one.name}: its log cannot be read (${glimpse.blind?.because}). The verdict does not depend on it.`,
    );
  one.isLogMissed = true;
  return glimpse;
}

/**
 * Resolves when what was shown has gone out, the job is cancelled or the time is up: a reader that
 * has stopped must keep neither.
 *
 * @param untilMs on the clock's nowMs.
 */
async function shown({ host, clock, signal }: Run, untilMs: number): Promise<void> {
  const over = new AbortController();
  const stop = (): void => over.abort();
  signal.addEventListener('abort', stop, { once: true, signal: over.signal });
  const ended = signal.aborted
    ? undefined
    : clock.sleep(Math.max(0, untilMs - clock.nowMs()), over.signal).catch(() => undefined);
  await Promise.race([host.drained(), ended]);
  stop();
}

function show(one: Tracker, lines: readonly string[], gap: boolean, run: Run): void {
  const left = MAX_SHOWN_LINES - one.shownLines;
  if (left <= 0) return;
  if (gap)
    run.host.say(`${one.name}: some log lines between the last ones and these were not seen.`);
  run.host.quote(one.name, lines.slice(0, left));
  one.shownLines += lines.length;
  if (lines.length >= left)
    run.host.say(
      `${one.name}: ${MAX_SHOWN_LINES} log lines were shown; the rest is in the dashboard.`,
    );
}

/**
 * The lines that came since the last read; where logs are not streamed, the last lines of what
 * failed.
 */
export async function drainLogs(all: readonly Tracker[], plan: Plan, run: Run): Promise<void> {
  const { logs, wait } = plan.config;
  if (logs === 'off' || !wait) return;
  const sent = all.filter(({ receipt }) => receipt.answer.kind !== 'refused');
  const failed = sent.filter(({ finding }) => finding?.failure !== undefined);
  const due =
    logs === 'stream' ? [...failed, ...sent.filter((one) => !failed.includes(one))] : failed;
  const untilMs = run.clock.nowMs() + DRAIN_MS;
  for (const one of due.slice(0, MAX_DRAINED)) {
    const leftMs = untilMs - run.clock.nowMs();
    if (leftMs <= 0) break;
    if (logs === 'stream') await streamLog(one, run, leftMs);
    else await showTail(one, run, leftMs);
  }
  if (due.length > MAX_DRAINED)
    run.host.say(
      `The last log lines of ${due.length - MAX_DRAINED} more services are in the dashboard.`,
    );
}

async function showTail(one: Tracker, run: Run, deadlineMs: number): Promise<void> {
  const page = new LogPage([], one.logFromWallMs, () => undefined);
  const reply = await read(page, one, run, run.clock.nowMs() + deadlineMs, deadlineMs);
  if (reply.kind === 'value') run.host.quote(one.name, one.lines.slice(-TAIL_LINES));
  else blindTo(one, reply, run);
}
