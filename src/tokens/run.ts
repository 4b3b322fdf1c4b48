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

/** What is undone after a cancel must be quick. */
const UNDO_MS = 5_000;

/** The ports of one run about tokens. */
export interface TokenRun extends Ports {
  /** Asks with the token that the user gave. */
  readonly tokens: TokenClient;
  /** Asks with a token that the run received. */
  tokensWith(token: Secret): TokenClient;
  /**
   * Asks with the given token, or this one, also when the run was cancelled, for a few seconds: to
   * undo.
   */
  undoing(other?: Secret): TokenClient;
  /**
   * A connection to something else than Outpost, with a credential of its own. A cancel ends it
   * seconds later than everything else: a value that is being stored must not be lost half-way.
   */
  connect(origin: URL, credential: Secret): Connection;
}

/** The ports of a run against the Outpost that the configuration names; its time begins now. */
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
 * Aborted after the time for undoing. Not AbortSignal.timeout: its timer is inside Node, where the
 * clock of tests can't hold it.
 */
function soon(): AbortSignal {
  const late = new AbortController();
  const reason = new DOMException('there was no more time', 'TimeoutError');
  setTimeout(() => late.abort(reason), UNDO_MS).unref();
  return late.signal;
}

/** Aborted with the same reason, some seconds after the signal. */
function laterThan(signal: AbortSignal): AbortSignal {
  const late = new AbortController();
  signal.addEventListener(
    'abort',
    () => setTimeout(() => late.abort(signal.reason), UNDO_MS).unref(),
    { once: true },
  );
  return late.signal;
}

/** For what failed before anything was done, and for a rotation that did not come to its end. */
export const UNCHANGED = 'Nothing was changed.';
export const UNREPLACED = 'Nothing was replaced.';

/**
 * The moment that counts as now: the server's, where the clocks differ. Milliseconds since 1970.
 */
export function nowOf(reply: Reply<unknown>, clock: Clock): number {
  return clock.wallMs() + skewOf(clock, reply.kind === 'value' ? reply.dateMs : undefined);
}

/**
 * @throws Failure where Outpost has more tokens than it showed: another rotation, or what one left,
 *     would be taken for not there.
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
    happened: `Outpost tells of more tokens than it showed, page by page (${shown})`,
    hint: `Run the job again. If it comes again, revoke what nobody uses in ${TOKEN_PAGE}, and look whether something between this runner and Outpost answers in its place.`,
  });
}
