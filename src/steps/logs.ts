import type { Run } from '../run.ts';
import type { Followed } from './followed.ts';
import { dropOlder, newLines } from './log-window.ts';
import { type Blind, blindness } from './look.ts';
import type { Plan } from './plan.ts';

/** How many of the last lines a failure shows. */
export const TAIL_LINES = 20;
/** So much of a log is remembered, to know its new lines from the ones already shown. */
const WINDOW_LINES = 1_000;

/** A line that is older than the deploy by more than this belongs to the revision before it. */
const TOLERATED_SKEW_MS = 30_000;

/** Reads the log and shows its new lines. A log that cannot be read changes nothing. */
export async function streamLog(one: Followed, run: Run): Promise<Blind | undefined> {
  const reply = await run.client.logs(one.receipt.deploy.target);
  if (reply.kind !== 'value') return blindness(reply);
  const sinceDeploy = dropOlder(reply.value, one.receipt.sentWallMs - TOLERATED_SKEW_MS);
  const { lines, gap } = newLines(one.lines, sinceDeploy);
  if (gap) run.host.say(`${one.name}: some log lines between the last ones and these were not seen.`);
  run.host.quote(one.name, lines);
  one.lines = sinceDeploy.slice(-WINDOW_LINES);
  return undefined;
}

/** The lines that came since the last read; after a failure also where they were not streamed. */
export async function drainLog(one: Followed, plan: Plan, run: Run): Promise<void> {
  const failed = one.finding?.failure !== undefined;
  if (plan.config.logs === 'off' || !plan.config.wait || one.receipt.answer.kind === 'refused') return;
  if (plan.config.logs === 'stream') await streamLog(one, run);
  else if (failed) {
    const reply = await run.client.logs(one.receipt.deploy.target);
    if (reply.kind === 'value') one.lines = dropOlder(reply.value, one.receipt.sentWallMs - TOLERATED_SKEW_MS);
    run.host.quote(one.name, one.lines.slice(-TAIL_LINES));
  }
}
