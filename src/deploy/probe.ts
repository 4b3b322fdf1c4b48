import { checkCredential } from '../auth/credential.ts';
import type { Host } from '../host.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { exitStatusByCode, Failure, toFailure } from '../lib/failure.ts';
import { version } from '../lib/version.ts';
import { replyInBrief } from '../outpost/errors.ts';
import { formOf, type ReadForm, servicePaths } from '../outpost/forms.ts';
import { routes, tokenRoutes } from '../outpost/routes.ts';
import { parseService, parseServicePage } from '../outpost/service-wire.ts';
import { type Config, readConfigOfRead } from './config.ts';
import { type ProbeRow, reportOf, settingsOf } from './probe-report.ts';
import { openBriefRun, type Run } from './run.ts';
import { fullName, type Target } from './target.ts';

const PROBE_DEADLINE_MS = 300_000;
/** Slow enough to not use up the rate limit. */
const PAUSE_MS = 1_000;
const MAX_REQUESTS = 25;

/**
 * Tries every address that may show the first service, related addresses, and the token: GETs only,
 * at most 25, one per second. Prints a row for each and the inputs to set. The document contains no
 * token, name, host or log, so that it can be attached to an issue.
 *
 * @returns the exit status 0 if a service can be read, 8 if a limit or the network stands in the
 *     way, 2 or 3 if the configuration or the token cannot be used, else 4.
 */
export async function probe(host: Host, clock: Clock = systemClock): Promise<number> {
  host.mask(host.token);
  try {
    const config = readConfigOfRead(host.inputs(), host.context);
    const token = checkCredential(config, host.token, host.context);
    const [target] = config.targets;
    if (target?.namespace === undefined) throw withoutNamespace(target);
    const run = await openBriefRun(host, config, token, clock, PROBE_DEADLINE_MS);
    try {
      const rows = await askAll(target, config, run);
      for (const line of settingsOf(rows, config)) host.conclude(line);
      await host.document?.(reportOf(rows, namesOf(target, config)));
      return statusOf(rows);
    } finally {
      run.close();
    }
  } catch (thrown) {
    const { code, message, hint, exitStatus } = toFailure(thrown, 'Probing Outpost');
    host.fail({
      title: `Outpost probe: ${code} (exit status ${exitStatus})`,
      message: `${message}.\n${hint}`,
    });
    await host.document?.({ version, rows: [], failure: code });
    return exitStatus;
  }
}

function withoutNamespace(target: Target | undefined): Failure {
  return new Failure({
    code: 'config-invalid',
    attempted: 'Probing Outpost',
    happened: `\`${target?.service}\` has no namespace, and the addresses need one`,
    hint: 'Write the input `service` as `namespace/name`.',
  });
}

/** Sends one request; undefined = it was skipped because of a limit. */
type Ask = (
  what: ProbeRow['what'],
  path: string,
  proves?: (text: string) => ProbeRow['found'],
) => Promise<ProbeRow | undefined>;

async function askAll(target: Target, config: Config, run: Run): Promise<readonly ProbeRow[]> {
  const rows: ProbeRow[] = [];
  const ask: Ask = async (what, path, proves = () => undefined) => {
    if (rows.length === MAX_REQUESTS || isLimited(rows.at(-1))) return undefined;
    if (rows.length > 0) await run.clock.sleep(PAUSE_MS, run.signal);
    const variables = {
      namespace: target.namespace ?? '',
      service: target.service,
      name: config.tokenName ?? '',
    };
    const looked = await run.client.look(path, variables);
    const found = looked.reply.kind === 'value' ? proves(looked.text) : undefined;
    const row = { what, path, looked, found };
    rows.push(row);
    run.host.say(`GET ${path}: ${wordsOf(row)}`);
    return row;
  };
  await ask('user', routes.user.path);
  if (config.tokenName !== undefined) {
    await ask('token', config.api.token ?? routes.token.path);
    await ask('tokens', tokenRoutes.list.path);
  }
  const paths = config.servicePath === undefined ? servicePaths : [config.servicePath];
  for (const path of paths) {
    const row = await ask('service', path, (text) => parseService(text, target, config.api));
    if (row?.found !== undefined) await askBeside(formOf(path, config.api), target, ask);
  }
  return rows;
}

async function askBeside(form: ReadForm, target: Target, ask: Ask): Promise<void> {
  if (form.list !== undefined)
    await ask('list', form.list, (text) =>
      parseServicePage(text, 1, target.namespace)?.services.find(
        ({ name }) => name === target.service,
      ),
    );
  await ask('log', form.logs);
}

function isLimited(row: ProbeRow | undefined): boolean {
  const reply = row?.looked.reply;
  return reply?.kind === 'unsent' || (reply?.kind === 'refused' && reply.status === 429);
}

function wordsOf({ looked: { reply }, found, what }: ProbeRow): string {
  if (reply.kind !== 'value') return replyInBrief(reply);
  if (found !== undefined)
    return `${reply.status}, ${what === 'list' ? 'lists the service' : 'shows the service'}, status ${found.statusWord || '-'}`;
  return `${reply.status} with JSON`;
}

function statusOf(rows: readonly ProbeRow[]): number {
  if (rows.some(({ what, found }) => what === 'service' && found !== undefined)) return 0;
  return isLimited(rows.at(-1))
    ? exitStatusByCode.unavailable
    : exitStatusByCode['service-unreadable'];
}

/** Names that must not appear in a report, in lower case. */
function namesOf(target: Target, config: Config): ReadonlySet<string> {
  const names = config.targets.flatMap((one) => [one.namespace, one.service, one.branch]);
  return new Set(
    [...names, fullName(target), config.tokenName, config.username, config.push?.name]
      .filter((name) => name !== undefined)
      .map((name) => name.toLowerCase()),
  );
}
