import { MAX_LOG_BYTES } from '../../outpost/client.ts';
import { describeReply } from '../../outpost/errors.ts';
import type { LogLines } from '../../outpost/log-lines.ts';
import { copyOver, dropFirst, linesIn, piecesOf, takeFirst } from '../../outpost/log-lines.ts';
import type { LogPage } from '../../outpost/log-page.ts';
import type { ErrorReply, Reply } from '../../outpost/reply.ts';
import type { Run } from '../run.ts';
import { type NewLines, newLines } from './log-window.ts';

/**
 * Lines of one service that are shown at most; a log that never ends must not fill the job's own.
 */
const MAX_SHOWN_LINES = 100_000;
/** So much is written before it is looked whether the reader keeps up. */
const PIECE_BYTES = 8_192;
/** A log while it is followed: what changes from page to page. */
export interface FollowedLog {
  readonly name: string;
  readonly read: (into: Buffer, deadlineMs?: number) => Promise<Reply<LogPage>>;
  /** Lines from well before it are somebody else's; milliseconds since 1970, by Outpost's clock. */
  readonly calledWallMs: number;
  /**
   * What stands for the lines that were read last, to know the next page's new ones. Bytes, as
   * `tail` is: text that is kept from page to page would make V8's heap grow.
   */
  window: LogLines;
  /** The last lines. */
  tail: LogLines;
  /** It was said that the log cannot be read. */
  isMissed: boolean;
  /** It was said that only a part of the log can be read. */
  isCut: boolean;
  /** It was said where the lines from before the deploy call end. */
  isBorderMarked: boolean;
  /** How many lines were shown. */
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
 * @param into a buffer that is used for every log in turn: one for each is more than V8 frees in
 *     time.
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

/** Remembers the page, and finds what is new in it. */
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

/** Says once for each service why its log cannot be shown. */
function missLog(one: FollowedLog, reply: ErrorReply, run: Run): void {
  if (!one.isMissed)
    run.host.say(
      `${one.name}: the log cannot be read (${describeReply(reply)}). This does not affect the result of the deploy.`,
    );
  one.isMissed = true;
}

/**
 * A piece at a time: what a slow reader has not taken yet would pile up in memory. A reader that has
 * stopped must keep neither the run beyond its time nor a job that is cancelled.
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
 * Aborts the waiting when the job is cancelled or the time is up. One for all pieces of a page: what
 * listens to a signal, or races with a promise, is kept long after it was needed.
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

/** Of a log that is too long to be shown, the last lines say why it failed. */
export function showTailOfCut(one: FollowedLog, run: Run): void {
  if (one.shownLines >= MAX_SHOWN_LINES) run.host.quote(one.name, linesIn(one.tail));
}
