import type { TokenAssessment } from '../auth/assess.ts';
import { checkToken } from '../auth/check.ts';
import { checkCredential } from '../auth/credential.ts';
import { lookUpToken } from '../auth/lookup.ts';
import type { Host } from '../host.ts';
import { refuseProblems } from '../inputs/read.ts';
import { type Clock, skewOf, systemClock } from '../lib/clock.ts';
import { Failure, toFailure } from '../lib/failure.ts';
import type { Secret } from '../lib/secret.ts';
import { readBaselines } from './baselines.ts';
import { type Config, readConfig } from './config.ts';
import { neededScopes } from './preflight.ts';
import { openBriefRun } from './run.ts';

const EARLY_DEADLINE_MS = 10_000;

/**
 * Checks the token and looks for the service when the job starts, before the long build. At most
 * ten requests and ten seconds. The main step starts with the service address found here. Silent if
 * nothing is certain: no token, inputs that later steps will fill in, an Outpost that does not
 * answer. With `error` these are failures too: what could not be checked does not pass.
 *
 * @returns the exit status: 0, unless `early-check` is `error` and the token cannot be used.
 */
export async function checkEarly(host: Host, clock: Clock = systemClock): Promise<number> {
  host.mask(host.token);
  const mode = host.inputs()['early-check'] ?? 'warn';
  if (mode === 'off' || (host.token.isEmpty && mode !== 'error')) return 0;
  const found = await findTrouble(host, clock, mode);
  if (found === undefined) return 0;
  const message = `${found.message}.\n${found.hint}`;
  // A later step of the job may still create the service.
  if (mode === 'error' && (isOfToken(found) || found.code === 'config-invalid')) {
    host.fail({ title: `Outpost deploy: ${found.code}, found before the build`, message });
    return found.exitStatus;
  }
  host.warn({ title: 'The Outpost deploy in this job will fail', message });
  return 0;
}

function isOfToken({ code }: Failure): boolean {
  return code.startsWith('token-');
}

/** A failure that is already certain, or an expiry that is near. */
async function findTrouble(host: Host, clock: Clock, mode: string): Promise<Failure | undefined> {
  try {
    // Already certain: what the job sets stays set.
    refuseProblems(host.strayInputs);
  } catch (thrown) {
    return toFailure(thrown);
  }
  let config: Config;
  try {
    config = readConfig(host.inputs(), host.context);
  } catch {
    // Inputs may come from the outputs of steps that have not run yet; the main step will report
    // what is wrong with them.
    return mode === 'error'
      ? unchecked('the inputs of the deploy step are not complete yet')
      : undefined;
  }
  try {
    const token = checkCredential(config, host.token, host.context);
    const { stop } = await askAboutToken(config, token, host, clock, mode);
    // If the check was not possible in the first seconds, it may still work before the deploy.
    return stop?.code === 'token-unchecked' && mode !== 'error' ? undefined : stop;
  } catch (thrown) {
    const failure = toFailure(thrown);
    return isOfToken(failure) || failure.code === 'service-unreadable' ? failure : undefined;
  }
}

const ATTEMPTED = 'Checking the token';

function unchecked(because: string): Failure {
  return new Failure({
    code: 'token-unchecked',
    attempted: ATTEMPTED,
    happened: `the token could not be checked (${because}), and \`early-check\` is \`error\``,
    hint: 'Run the job again later, or set `early-check: warn`.',
  });
}

/**
 * What Outpost says about the token. Without a name, only checks that the token is alive.
 *
 * @throws Failure if Outpost refuses it, or if no address shows the first service.
 */
async function askAboutToken(
  config: Config,
  token: Secret,
  host: Host,
  clock: Clock,
  mode: string,
): Promise<TokenAssessment> {
  const run = await openBriefRun(host, config, token, clock, EARLY_DEADLINE_MS);
  try {
    const lookup =
      config.tokenName === undefined
        ? undefined
        : await lookUpToken(config.tokenName, run.tokens(1), clock);
    const toldMs = lookup !== undefined && 'nowMs' in lookup ? lookup.nowMs : undefined;
    const nowMs = clock.wallMs() + skewOf(clock, toldMs);
    const assessment = checkToken(config, neededScopes(config), lookup, nowMs);
    const isCertain = mode === 'error' || assessment.stop?.code !== 'token-unchecked';
    if (assessment.stop !== undefined && isCertain) return assessment;
    const first = { targets: config.targets.slice(0, 1), healthCheckContains: undefined };
    const [failure] = await readBaselines({ ...config, ...first }, run).then(
      ({ failures }) => [...failures.values()],
      (thrown: unknown) => [toFailure(thrown)],
    );
    // A health check may still prove the deploy.
    const isDecided =
      failure?.code !== 'service-unreadable' || config.healthCheckContains === undefined;
    // Outpost only answers questions about tokens if the token is alive.
    const isAlive = lookup !== undefined && lookup.kind !== 'unread';
    const isUnanswered = failure?.code === 'unavailable' || failure?.code === 'rate-limited';
    if (mode === 'error' && isUnanswered && !isAlive) throw unchecked(failure.happened);
    if (failure !== undefined && isDecided) throw failure;
    return assessment;
  } finally {
    run.close();
  }
}
