import type { Host } from '../host.ts';
import type { Clock } from '../lib/clock.ts';
import { Failure } from '../lib/failure.ts';
import type { Secret } from '../lib/secret.ts';
import { isLoopback } from '../lib/urls.ts';
import { version } from '../lib/version.ts';
import type { OutpostClient } from '../outpost/client.ts';
import { createClient } from '../outpost/client.ts';
import type { Http } from '../outpost/exchange.ts';
import type { Config } from './config.ts';

/** The ports of one run, and its end. */
export interface Run {
  readonly host: Host;
  readonly client: OutpostClient;
  /** For requests without the token. */
  readonly probe: Http;
  /** Outpost is on this machine, so its services may be too. */
  readonly isRehearsal: boolean;
  readonly clock: Clock;
  /** Aborted with a Failure when the job is cancelled. */
  readonly signal: AbortSignal;
  /** End of the run on the clock's nowMs. */
  readonly deadlineMs: number;
}

/** Milliseconds until the run must have ended; negative afterwards. */
export function remainingMs(run: Run): number {
  return run.deadlineMs - run.clock.nowMs();
}

/** @throws Failure `timed-out` when the run's time is up before anything was sent. */
export function assertTimeLeft(run: Run, attempted: string): void {
  if (remainingMs(run) > 0) return;
  throw timedOut(
    attempted,
    'the time of this run was up before it could begin, so nothing was deployed',
  );
}

/** Of something that was not even begun. */
export function timedOut(attempted: string, happened: string): Failure {
  return new Failure({
    code: 'timed-out',
    attempted,
    happened,
    hint: 'Raise the input `timeout`, and look above for what took so long.',
  });
}

/**
 * The ports of a run against the Outpost that the configuration names; its time begins now. TLS and
 * HTTP are loaded here, for a run that ends before, over its configuration, needs neither.
 */
export async function openRun(
  host: Host,
  config: Config,
  token: Secret,
  clock: Clock,
  signal: AbortSignal,
): Promise<Run> {
  // `eager` keeps it in the one file of the bundle.
  // https://webpack.js.org/api/module-methods/#webpackmode
  const { createHttp } = await import(/* webpackMode: "eager" */ '../outpost/http.ts');
  // Where pasting left quotes or the word Bearer on it, the token proper is another text than the
  // one that is masked already.
  if (token.reveal() !== host.token.reveal()) host.mask(token);
  const userAgent = `outpost-deploy-action/${version}`;
  const { origin, deployPath } = config;
  const startMs = clock.nowMs();
  const http = createHttp(token, userAgent);
  const client = createClient({
    origin,
    deployPath,
    http,
    clock,
    signal,
    deadlineMs: startMs + config.timeoutMs,
    random: Math.random,
  });
  const probe = createHttp(undefined, userAgent);
  return {
    host,
    client,
    probe,
    isRehearsal: isLoopback(origin.hostname),
    clock,
    signal,
    deadlineMs: startMs + config.forwardMs,
  };
}

/**
 * The ports of a run that has so long for all it does: each request ends with it. Nothing else ends
 * it.
 */
export function openBriefRun(
  host: Host,
  config: Config,
  token: Secret,
  clock: Clock,
  timeoutMs: number,
): Promise<Run> {
  return openRun(
    host,
    { ...config, timeoutMs, forwardMs: timeoutMs },
    token,
    clock,
    new AbortController().signal,
  );
}

/** Closes the connections, so that the process can end. */
export function closeRun({ client, probe }: Run): void {
  client.close();
  probe.close();
}
