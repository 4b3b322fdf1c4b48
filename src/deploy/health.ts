import { formatDuration } from '../lib/duration.ts';
import { Failure } from '../lib/failure.ts';
import { cancellationOf } from '../lib/signals.ts';
import type { Config } from './config.ts';
import { askHealth, type HealthAddress, healthAddress, refusalOf } from './health-probe.ts';
import type { Verdict } from './rollout/verdict.ts';
import { type Run, remainingMs } from './run.ts';
import { fullName } from './target.ts';

const LONGEST_PAUSE_MS = 10_000;

const HURRY = 'If it only needs longer, raise the input `timeout`.';
const WITHOUT_ENDPOINT =
  'The service is deployed. Leave out `health-check`, or give the whole address in it (one service a step, then).';

/**
 * Verdicts -> Verdicts: what is deployed must also answer. Asks without the token, again and again
 * until the run's time is up, for a new endpoint needs time for its name and its certificate. A
 * service that does not answer has failed (`health-check-failed`).
 */
export function checkHealth(
  verdicts: readonly Verdict[],
  config: Config,
  run: Run,
): Promise<readonly Verdict[]> {
  return Promise.all(
    verdicts.map((verdict) =>
      verdict.status === 'deployed' ? timed(verdict, config, run) : verdict,
    ),
  );
}

async function timed(
  before: Verdict,
  { healthCheck, healthCheckContains }: Config,
  run: Run,
): Promise<Verdict> {
  if (healthCheck === undefined) return before;
  const startWallMs = run.clock.wallMs();
  const after = await checkOne(before, healthCheck, healthCheckContains, run);
  return {
    ...after,
    later: [...before.later, { phase: 'health check', startWallMs, endWallMs: run.clock.wallMs() }],
  };
}

async function checkOne(
  verdict: Verdict,
  check: string,
  contains: string | undefined,
  run: Run,
): Promise<Verdict> {
  const name = fullName(verdict.receipt.deploy.target);
  const { service, receipt } = verdict;
  const address = healthAddress(check, {
    endpoint: service?.endpoint ?? receipt.deploy.baseline.endpoint,
  });
  const problem =
    address === undefined ? 'Outpost tells no endpoint for it' : refusalOf(address, run);
  if (address === undefined || problem !== undefined)
    return failed(verdict, 'config-invalid', `${problem}`, WITHOUT_ENDPOINT, run);
  try {
    return await keepAsking(verdict, name, address, contains, run);
  } catch (error) {
    if (!run.signal.aborted) throw error;
    const failure = new Failure({
      code: cancellationOf(run.signal).code,
      attempted: `Checking the health of ${name}`,
      happened: 'the job was cancelled; the service is running, and it was not seen to answer',
      hint: 'Look at the service in the dashboard.',
    });
    return { ...verdict, status: 'cancelled', failure };
  }
}

async function keepAsking(
  verdict: Verdict,
  name: string,
  address: HealthAddress,
  contains: string | undefined,
  run: Run,
): Promise<Verdict> {
  const { url } = address;
  const startMs = run.clock.nowMs();
  let last: string | undefined;
  for (let tries = 1; remainingMs(run) > 0; tries += 1) {
    const answer = await askHealth(address, contains, tries - 1, run);
    if (answer.refusal !== undefined) {
      const happened = `${url.hostname} was not asked: ${answer.refusal}`;
      return failed(verdict, 'config-invalid', happened, WITHOUT_ENDPOINT, run);
    }
    if (answer.healthy) {
      run.host.say(
        `${name}: ${url.href} ${answer.words} (${tries === 1 ? 'first try' : `${tries} tries`}, ${formatDuration(run.clock.nowMs() - startMs)}).`,
      );
      return verdict;
    }
    if (answer.words !== last && !answer.cutShort)
      run.host.say(`${name}: ${url.href} ${answer.words}; asking again.`);
    // A try that the run's own end cut short says nothing of the service.
    if (!answer.cutShort) last = answer.words;
    await run.clock.sleep(
      Math.max(0, Math.min(1_000 * 2 ** (tries - 1), LONGEST_PAUSE_MS, remainingMs(run))),
      run.signal,
    );
  }
  // Nothing was learned of the service, so nothing is held against it.
  if (last === undefined)
    return failed(
      verdict,
      'timed-out',
      `${url.href} was not asked to the end, for no time was left`,
      HURRY,
      run,
    );
  return failed(
    verdict,
    'health-check-failed',
    `${url.href} ${last}, for ${formatDuration(run.clock.nowMs() - startMs)}`,
    `Look at what the service does at that address. ${HURRY}`,
    run,
  );
}

type Code = 'health-check-failed' | 'config-invalid' | 'timed-out';

function failed(verdict: Verdict, code: Code, happened: string, hint: string, run: Run): Verdict {
  const name = fullName(verdict.receipt.deploy.target);
  run.host.say(`${name}: health check failed: ${happened}.`);
  const failure = new Failure({
    code,
    attempted: `Checking the health of ${name}`,
    happened,
    hint,
    requestId: verdict.receipt.requestId,
  });
  return {
    ...verdict,
    status: code === 'timed-out' ? 'timed-out' : 'failed',
    failure,
    mayRollBack: code === 'health-check-failed',
  };
}
