import { assessToken, TOKEN_PAGE, type TokenAssessment } from '../auth/assess.ts';
import { unknownName } from '../auth/check.ts';
import { lookUpToken } from '../auth/lookup.ts';
import { isOwnLook } from '../auth/names.ts';
import type { Annotation } from '../host.ts';
import { skewOf } from '../lib/clock.ts';
import { Failure } from '../lib/failure.ts';
import type { Secret } from '../lib/secret.ts';
import type { TokenRecord } from '../outpost/model.ts';
import { factsOf, type TokenReport } from '../report/report.ts';
import type { ReportConfig } from './config.ts';
import { unreadFailure } from './family.ts';
import { type Fleet, readFleet } from './fleet.ts';
import { fleetJson, fleetLines } from './fleet-report.ts';
import { readInventory, soonestFirst } from './inventory.ts';
import { rulesFor } from './rules.ts';
import type { TokenRun } from './run.ts';

interface Subjects {
  readonly subjects: readonly TokenRecord[];
  /** The tokens they're compared with: all of them, or the family of the one. */
  readonly all: readonly TokenRecord[];
  readonly nowMs: number;
}

/** One token and everything that the report says about it. */
interface Finding {
  readonly name: string;
  readonly assessment: TokenAssessment;
  readonly warnings: readonly Annotation[];
}

/**
 * Prints the token report, for a job that runs every day: expiry, scopes, last use, one token for
 * several services.
 *
 * @returns with `json`, the failure that is already in the document.
 * @throws Failure with any `token-*` code that would stop a deploy; with `strict`, also if there is
 *     any warning.
 */
export async function reportTokens(
  config: ReportConfig,
  storeToken: Secret,
  run: TokenRun,
): Promise<Failure | undefined> {
  const fleet =
    config.fleet === undefined ? undefined : await readFleet(config.fleet, config, storeToken, run);
  const found = await readSubjects(config, run);
  const { subjects, nowMs } = found;
  const findings = subjects.map((subject) => assess(subject, config, found));
  const failure = failureIn(findings, fleet, config);
  if (config.json) {
    run.host.say(asJson(findings, fleet, failure));
    return failure;
  }
  show(findings, run);
  if (fleet !== undefined) showFleet(fleet, run);
  noticeOwnLook(subjects, nowMs, run);
  if (failure !== undefined) throw failure;
  return undefined;
}

function failureIn(
  findings: readonly Finding[],
  fleet: Fleet | undefined,
  { strict }: ReportConfig,
): Failure | undefined {
  const stop = findings.find(({ assessment }) => assessment.stop !== undefined)?.assessment.stop;
  if (stop !== undefined) return stop;
  const warned = [...findings, ...(fleet?.remarks ?? [])].filter(
    ({ warnings }) => warnings.length > 0,
  );
  if (!strict || warned.length === 0) return undefined;
  return new Failure({
    code: 'token-needs-attention',
    attempted: 'Checking the tokens',
    happened: `there are warnings about ${unique(warned.map(({ name }) => `"${name}"`)).join(', ')}: ${unique(warned.flatMap(({ warnings }) => warnings.map(({ title }) => title))).join('; ')}`,
    hint: `Fix what the warnings name, in ${TOKEN_PAGE} or with \`token rotate\`.`,
  });
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

/** The token of that name, with or without the date of a rotation. Without a name, all of them. */
async function readSubjects(config: ReportConfig, run: TokenRun): Promise<Subjects> {
  const { tokenName } = config;
  if (tokenName === undefined) {
    const { records, nowMs } = await readInventory(run);
    return { subjects: soonestFirst(records), all: records, nowMs };
  }
  const lookup = await lookUpToken(tokenName, run.tokens, run.clock);
  const attempted = `Reading the token "${tokenName}"`;
  if (lookup.kind === 'unknown') throw unknownName(lookup, attempted);
  if (lookup.kind === 'unread') throw unreadFailure(lookup, attempted);
  const { record, living, expired } = lookup;
  const nowMs = run.clock.wallMs() + skewOf(run.clock, lookup.nowMs);
  return { subjects: [record], all: [...living, ...expired], nowMs };
}

function assess(record: TokenRecord, config: ReportConfig, { all, nowMs }: Subjects): Finding {
  const { name } = record;
  const expectations = {
    tokenName: name,
    tokenExpiresMs: undefined,
    timeoutMs: 0,
    leastPrivilege: config.leastPrivilege,
    expiryWarningDays: config.expiryWarningDays,
  };
  // A report on all tokens can't know what each one is for.
  const needed = config.tokenName === undefined ? undefined : config.neededScopes;
  const assessment = assessToken(expectations, needed, record, nowMs);
  const warnings =
    assessment.stop === undefined
      ? [...assessment.warnings, ...rulesFor(record, all, config, nowMs), ...shared(config)]
      : [];
  return { name, assessment, warnings };
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
      message: `"${tokenName}" is used for ${names}. Give each service its own token, so that a leak of one doesn't affect the others.`,
    },
  ];
}

function show(findings: readonly Finding[], { host }: TokenRun): void {
  if (findings.length === 0) host.say('This account has no tokens.');
  for (const { name, assessment, warnings } of findings) {
    host.group(`Token "${name}"`, assessment.lines);
    for (const warning of warnings) host.warn(warning);
  }
}

function showFleet(fleet: Fleet, { host }: TokenRun): void {
  host.group(`Secrets named ${fleet.secretName}`, fleetLines(fleet));
  for (const { warnings } of fleet.remarks) for (const warning of warnings) host.warn(warning);
}

/** A report that uses the token that it is about can't see whether anybody else uses it. */
function noticeOwnLook(subjects: readonly TokenRecord[], nowMs: number, { host }: TokenRun): void {
  const own = subjects.find((one) => isOwnLook(one, nowMs));
  if (own === undefined) return;
  host.notice({
    title: 'This report uses the token that it checks',
    message: `"${own.name}" was used just now, most likely by this report, so its last use by a job can't be seen. Run the report with another token to see it.`,
  });
}

function asJson(
  findings: readonly Finding[],
  fleet: Fleet | undefined,
  failure: Failure | undefined,
): string {
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
  const document = {
    tokens,
    ...(fleet === undefined ? {} : fleetJson(fleet)),
    ...(failure === undefined ? {} : { failure: factsOf(failure) }),
  };
  return JSON.stringify(document, (_, value: unknown) => (value === undefined ? null : value), 2);
}
