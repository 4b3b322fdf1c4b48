import type { Host } from '../host.ts';
import type { Clock } from '../lib/clock.ts';
import type { Secret } from '../lib/secret.ts';
import { version } from '../lib/version.ts';
import type { Http } from '../outpost/exchange.ts';
import type { createHttp as CreateHttp } from '../outpost/http.ts';
import type { Connection } from '../outpost/request.ts';

/** What every run has, and how to close it. */
export interface Ports {
  readonly host: Host;
  readonly clock: Clock;
  /** Aborted with a Failure when the job is cancelled. */
  readonly signal: AbortSignal;
  /** End of the run on the clock's nowMs. */
  readonly deadlineMs: number;
  /** Closes the connections, so that the process can end. */
  close(): void;
}

/**
 * A connection with one credential or none. It ends with the run, unless the limits say otherwise.
 */
export type Connect = (
  origin: URL,
  credential: Secret | undefined,
  limits?: Partial<Pick<Connection, 'signal' | 'deadlineMs'>>,
) => Connection;

/** The ports of a run whose time starts now. */
export function openPorts(
  createHttp: typeof CreateHttp,
  host: Host,
  token: Secret,
  clock: Clock,
  signal: AbortSignal,
  timeoutMs: number,
): { readonly ports: Ports; readonly connect: Connect } {
  // If pasting added quotes or the word Bearer, the actual token differs from the text that is
  // already masked.
  if (token.reveal() !== host.token.reveal()) host.mask(token);
  const deadlineMs = clock.nowMs() + timeoutMs;
  const open: Http[] = [];
  return {
    ports: {
      host,
      clock,
      signal,
      deadlineMs,
      close: () => {
        for (const http of open) http.close();
      },
    },
    connect: (origin, credential, limits) => {
      const http = createHttp(credential, `outpost-deploy-action/${version}`);
      open.push(http);
      return { origin, http, clock, signal, deadlineMs, random: Math.random, ...limits };
    },
  };
}
