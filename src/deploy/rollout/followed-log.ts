import { MAX_LOG_BYTES } from '../../outpost/client.ts';
import { describeReply } from '../../outpost/errors.ts';
import type { LogLines } from '../../outpost/log-lines.ts';
import { copyOver, dropFirst, linesIn, piecesOf, takeFirst } from '../../outpost/log-lines.ts';
import type { LogPage } from '../../outpost/log-page.ts';
import type { ErrorReply, Reply } from '../../outpost/reply.ts';
import type { Run } from '../run.ts';
import { type NewLines, newLines } from './log-window.ts';

/**
 * Maximum number of lines shown per service, so that an endless log does not fill the job's log.
 */
const MAX_SHOWN_LINES = 100_000;
/** How much is written before checking that the reader keeps up. */
const PIECE_BYTES = 8_192;
/** The state of a log while it is followed. */
export interface FollowedLog {
  readonly name: string;
  readonly read: (into: Buffer, deadlineMs?: number) => Promise<Reply<LogPage>>;
  /** Lines from well before this belong to another revision; ms since 1970, by Outpost's clock. */
  readonly calledWallMs: number;
  /**
   * Marks of the lines that were read last, to find the new ones on the next page. Bytes, like
   * `tail`: text that is kept from page to page would make V8's heap grow.
   */
  window: LogLines;
  /** The last lines. */
  tail: LogLines;
  /** Already reported that the log cannot be read. */
  isMissed: boolean;
  /** Already reported that only a part of the log can be read. */
  isCut: boolean;
  /** Already reported where the lines from before the deploy call end. */
  isBorderMarked: boolean;
  /** Number of lines shown so far. */
  shownLines: number;
}

export function openLog(
  name: string,
  read: FollowedLog['read'],
  calledWallMs: number,
): FollowedLog {
  return {
    name,
    read,
    calledWallMs,
    window: Buffer.alloc(0),
    tail: Buffer.alloc(0),
    isMissed: false,
    isCut: false,
    isBorderMarked: false,
    shownLines: 0,
  };
}

/**
 * Reads the log and shows its new lines. A log that cannot be read changes nothing.
 *
 * @param into one buffer that is reused for all logs: V8 does not free separate ones in time.
 */
export async function streamLog(
  one: FollowedLog,
  into: Buffer,
  run: Run,
  deadlineMs?: number,
): Promise<void> {
  const untilMs = deadlineMs === undefined ? run.deadlineMs : run.clock.nowMs() + deadlineMs;
  const reply = await one.read(into, deadlineMs);
  if (reply.kind === 'value') await show(one, takePage(one, reply.value, run), run, untilMs);
  else missLog(one, reply, run);
}

/** Keeps the page, and finds the new lines in it. */
function takePage(one: FollowedLog, { lines, isCut }: LogPage, run: Run): NewLines {
  const found = newLines(one.window, lines, one.calledWallMs);
  one.window = copyOver(one.window, found.window);
  one.tail = copyOver(one.tail, found.tail);
  if (isCut && !one.isCut)
    run.host.say(
      `${one.name}: the log is too large to read in full (over ${MAX_LOG_BYTES} bytes), so some older and newer lines are missing. This does not affect the result of the deploy.`,
    );
  one.isCut ||= isCut;
  return found;
}

/** Logs, once per service, why its log cannot be shown. */
function missLog(one: FollowedLog, reply: ErrorReply, run: Run): void {
  if (!one.isMissed)
    run.host.say(
      `${one.name}: the log cannot be read (${describeReply(reply)}). This does not affect the result of the deploy.`,
    );
  one.isMissed = true;
}

/**
 * Writes a piece at a time, because unread output would pile up in memory. A reader that has
 * stopped must not keep the run alive after its deadline or after a cancel.
 *
 * @param untilMs on the clock's nowMs.
 */
async function show(
  one: FollowedLog,
  { lines, count, beforeCall, gap }: NewLines,
  run: Run,
  untilMs: number,
): Promise<void> {
  const left = MAX_SHOWN_LINES - one.shownLines;
  if (left <= 0 || count === 0) return;
  if (gap) run.host.say(`${one.name}: some log lines before these are missing.`);
  const waiting = new AbortController();
  endWaiting(waiting, run, untilMs);
  const shown = takeFirst(lines, left);
  for (const part of [takeFirst(shown, beforeCall), dropFirst(shown, beforeCall)]) {
    for (const piece of piecesOf(part, PIECE_BYTES)) {
      run.host.quote(one.name, linesIn(piece));
      await run.host.drained(waiting.signal);
    }
    if (beforeCall > 0 && !one.isBorderMarked) {
      one.isBorderMarked = true;
      run.host.say(`${one.name}: the log lines above are from before the deploy call.`);
    }
  }
  waiting.abort();
  one.shownLines += count;
  if (count >= left)
    run.host.say(
      `${one.name}: showed ${MAX_SHOWN_LINES} log lines; see the dashboard for the rest.`,
    );
}

/**
 * Stops waiting when the job is cancelled or the time is up. One listener for all pieces of a page,
 * because listeners and raced promises stay in memory long after they were needed.
 */
function endWaiting(waiting: AbortController, { clock, signal }: Run, untilMs: number): void {
  const stop = (): void => waiting.abort();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true, signal: waiting.signal });
  clock.sleep(Math.max(0, untilMs - clock.nowMs()), waiting.signal).then(stop, () => undefined);
}

/** Shows the last lines alone. */
export async function showTail(
  one: FollowedLog,
  into: Buffer,
  run: Run,
  deadlineMs: number,
): Promise<void> {
  const reply = await one.read(into, deadlineMs);
  if (reply.kind === 'value')
    run.host.quote(one.name, linesIn(takePage(one, reply.value, run).tail));
  else missLog(one, reply, run);
}

/** For a log that is too long to show: its last lines say why the deploy failed. */
export function showTailOfCut(one: FollowedLog, run: Run): void {
  if (one.shownLines >= MAX_SHOWN_LINES) run.host.quote(one.name, linesIn(one.tail));
}
