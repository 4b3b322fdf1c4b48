import type { Annotation } from '../host.ts';
import { daysBetween, formatDistance, formatMoment } from '../lib/duration.ts';
import { Failure } from '../lib/failure.ts';
import type { TokenFacts } from '../outpost/model.ts';
import type { TokenReport } from '../report/report.ts';
import { compareScopes, listed } from './scopes.ts';

/** The page where users create and regenerate tokens. */
export const TOKEN_PAGE = 'Settings > Access Tokens';

/** The parts of a configuration that concern the token. */
export interface TokenExpectations {
  readonly tokenName: string | undefined;
  /** The name is a hint from the variable next to the secret, and may be wrong. */
  readonly tokenNameIsHint?: true;
  /** Milliseconds since 1970, as the user gave it. */
  readonly tokenExpiresMs: number | undefined;
  /** The token must stay valid for at least this long. */
  readonly timeoutMs: number;
  readonly leastPrivilege: 'off' | 'warn' | 'error';
  readonly expiryWarningDays: number;
}

/** What to report about the token, and whether it stops the run. */
export interface TokenAssessment {
  readonly report: TokenReport;
  readonly lines: readonly string[];
  readonly notices: readonly Annotation[];
  readonly warnings: readonly Annotation[];
  readonly stop: Failure | undefined;
}

/**
 * Compares what the run needs with what Outpost says about the token.
 *
 * @param needed undefined = not known, so nothing counts as missing or excess.
 * @param facts undefined if Outpost does not show them.
 * @param nowMs the moment that counts as now, milliseconds since 1970: the server's, if the clocks
 *     differ.
 * @param untold why there are no facts, as a clause; undefined = the token's name was not given.
 */
export function assessToken(
  config: TokenExpectations,
  needed: readonly string[] | undefined,
  facts: TokenFacts | undefined,
  nowMs: number,
  untold?: string,
): TokenAssessment {
  const { missing, excess, unchecked } = compareScopes(needed, facts, untold);
  const expiresMs = facts?.expiresMs === undefined ? config.tokenExpiresMs : facts.expiresMs;
  const report: TokenReport = {
    name: config.tokenName,
    needed: needed ?? [],
    held: facts?.scopes,
    missing,
    excess,
    expires_at: typeof expiresMs === 'number' ? new Date(expiresMs).toISOString() : expiresMs,
    days_left: typeof expiresMs === 'number' ? daysBetween(nowMs, expiresMs) : undefined,
    expires_soon: expiresSoon(config, expiresMs, nowMs),
    last_used_at:
      typeof facts?.lastUsedMs === 'number'
        ? new Date(facts.lastUsedMs).toISOString()
        : facts?.lastUsedMs,
  };
  // An expiry set by the user is only a hint: Outpost's answers decide whether the token is alive.
  const toldByOutpost = typeof facts?.expiresMs === 'number';
  const stop =
    stopFor(config, report, toldByOutpost ? expiresMs : undefined, nowMs) ??
    (config.leastPrivilege === 'error' && unchecked !== undefined
      ? uncheckedFailure(config, unchecked)
      : undefined);
  const isNamed = facts !== undefined || untold !== undefined;
  return {
    report,
    lines: describe(report, needed, expiresMs, facts, nowMs),
    notices: isNamed || needed === undefined ? [] : [UNNAMED],
    // A run that stops only reports why.
    warnings:
      stop === undefined
        ? [
            ...expiryWarnings(config, expiresMs, nowMs, toldByOutpost),
            ...excessWarnings(config, excess),
            ...(isNamed ? uncheckedWarnings(config, unchecked, facts) : []),
          ]
        : [],
    stop,
  };
}

function expiresSoon(
  { expiryWarningDays }: TokenExpectations,
  expiresMs: number | null | undefined,
  nowMs: number,
): boolean {
  if (typeof expiresMs !== 'number') return false;
  return expiresMs > nowMs && daysBetween(nowMs, expiresMs) < expiryWarningDays;
}

const UNNAMED: Annotation = {
  title: "The token's scopes were not checked",
  message:
    'To check scopes and expiry before each deploy, set the input `token-name` to its name in Settings > Access Tokens.',
};

function uncheckedFailure({ tokenName }: TokenExpectations, because: string): Failure {
  return new Failure({
    code: 'token-unchecked',
    attempted: 'Checking the token',
    happened: `its scopes could not be checked (${because}), and \`least-privilege\` is \`error\``,
    hint:
      tokenName === undefined
        ? `Set \`token-name\` to its name in ${TOKEN_PAGE}.`
        : 'Run the job again later if Outpost could not be reached. Otherwise set `least-privilege: warn`.',
  });
}

function uncheckedWarnings(
  { tokenName }: TokenExpectations,
  unchecked: string | undefined,
  facts: TokenFacts | undefined,
): readonly Annotation[] {
  const name = tokenName === undefined ? '' : ` "${tokenName}"`;
  const warning = (what: string, because: string): Annotation => ({
    title: `The Outpost token's ${what} not checked`,
    message: `Could not check the token${name}: ${because}. The run continues because Outpost accepts the token. Check its scopes and expiry in ${TOKEN_PAGE}.`,
  });
  if (unchecked !== undefined)
    return [warning(facts === undefined ? 'scopes and expiry were' : 'scopes were', unchecked)];
  return facts?.unread?.includes('expiry') === true
    ? [warning('expiry was', 'Outpost shows its expiry in a form that this version cannot read')]
    : [];
}

function stopFor(
  config: TokenExpectations,
  report: TokenReport,
  expiresMs: number | null | undefined,
  nowMs: number,
): Failure | undefined {
  const attempted = 'Checking the token';
  if (report.missing.length > 0) {
    return new Failure({
      code: 'token-scope-missing',
      attempted,
      happened: `it is missing the scope ${listed(report.missing)} (it has ${listed(report.held ?? [])})`,
      hint: `In ${TOKEN_PAGE}, create a token with the scope ${listed(report.needed)} and store it as OUTPOST_TOKEN.`,
    });
  }
  const renew = `Regenerate it in ${TOKEN_PAGE} and store the new value as OUTPOST_TOKEN.`;
  if (typeof expiresMs === 'number' && expiresMs <= nowMs) {
    return new Failure({
      code: 'token-expired',
      attempted,
      happened: `it expired on ${formatMoment(expiresMs)} (${formatDistance(nowMs, expiresMs)})`,
      hint: renew,
    });
  }
  if (typeof expiresMs === 'number' && expiresMs <= nowMs + config.timeoutMs) {
    return new Failure({
      code: 'token-expires-during-run',
      attempted,
      happened: `it expires on ${formatMoment(expiresMs)}, before this run's timeout, so the run could not follow the rollout to the end`,
      hint: renew,
    });
  }
  if (config.leastPrivilege === 'error' && report.excess.length > 0) {
    return new Failure({
      code: 'token-scope-excess',
      attempted,
      happened: `it has ${listed(report.excess)}, which this run does not need, and \`least-privilege\` is \`error\``,
      hint: `In ${TOKEN_PAGE}, create a token with only the scope ${listed(report.needed)} and store it as OUTPOST_TOKEN.`,
    });
  }
  return undefined;
}

function expiryWarnings(
  config: TokenExpectations,
  expiresMs: number | null | undefined,
  nowMs: number,
  toldByOutpost: boolean,
): readonly Annotation[] {
  if (typeof expiresMs !== 'number' || daysBetween(nowMs, expiresMs) >= config.expiryWarningDays)
    return [];
  if (expiresMs <= nowMs) {
    if (toldByOutpost) return [];
    return [
      {
        title: 'token-expires is in the past',
        message: `The input \`token-expires\` is set to ${formatMoment(expiresMs)}, which is in the past, but Outpost still accepts the token. Update the input.`,
      },
    ];
  }
  return [
    {
      title: 'The Outpost token expires soon',
      message: `The token expires ${formatDistance(nowMs, expiresMs)}, on ${formatMoment(expiresMs)}. Regenerate it in ${TOKEN_PAGE} and store the new value as OUTPOST_TOKEN.`,
    },
  ];
}

function excessWarnings(
  config: TokenExpectations,
  excess: readonly string[],
): readonly Annotation[] {
  if (config.leastPrivilege !== 'warn' || excess.length === 0) return [];
  return [
    {
      title: 'The Outpost token has more scopes than it needs',
      message: `The token also has ${listed(excess)}, which this run does not need. In ${TOKEN_PAGE}, create one with fewer scopes, or set \`least-privilege: off\`.`,
    },
  ];
}

function describe(
  report: TokenReport,
  needed: readonly string[] | undefined,
  expiresMs: number | null | undefined,
  facts: TokenFacts | undefined,
  nowMs: number,
): readonly string[] {
  const lines = [
    `needed     ${needed === undefined ? 'not known' : listed(needed)}`,
    `held       ${report.held === undefined ? 'not known' : listed(report.held)}`,
  ];
  if (report.missing.length > 0) lines.push(`missing    ${listed(report.missing)}`);
  if (report.excess.length > 0) lines.push(`excess     ${listed(report.excess)}`);
  if (expiresMs === null) lines.push('expires    never');
  else if (expiresMs === undefined) lines.push('expires    not known');
  else lines.push(`expires    ${formatMoment(expiresMs)} (${formatDistance(nowMs, expiresMs)})`);
  if (facts?.lastUsedMs === null) lines.push('last used  never');
  else if (facts?.lastUsedMs !== undefined)
    lines.push(
      `last used  ${formatMoment(facts.lastUsedMs)} (${formatDistance(nowMs, facts.lastUsedMs)})`,
    );
  return lines;
}
