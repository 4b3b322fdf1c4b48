import { type Clock, systemClock } from './clock.ts';
import { isLoopback } from './endpoint.ts';
import { Failure, toFailure } from './failure.ts';
import { failureText } from './failure-card.ts';
import type { Host } from './host.ts';
import { createClient } from './outpost/client.ts';
import { createHttp } from './outpost/http.ts';
import type { Report } from './report.ts';
import type { Run } from './run.ts';
import type { Secret } from './secret.ts';
import { admit } from './steps/admit.ts';
import { type Config, readConfig } from './steps/config.ts';
import { deploy } from './steps/deploy.ts';
import { follow } from './steps/follow.ts';
import { checkHealth } from './steps/health.ts';
import { describePlan, makePlan } from './steps/plan.ts';
import { preflight } from './steps/preflight.ts';
import { planAfterPush, push } from './steps/push.ts';
import { type Known, makeReport } from './steps/report.ts';
import { rollback } from './steps/rollback.ts';
import { version } from './version.ts';

/**
 * The line: inputs -> Config -> Secret -> Cleared -> Plan -> Pushed -> Receipts -> Verdicts -> Report. The only place that catches what the
 * steps throw.
 *
 * @returns the exit status. The caller has set a failing one before, so that a run that never ends is no green one.
 */
export async function main(host: Host, clock: Clock = systemClock): Promise<number> {
  const startedWallMs = clock.wallMs();
  const signal = abortOnSignals();
  host.mask(host.token);
  await host.begin();
  let known: Known = {};
  let run: Run | undefined;
  try {
    const config = readConfig(host.inputs(), host.context);
    known = { config };
    const token = admit(config, host.token, host.context);
    run = openRun(host, config, token, clock, signal);
    const cleared = await preflight(config, run);
    known = { ...known, cleared };
    const plan = makePlan(cleared);
    known = { ...known, plan };
    host.group('Plan', describePlan(plan));
    if (!config.dryRun) {
      const pushed = plan.checkout === undefined ? undefined : await push(plan, plan.checkout, token, run);
      known = { ...known, pushed };
      const receipts = await deploy(pushed === undefined ? plan : planAfterPush(plan, pushed), run);
      const followed = await follow(receipts, plan, run);
      const verdicts = await checkHealth(followed, config, run);
      known = { ...known, verdicts };
      known = { ...known, verdicts: await rollback(verdicts, plan, pushed, token, run) };
    }
  } catch (thrown) {
    known = { ...known, failure: toFailure(thrown) };
  }
  const report = makeReport(known, host.context, startedWallMs, clock, version);
  await conclude(host, report);
  run?.client.close();
  run?.probe.close();
  return report.exit_status;
}

/** The ports of a run against the Outpost that the configuration names; its time begins now. */
export function openRun(host: Host, config: Config, token: Secret, clock: Clock, signal: AbortSignal): Run {
  // Where pasting left quotes or the word Bearer on it, the token proper is another text than the one that is masked already.
  if (token.reveal() !== host.token.reveal()) host.mask(token);
  const userAgent = `outpost-deploy-action/${version}`;
  const { origin, deployPath } = config;
  const startMs = clock.nowMs();
  const http = createHttp(token, userAgent, clock);
  const client = createClient({ origin, deployPath, http, clock, signal, deadlineMs: startMs + config.timeoutMs, random: Math.random });
  const probe = createHttp(undefined, userAgent, clock);
  return { host, client, probe, isRehearsal: isLoopback(origin.hostname), clock, signal, deadlineMs: startMs + config.forwardMs };
}

/** Everything that is written beside the log, then the last word in it. */
async function conclude(host: Host, report: Report): Promise<void> {
  await host.publish(report);
  const { failure, headline } = report;
  if (failure === undefined) return host.say(headline);
  host.fail(failureText(failure, report));
}

/** Ctrl-C and a runner's cancel (SIGINT, then SIGTERM after 7.5 s on GitHub) end every wait at once. */
function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  const abort = (code: 'interrupted' | 'terminated'): void =>
    controller.abort(
      new Failure({
        code,
        attempted: 'Running the deploy',
        happened: 'the job was cancelled',
        hint: 'Look above for how far it came: what was not started was not deployed.',
      }),
    );
  // Not `once`: a second signal would end the process before its last word; the first one has ended all waiting already.
  process.on('SIGINT', () => abort('interrupted'));
  process.on('SIGTERM', () => abort('terminated'));
  process.on('SIGHUP', () => abort('terminated'));
  return controller.signal;
}
