import { checkCredential } from '../auth/credential.ts';
import type { Host } from '../host.ts';
import { refuseProblems } from '../inputs/read.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { cancellationOf } from '../lib/signals.ts';
import { version } from '../lib/version.ts';
import { failureText } from '../report/failure-text.ts';
import { publicationOf } from '../report/publication.ts';
import { runToEnd } from '../run/life-cycle.ts';
import { readTipAfter, warnOfOtherCommits } from './claim.ts';
import { readConfig } from './config.ts';
import { planAfterJob, runJob } from './job.ts';
import { describePlan, makePlan } from './plan.ts';
import { preflight } from './preflight.ts';
import { checkPush } from './push/dry-run.ts';
import { planAfterPush, push } from './push/push.ts';
import { release } from './release.ts';
import { makeReport, type Progress } from './report.ts';
import { rollback } from './rollback.ts';
import { openRun, readingAt } from './run.ts';
import { fullName } from './target.ts';

/** One deploy. @returns the exit status. */
export function main(host: Host, clock: Clock = systemClock): Promise<number> {
  const progress: Progress = {};
  return runToEnd(host, clock, {
    attempted: 'Running the deploy',
    afterCancel:
      'Check the log above to see how far it got: deploys that had not started did not happen.',
    work: (signal) => walk(progress, host, clock, signal),
    report: (failure, startedWallMs) =>
      makeReport({ ...progress, failure }, host.context, startedWallMs, clock, version),
    publicationOf,
    lastWord: (report) =>
      report.failure === undefined
        ? report.headline
        : failureText(report.failure, report, host.repeatsLog),
  });
}

/**
 * The line: inputs -> Config -> Secret -> Preflight -> Plan -> Pushed -> JobEnd -> Released ->
 * Verdicts. Each step takes the results of the previous ones. `progress` keeps them, so that a run
 * that stops halfway can still be reported.
 */
async function walk(
  progress: Progress,
  host: Host,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  refuseProblems(host.strayInputs);
  const given = readConfig(host.inputs(), host.context);
  progress.config = given;
  const token = checkCredential(given, host.token, host.context);
  const run = await openRun(host, given, token, clock, signal);
  try {
    const ready = await preflight(given, run, (known) => Object.assign(progress, known));
    const { config } = ready;
    progress.preflight = ready;
    progress.config = config;
    const plan = makePlan(ready);
    progress.plan = plan;
    host.group('Plan', describePlan(plan));
    if (config.dryRun) return await checkPush(plan, token, run);
    const pushed = await push(plan, token, run);
    progress.pushed = pushed;
    if (pushed?.outcome === 'skipped') return;
    const seeing = readingAt(ready.form, run);
    const planned = planAfterPush(plan, pushed);
    const job = await runJob(planned, seeing);
    progress.job = job;
    const released = await release(planAfterJob(planned, job), seeing, (soFar) => {
      progress.released = soFar;
    });
    const verdicts = await rollback(released.verdicts, plan, pushed, token, seeing);
    progress.released = { ...released, verdicts };
    warnOfOtherCommits(verdicts, seeing);
    progress.tip = await readTipAfter(verdicts, plan, pushed, token, seeing);
  } catch (thrown) {
    if (signal.aborted)
      for (const target of given.targets)
        host.say(`${fullName(target)}: not deployed: ${cancellationOf(signal).happened} first.`);
    throw thrown;
  } finally {
    run.close();
  }
}
