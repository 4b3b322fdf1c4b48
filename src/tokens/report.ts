import { assessToken, TOKEN_PAGE, type TokenAssessment } from '../auth/assess.ts';
import { unknownName } from '../auth/check.ts';
import { lookUpToken } from '../auth/lookup.ts';
import type { Annotation } from '../host.ts';
import { skewOf } from '../lib/clock.ts';
import { daysBetween } from '../lib/duration.ts';
import { Failure } from '../lib/failure.ts';
import type { TokenFacts, TokenRecord } from '../outpost/model.ts';
import { factsOf, type TokenReport } from '../report/report.ts';
import type { ReportConfig } from './config.ts';
import { unreadFailure } from './family.ts';
import { readInventory, soonestFirst } from './inventory.ts';
import type { TokenRun } from './run.ts';

interface Subject {
  readonly name: string;
  readonly facts: TokenFacts | TokenRecord;
}

/** One token with all that is to be said of it. */
interface Finding {
  readonly name: string;
  readonly assessment: TokenAssessment;
  readonly warnings: readonly Annotation[];
}

/**
 * The token report alone, for a job that runs every day: expiry, scopes, last use, one token for
 * several services.
 *
 * @returns with `json` the failure that the document tells of already.
 * @throws Failure of any code of `token-*`: what a deploy would stop for, and with `strict`
 *     whatever there is to warn of.
 */
export async function reportTokens(
  config: ReportConfig,
  run: TokenRun,
): Promise<Failure | undefined> {
  const { subjects, nowMs } = await readSubjects(config, run);
  const findings = subjects.map((subject) => assess(subject, config, nowMs));
  const failure = failureIn(findings, config);
  if (config.json) {
    run.host.say(asJson(findings, failure));
    return failure;
  }
  show(findings, run);
  if (failure !== undefined) throw failure;
  return undefined;
}

function failureIn(findings: readonly Finding[], { strict }: ReportConfig): Failure | undefined {
  const stop = findings.find(({ assessment }) => assessment.stop !== undefined)?.assessment.stop;
  if (stop !== undefined) return stop;
  const warned = findings.filter(({ warnings }) => warnings.length > 0);
  if (!strict || warned.length === 0) return undefined;
  return new Failure({
    code: 'token-needs-attention',
    attempted: 'Checking the tokens',
    happened: `there is something to be done about ${warned.map(({ name }) => `"${name}"`).join(', ')}: ${warned.flatMap(({ warnings }) => warnings.map(({ title }) => title)).join('; ')}`,
    hint: `Do what the warnings say, in ${TOKEN_PAGE} or with \`token rotate\`.`,
  });
}

/**
 * The one token that is asked for, under its name or with the date of a rotation behind it; without
 * a name, all of them.
 */
async function readSubjects(
  config: ReportConfig,
  run: TokenRun,
): Promise<{ readonly subjects: readonly Subject[]; readonly nowMs: number }> {
  const { tokenName } = config;
  if (tokenName === undefined) {
    const { records, nowMs } = await readInventory(run);
    return {
      subjects: soonestFirst(records).map((record) => ({ name: record.name, facts: record })),
      nowMs,
    };
  }
  const lookup = await lookUpToken(tokenName, run.tokens, run.clock);
  const attempted = `Reading the token "${tokenName}"`;
  if (lookup.kind === 'unknown') throw unknownName(lookup, attempted);
  if (lookup.kind === 'unread') throw unreadFailure(lookup, attempted);
  const { record } = lookup;
  const nowMs = run.clock.wallMs() + skewOf(run.clock, lookup.nowMs);
  return { subjects: [{ name: record.name, facts: record }], nowMs };
}

function assess({ name, facts }: Subject, config: ReportConfig, nowMs: number): Finding {
  const isOne = config.tokenName !== undefined;
  const expectations = {
    tokenName: name,
    tokenExpiresMs: undefined,
    timeoutMs: 0,
    leastPrivilege: config.leastPrivilege,
    expiryWarningDays: config.expiryWarningDays,
  };
  // Of all tokens of a user it is not known what each is needed for: none of its scopes is missing,
  // and none too many.
  const assessment = assessToken(
    expectations,
    isOne ? config.neededScopes : undefined,
    facts,
    nowMs,
  );
  const warnings =
    assessment.stop === undefined
      ? [...assessment.warnings, ...unused(name, facts, config, nowMs), ...shared(config)]
      : [];
  return { name, assessment, warnings };
}

/** A token that was never used counts from when it was made, where Outpost tells that. */
function unused(
  name: string,
  facts: TokenFacts | TokenRecord,
  { unusedWarningDays }: ReportConfig,
  nowMs: number,
): readonly Annotation[] {
  const { lastUsedMs } = facts;
  const sinceMs = lastUsedMs === null && 'createdMs' in facts ? facts.createdMs : lastUsedMs;
  if (typeof sinceMs !== 'number' || daysBetween(sinceMs, nowMs) < unusedWarningDays) return [];
  const days = daysBetween(sinceMs, nowMs);
  const what =
    lastUsedMs === null
      ? `was made ${days} days ago and never used`
      : `was not used for ${days} days`;
  const title = `The Outpost token "${name}" ${what}`;
  return [
    {
      title,
      message: `Revoke it in ${TOKEN_PAGE}, or with \`token revoke\`, if nothing needs it any more.`,
    },
  ];
}

function shared({ services, tokenName }: ReportConfig): readonly Annotation[] {
  if (services.length < 2 || tokenName === undefined) return [];
  const names = services
    .map(({ namespace, service }) =>
      namespace === undefined ? service : `${namespace}/${service}`,
    )
    .join(', ');
  return [
    {
      title: 'One Outpost token deploys several services',
      message: `"${tokenName}" is used for ${names}. Give each service a token of its own: when one leaks, the others are safe.`,
    },
  ];
}

function show(findings: readonly Finding[], { host }: TokenRun): void {
  if (findings.length === 0) host.say('This user has no tokens.');
  for (const { name, assessment, warnings } of findings) {
    host.group(`Token "${name}"`, assessment.lines);
    for (const warning of warnings) host.warn(warning);
  }
}

function asJson(findings: readonly Finding[], failure: Failure | undefined): string {
  const tokens = findings.map(
    ({ name, assessment, warnings }): TokenReport & { findings: readonly string[] } => ({
      ...assessment.report,
      name,
      findings: [
        ...(assessment.stop === undefined ? [] : [assessment.stop.happened]),
        ...warnings.map(({ title }) => title),
      ],
    }),
  );
  const document = { tokens, ...(failure === undefined ? {} : { failure: factsOf(failure) }) };
  return JSON.stringify(document, (_, value: unknown) => (value === undefined ? null : value), 2);
}
