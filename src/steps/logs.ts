import type { Run } from '../run.ts';
import type { Followed } from './followed.ts';
import { dropOlder, newLines } from './log-window.ts';
import { blindness, type Glimpse } from './look.ts';
import type { Plan } from './plan.ts';

/** How many of the last lines a failure shows. */
export const TAIL_LINES = 20;
/** So much of a log is remembered, to know its new lines from the ones already shown. */
const WINDOW_LINES = 1_000;
/** A line that is older than the deploy by more than this belongs to the revision before it. */
const TOLERATED_SKEW_MS = 30_000;
/** Lines of one service that are shown at most; a log that never ends must not fill the job's own. */
const MAX_SHOWN_LINES = 100_000;
/** Logs that are read at the end, one request each: the failed services' first. */
const MAX_DRAINED = 10;

/** Reads the log and shows its new lines. A log that cannot be read changes nothing. */
export async function streamLog(one: Followed, run: Run): Promise<Glimpse> {
  const reply = await run.client.logs(one.receipt.deploy.target);
  if (reply.kind !== 'value') return blindness(reply);
  const sinceDeploy = dropOlder(reply.value, one.receipt.sentWallMs - TOLERATED_SKEW_MS);
  const { lines, gap } = newLines(one.lines, sinceDeploy);
  one.lines = sinceDeploy.slice(-WINDOW_LINES);
  show(one, lines, gap, run);
  return { blind: undefined, pauseMs: reply.pauseMs };
}

function show(one: Followed, lines: readonly string[], gap: boolean, run: Run): void {
  const left = MAX_SHOWN_LINES - one.shownLines;
  if (left <= 0) return;
  if (gap) run.host.say(`${one.name}: some log lines between the last ones and these were not seen.`);
  run.host.quote(one.name, lines.slice(0, left));
  one.shownLines += lines.length;
  if (lines.length >= left) run.host.say(`${one.name}: ${MAX_SHOWN_LINES} log lines were shown; the rest is in the dashboard.`);
}

/** The lines that came since the last read; where logs are not streamed, the last lines of what failed. */
export async function drainLogs(all: readonly Followed[], plan: Plan, run: Run): Promise<void> {
  const { logs, wait } = plan.config;
  if (logs === 'off' || !wait) return;
  const sent = all.filter(({ receipt }) => receipt.answer.kind !== 'refused');
  const failed = sent.filter(({ finding }) => finding?.failure !== undefined);
  const due = logs === 'stream' ? [...failed, ...sent.filter((one) => !failed.includes(one))] : failed;
  for (const one of due.slice(0, MAX_DRAINED)) {
    if (logs === 'stream') await streamLog(one, run);
    else await showTail(one, run);
  }
  if (due.length > MAX_DRAINED) run.host.say(`The last log lines of ${due.length - MAX_DRAINED} more services are in the dashboard.`);
}

async function showTail(one: Followed, run: Run): Promise<void> {
  const reply = await run.client.logs(one.receipt.deploy.target);
  if (reply.kind === 'value') one.lines = dropOlder(reply.value, one.receipt.sentWallMs - TOLERATED_SKEW_MS);
  run.host.quote(one.name, one.lines.slice(-TAIL_LINES));
}
