import { TOKEN_PAGE } from '../auth/assess.ts';
import type { Host } from '../host.ts';
import { type Clock, skewOf } from '../lib/clock.ts';
import { Failure } from '../lib/failure.ts';
import type { Secret } from '../lib/secret.ts';
import { version } from '../lib/version.ts';
import { createHttp } from '../outpost/http.ts';
import type { TokenRecord } from '../outpost/model.ts';
import type { Connection, Reply } from '../outpost/request.ts';
import { tokenForms } from '../outpost/routes.ts';
import { createTokenClient, type TokenClient, type TokenList } from '../outpost/token-client.ts';
import type { TokenConfig } from './config.ts';

/** No command about tokens takes longer: what another run left unfinished is older than this. */
export const LONGEST_RUN_MS = 120_000;
/** What is undone after a cancel must be quick. */
const UNDO_MS = 5_000;

/** The ports of one run about tokens. */
export interface TokenRun {
  readonly host: Host;
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
  readonly clock: Clock;
  readonly signal: AbortSignal;
  close(): void;
}

export function openTokenRun(
  host: Host,
  config: TokenConfig,
  token: Secret,
  clock: Clock,
  signal: AbortSignal,
): TokenRun {
  if (token.reveal() !== host.token.reveal()) host.mask(token);
  const forms = { ...tokenForms, ...config.forms };
  const deadlineMs = clock.nowMs() + LONGEST_RUN_MS;
  const open: { close(): void }[] = [];
  const connect = (
    origin: URL,
    credential: Secret,
    until: AbortSignal,
    endMs: number,
  ): Connection => {
    const http = createHttp(credential, `outpost-deploy-action/${version}`);
    open.push(http);
    return { origin, http, clock, signal: until, deadlineMs: endMs, random: Math.random };
  };
  // Not AbortSignal.timeout: its timer is inside Node, where the clock of tests can't hold it.
  const soon = (): AbortSignal => {
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new DOMException('there was no more time', 'TimeoutError')),
      UNDO_MS,
    ).unref();
    open.push({ close: () => clearTimeout(timer) });
    return late.signal;
  };
  return {
    host,
    clock,
    signal,
    tokens: createTokenClient(connect(config.origin, token, signal, deadlineMs), forms),
    tokensWith: (other) =>
      createTokenClient(connect(config.origin, other, signal, deadlineMs), forms),
    undoing: (other = token) =>
      createTokenClient(connect(config.origin, other, soon(), clock.nowMs() + UNDO_MS), forms),
    connect: (origin, credential) => connect(origin, credential, laterThan(signal), deadlineMs),
    close: () => {
      for (const one of open) one.close();
    },
  };
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
export function allOf({ records, isWhole }: TokenList, attempted: string): readonly TokenRecord[] {
  if (isWhole) return records;
  throw new Failure({
    code: 'unexpected-answer',
    attempted,
    happened: `Outpost tells of more tokens than it showed, page by page (${records.length})`,
    hint: `Run the job again. If it comes again, revoke what nobody uses in ${TOKEN_PAGE}, and look whether something between this runner and Outpost answers in its place.`,
  });
}

/** The request as such seems not to exist there: 404 or 405 to a form that is not documented. */
export function isUnknownForm(reply: Reply<unknown>): boolean {
  return (
    reply.kind === 'refused' &&
    (reply.status === 404 || reply.status === 405 || reply.status === 501)
  );
}
