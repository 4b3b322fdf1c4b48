import type { TokenAssessment } from '../auth/assess.ts';
import { checkToken } from '../auth/check.ts';
import { lookUpToken } from '../auth/lookup.ts';
import type { Host } from '../host.ts';
import { Failure } from '../lib/failure.ts';
import type { ReadForm } from '../outpost/forms.ts';
import type { Service } from '../outpost/model.ts';
import type { TokenReport } from '../report/report.ts';
import { type Baselines, readBaselines } from './baselines.ts';
import { type Config, configOfCommit } from './config.ts';
import { type JobRequest, readJobFile } from './job-file.ts';
import { reportLeaks, startLeakScan } from './leak-scan.ts';
import { type Checkout, examineCheckout } from './push/checkout.ts';
import type { Run } from './run.ts';

/** What the report shows for a run that stops here. */
export interface Checked {
  readonly read: Pick<Baselines, 'found' | 'failures'>;
  readonly token: TokenReport;
}

/** What is known after reading from Outpost, before anything is changed. */
export interface Preflight {
  readonly config: Config;
  /** When the answers were in; milliseconds since 1970. */
  readonly atWallMs: number;
  /** How far Outpost's clock is ahead of this machine's, if that matters; else 0. */
  readonly skewMs: number;
  /** What will be pushed; undefined = nothing. */
  readonly checkout: Checkout | undefined;
  /** What will run before the first deploy; undefined = nothing. */
  readonly job: JobRequest | undefined;
  /** Where services are read; undefined = nowhere. */
  readonly form: ReadForm | undefined;
  /** The state of each target before the deploy, by full name. */
  readonly baselines: ReadonlyMap<string, Service>;
  /** Those whose health check can prove the deploy, by full name. */
  readonly provedByHealth: ReadonlySet<string>;
}

/**
 * Config -> Preflight. All reads go out at once: the token's record (if its name is set) and the
 * services as they are now. The services show whether the token is alive and can reach them, and
 * are the baseline of the verdict.
 *
 * @param keep gets what is known so far, so that nothing is lost if the run stops here.
 * @throws Failure of any code of `token-*`, `not-found`, `forbidden`, `unavailable`, ...: only a
 *     definite answer stops the run, and what could not be checked if `least-privilege` is `error`.
 */
export async function preflight(
  given: Config,
  run: Run,
  keep: (known: Partial<Checked>) => void,
): Promise<Preflight> {
  run.host.say(`The token goes to ${given.origin.origin} and nowhere else.`);
  const scan = startLeakScan(given, run);
  try {
    const checkout = given.push === undefined ? undefined : await examineCheckout(given, run);
    const config = checkout === undefined ? given : configOfCommit(checkout.commit, run.host);
    const job = readJobFile(config, run);
    const answers = await askOutpost(config, run, keep);
    if (job !== undefined) requireJobAddress(answers.form?.job ?? config.api.job);
    await reportLeaks(scan, config, run);
    return { ...answers, checkout, job };
  } finally {
    scan.stop();
  }
}

async function askOutpost(
  config: Config,
  run: Run,
  keep: (known: Partial<Checked>) => void,
): Promise<Omit<Preflight, 'checkout' | 'job'>> {
  const [lookup, read] = await Promise.all([
    config.tokenName === undefined
      ? undefined
      : lookUpToken(config.tokenName, run.tokens(), run.clock),
    readBaselines(config, run),
  ]);
  const { form, found, provedByHealth, skewMs } = read;
  keep({ read });
  const failures = [...read.failures.values()];
  const rejected = failures.find(
    ({ code }) => code === 'token-rejected' || code === 'token-expired',
  );
  if (rejected !== undefined) throw rejected;

  if (skewMs !== 0)
    run.host.say(
      `This machine's clock is ${Math.round(Math.abs(skewMs) / 60_000)} minutes off from Outpost's. Using Outpost's.`,
    );
  const assessment = checkToken(config, neededScopes(config), lookup, run.clock.wallMs() + skewMs);
  keep({ token: assessment.report });
  sayOfToken(assessment, run.host);
  const [failure] = failures;
  if (failure !== undefined)
    throw failures.length === 1 ? failure : severalFailures(failures, failure);
  return {
    config,
    atWallMs: run.clock.wallMs(),
    skewMs,
    form,
    baselines: found,
    provedByHealth,
  };
}

/** The scopes that the run needs. https://outpost.run/docs/teams/access-tokens */
export function neededScopes({ push, preDeployJob }: Config): readonly string[] {
  return [
    'service',
    ...(push === undefined ? [] : ['repo']),
    ...(preDeployJob === undefined ? [] : ['job']),
  ];
}

/** Does not start a job that cannot be followed. */
function requireJobAddress(path: string | undefined): void {
  if (path !== undefined) return;
  throw new Failure({
    code: 'config-invalid',
    attempted: 'Planning the job of `pre-deploy-job`',
    happened: 'the address for reading jobs is not known, so the run could not follow it',
    hint: 'Nothing was deployed. Set the address: `api: job=/...{namespace}/...{job}`.',
  });
}

function sayOfToken({ report, lines, notices, warnings, stop }: TokenAssessment, host: Host): void {
  host.group(`Token${report.name === undefined ? '' : ` "${report.name}"`}`, lines);
  for (const warning of warnings) host.warn(warning);
  if (stop !== undefined) throw stop;
  for (const notice of notices) host.notice(notice);
}

function severalFailures(failures: readonly Failure[], first: Failure): Failure {
  return new Failure({
    code: first.code,
    attempted: 'Reading the services',
    happened: `${failures.length} of them cannot be deployed:\n${failures.map(itemOf).join('\n')}`,
    hint: 'Nothing was deployed. Fix the problems in the list and run the job again.',
    requestId: first.requestId,
  });
}

function itemOf({ message, hint, requestId }: Failure): string {
  return `- ${message}. ${hint}${requestId === undefined ? '' : ` (request ${requestId})`}`;
}
