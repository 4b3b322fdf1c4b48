import type { Host } from '../host.ts';
import type { Clock } from '../lib/clock.ts';
import { Failure } from '../lib/failure.ts';
import type { Secret } from '../lib/secret.ts';
import { isLoopback } from '../lib/urls.ts';
import { createClient, type OutpostClient } from '../outpost/client.ts';
import type { Http } from '../outpost/exchange.ts';
import { formOf, type ReadForm, servicePaths } from '../outpost/forms.ts';
import { tokenRoutes, type WrittenRoute } from '../outpost/routes.ts';
import { createTokenReader, type TokenReader } from '../outpost/token-reader.ts';
import { openPorts, type Ports } from '../run/ports.ts';
import type { Config } from './config.ts';

/** The ports of one deploy. */
export interface Run extends Ports {
  readonly client: OutpostClient;
  /**
   * Reads tokens, for at most TOKEN_LOOKUP_MS from now: no deploy waits longer for facts about its
   * token.
   *
   * @param maxSent how often each request is sent.
   */
  tokens(maxSent?: number): TokenReader;
  /** For requests without the token. */
  readonly probe: Http;
  /** Outpost is on this machine, so its services may be too. */
  readonly isRehearsal: boolean;
}

/** The same ports, with services read where the discovery found them. */
export function readingAt(form: ReadForm | undefined, run: Run): Run {
  return form === undefined ? run : { ...run, client: run.client.at(form) };
}

const TOKEN_LOOKUP_MS = 30_000;
const MAX_READS_SENT = 4;

/** Milliseconds until the run must have ended; negative afterwards. */
export function remainingMs(run: Run): number {
  return run.deadlineMs - run.clock.nowMs();
}

/** @throws Failure `timed-out` when the run's time is up before anything was sent. */
export function assertTimeLeft(run: Run, attempted: string): void {
  if (remainingMs(run) > 0) return;
  throw timedOut(attempted, 'the run timed out before it could start, so nothing was deployed');
}

/** For something that was not even started. */
export function timedOut(attempted: string, happened: string): Failure {
  return new Failure({
    code: 'timed-out',
    attempted,
    happened,
    hint: 'Raise the input `timeout`, or check the log above for what took so long.',
  });
}

/**
 * The ports of a run against the configured Outpost; its time starts now. TLS and HTTP are loaded
 * here, because a run that fails on its configuration needs neither.
 */
export async function openRun(
  host: Host,
  { origin, deployPath, servicePath, api, timeoutMs, forwardMs }: Config,
  token: Secret,
  clock: Clock,
  signal: AbortSignal,
): Promise<Run> {
  // `eager` keeps it in the one file of the bundle.
  // https://webpack.js.org/api/module-methods/#webpackmode
  const { createHttp } = await import(/* webpackMode: "eager" */ '../outpost/http.ts');
  const { ports, connect } = openPorts(createHttp, host, token, clock, signal, timeoutMs);
  return {
    ...ports,
    // Requests may take the whole time: a rollback uses what is left.
    deadlineMs: ports.deadlineMs - timeoutMs + forwardMs,
    client: createClient({
      ...connect(origin, token),
      deployPath,
      form: formOf(servicePath ?? servicePaths[0], api),
      words: api,
    }),
    tokens: (maxSent = MAX_READS_SENT) => {
      const deadlineMs = Math.min(ports.deadlineMs, clock.nowMs() + TOKEN_LOOKUP_MS);
      const read: WrittenRoute | undefined =
        api.token === undefined ? undefined : { method: 'GET', path: api.token };
      const list = tokenRoutes.list;
      return createTokenReader(connect(origin, token, { deadlineMs }), { list, read }, maxSent);
    },
    probe: connect(origin, undefined).http,
    isRehearsal: isLoopback(origin.hostname),
  };
}

/**
 * The ports of a run with a fixed time for everything: each request ends with it. No signal ends it
 * earlier.
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
