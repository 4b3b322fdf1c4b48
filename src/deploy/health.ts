import { formatDuration } from '../lib/duration.ts';
import { Failure } from '../lib/failure.ts';
import { cancellationOf } from '../lib/signals.ts';
import { isMetadata, mayBeThisMachine, publicUrl } from '../lib/urls.ts';
import type { Outcome } from '../outpost/exchange.ts';
import type { Config } from './config.ts';
import type { Verdict } from './rollout/verdict.ts';
import { type Run, remainingMs } from './run.ts';
import { fullName } from './target.ts';

const TRY_DEADLINE_MS = 10_000;
const MAX_BODY_BYTES = 1_048_576;
const MAX_REDIRECTS = 3;
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
  const url = addressOf(verdict, check);
  const problem = url === undefined ? 'Outpost tells no endpoint for it' : refusalOf(url, run);
  if (url === undefined || problem !== undefined)
    return failed(verdict, 'config-invalid', `${problem}`, WITHOUT_ENDPOINT, run);
  try {
    return await keepAsking(verdict, name, url, contains, run);
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
  url: URL,
  contains: string | undefined,
  run: Run,
): Promise<Verdict> {
  const startMs = run.clock.nowMs();
  let last: string | undefined;
  for (let tries = 1; remainingMs(run) > 0; tries += 1) {
    const answer = await ask(url, contains, tries - 1, run);
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

/** The check's own address, or its path behind the service's endpoint. */
function addressOf({ service, receipt }: Verdict, check: string): URL | undefined {
  if (!check.startsWith('/')) return new URL(check);
  const endpoint = publicUrl(service?.endpoint ?? receipt.deploy.baseline.endpoint);
  return endpoint === undefined ? undefined : new URL(check, endpoint);
}

/** The endpoint comes from outside: it must not lead to what only this machine may ask. */
function refusalOf({ hostname }: URL, run: Run): string | undefined {
  if (isMetadata(hostname)) return `${hostname} is a machine's own address for its metadata`;
  return mayBeThisMachine(hostname) && !run.isRehearsal
    ? `${hostname} is this machine, not the service`
    : undefined;
}

interface Answer {
  readonly healthy: boolean;
  /** As it goes behind the address: `answers 503`. */
  readonly words: string;
  /** The time of the run was up before the time of the try. */
  readonly cutShort: boolean;
}

async function ask(
  start: URL,
  contains: string | undefined,
  tries: number,
  run: Run,
): Promise<Answer> {
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const deadlineMs = Math.max(1, Math.min(TRY_DEADLINE_MS, remainingMs(run)));
    const outcome = await run.probe.send(
      { method: 'GET', url, maxBytes: MAX_BODY_BYTES, deadlineMs, headers: { accept: '*/*' } },
      run.signal,
    );
    if (
      outcome.kind === 'cut' &&
      outcome.isOverCap &&
      contains === undefined &&
      isGood(outcome.status)
    )
      return toAnswer(true, `answers ${outcome.status}`);
    if (outcome.kind !== 'answer')
      return {
        ...toAnswer(false, `does not answer: ${outcome.reason}`),
        cutShort: remainingMs(run) <= 0 && tries > 0,
      };
    const next = redirectOf(outcome, url);
    if (next === undefined) return judgeAnswer(outcome, contains);
    if (next.host !== url.host) return toAnswer(false, `redirects to another host, ${next.host}`);
    url = next;
  }
  return toAnswer(false, `redirects more than ${MAX_REDIRECTS} times`);
}

function redirectOf(
  { status, headers }: Extract<Outcome, { kind: 'answer' }>,
  url: URL,
): URL | undefined {
  if (
    status < 300 ||
    status > 399 ||
    headers.location === undefined ||
    !URL.canParse(headers.location, url.href)
  )
    return undefined;
  return new URL(headers.location, url);
}

function judgeAnswer(
  { status, body }: Extract<Outcome, { kind: 'answer' }>,
  contains: string | undefined,
): Answer {
  if (!isGood(status)) return toAnswer(false, `answers ${status}`);
  if (contains !== undefined && !body.includes(contains))
    return toAnswer(false, `answers ${status} without the text "${contains}"`);
  return toAnswer(
    true,
    `answers ${status}${contains === undefined ? '' : ' with the text that it must hold'}`,
  );
}

function isGood(status: number): boolean {
  return status >= 200 && status <= 299;
}

function toAnswer(healthy: boolean, words: string): Answer {
  return { healthy, words, cutShort: false };
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
  return { ...verdict, status: code === 'timed-out' ? 'timed-out' : 'failed', failure };
}
