import { type Clock, systemClock } from './clock.ts';
import { toFailure } from './failure.ts';
import type { Host } from './host.ts';
import { closeRun, openRun } from './open-run.ts';
import { admit } from './steps/admit.ts';
import { readConfig } from './steps/config.ts';
import { byNamespace, fullName } from './steps/preflight.ts';

/** After a cancel there are seconds: one answer a namespace, no repeating. */
const LIVE_DEADLINE_MS = 5_000;

/**
 * Says what runs now, one line a service: the last word after a job was cancelled or broke off. It changes nothing and never fails,
 * for the job's own status is the one that counts.
 */
export async function sayLive(host: Host, clock: Clock = systemClock): Promise<void> {
  host.mask(host.token);
  try {
    const config = readConfig(host.inputs(), host.context);
    const token = admit(config, host.token, host.context);
    const run = await openRun(
      host,
      { ...config, timeoutMs: LIVE_DEADLINE_MS, forwardMs: LIVE_DEADLINE_MS },
      token,
      clock,
      AbortSignal.timeout(LIVE_DEADLINE_MS),
    );
    for (const [namespace, targets] of byNamespace(config.targets)) {
      const reply = await run.client.services(namespace, 1);
      for (const target of targets) {
        const service = reply.kind === 'value' ? reply.value.services.find(({ name }) => name === target.service) : undefined;
        host.say(
          `${fullName(target)}: ${service === undefined ? 'not known what is live now' : `now ${service.statusWord || 'without a status'}`}`,
        );
      }
    }
    closeRun(run);
  } catch (thrown) {
    host.say(`It is not known what is live now: ${toFailure(thrown).message}.`);
  }
}
