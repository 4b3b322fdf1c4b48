import type { Context } from '../host.ts';
import { isMetadata, mayBeThisMachine, publicUrl } from '../lib/urls.ts';
import type { Outcome } from '../outpost/exchange.ts';
import type { Service } from '../outpost/model.ts';
import type { Config } from './config.ts';
import { type Run, remainingMs } from './run.ts';

const TRY_DEADLINE_MS = 10_000;
const MAX_BODY_BYTES = 1_048_576;
const MAX_REDIRECTS = 3;

/** The check's own address, or its path behind the service's endpoint. */
export function healthAddress(
  check: string,
  endpointOf: Pick<Service, 'endpoint'>,
): URL | undefined {
  if (!check.startsWith('/')) return new URL(check);
  const endpoint = publicUrl(endpointOf.endpoint);
  return endpoint === undefined ? undefined : new URL(check, endpoint);
}

/** The endpoint comes from outside: it must not lead to what only this machine may ask. */
export function refusalOf({ hostname }: URL, run: Run): string | undefined {
  if (isMetadata(hostname)) return `${hostname} is a machine's own address for its metadata`;
  return mayBeThisMachine(hostname) && !run.isRehearsal
    ? `${hostname} is this machine, not the service`
    : undefined;
}

export interface HealthAnswer {
  readonly healthy: boolean;
  /** A success, without the text that it must hold. */
  readonly lacksText: boolean;
  /** As it goes behind the address: `answers 503`. */
  readonly words: string;
  /** The time of the run was up before the time of the try. */
  readonly cutShort: boolean;
}

/** Asks once, without the token. */
export async function askHealth(
  start: URL,
  contains: string | undefined,
  tries: number,
  run: Run,
): Promise<HealthAnswer> {
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
): HealthAnswer {
  if (!isGood(status)) return toAnswer(false, `answers ${status}`);
  if (contains !== undefined && !body.includes(contains))
    return {
      ...toAnswer(false, `answers ${status} without the text "${contains}"`),
      lacksText: true,
    };
  return toAnswer(
    true,
    `answers ${status}${contains === undefined ? '' : ' with the text that it must hold'}`,
  );
}

function isGood(status: number): boolean {
  return status >= 200 && status <= 299;
}

function toAnswer(healthy: boolean, words: string): HealthAnswer {
  return { healthy, lacksText: false, words, cutShort: false };
}

/**
 * Whether the health check can prove a deploy: it asks for text that names this run, and the same
 * address answers with success without it before the call.
 */
export async function provesByHealth(
  { healthCheck, healthCheckContains: contains }: Config,
  service: Service,
  run: Run,
): Promise<boolean> {
  if (healthCheck === undefined || contains === undefined || !namesRun(contains, run.host.context))
    return false;
  const url = healthAddress(healthCheck, service);
  if (url === undefined || refusalOf(url, run) !== undefined) return false;
  return (await askHealth(url, contains, 0, run)).lacksText;
}

/** As many digits of a commit as git abbreviates it to. */
const SHORT_COMMIT = 7;

function namesRun(text: string, { commit, tag }: Context): boolean {
  return [commit?.slice(0, SHORT_COMMIT), tag].some((name) => name && text.includes(name));
}
