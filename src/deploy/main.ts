import { admit } from '../auth/credential.ts';
import type { Host } from '../host.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { toFailure } from '../lib/failure.ts';
import { abortOnSignals } from '../lib/signals.ts';
import { version } from '../lib/version.ts';
import { failureText } from '../report/failure-text.ts';
import { publicationOf } from '../report/publication.ts';
import type { Report } from '../report/report.ts';
import { readConfig } from './config.ts';
import { checkHealth } from './health.ts';
import { describePlan, makePlan } from './plan.ts';
import { preflight } from './preflight.ts';
import { planAfterPush, push } from './push/push.ts';
import { type Known, makeReport } from './report.ts';
import { rollback } from './rollback.ts';
import { follow } from './rollout/follow.ts';
import { closeRun, openRun } from './run.ts';
import { deploy } from './start.ts';
import { fullName } from './target.ts';

/**
 * One run, from the masks to the exit status. The only place that catches what the steps throw.
 *
 * @returns the exit status. The caller has set a failing one before, so that a run that never ends
 *     is no green one.
 */
export async function main(host: Host, clock: Clock = systemClock): Promise<number> {
  const startedWallMs = clock.wallMs();
  const signal = abortOnSignals();
  host.mask(host.token);
  await host.begin();
  const known: Known = {};
  try {
    await walk(known, host, clock, signal);
  } catch (thrown) {
    known.failure = toFailure(thrown);
    if (signal.aborted)
      for (const target of known.config?.targets ?? [])
        host.say(`${fullName(target)}: not deployed; the job was cancelled before.`);
  }
  const report = makeReport(known, host.context, startedWallMs, clock, version);
  await conclude(host, report);
  return report.exit_status;
}

/**
 * The line: inputs -> Config -> Secret -> Cleared -> Plan -> Pushed -> Receipts -> Verdicts. Each
 * step takes what the ones before it made; `known` keeps it, so that a report can be made of a run
 * that stops halfway.
 */
async function walk(known: Known, host: Host, clock: Clock, signal: AbortSignal): Promise<void> {
  const config = readConfig(host.inputs(), host.context);
  known.config = config;
  const token = admit(config, host.token, host.context);
  const run = await openRun(host, config, token, clock, signal);
  try {
    const cleared = await preflight(config, run);
    known.cleared = cleared;
    const plan = makePlan(cleared);
    known.plan = plan;
    host.group('Plan', describePlan(plan));
    if (config.dryRun) return;
    const pushed = await push(plan, token, run);
    known.pushed = pushed;
    const receipts = await deploy(planAfterPush(plan, pushed), run);
    const followed = await follow(receipts, plan, run);
    const checked = await checkHealth(followed, config, run);
    known.verdicts = checked;
    known.verdicts = await rollback(checked, plan, pushed, token, run);
  } finally {
    closeRun(run);
  }
}

/** Everything that is written beside the log, then the last word in it. */
async function conclude(host: Host, report: Report): Promise<void> {
  await host.publish(report, publicationOf);
  const { failure, headline } = report;
  if (failure === undefined) host.say(headline);
  else host.fail(failureText(failure, report));
}
