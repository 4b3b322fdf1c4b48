import type { Context } from '../host.ts';
import { kindOf, literalOf } from '../lib/addresses.ts';
import { isMetadata, mayBeThisMachine, publicUrl } from '../lib/urls.ts';
import type { Outcome } from '../outpost/exchange.ts';
import type { Service } from '../outpost/model.ts';
import type { Config } from './config.ts';
import { type Run, remainingMs } from './run.ts';

const TRY_DEADLINE_MS = 10_000;
const MAX_BODY_BYTES = 1_048_576;
const MAX_REDIRECTS = 3;

/** The URL to request, and whether the input is a path: then the host comes from Outpost. */
export interface HealthAddress {
  readonly url: URL;
  readonly isPath: boolean;
}

/** The check's own URL, or its path on the service's endpoint. */
export function healthAddress(
  check: string,
  endpointOf: Pick<Service, 'endpoint'>,
): HealthAddress | undefined {
  if (!check.startsWith('/')) return { url: new URL(check), isPath: false };
  const endpoint = publicUrl(endpointOf.endpoint);
  return endpoint === undefined ? undefined : { url: new URL(check, endpoint), isPath: true };
}

/**
 * Why an address must not be requested. A path uses an endpoint that comes from Outpost, so it must
 * not reach what only this machine or its network can reach. A URL in the workflow may point into
 * the user's own private network.
 */
export function refusalOfAddress(address: string, isPath: boolean, run: Run): string | undefined {
  switch (kindOf(address)) {
    case 'loopback':
      return run.isRehearsal ? undefined : `${address} is this machine, not the service`;
    case 'metadata':
    case 'link-local':
      return `${address} is a link-local or cloud metadata address`;
    case 'private':
      return isPath
        ? `${address} is in a private network, and endpoints that come from Outpost are not requested there`
        : undefined;
    case 'reserved':
      return `${address} cannot be the address of a service`;
    case 'public':
      return undefined;
  }
}

/** The same for a host, as far as its name shows. */
export function refusalOf({ url, isPath }: HealthAddress, run: Run): string | undefined {
  const { hostname } = url;
  const literal = literalOf(hostname);
  if (literal !== undefined) return refusalOfAddress(literal, isPath, run);
  if (isMetadata(hostname)) return `${hostname} is a cloud metadata address`;
  return mayBeThisMachine(hostname) && !run.isRehearsal
    ? `${hostname} is this machine, not the service`
    : undefined;
}

export interface HealthAnswer {
  readonly healthy: boolean;
  /** A success, but without the expected text. */
  readonly lacksText: boolean;
  /** Follows the address in a sentence: `returns 503`. */
  readonly words: string;
  /** The run timed out before this try did. */
  readonly cutShort: boolean;
  /** Why it must not be requested, based on the addresses that its name resolves to. */
  readonly refusal?: string;
}

/** Asks once, without the token. */
export async function askHealth(
  { url: start, isPath }: HealthAddress,
  contains: string | undefined,
  tries: number,
  run: Run,
): Promise<HealthAnswer> {
  const refuses = (address: string): string | undefined => refusalOfAddress(address, isPath, run);
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const deadlineMs = Math.max(1, Math.min(TRY_DEADLINE_MS, remainingMs(run)));
    const outcome = await run.probe.send(
      {
        method: 'GET',
        url,
        maxBytes: MAX_BODY_BYTES,
        deadlineMs,
        refuses,
        headers: { accept: '*/*' },
      },
      run.signal,
    );
    if (
      outcome.kind === 'cut' &&
      outcome.isOverCap &&
      contains === undefined &&
      isGood(outcome.status)
    )
      return toAnswer(true, `returns ${outcome.status}`);
    if (outcome.kind === 'unsent' && outcome.refused === true)
      return {
        ...toAnswer(false, `was not requested: ${outcome.reason}`),
        refusal: outcome.reason,
      };
    if (outcome.kind !== 'answer')
      return {
        ...toAnswer(false, `does not respond: ${outcome.reason}`),
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
  if (!isGood(status)) return toAnswer(false, `returns ${status}`);
  if (contains !== undefined && !body.includes(contains))
    return {
      ...toAnswer(false, `returns ${status} without the text "${contains}"`),
      lacksText: true,
    };
  return toAnswer(
    true,
    `returns ${status}${contains === undefined ? '' : ' with the expected text'}`,
  );
}

function isGood(status: number): boolean {
  return status >= 200 && status <= 299;
}

function toAnswer(healthy: boolean, words: string): HealthAnswer {
  return { healthy, lacksText: false, words, cutShort: false };
}

/**
 * Whether the health check can prove a deploy: it looks for text that identifies this run, and
 * before the call the same address succeeds without that text.
 */
export async function provesByHealth(config: Config, service: Service, run: Run): Promise<boolean> {
  const { healthCheck, healthCheckContains: contains } = config;
  if (
    healthCheck === undefined ||
    contains === undefined ||
    !namesRun(contains, config, run.host.context)
  )
    return false;
  const address = healthAddress(healthCheck, service);
  if (address === undefined || refusalOf(address, run) !== undefined) return false;
  return (await askHealth(address, contains, 0, run)).lacksText;
}

/** The number of digits in git's abbreviated commits. */
const SHORT_COMMIT = 7;

function namesRun(text: string, { commit }: Config, { tag, runId }: Context): boolean {
  return [commit?.slice(0, SHORT_COMMIT), tag, runId].some((name) => name && text.includes(name));
}
