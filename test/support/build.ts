import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { types } from 'node:util';
import { afterEach, beforeEach, jest } from '@jest/globals';
import type { Config } from '../../src/deploy/config.ts';
import type { Receipt } from '../../src/deploy/receipt.ts';
import { type Judgement, openJudgement, type Start } from '../../src/deploy/rollout/judgement.ts';
import type { Verdict } from '../../src/deploy/rollout/verdict.ts';
import type { Context } from '../../src/host.ts';
import type { Results } from '../../src/hosts/plain.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { formOf, type ReadForm } from '../../src/outpost/forms.ts';
import type { Acceptance, Deployment, Service } from '../../src/outpost/model.ts';
import { parseMoment } from '../../src/outpost/moment.ts';
import type { Output } from '../../src/output/stdout.ts';

// Each builder returns a value in which every field is valid; a test sets only the fields it is
// about.

/** A token in the documented form that belongs to nobody. */
export const TOKEN = 'op_pat_AbCdEf0123456789ZyXwVu';

/** An output stream. It is a terminal only if it is given a width. */
export function anOutput(write: Output['write'], columns?: number): Output {
  return { write, drained: () => Promise.resolve(), columns: () => columns };
}

/** The results of a host that publishes only its log. */
export const NO_RESULTS: Results = { files: false, print: undefined, report: undefined };

export function aContext(fields: Partial<Context> = {}): Context {
  return {
    host: 'github',
    branch: 'main',
    branchless: undefined,
    proposedMerge: undefined,
    testedRun: undefined,
    tag: undefined,
    commit: '0123456789abcdef0123456789abcdef01234567',
    commitUrl: 'https://github.com/acme/web/commit/0123456789abcdef0123456789abcdef01234567',
    trigger: 'push',
    fromFork: false,
    fromDependabot: false,
    onProtectedRef: undefined,
    environment: undefined,
    hazards: [],
    folder: '.',
    isRerun: false,
    runId: undefined,
    runKey: 'github:acme/web:1:1:deploy:step',
    ...fields,
  };
}

/** What a judgement starts from. */
export interface JudgementStart extends Start {
  readonly confirmed: boolean;
  readonly ownId: string | undefined;
  readonly attached: boolean;
}

/** The judgement of an accepted deploy that nothing was seen of yet. */
export function anOpenJudgement(fields: Partial<JudgementStart> = {}): Judgement {
  const { confirmed = true, ownId, attached = false, ...start } = fields;
  const defaults: Start = {
    baseline: aService(),
    branch: 'main',
    pushedCommit: undefined,
    runCommit: undefined,
    proof: 'rollout',
    isBlind: false,
    stableForMs: 10_000,
    sentMs: 0,
    sinceMs: 0,
  };
  return openJudgement({ ...defaults, ...start }, { confirmed, ownId }, attached);
}

export function aConfig(fields: Partial<Config> = {}): Config {
  return {
    targets: [{ namespace: 'acme', service: 'web', branch: 'main', stage: 1 }],
    tokenName: undefined,
    tokenExpiresMs: undefined,
    push: undefined,
    checkoutFolder: process.cwd(),
    nonFastForward: 'fail',
    commit: '0123456789abcdef0123456789abcdef01234567',
    pushBranch: 'main',
    username: undefined,
    wait: true,
    healthCheck: undefined,
    healthCheckContains: undefined,
    onFailure: 'keep',
    rollbackBranch: undefined,
    preDeployJob: undefined,
    forwardMs: 900_000,
    timeoutMs: 900_000,
    proof: 'rollout',
    stableForMs: 10_000,
    logs: 'stream',
    dryRun: false,
    expiryWarningDays: 14,
    leastPrivilege: 'warn',
    leakScan: 'warn',
    maxParallel: 10,
    origin: new URL('https://outpost.run'),
    deployPath: '/auth/v1/v1/services/{service}/deploy',
    servicePath: undefined,
    api: {},
    allowUnsafeTrigger: false,
    allowDebugTrace: false,
    ...fields,
  };
}

/** The documented form of reading services. */
export function aForm(fields: Partial<ReadForm> = {}): ReadForm {
  return { ...formOf('/{namespace}/service/{service}'), ...fields };
}

export function aService(fields: Partial<Service> = {}): Service {
  const phase = fields.phase ?? 'running';
  return {
    name: 'web',
    phase,
    statusWord: phase === 'rolling' ? 'deploying' : phase === 'idle' ? 'stopped' : phase,
    updatedAt: parseMoment('2026-01-01T00:00:00Z'),
    deployments: [],
    branch: undefined,
    commit: undefined,
    version: undefined,
    activeVersions: undefined,
    endpoint: undefined,
    readyReplicas: undefined,
    minReplicas: undefined,
    ...fields,
  };
}

/** A deployment with this id. It has a status of its own only if you give it one. */
export function aDeployment(fields: Partial<Deployment> = {}): Deployment {
  return {
    id: 'dep_1',
    phase: undefined,
    statusWord: fields.phase ?? '',
    branch: undefined,
    commit: undefined,
    ...fields,
  };
}

/** An answer without any information. */
export function anAcceptance(fields: Partial<Acceptance> = {}): Acceptance {
  return {
    deploymentId: undefined,
    endpoint: undefined,
    namespace: undefined,
    service: undefined,
    failedWord: undefined,
    ...fields,
  };
}

export function aReceipt(fields: Partial<Receipt> = {}): Receipt {
  return {
    deploy: {
      target: { namespace: 'acme', service: 'web', branch: 'main', stage: 1 },
      baseline: aService(),
      commit: undefined,
      wasPushedBefore: false,
      isStale: false,
      isProvedByHealth: false,
      callsBefore: 0,
    },
    sentWallMs: Date.parse('2026-01-01T00:00:00Z'),
    answeredWallMs: Date.parse('2026-01-01T00:00:01Z'),
    sentMs: 0,
    requestId: 'req_1',
    earlyLook: undefined,
    answer: {
      kind: 'accepted',
      acceptance: anAcceptance(),
      attached: false,
    },
    ...fields,
  };
}

export function aVerdict(fields: Partial<Verdict> = {}): Verdict {
  return {
    receipt: aReceipt(),
    status: 'deployed',
    service: aService(),
    finishedWallMs: Date.parse('2026-01-01T00:01:05Z'),
    durationMs: 65_000,
    later: [],
    failure: undefined,
    mayRollBack: false,
    logTail: [],
    ...fields,
  };
}

/** A clock on which a sleep returns at once and advances nowMs and wallMs. */
export interface FakeClock extends Clock {
  readonly slept: readonly number[];
  advance(ms: number): void;
}

export function aFakeClock(startWallMs = Date.parse('2026-01-01T00:00:00Z')): FakeClock {
  let nowMs = 0;
  const slept: number[] = [];
  return {
    slept,
    advance: (ms) => {
      nowMs += ms;
    },
    nowMs: () => nowMs,
    wallMs: () => startWallMs + nowMs,
    sleep: (ms, signal) => {
      if (signal.aborted) return Promise.reject(signal.reason);
      slept.push(ms);
      nowMs += ms;
      return Promise.resolve();
    },
  };
}

/**
 * From here on, time in the modules of this test file moves only when `advance` is called, so that
 * no deadline passes because the machine is slow. Node's own timers, such as those of sockets,
 * aren't affected.
 */
export function withStillTime(): { advance(ms: number): void } {
  const others = [
    'Date',
    'hrtime',
    'nextTick',
    'queueMicrotask',
    'setImmediate',
    'clearImmediate',
  ] as const;
  beforeEach(() => void jest.useFakeTimers({ doNotFake: [...others] }));
  afterEach(() => void jest.useRealTimers());
  return { advance: (ms) => jest.advanceTimersByTime(ms) };
}

/** Resolves when the condition is true, however long that takes. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(1);
}

/** Resolves when everything due in this turn of the event loop has run. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A request as a test's server received it; `connection` counts the sockets from 1. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly connection: number;
}

export interface TestServer {
  readonly origin: URL;
  readonly received: readonly Received[];
}

const closers: (() => unknown)[] = [];

/** Runs when the test has ended. */
export function atEnd(close: () => unknown): void {
  closers.push(close);
}

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/**
 * A real HTTP server on this machine, closed when the test ends. The test decides how it answers,
 * and may even destroy the socket.
 */
export async function aServer(
  answer: (response: ServerResponse, request: Received, socket: Socket) => void,
): Promise<TestServer> {
  const received: Received[] = [];
  const connections: Socket[] = [];
  // Keep-alive connections stay open until the test ends, however slow the machine is.
  const server = createServer({ keepAliveTimeout: 0 }, async (message, response) => {
    const connection = connections.indexOf(message.socket) + 1;
    const request = {
      method: message.method ?? '',
      path: message.url ?? '',
      headers: message.headers,
      body: await read(message),
      connection,
    };
    received.push(request);
    answer(response, request, message.socket);
  });
  server.on('connection', (socket) => connections.push(socket));
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  atEnd(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { origin: new URL(`http://127.0.0.1:${port}`), received };
}

async function read(message: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of message) body += String(chunk);
  return body;
}

/**
 * Jest runs each test file in its own realm, but the errors of node:http and node:tls come from the
 * outer realm. In a test, `error instanceof Error` would be false for them, unlike in the program.
 * This makes it true again.
 */
export function knowErrorsOfNode(): void {
  Object.defineProperty(Error, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      return this === Error
        ? types.isNativeError(value)
        : Function.prototype[Symbol.hasInstance].call(this as () => void, value);
    },
  });
}
