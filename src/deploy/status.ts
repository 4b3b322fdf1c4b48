import { checkCredential } from '../auth/credential.ts';
import type { Host } from '../host.ts';
import { refuseProblems } from '../inputs/read.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { type Failure, toFailure } from '../lib/failure.ts';
import { publicUrl } from '../lib/urls.ts';
import { version } from '../lib/version.ts';
import type { Service } from '../outpost/model.ts';
import { factsOf } from '../report/report.ts';
import { type Baselines, readBaselines } from './baselines.ts';
import { type Config, readConfigOfRead } from './config.ts';
import { openBriefRun, type Run } from './run.ts';
import { fullName, type Target } from './target.ts';

/** After a cancel, only seconds are left. */
const STATUS_DEADLINE_MS = 10_000;

/**
 * Shows what runs now, one line per service. Changes nothing, and needs no branch.
 *
 * @returns the exit status: 0 if every service was seen, else that of the first failure.
 */
export async function printStatus(host: Host, clock: Clock = systemClock): Promise<number> {
  host.mask(host.token);
  try {
    refuseProblems(host.strayInputs);
    const config = readConfigOfRead(host.inputs(), host.context);
    const token = checkCredential(config, host.token, host.context);
    const run = await openBriefRun(host, config, token, clock, STATUS_DEADLINE_MS);
    try {
      const { found, failures } = await readNow(config, run);
      for (const target of config.targets) {
        const service = found.get(fullName(target));
        host.conclude(
          `${fullName(target)}: ${service === undefined ? 'the current status is not known' : wordsOf(service)}`,
        );
      }
      for (const failure of failures) sayFailure(failure, host);
      await host.document?.({
        version,
        services: config.targets.map((target) => rowOf(target, found.get(fullName(target)))),
        failures: failures.map(factsOf),
      });
      return failures[0]?.exitStatus ?? 0;
    } finally {
      run.close();
    }
  } catch (thrown) {
    const failure = toFailure(thrown, 'Reading the current status');
    sayFailure(failure, host);
    await host.document?.({ version, services: [], failures: [factsOf(failure)] });
    return failure.exitStatus;
  }
}

/** Reads the services; one without a namespace has no address. */
async function readNow(
  config: Config,
  run: Run,
): Promise<{
  readonly found: Baselines['found'];
  readonly failures: readonly Failure[];
}> {
  const targets = config.targets.filter(({ namespace }) => namespace !== undefined);
  try {
    const { found, failures } = await readBaselines({ ...config, targets }, run);
    return { found, failures: [...failures.values()] };
  } catch (thrown) {
    return { found: new Map(), failures: [toFailure(thrown)] };
  }
}

/** What `--json` shows for a service; undefined = not known. */
function rowOf({ namespace, service: name }: Target, service: Service | undefined): object {
  return {
    namespace,
    service: name,
    status: service?.statusWord,
    ready_replicas: service?.readyReplicas,
    min_replicas: service?.minReplicas,
    updated_at: service?.updatedAt && new Date(service.updatedAt.ms).toISOString(),
    endpoint: publicUrl(service?.endpoint),
  };
}

function wordsOf(service: Service): string {
  const { statusWord, readyReplicas, minReplicas, updatedAt } = service;
  const endpoint = publicUrl(service.endpoint);
  return [
    `now ${statusWord || 'without a status'}`,
    ...(readyReplicas === undefined
      ? []
      : [
          `${readyReplicas}${minReplicas === undefined ? '' : ` of ${minReplicas}`} replicas ready`,
        ]),
    ...(updatedAt === undefined ? [] : [`updated ${new Date(updatedAt.ms).toISOString()}`]),
    ...(endpoint === undefined ? [] : [endpoint]),
  ].join(', ');
}

function sayFailure({ message, hint }: Failure, host: Host): void {
  // "Nothing was deployed" is true before a deploy; here it may not be.
  const advice = hint.replace(/^Nothing was deployed\. /, '');
  // On GitHub and GitLab this comes after the job, which has an error of its own.
  if (host.name === 'shell')
    host.fail({ title: 'Could not read the current status', message: `${message}.\n${advice}` });
  else host.say(`Could not read the current status: ${message}.\n${advice}`);
}
