import { checkCredential } from '../auth/credential.ts';
import type { Host } from '../host.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { toFailure } from '../lib/failure.ts';
import { type Config, readConfig } from './config.ts';
import { openBriefRun, type Run } from './run.ts';
import { byNamespace, fullName } from './target.ts';

/** After a cancel there are seconds: one answer a namespace, no repeating. */
const LIVE_DEADLINE_MS = 5_000;

/**
 * Says what runs now, one line a service: the last word after a job was cancelled or broke off. It
 * changes nothing and never fails, for the job's own status is the one that counts.
 */
export async function printStatus(host: Host, clock: Clock = systemClock): Promise<void> {
  host.mask(host.token);
  try {
    const config = readConfig(host.inputs(), host.context);
    const token = checkCredential(config, host.token, host.context);
    const run = await openBriefRun(host, config, token, clock, LIVE_DEADLINE_MS);
    try {
      await printServices(config, run);
    } finally {
      run.close();
    }
  } catch (thrown) {
    host.say(`It is not known what is live now: ${toFailure(thrown).message}.`);
  }
}

async function printServices({ targets: all }: Config, { client, host }: Run): Promise<void> {
  for (const [namespace, targets] of byNamespace(all)) {
    const reply = await client.services(namespace, 1);
    for (const target of targets) {
      const service =
        reply.kind === 'value'
          ? reply.value.services.find(({ name }) => name === target.service)
          : undefined;
      const now =
        service === undefined
          ? 'not known what is live now'
          : `now ${service.statusWord || 'without a status'}`;
      host.say(`${fullName(target)}: ${now}`);
    }
  }
}
