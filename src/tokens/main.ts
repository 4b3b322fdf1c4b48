import { admit } from '../auth/credential.ts';
import type { Host } from '../host.ts';
import type { RawTokenInputs, TokenVerb } from '../inputs/token-table.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { type Failure, toFailure } from '../lib/failure.ts';
import type { Secret } from '../lib/secret.ts';
import { abortOnSignals } from '../lib/signals.ts';
import { failureUrl } from '../lib/version.ts';
import { factLines } from '../report/failure-text.ts';
import { factsOf } from '../report/report.ts';
import {
  readListConfig,
  readReportConfig,
  readRevokeConfig,
  readRotateConfig,
  type StoreDefaults,
  type TokenConfig,
} from './config.ts';
import { inventoryJson, inventoryTable, readInventory } from './inventory.ts';
import { openStore } from './open-store.ts';
import { regenerateToken } from './regenerate.ts';
import { reportTokens } from './report.ts';
import { revokeToken } from './revoke.ts';
import { replaceToken } from './rotate.ts';
import {
  type KnownRotation,
  makeRotationReport,
  rotationPublicationOf,
} from './rotation-report.ts';
import { openTokenRun, type TokenRun } from './run.ts';

/** What one of the commands about tokens was asked for. */
export interface TokenRequest {
  readonly verb: TokenVerb;
  readonly inputs: RawTokenInputs;
  /** The token that `revoke` names. */
  readonly name: string;
  /** For the store; empty when there is none. */
  readonly storeToken: Secret;
  readonly defaults: StoreDefaults;
}

const ATTEMPTED = 'Running the token command';

/**
 * One run of `token report`, `list`, `rotate` or `revoke`. The only place that catches what they
 * throw.
 *
 * @returns the exit status. The caller has set a failing one before, so that a run that never ends
 *     is no green one.
 */
export async function tokenMain(
  host: Host,
  request: TokenRequest,
  clock: Clock = systemClock,
): Promise<number> {
  const signal = abortOnSignals(ATTEMPTED, 'Look above for how far it came.');
  host.mask(host.token);
  host.mask(request.storeToken);
  if (request.verb === 'rotate') return await rotate(host, request, clock, signal);
  try {
    const told = await others[request.verb](host, request, clock, signal);
    return told?.exitStatus ?? 0;
  } catch (thrown) {
    const failure = toFailure(thrown, ATTEMPTED);
    // Who asked for a document gets one, whatever happens.
    if (/^true$/i.test(request.inputs.json ?? ''))
      host.say(JSON.stringify({ failure: factsOf(failure) }, undefined, 2));
    else tell(host, failure);
    return failure.exitStatus;
  }
}

/** Resolves with a failure that was told already. */
type Command = (
  host: Host,
  request: TokenRequest,
  clock: Clock,
  signal: AbortSignal,
) => Promise<Failure | undefined>;

const others: Readonly<Record<Exclude<TokenVerb, 'rotate'>, Command>> = {
  report: (host, { inputs }, clock, signal) => {
    const config = readReportConfig(inputs);
    return withRun(host, config, clock, signal, !config.json, (run) => reportTokens(config, run));
  },
  list: (host, { inputs }, clock, signal) => {
    const config = readListConfig(inputs);
    return withRun(host, config, clock, signal, !config.json, async (run) => {
      const inventory = await readInventory(run);
      if (config.json) host.say(inventoryJson(inventory));
      else for (const line of inventoryTable(inventory)) host.say(line);
      return undefined;
    });
  },
  revoke: (host, { inputs, name }, clock, signal) => {
    const config = readRevokeConfig(inputs);
    return withRun(host, config, clock, signal, true, async (run) => {
      await revokeToken(name, run);
      return undefined;
    });
  },
};

async function withRun<Value>(
  host: Host,
  config: TokenConfig,
  clock: Clock,
  signal: AbortSignal,
  speaks: boolean,
  work: (run: TokenRun) => Promise<Value>,
): Promise<Value> {
  const token = admit(config, host.token, host.context);
  const run = openTokenRun(host, config, token, clock, signal);
  try {
    if (speaks) host.say(`The token goes to ${config.origin.origin} and nowhere else.`);
    return await work(run);
  } finally {
    run.close();
  }
}

async function rotate(
  host: Host,
  request: TokenRequest,
  clock: Clock,
  signal: AbortSignal,
): Promise<number> {
  const startedWallMs = clock.wallMs();
  await host.begin();
  const known: KnownRotation = {};
  try {
    const config = readRotateConfig(request.inputs, request.defaults);
    known.config = config;
    await withRun(host, config, clock, signal, true, async (run) => {
      const store = openStore(config, request.storeToken, run);
      known.place = store.place;
      host.say(`The new token goes to ${store.host} too, as ${store.place}.`);
      known.rotation =
        config.strategy === 'replace'
          ? await replaceToken(config, store, run)
          : await regenerateToken(config, store, run);
      if (known.rotation.failure !== undefined) throw known.rotation.failure;
    });
  } catch (thrown) {
    known.failure = toFailure(thrown, ATTEMPTED);
  }
  const report = makeRotationReport(known, startedWallMs, clock);
  await host.publish(report, rotationPublicationOf);
  if (known.failure === undefined) host.say(report.headline);
  else tell(host, known.failure);
  return report.exit_status;
}

function tell(host: Host, failure: Failure): void {
  host.fail({
    title: `Outpost token: ${failure.code} (exit status ${failure.exitStatus})`,
    message: [...factLines(factsOf(failure)), failureUrl(failure.code)].join('\n'),
  });
}
