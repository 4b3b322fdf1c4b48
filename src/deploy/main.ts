import { admit } from '../auth/credential.ts';
import type { Host } from '../host.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { version } from '../lib/version.ts';
import { failureText } from '../report/failure-text.ts';
import { publicationOf } from '../report/publication.ts';
import { runToEnd } from '../run/life-cycle.ts';
import { readConfig } from './config.ts';
import { checkHealth } from './health.ts';
import { describePlan, makePlan } from './plan.ts';
import { preflight } from './preflight.ts';
import { planAfterPush, push } from './push/push.ts';
import { type Known, makeReport } from './report.ts';
import { rollback } from './rollback.ts';
import { follow } from './rollout/follow.ts';
import { openRun } from './run.ts';
import { deploy } from './start.ts';
import { fullName } from './target.ts';

/** One deploy. @returns the exit status. */
export function main(host: Host, clock: Clock = systemClock): Promise<number> {
  const known: Known = {};
  return runToEnd(host, clock, {
    attempted: 'Running the deploy',
    afterCancel: 'Look above for how far it came: what was not started was not deployed.',
    work: (signal) => walk(known, host, clock, signal),
    report: (failure, startedWallMs) =>
      makeReport({ ...known, failure }, host.context, startedWallMs, clock, version),
    publicationOf,
    lastWord: (report) =>
      report.failure === undefined ? report.headline : failureText(report.failure, report),
  });
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
  } catch (thrown) {
    if (signal.aborted)
      for (const target of config.targets)
        host.say(`${fullName(target)}: not deployed; the job was cancelled before.`);
    throw thrown;
  } finally {
    run.close();
  }
}
