import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { bearerToken, handle, operationOf } from './api.ts';
import type { ApiRequest } from './call.ts';
import { answerControl, isControl } from './control.ts';
import type { ApiResponse } from './errors.ts';
import type { FaultRule, WireFault } from './faults.ts';
import { worldHandles } from './faults.ts';
import type { RatePlan } from './rates.ts';
import type { OpenRecord, RecordedRequest } from './recorder.ts';
import { recordOf } from './recorder.ts';
import type { Scenario } from './scenario.ts';
import type { ScenarioName } from './scenarios.ts';
import { scenarios } from './scenarios.ts';
import { sendAnswer, sendFault } from './wire.ts';
import { World } from './world.ts';

export type { RecordedRequest } from './recorder.ts';

/** A running Outpost of one's own. */
export interface Emulator {
  readonly origin: string;
  /** The dashboard session (an OAuth access token) of ada; it may create tokens. */
  readonly sessionToken: string;
  readonly world: World;
  /** Every request in order; no credential is in any of them. */
  readonly requests: readonly RecordedRequest[];
  /** Ends at once, also when a fault keeps a request hanging. */
  close(): Promise<void>;
}

export interface EmulatorOptions {
  readonly scenario?: Scenario | ScenarioName;
  /** 0, the default, is any free port. */
  readonly port?: number;
  readonly host?: '127.0.0.1';
  readonly now?: () => number;
  readonly plan?: RatePlan;
  /** Called when a request has been answered or has failed. */
  readonly onServed?: (request: RecordedRequest) => void;
}

/** What the server keeps beside the world. */
interface Desk {
  readonly world: World;
  readonly requests: OpenRecord[];
  readonly onServed: (request: RecordedRequest) => void;
}

const KEEP_ALIVE_MS = 65_000;
const NOT_ASKED: ApiResponse = { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: '' };

/** Starts an emulated Outpost on a loopback port, in the scenario `ok` and without rate limits unless told otherwise. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { scenario = 'ok', port = 0, host = '127.0.0.1', now = Date.now, plan = 'none', onServed = () => {} } = options;
  const world = new World({ scenario: typeof scenario === 'string' ? scenarios[scenario] : scenario, plan, now });
  const desk: Desk = { world, requests: [], onServed };
  const sockets = new Set<Socket>();
  const server = createServer((message, response) => receive(desk, message, response));
  // Longer than any client's pause between two looks, so that only the fault close-idle closes an idle connection.
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
    origin: `http://${host}:${portOf(server.address())}`,
    sessionToken: world.tokens.openSession('ada'),
    world,
    requests: desk.requests,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function receive(desk: Desk, message: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  message.on('data', (chunk: Buffer) => chunks.push(chunk));
  message.on('error', () => response.destroy());
  response.on('error', () => response.destroy());
  message.on('end', () => {
    const request = plainRequest(message, Buffer.concat(chunks).toString('utf8'));
    response.setHeader('date', new Date(desk.world.nowMs()).toUTCString());
    if (isControl(request)) sendAnswer(response, answerControl(request, desk.world, desk.requests));
    else answer(desk, request, response);
  });
}

/** Records a request, lets the world and the scenario's faults answer it, and records how it ended. */
function answer(desk: Desk, request: ApiRequest, response: ServerResponse): void {
  const { world } = desk;
  const operation = operationOf(request, world);
  const record = recordOf(request, operation, world);
  desk.requests.push(record);
  response.once('close', () => {
    if (record.status === 'pending') record.status = 'aborted';
    desk.onServed(record);
  });
  const rule = world.faults.next(operation);
  const worldAnswer = rule === undefined || worldHandles(rule) ? handle(request, world) : NOT_ASKED;
  record.status = outcomeOf(rule?.do, worldAnswer);
  if (rule === undefined) sendAnswer(response, worldAnswer);
  else sendFault(response, withEcho(rule, request, world), worldAnswer);
}

function outcomeOf(fault: WireFault | undefined, worldAnswer: ApiResponse): RecordedRequest['status'] {
  if (fault === undefined) return worldAnswer.status;
  switch (fault.kind) {
    case 'close-idle':
    case 'early':
      return worldAnswer.status;
    case 'answer':
      return fault.status;
    case 'redirect':
      return fault.status ?? 302;
    default:
      return fault.kind;
  }
}

/** A canned answer may repeat the presented token, if the scenario is about clients that must redact it. */
function withEcho(rule: FaultRule, request: ApiRequest, world: World): WireFault {
  if (rule.do.kind !== 'answer' || world.scenario.echoToken !== true) return rule.do;
  const token = bearerToken(request.headers['authorization']) ?? '';
  return { ...rule.do, body: (rule.do.body ?? '').replaceAll('{{token}}', token) };
}

function plainRequest(message: IncomingMessage, body: string): ApiRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { method: message.method ?? 'GET', target: message.url ?? '/', headers, body };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the emulator is not listening on a TCP port');
  return address.port;
}
