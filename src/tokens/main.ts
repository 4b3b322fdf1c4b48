import { checkCredential } from '../auth/credential.ts';
import type { Annotation, Host } from '../host.ts';
import { refuseProblems } from '../inputs/read.ts';
import type { RawTokenInputs, TokenVerb } from '../inputs/token-table.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { Failure } from '../lib/failure.ts';
import type { Secret } from '../lib/secret.ts';
import { failureUrl } from '../lib/version.ts';
import { factLines } from '../report/failure-text.ts';
import { factsOf, type PlainFailure } from '../report/report.ts';
import { runToEnd } from '../run/life-cycle.ts';
import {
  readCreateConfig,
  readListConfig,
  readReportConfig,
  readRevokeConfig,
  readRotateConfig,
  type TokenConfig,
} from './config.ts';
import { createToken, replaceCompromised } from './create.ts';
import { inventoryJson, inventoryTable, readInventory } from './inventory.ts';
import { readNameArgument } from './name-argument.ts';
import { openStores } from './open-store.ts';
import type { StoreDefaults } from './place-inputs.ts';
import { regenerateToken } from './regenerate.ts';
import { reportTokens } from './report.ts';
import { revokeToken } from './revoke.ts';
import { replaceToken } from './rotate.ts';
import {
  makeRotationReport,
  type RotationProgress,
  rotationPublicationOf,
} from './rotation-report.ts';
import { openTokenRun, type TokenRun } from './run.ts';

/** One invocation of a token command. */
export interface TokenRequest {
  readonly verb: TokenVerb;
  readonly inputs: RawTokenInputs;
  /** The token that `revoke`, `create` and `compromised` name. */
  readonly name: string;
  /** The credential for the store; empty if there is none. */
  readonly storeToken: Secret;
  readonly defaults: StoreDefaults;
}

/** Runs one token command. @returns the exit status. */
export function tokenMain(
  host: Host,
  request: TokenRequest,
  clock: Clock = systemClock,
): Promise<number> {
  const { verb } = request;
  const course = {
    attempted: 'Running the token command',
    afterCancel: 'The log above shows how far it got.',
    secrets: [request.storeToken],
  };
  if (verb === 'rotate') {
    const known: RotationProgress = {};
    return runToEnd(host, clock, {
      ...course,
      work: (signal) => rotate(known, host, request, clock, signal),
      report: (failure, startedWallMs) =>
        makeRotationReport({ ...known, failure }, startedWallMs, clock),
      publicationOf: rotationPublicationOf,
      lastWord: (report) => {
        const { failure, headline, exit_status } = report;
        if (isTrue(request.inputs.json)) return JSON.stringify(report, undefined, 2);
        return failure === undefined ? headline : failureText(failure, exit_status);
      },
    });
  }
  let told: Failure | undefined;
  return runToEnd(host, clock, {
    ...course,
    work: async (signal) => {
      told = await others[verb](host, request, clock, signal);
    },
    report: (failure) => ({
      failure: failure && factsOf(failure),
      exit_status: (failure ?? told)?.exitStatus ?? 0,
    }),
    lastWord: ({ failure, exit_status }) => {
      if (failure === undefined) return undefined;
      // Whoever asked for a document gets one, whatever happens.
      return isTrue(request.inputs.json)
        ? JSON.stringify({ failure }, undefined, 2)
        : failureText(failure, exit_status);
    },
  });
}

function isTrue(text: string | undefined): boolean {
  return /^true$/i.test(text ?? '');
}

/** The same host without its log, for a run that prints a document. */
function quiet(host: Host): Host {
  const nothing = (): undefined => undefined;
  const silent = { say: nothing, group: nothing, notice: nothing, warn: nothing };
  return Object.assign(Object.create(host) as Host, silent);
}

/** Resolves with a failure that has already been reported. */
type Command = (
  host: Host,
  request: TokenRequest,
  clock: Clock,
  signal: AbortSignal,
) => Promise<Failure | undefined>;

const others: Readonly<Record<Exclude<TokenVerb, 'rotate'>, Command>> = {
  report: (host, { inputs, storeToken, defaults }, clock, signal) => {
    const config = readReportConfig(inputs, defaults);
    return withRun(host, config, clock, signal, !config.json, (run) =>
      reportTokens(config, storeToken, run),
    );
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
    const base = readNameArgument(name);
    const told = config.json ? quiet(host) : host;
    return withRun(told, config, clock, signal, !config.json, async (run) => {
      const revoked = await revokeToken(base, run);
      if (config.json) host.say(JSON.stringify({ revoked }, undefined, 2));
      return undefined;
    });
  },
  create: (host, request, clock, signal) => makeToken(createToken, host, request, clock, signal),
  compromised: (host, request, clock, signal) =>
    makeToken(replaceCompromised, host, request, clock, signal),
};

function makeToken(
  make: typeof createToken,
  host: Host,
  { inputs, name, storeToken, defaults }: TokenRequest,
  clock: Clock,
  signal: AbortSignal,
): Promise<undefined> {
  const config = readCreateConfig(inputs, defaults);
  const base = readNameArgument(name);
  const told = config.json ? quiet(host) : host;
  return withRun(told, config, clock, signal, !config.json, async (run) => {
    const stores = openStores(config, storeToken, run);
    const { tokenName, expiresMs, places, revoked, failure } = await make(
      base,
      config,
      stores,
      run,
    );
    if (!config.json) host.say(`"${tokenName}" is stored and works. Its value is never shown.`);
    if (failure !== undefined) throw failure;
    if (!config.json) return undefined;
    const expires = typeof expiresMs === 'number' ? new Date(expiresMs).toISOString() : expiresMs;
    const document = { token_name: tokenName, token_expires_at: expires, places, revoked };
    host.say(JSON.stringify(document, undefined, 2));
    return undefined;
  });
}

async function withRun<Value>(
  host: Host,
  config: TokenConfig,
  clock: Clock,
  signal: AbortSignal,
  speaks: boolean,
  work: (run: TokenRun) => Promise<Value>,
): Promise<Value> {
  const token = checkCredential(config, host.token, host.context);
  const run = openTokenRun(host, config, token, clock, signal);
  try {
    if (speaks) host.say(`The token goes to ${config.origin.origin} and nowhere else.`);
    return await work(run);
  } finally {
    run.close();
  }
}

async function rotate(
  known: RotationProgress,
  host: Host,
  request: TokenRequest,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  refuseProblems(host.strayInputs);
  const config = readRotateConfig(request.inputs, request.defaults);
  known.config = config;
  const told = config.json ? quiet(host) : host;
  await withRun(told, config, clock, signal, !config.json, async (run) => {
    const stores = openStores(config, request.storeToken, run);
    known.places = stores.map(({ place }) => place);
    for (const { host: where, place } of stores)
      told.say(`The new token goes to ${where} too, as ${place}.`);
    known.rotation =
      config.strategy === 'replace'
        ? await replaceToken(config, stores, run)
        : await regenerateToken(config, stores, run);
    if (known.rotation.failure !== undefined) throw known.rotation.failure;
  });
}

function failureText(failure: PlainFailure, exitStatus: number): Annotation {
  return {
    title: `Outpost token: ${failure.code} (exit status ${exitStatus})`,
    message: [...factLines(failure), failureUrl(failure.code)].join('\n'),
  };
}
