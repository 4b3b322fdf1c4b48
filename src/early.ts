import { type Clock, systemClock } from './clock.ts';
import { type Failure, toFailure } from './failure.ts';
import type { Host } from './host.ts';
import { closeRun, openBriefRun } from './open-run.ts';
import type { TokenFacts } from './outpost/model.ts';
import { failureOf } from './outpost/refusals.ts';
import type { Secret } from './secret.ts';
import { admit } from './steps/admit.ts';
import { type Config, readConfig } from './steps/config.ts';
import { neededScopes } from './steps/preflight.ts';
import { assessToken } from './steps/token-report.ts';

const EARLY_DEADLINE_MS = 5_000;

/**
 * Looks at the token when the job starts, before the long build: dead, short-lived, without the scope, or no token at all. Two requests
 * at most, five seconds at most. Silent where there is nothing certain to say: no token, inputs that later steps will fill in, an
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
    // Inputs may come from the outputs of steps that have not run yet; the main step will name what is wrong with them.
    return undefined;
  }
  try {
    const facts = await readToken(config, admit(config, host.token, host.context), host, clock);
    return assessToken(config, neededScopes(config), facts, clock.wallMs()).stop;
  } catch (thrown) {
    const failure = toFailure(thrown);
    return failure.code.startsWith('token-') ? failure : undefined;
  }
}

/** @throws Failure when Outpost refuses the token. */
async function readToken(config: Config, token: Secret, host: Host, clock: Clock): Promise<TokenFacts | undefined> {
  const run = await openBriefRun(host, config, token, clock, EARLY_DEADLINE_MS);
  try {
    const [first] = config.targets;
    const [facts, service] = await Promise.all([
      config.tokenName === undefined ? undefined : run.client.tokenFacts(config.tokenName, 1),
      first === undefined ? undefined : run.client.service(first, 1),
    ]);
    if (service?.kind === 'refused' && service.status === 401) throw failureOf(service, 'Checking the token', '');
    return facts?.kind === 'value' ? facts.value : undefined;
  } finally {
    closeRun(run);
  }
}
