import type { TokenAssessment } from '../auth/assess.ts';
import { checkCredential } from '../auth/credential.ts';
import type { Host } from '../host.ts';
import { refuseProblems } from '../inputs/read.ts';
import { type Clock, skewOf, systemClock } from '../lib/clock.ts';
import { type Failure, toFailure } from '../lib/failure.ts';
import type { Secret } from '../lib/secret.ts';
import { failureOf } from '../outpost/errors.ts';
import { readBaselines } from './baselines.ts';
import { type Config, readConfig } from './config.ts';
import { assessReply, readToken } from './preflight.ts';
import { openBriefRun } from './run.ts';

const EARLY_DEADLINE_MS = 10_000;

/**
 * Looks at the token and for the service when the job starts, before the long build. Ten requests
 * at most, ten seconds at most. What it found of the service's address, the main step begins with.
 * Silent where there is nothing certain to say: no token, inputs that later steps will fill in, an
 * Outpost that does not answer.
 *
 * @returns the exit status: 0, unless `early-check` is `error` and the token will not do.
 */
export async function checkEarly(host: Host, clock: Clock = systemClock): Promise<number> {
  host.mask(host.token);
  const mode = host.inputs()['early-check'] ?? 'warn';
  if (mode === 'off' || host.token.isEmpty) return 0;
  const found = await findTrouble(host, clock);
  if (found === undefined) return 0;
  const message = `${found.message}.\n${found.hint}`;
  // A service may still be made by a later step of the job.
  if (mode === 'error' && (isOfToken(found) || found.code === 'config-invalid')) {
    host.fail({ title: `Outpost deploy: ${found.code}, found before the build`, message });
    return found.exitStatus;
  }
  host.warn({ title: 'The Outpost deploy of this job will fail', message });
  return 0;
}

function isOfToken({ code }: Failure): boolean {
  return code.startsWith('token-');
}

/** A failure that is certain by now, or an expiry that is near. */
async function findTrouble(host: Host, clock: Clock): Promise<Failure | undefined> {
  try {
    // Certain by now, for what the job sets stays set.
    refuseProblems(host.strayInputs);
  } catch (thrown) {
    return toFailure(thrown);
  }
  let config: Config;
  try {
    config = readConfig(host.inputs(), host.context);
  } catch {
    // Inputs may come from the outputs of steps that have not run yet; the main step will name what
    // is wrong with them.
    return undefined;
  }
  try {
    const token = checkCredential(config, host.token, host.context);
    return (await askAboutToken(config, token, host, clock)).stop;
  } catch (thrown) {
    const failure = toFailure(thrown);
    return isOfToken(failure) || failure.code === 'service-unreadable' ? failure : undefined;
  }
}

/**
 * What Outpost tells of the token. Without a name it is only seen whether the token is alive.
 *
 * @throws Failure when Outpost refuses it, or shows the first service nowhere.
 */
async function askAboutToken(
  config: Config,
  token: Secret,
  host: Host,
  clock: Clock,
): Promise<TokenAssessment> {
  const run = await openBriefRun(host, config, token, clock, EARLY_DEADLINE_MS);
  try {
    const told =
      config.tokenName === undefined ? undefined : await readToken(config.tokenName, run, 1);
    if (told?.kind === 'refused' && told.status === 401)
      throw failureOf(told, { attempted: 'Checking the token' });
    const dateMs = told?.kind === 'value' ? told.dateMs : undefined;
    const assessment = assessReply(config, told, clock.wallMs() + skewOf(clock, dateMs));
    if (assessment.stop !== undefined) return assessment;
    const [failure] = (
      await readBaselines(
        { ...config, targets: config.targets.slice(0, 1), healthCheckContains: undefined },
        run,
      )
    ).failures;
    // A health check may prove the deploy all the same.
    const isDecided =
      failure?.code !== 'service-unreadable' || config.healthCheckContains === undefined;
    if (failure !== undefined && isDecided) throw failure;
    return assessment;
  } finally {
    run.close();
  }
}
