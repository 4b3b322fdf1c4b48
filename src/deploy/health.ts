import { formatDuration } from '../lib/duration.ts';
import { Failure } from '../lib/failure.ts';
import { cancellationOf } from '../lib/signals.ts';
import type { Config } from './config.ts';
import {
  askHealth,
  type HealthAddress,
  type HealthAnswer,
  healthAddress,
  refusalOf,
} from './health-probe.ts';
import type { Verdict } from './rollout/verdict.ts';
import { type Run, remainingMs } from './run.ts';
import { fullName } from './target.ts';

const LONGEST_PAUSE_MS = 10_000;
/** Between two good answers. */
const HOLD_PAUSE_MS = 5_000;

const HURRY = 'If it just needs more time, raise the input `timeout`.';
const WITHOUT_ENDPOINT =
  'The service is deployed. Remove `health-check`, or set it to a full URL (then deploy one service per step).';

/**
 * Verdicts -> Verdicts: a deployed service must also respond, and keep responding for `stable-for`.
 * Sends requests without the token, and retries until the run times out: a new endpoint needs time
 * for its name and its certificate. A service that does not respond has failed
 * (`health-check-failed`).
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
  { healthCheck, healthCheckContains: contains, stableForMs }: Config,
  run: Run,
): Promise<Verdict> {
  if (healthCheck === undefined) return before;
  const startWallMs = run.clock.wallMs();
  const after = await checkOne(before, { healthCheck, contains, stableForMs }, run);
  return {
    ...after,
    later: [...before.later, { phase: 'health check', startWallMs, endWallMs: run.clock.wallMs() }],
  };
}

/** What to request, and how long the result must stay good. */
interface Check {
  readonly healthCheck: string;
  readonly contains: string | undefined;
  readonly stableForMs: number;
}

async function checkOne(verdict: Verdict, check: Check, run: Run): Promise<Verdict> {
  const name = fullName(verdict.receipt.deploy.target);
  const { service, receipt } = verdict;
  const address = healthAddress(check.healthCheck, {
    endpoint: service?.endpoint ?? receipt.deploy.baseline.endpoint,
  });
  const problem =
    address === undefined ? 'Outpost does not show an endpoint for it' : refusalOf(address, run);
  if (address === undefined || problem !== undefined)
    return failed(verdict, 'config-invalid', `${problem}`, WITHOUT_ENDPOINT, run);
  try {
    return await keepAsking(verdict, name, address, check, run);
  } catch (error) {
    if (!run.signal.aborted) throw error;
    const { code, happened } = cancellationOf(run.signal);
    const failure = new Failure({
      code,
      attempted: `Checking the health of ${name}`,
      happened: `${happened}; the service is running, but the health check has not passed yet`,
      hint: 'Check the service in the dashboard.',
    });
    return { ...verdict, status: 'cancelled', failure };
  }
}

/** The answers so far. */
interface Asked {
  readonly tries: number;
  /** The last answer in words; undefined = the run's timeout cut every try short. */
  readonly last: string | undefined;
  /** Since when every answer was good, on the clock's nowMs. */
  readonly goodSinceMs: number | undefined;
}

async function keepAsking(
  verdict: Verdict,
  name: string,
  address: HealthAddress,
  { contains, stableForMs }: Check,
  run: Run,
): Promise<Verdict> {
  const { url } = address;
  const startMs = run.clock.nowMs();
  let asked: Asked = { tries: 0, last: undefined, goodSinceMs: undefined };
  while (remainingMs(run) > 0) {
    const answer = await askHealth(address, contains, asked.tries, run);
    const nowMs = run.clock.nowMs();
    const next = afterAnswer(asked, answer, nowMs);
    if (answer.refusal !== undefined) {
      const happened = `${url.hostname} was not requested: ${answer.refusal}`;
      return failed(verdict, 'config-invalid', happened, WITHOUT_ENDPOINT, run);
    }
    const heldMs = nowMs - (next.goodSinceMs ?? nowMs);
    if (answer.healthy && heldMs >= stableForMs) {
      run.host.say(
        `${name}: ${url.href} ${answer.words} for ${formatDuration(heldMs)} (${next.tries} tries, ${formatDuration(nowMs - startMs)}).`,
      );
      return verdict;
    }
    if (next.last !== asked.last)
      run.host.say(
        `${name}: ${url.href} ${answer.words}; ${answer.healthy ? `checking that it stays that way for ${formatDuration(stableForMs)}` : 'trying again'}.`,
      );
    asked = next;
    const pauseMs = answer.healthy
      ? Math.min(HOLD_PAUSE_MS, stableForMs - heldMs)
      : Math.min(1_000 * 2 ** (asked.tries - 1), LONGEST_PAUSE_MS);
    await run.clock.sleep(Math.max(0, Math.min(pauseMs, remainingMs(run))), run.signal);
  }
  return failedInTime(verdict, url, asked, run.clock.nowMs() - startMs, stableForMs, run);
}

/** A try that the run's timeout cut short says nothing about the service. */
function afterAnswer(asked: Asked, answer: HealthAnswer, nowMs: number): Asked {
  const tries = asked.tries + 1;
  if (answer.cutShort) return { ...asked, tries };
  const goodSinceMs = answer.healthy ? (asked.goodSinceMs ?? nowMs) : undefined;
  return { tries, last: answer.words, goodSinceMs };
}

function failedInTime(
  verdict: Verdict,
  { href }: URL,
  { last, goodSinceMs }: Asked,
  spentMs: number,
  stableForMs: number,
  run: Run,
): Verdict {
  // Nothing shows that the service is bad, so this is a timeout.
  if (last === undefined || goodSinceMs !== undefined) {
    const happened =
      last === undefined
        ? `the run timed out before ${href} responded`
        : `${href} ${last}, but the run timed out before it had done so for ${formatDuration(stableForMs)}`;
    return failed(verdict, 'timed-out', happened, HURRY, run);
  }
  return failed(
    verdict,
    'health-check-failed',
    `${href} ${last} (tried for ${formatDuration(spentMs)})`,
    `Check what the service returns at that address. ${HURRY}`,
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
