import type { TokenAssessment } from '../auth/assess.ts';
import { checkCredential } from '../auth/credential.ts';
import type { Host } from '../host.ts';
import { type Clock, skewOf, systemClock } from '../lib/clock.ts';
import { type Failure, toFailure } from '../lib/failure.ts';
import type { Secret } from '../lib/secret.ts';
import { failureOf } from '../outpost/errors.ts';
import { type Config, readConfig } from './config.ts';
import { assessReply, readToken } from './preflight.ts';
import { openBriefRun } from './run.ts';

const EARLY_DEADLINE_MS = 5_000;

/**
 * Looks at the token when the job starts, before the long build: dead, short-lived, without the
 * scope, of a wrong form. Two requests at most, five seconds at most. Silent where there is nothing
 * certain to say: no token, inputs that later steps will fill in, an Outpost that does not answer.
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
  if (mode === 'error') {
    host.fail({ title: `Outpost deploy: ${found.code}, found before the build`, message });
    return found.exitStatus;
  }
  host.warn({ title: 'The Outpost deploy of this job will fail', message });
  return 0;
}

/** A failure of the token that is certain by now, or an expiry that is near. */
async function findTrouble(host: Host, clock: Clock): Promise<Failure | undefined> {
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
    return failure.code.startsWith('token-') ? failure : undefined;
  }
}

/**
 * What Outpost tells of the token, in one request or two. Without a name it is only seen whether
 * the token is alive.
 *
 * @throws Failure when Outpost refuses it.
 */
async function askAboutToken(
  config: Config,
  token: Secret,
  host: Host,
  clock: Clock,
): Promise<TokenAssessment> {
  const run = await openBriefRun(host, config, token, clock, EARLY_DEADLINE_MS);
  try {
    const [first] = config.targets;
    const told =
      config.tokenName === undefined ? undefined : await readToken(config.tokenName, run, 1);
    // A 404 is an answer to a token that is alive.
    const isAlive = told?.kind === 'value' || (told?.kind === 'refused' && told.status === 404);
    const reply = isAlive || first === undefined ? told : await run.client.service(first, 1);
    if (reply?.kind === 'refused' && reply.status === 401)
      throw failureOf(reply, { attempted: 'Checking the token' });
    const dateMs = reply?.kind === 'value' ? reply.dateMs : undefined;
    return assessReply(config, told, clock.wallMs() + skewOf(clock, dateMs));
  } finally {
    run.close();
  }
}
