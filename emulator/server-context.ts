import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiRequest } from './call.ts';
import { presentedToken } from './credentials.ts';
import type { ApiResponse } from './errors.ts';
import type { FaultRule, WireFault } from './faults.ts';
import type { OpenRecord, RecordedRequest } from './recorder.ts';
import { recordOf } from './recorder.ts';
import type { Timing } from './timing.ts';
import type { Operation } from './vocabulary.ts';
import type { World } from './world.ts';

/** The server's state, apart from the world. */
export interface ServerContext {
  readonly world: World;
  readonly requests: OpenRecord[];
  readonly onServed: (request: RecordedRequest) => void;
  readonly timing: Timing;
}

/** The answer if the world was never asked for one. */
export const NOT_ASKED: ApiResponse = {
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: '',
};

/** An HTTP request as plain data. */
export function plainRequest(message: IncomingMessage, body: string): ApiRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { method: message.method ?? 'GET', target: message.url ?? '/', headers, body };
}

/** Records a request. Once its connection is done with it, reports it as served. */
export function openRecord(
  context: ServerContext,
  request: ApiRequest,
  operation: Operation,
  response: ServerResponse,
): OpenRecord {
  const record = recordOf(request, operation, context.world);
  context.requests.push(record);
  response.once('close', () => {
    if (record.status === 'pending') record.status = 'aborted';
    context.onServed(record);
  });
  return record;
}

/** How a request ends, given the world's answer and the connection's fault. */
export function outcomeOf(
  fault: WireFault | undefined,
  worldAnswer: ApiResponse,
): RecordedRequest['status'] {
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

/**
 * A canned answer may repeat the presented credential. Only for scenarios that test whether clients
 * redact it.
 */
export function withEcho(rule: FaultRule, request: ApiRequest, world: World): WireFault {
  if (rule.do.kind !== 'answer' || world.scenario.echoToken !== true) return rule.do;
  const { authorization = '' } = request.headers;
  const token = presentedToken(authorization) ?? '';
  const body = (rule.do.body ?? '')
    .replaceAll('{{token}}', token)
    .replaceAll('{{authorization}}', authorization);
  return { ...rule.do, body };
}
