import { assessToken, type TokenAssessment } from '../auth/assess.ts';
import { baseOf, currentOf } from '../auth/names.ts';
import type { Host } from '../host.ts';
import { skewOf } from '../lib/clock.ts';
import { Failure } from '../lib/failure.ts';
import { nearest } from '../lib/suggest.ts';
import { describeReply, failureOf } from '../outpost/errors.ts';
import type { Service, TokenFacts, TokenRecord } from '../outpost/model.ts';
import type { Reply } from '../outpost/request.ts';
import type { TokenReport } from '../report/report.ts';
import type { Config } from './config.ts';
import { provesByHealth } from './health-probe.ts';
import { reportLeaks, startLeakScan } from './leak-scan.ts';
import { type Checkout, examineCheckout } from './push/checkout.ts';
import type { Run } from './run.ts';
import { byNamespace, fullName, type Target } from './target.ts';

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
export async function preflight(config: Config, run: Run): Promise<Preflight> {
  run.host.say(`The token goes to ${config.origin.origin} and nowhere else.`);
  const scan = startLeakScan(config, run);
  try {
    const checkout = config.push === undefined ? undefined : await examineCheckout(run);
    const answers = await askOutpost(config, run);
    await reportLeaks(scan, config, run);
    return { ...answers, checkout };
  } finally {
    scan.stop();
  }
}

async function askOutpost(config: Config, run: Run): Promise<Omit<Preflight, 'checkout'>> {
  const groups = [...byNamespace(config.targets)];
  const [tokenReply, ...serviceReplies] = await Promise.all([
    config.tokenName === undefined ? undefined : readToken(config.tokenName, run),
    ...groups.map(([namespace, targets]) => readBaselines(namespace, targets, run)),
  ]);
  const failures = serviceReplies.flatMap(({ failures: some }) => some);
  const rejected = failures.find(
    ({ code }) => code === 'token-rejected' || code === 'token-expired',
  );
  if (rejected !== undefined) throw rejected;

  const skewMs = serviceReplies.find((reply) => reply.skewMs !== 0)?.skewMs ?? 0;
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
  const baselines = new Map(serviceReplies.flatMap(({ found }) => [...found]));
  const proofs = await Promise.all(
    [...baselines].map(async ([name, service]) =>
      (await provesByHealth(config, service, run)) ? [name] : [],
    ),
  );
  return {
    config,
    token,
    atWallMs: run.clock.wallMs(),
    skewMs,
    baselines,
    provedByHealth: new Set(proofs.flat()),
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

interface Baselines {
  readonly found: ReadonlyMap<string, Service>;
  readonly failures: readonly Failure[];
  /**
   * How far Outpost's clock is ahead of this machine's, where that matters; taken as the answer
   * came.
   */
  readonly skewMs: number;
}

async function readBaselines(
  namespace: string,
  targets: readonly Target[],
  run: Run,
): Promise<Baselines> {
  const [only] = targets;
  if (targets.length === 1 && only !== undefined) return readOne(only, run);
  const reply = await run.client.services(namespace);
  if (reply.kind !== 'value')
    return failed(
      failureOf(reply, {
        attempted: `Reading the services of ${namespace}`,
        notFound: namespaceHint(namespace),
      }),
    );
  const skewMs = skewOf(run.clock, reply.dateMs);
  const byName = new Map(reply.value.services.map((service) => [service.name, service]));
  const found = new Map<string, Service>();
  const failures: Failure[] = [];
  for (const target of targets) {
    const service = byName.get(target.service);
    if (service === undefined) failures.push(unknownService(target, [...byName.keys()], undefined));
    else found.set(fullName(target), service);
  }
  return { found, failures, skewMs };
}

async function readOne(target: Target, run: Run): Promise<Baselines> {
  const reply = await run.client.service(target);
  if (reply.kind === 'value')
    return {
      found: new Map([[fullName(target), reply.value]]),
      failures: [],
      skewMs: skewOf(run.clock, reply.dateMs),
    };
  if (reply.kind !== 'refused' || reply.status !== 404)
    return failed(failureOf(reply, { attempted: `Reading ${fullName(target)}` }));
  const names = await run.client.services(target.namespace, 1);
  return failed(
    unknownService(
      target,
      names.kind === 'value' ? names.value.services.map(({ name }) => name) : undefined,
      reply.refusal.requestId,
    ),
  );
}

function failed(failure: Failure): Baselines {
  return { found: new Map(), failures: [failure], skewMs: 0 };
}

function namespaceHint(namespace: string): string {
  return `Check the namespace \`${namespace}\` in the input \`service\`: it does not exist, or the token's owner is no member of it.`;
}

/** @param names the services that there are; undefined when they could not be listed. */
function unknownService(
  target: Target,
  names: readonly string[] | undefined,
  requestId: string | undefined,
): Failure {
  const suggestions = nearest(target.service, names ?? []).map(
    (name) => `\`${target.namespace}/${name}\``,
  );
  const hint =
    names === undefined
      ? namespaceHint(target.namespace)
      : suggestions.length > 0
        ? `Did you mean ${suggestions.join(' or ')}? Change the input \`service\`.`
        : `The namespace \`${target.namespace}\` has ${names.length === 0 ? 'no services' : `the services ${names.slice(0, 10).join(', ')}`}. Change the input \`service\`, or create the service in Outpost first.`;
  return new Failure({
    code: 'not-found',
    attempted: `Reading ${fullName(target)}`,
    happened: 'Outpost has no such service, or this token may not see it',
    hint,
    requestId,
  });
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
