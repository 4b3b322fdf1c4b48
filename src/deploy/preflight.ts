import { assessToken, type TokenAssessment } from '../auth/assess.ts';
import { baseOf, currentOf } from '../auth/names.ts';
import type { Host } from '../host.ts';
import { Failure } from '../lib/failure.ts';
import { describeReply } from '../outpost/errors.ts';
import type { ReadForm } from '../outpost/forms.ts';
import type { Service, TokenFacts, TokenRecord } from '../outpost/model.ts';
import type { Reply } from '../outpost/reply.ts';
import type { TokenReport } from '../report/report.ts';
import { readBaselines } from './baselines.ts';
import { type Config, configOfCommit } from './config.ts';
import { reportLeaks, startLeakScan } from './leak-scan.ts';
import { type Checkout, examineCheckout } from './push/checkout.ts';
import type { Run } from './run.ts';

/** What is known once Outpost was asked and nothing was changed. */
export interface Preflight {
  readonly config: Config;
  readonly token: TokenReport;
  /** When the answers were in; milliseconds since 1970. */
  readonly atWallMs: number;
  /** How far Outpost's clock is ahead of this machine's, where that matters; else 0. */
  readonly skewMs: number;
  /** What will be pushed; undefined = nothing. */
  readonly checkout: Checkout | undefined;
  /** Where services are read; undefined = nowhere. */
  readonly form: ReadForm | undefined;
  /** How each target stood before the deploy, by full name. */
  readonly baselines: ReadonlyMap<string, Service>;
  /** Those whose health check can prove the deploy, by full name. */
  readonly provedByHealth: ReadonlySet<string>;
}

/**
 * Config -> Preflight. All reads go out at once: the token's record (when its name is given) and the
 * services as they are now. The latter show whether the token is alive and may reach the services,
 * and are the baseline of the verdict.
 *
 * @throws Failure of any code of `token-*`, `not-found`, `forbidden`, `unavailable`, ...: only a
 *     definite answer stops the run; what Outpost does not tell of the token is a notice.
 */
export async function preflight(given: Config, run: Run): Promise<Preflight> {
  run.host.say(`The token goes to ${given.origin.origin} and nowhere else.`);
  const scan = startLeakScan(given, run);
  try {
    const checkout = given.push === undefined ? undefined : await examineCheckout(given, run);
    const config = checkout === undefined ? given : configOfCommit(checkout.commit, run.host);
    const answers = await askOutpost(config, run);
    await reportLeaks(scan, config, run);
    return { ...answers, checkout };
  } finally {
    scan.stop();
  }
}

async function askOutpost(config: Config, run: Run): Promise<Omit<Preflight, 'checkout'>> {
  const [tokenReply, { form, found, provedByHealth, failures, skewMs }] = await Promise.all([
    config.tokenName === undefined ? undefined : readToken(config.tokenName, run),
    readBaselines(config, run),
  ]);
  const rejected = failures.find(
    ({ code }) => code === 'token-rejected' || code === 'token-expired',
  );
  if (rejected !== undefined) throw rejected;

  if (skewMs !== 0)
    run.host.say(
      `This machine's clock differs from Outpost's by ${Math.round(Math.abs(skewMs) / 60_000)} minutes; Outpost's counts.`,
    );
  const assessment = assessReply(config, tokenReply, run.clock.wallMs() + skewMs);
  const token = reportToken(assessment, run.host);
  const [failure] = failures;
  if (failure !== undefined)
    throw failures.length === 1 ? failure : severalFailures(failures, failure);
  noticeUnchecked(config, tokenReply, run);
  return {
    config,
    token,
    atWallMs: run.clock.wallMs(),
    skewMs,
    form,
    baselines: found,
    provedByHealth,
  };
}

/**
 * The record of the token that is named, or of the one that a rotation put in its place: that bears
 * the name and a date. The list is asked for only where the name itself is not known.
 */
export async function readToken(
  name: string,
  run: Run,
  maxSent?: number,
): Promise<Reply<TokenFacts | TokenRecord>> {
  const reply = await run.client.tokenFacts(name, maxSent);
  if (reply.kind !== 'refused' || reply.status !== 404) return reply;
  const list = await run.client.tokenRecords();
  if (list.kind !== 'value') return reply;
  const current = currentOf(list.value.filter((record) => baseOf(record.name) === baseOf(name)));
  return current === undefined ? reply : { ...list, value: current };
}

/** What the run will need of the token. https://outpost.run/docs/teams/access-tokens */
function neededScopes({ push }: Config): readonly string[] {
  return push === undefined ? ['service'] : ['service', 'repo'];
}

/**
 * What Outpost's answer about the token means for the run. After a rotation the report has the
 * token's present name.
 *
 * @param reply undefined = it was not asked for.
 */
export function assessReply(
  config: Config,
  reply: Reply<TokenFacts | TokenRecord> | undefined,
  nowMs: number,
): TokenAssessment {
  const facts = reply?.kind === 'value' ? reply.value : undefined;
  const tokenName =
    facts !== undefined && 'name' in facts && typeof facts.name === 'string'
      ? facts.name
      : config.tokenName;
  return assessToken({ ...config, tokenName }, neededScopes(config), facts, nowMs);
}

function reportToken({ report, lines, warnings, stop }: TokenAssessment, host: Host): TokenReport {
  host.group(`Token${report.name === undefined ? '' : ` "${report.name}"`}`, lines);
  for (const warning of warnings) host.warn(warning);
  if (stop !== undefined) throw stop;
  return report;
}

/** Says that the scopes were not checked, and how they would be. */
function noticeUnchecked(
  { tokenName }: Config,
  reply: Reply<TokenFacts> | undefined,
  { host }: Run,
): void {
  if (reply?.kind === 'value') return;
  const message =
    reply === undefined
      ? 'Set the input `token-name` to its name in Settings > Access Tokens to have scopes and expiry checked before each deploy.'
      : `Outpost does not tell about the token "${tokenName}": ${untold(reply)}. The run goes on, for the token itself is accepted.`;
  host.notice({ title: "The token's scopes were not checked", message });
}

function untold(reply: Reply<TokenFacts>): string {
  if (reply.kind === 'value') return 'its answer has an unknown form';
  const isUnknown = reply.kind === 'refused' && reply.status === 404;
  return isUnknown ? 'it knows no token of that name' : describeReply(reply);
}

function severalFailures(failures: readonly Failure[], first: Failure): Failure {
  return new Failure({
    code: first.code,
    attempted: 'Reading the services',
    happened: `${failures.length} of them cannot be deployed:\n${failures.map((failure) => `- ${failure.message}. ${failure.hint}`).join('\n')}`,
    hint: 'Nothing was deployed. Change what the list names and run the job again.',
    requestId: first.requestId,
  });
}
