import { MAX_LOG_BYTES } from '../../outpost/client.ts';
import type { Plan } from '../plan.ts';
import type { Run } from '../run.ts';
import { showTail, showTailOfCut, streamLog } from './followed-log.ts';
import type { Tracker } from './tracker.ts';

/**
 * Time for reading the last lines of all logs, even after the timeout: they say what went wrong.
 */
const DRAIN_MS = 2_500;
/** How many logs are read at the end, one request each, failed services first. */
const MAX_DRAINED = 10;

/**
 * Shows the lines since the last read; if logs are not streamed, the last lines of failed services.
 */
export async function drainLogs(all: readonly Tracker[], plan: Plan, run: Run): Promise<void> {
  const { logs, wait } = plan.config;
  if (logs === 'off' || !wait || plan.form === undefined) return;
  const sent = all.filter(({ receipt }) => receipt.answer.kind !== 'refused');
  const failed = sent.filter(({ finding }) => finding?.failure !== undefined);
  const due =
    logs === 'stream' ? [...failed, ...sent.filter((one) => !failed.includes(one))] : failed;
  const untilMs = run.clock.nowMs() + DRAIN_MS;
  const into = Buffer.allocUnsafeSlow(due.length > 0 ? MAX_LOG_BYTES : 0);
  for (const one of due.slice(0, MAX_DRAINED)) {
    const leftMs = untilMs - run.clock.nowMs();
    if (leftMs <= 0) break;
    if (logs === 'stream') await streamLog(one.log, into, run, leftMs);
    else await showTail(one.log, into, run, leftMs);
    if (failed.includes(one)) showTailOfCut(one.log, run);
  }
  if (due.length > MAX_DRAINED)
    run.host.say(
      `See the dashboard for the last log lines of ${due.length - MAX_DRAINED} more services.`,
    );
}
