import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { handle, operationOf } from './api.ts';
import type { ApiRequest } from './call.ts';
import { answerControl, isControl } from './control.ts';
import type { ApiError } from './errors.ts';
import { worldHandles } from './faults.ts';
import { servedGit } from './git-server.ts';
import type { LoopbackHost } from './guard.ts';
import { guardAnswer, MAX_BODY_BYTES, originOf, strangerRefusal, tooLarge } from './guard.ts';
import type { RatePlan } from './rates.ts';
import type { RecordedRequest } from './recorder.ts';
import type { Scenario } from './scenario.ts';
import type { PushScenarioName, ScenarioName } from './scenarios.ts';
import { scenarioNamed } from './scenarios.ts';
import type { ServerContext } from './server-context.ts';
import { NOT_ASKED, openRecord, outcomeOf, plainRequest, withEcho } from './server-context.ts';
import { systemTiming, type Timing } from './timing.ts';
import { sendAnswer, sendFault } from './wire.ts';
import { World } from './world.ts';

export type { RecordedRequest } from './recorder.ts';

/** A running emulator. */
export interface Emulator {
  readonly origin: string;
  /** The dashboard session (an OAuth access token) of ada; it can create tokens. */
  readonly sessionToken: string;
  readonly world: World;
  /** Every request, in order. None contains a credential. */
  readonly requests: readonly RecordedRequest[];
  /** Ends at once, even if a fault keeps a request hanging, and removes the repositories. */
  close(): Promise<void>;
}

export interface EmulatorOptions {
  readonly scenario?: Scenario | ScenarioName | PushScenarioName;
  /** Default: 0, any free port. */
  readonly port?: number;
  readonly host?: LoopbackHost;
  readonly now?: () => number;
  /** Default: the machine's timers. */
  readonly timing?: Timing;
  readonly plan?: RatePlan;
  /** Called when a request has been answered or has failed. */
  readonly onServed?: (request: RecordedRequest) => void;
}

const KEEP_ALIVE_MS = 65_000;

/**
 * Starts an emulator on a loopback port. By default, with the scenario `ok` and without rate
 * limits.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const {
    scenario = 'ok',
    port = 0,
    host = '127.0.0.1',
    now = Date.now,
    timing = systemTiming,
    plan = 'none',
    onServed = () => {},
  } = options;
  const world = new World({
    scenario: typeof scenario === 'string' ? scenarioNamed(scenario) : scenario,
    plan,
    now,
  });
  const context: ServerContext = { world, requests: [], onServed, timing };
  const sockets = new Set<Socket>();
  const server = createServer((message, response) => receive(context, message, response));
  // Longer than any client's pause between two reads, so that only the fault close-idle closes an
  // idle connection.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    origin: originOf(host, portOf(server.address())),
    sessionToken: world.tokens.openSession('ada'),
    world,
    requests: context.requests,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await Promise.all([closed, world.git.close()]);
    },
  };
}

function receive(context: ServerContext, message: IncomingMessage, response: ServerResponse): void {
  const stranger = strangerRefusal(message.headers);
  if (stranger === undefined && servedGit(context, message, response)) return;
  // A body that is too long is read to its end but not kept, so that the client sees the refusal.
  const chunks: Buffer[] = [];
  let bytes = 0;
  message.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  });
  message.on('error', () => response.destroy());
  response.on('error', () => response.destroy());
  message.on('end', () => {
    const refusal = stranger ?? (bytes > MAX_BODY_BYTES ? tooLarge() : undefined);
    const body = refusal === undefined ? Buffer.concat(chunks).toString('utf8') : '';
    const request = plainRequest(message, body);
    response.setHeader('date', new Date(context.world.nowMs()).toUTCString());
    if (refusal !== undefined) refuse(context, request, response, refusal);
    else if (isControl(request))
      sendAnswer(response, answerControl(request, context.world, context.requests));
    else answer(context, request, response);
  });
}

/** Records a request that is refused before it reaches Outpost. */
function refuse(
  context: ServerContext,
  request: ApiRequest,
  response: ServerResponse,
  refusal: ApiError,
): void {
  const record = openRecord(context, request, 'unknown', response);
  record.status = refusal.status;
  sendAnswer(response, guardAnswer(refusal));
}

/**
 * Records a request, lets the world and the scenario's faults answer it, and records how it ended.
 */
function answer(context: ServerContext, request: ApiRequest, response: ServerResponse): void {
  const { world } = context;
  const operation = operationOf(request, world);
  const record = openRecord(context, request, operation, response);
  const rule = world.faults.next(operation);
  const worldAnswer = rule === undefined || worldHandles(rule) ? handle(request, world) : NOT_ASKED;
  record.status = outcomeOf(rule?.do, worldAnswer);
  if (rule === undefined) sendAnswer(response, worldAnswer);
  else sendFault(response, withEcho(rule, request, world), worldAnswer, context.timing);
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string')
    throw new Error('the emulator is not listening on a TCP port');
  return address.port;
}
