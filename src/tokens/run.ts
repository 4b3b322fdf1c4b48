import { TOKEN_PAGE } from '../auth/assess.ts';
import { LONGEST_RUN_MS } from '../auth/names.ts';
import type { Host } from '../host.ts';
import { type Clock, skewOf } from '../lib/clock.ts';
import { Failure } from '../lib/failure.ts';
import type { Secret } from '../lib/secret.ts';
import { createHttp } from '../outpost/http.ts';
import type { TokenRecord } from '../outpost/model.ts';
import type { Reply } from '../outpost/reply.ts';
import type { Connection } from '../outpost/request.ts';
import { tokenRoutes } from '../outpost/routes.ts';
import { createTokenClient, type TokenClient } from '../outpost/token-client.ts';
import type { TokenList } from '../outpost/token-reader.ts';
import { openPorts, type Ports } from '../run/ports.ts';
import type { TokenConfig } from './config.ts';

/** Cleaning up after a cancel must be quick. */
const UNDO_MS = 5_000;

/** The ports of one token command. */
export interface TokenRun extends Ports {
  /** Sends requests with the token that the user gave. */
  readonly tokens: TokenClient;
  /** Sends requests with a token that the run received. */
  tokensWith(token: Secret): TokenClient;
  /**
   * For cleaning up: works for a few seconds even after the run was cancelled. Uses the given
   * token, or the user's.
   */
  undoing(other?: Secret): TokenClient;
  /**
   * A connection to something other than Outpost, with its own credential. A cancel ends it a few
   * seconds later than everything else, so that a value isn't lost while it's being stored.
   */
  connect(origin: URL, credential: Secret): Connection;
}

/** Opens the ports of a run against the configured Outpost. The run's time limit starts now. */
export function openTokenRun(
  host: Host,
  config: TokenConfig,
  token: Secret,
  clock: Clock,
  signal: AbortSignal,
): TokenRun {
  const { ports, connect } = openPorts(createHttp, host, token, clock, signal, LONGEST_RUN_MS);
  const routes = { ...tokenRoutes, ...config.routes };
  const tokensWith = (other: Secret): TokenClient =>
    createTokenClient(connect(config.origin, other), routes);
  return {
    ...ports,
    tokens: tokensWith(token),
    tokensWith,
    undoing: (other = token) => {
      const limits = { signal: soon(), deadlineMs: clock.nowMs() + UNDO_MS };
      return createTokenClient(connect(config.origin, other, limits), routes);
    },
    connect: (origin, credential) => connect(origin, credential, { signal: laterThan(signal) }),
  };
}

/**
 * Aborts when the time for cleaning up is over. Not AbortSignal.timeout: its timer is inside Node,
 * where the tests' clock can't control it.
 */
function soon(): AbortSignal {
  const late = new AbortController();
  const reason = new DOMException('there was no more time', 'TimeoutError');
  setTimeout(() => late.abort(reason), UNDO_MS).unref();
  return late.signal;
}

/** Aborts with the same reason, a few seconds after the signal. */
function laterThan(signal: AbortSignal): AbortSignal {
  const late = new AbortController();
  signal.addEventListener(
    'abort',
    () => setTimeout(() => late.abort(signal.reason), UNDO_MS).unref(),
    { once: true },
  );
  return late.signal;
}

/** For a command that failed before it changed anything, and for a rotation that didn't finish. */
export const UNCHANGED = 'Nothing was changed.';
export const UNREPLACED = 'Nothing was replaced.';

/** The current time by the server's clock. Milliseconds since 1970. */
export function nowOf(reply: Reply<unknown>, clock: Clock): number {
  return clock.wallMs() + skewOf(clock, reply.kind === 'value' ? reply.dateMs : undefined);
}

/**
 * @throws Failure if Outpost has more tokens than it showed: the run would miss another rotation,
 *     or what one left behind.
 */
export function wholeList(
  { records, isWhole }: TokenList,
  attempted: string,
): readonly TokenRecord[] {
  if (isWhole) return records;
  throw partialList(records.length, attempted);
}

export function partialList(shown: number, attempted: string): Failure {
  return new Failure({
    code: 'unexpected-answer',
    attempted,
    happened: `Outpost listed only some of its tokens (${shown}) and says there are more`,
    hint: `Run the job again. If this happens again, revoke unused tokens in ${TOKEN_PAGE}, and check whether a proxy between this runner and Outpost answers in its place.`,
  });
}
