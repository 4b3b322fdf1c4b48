import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { ApiResponse } from './errors.ts';
import type { WireFault } from './faults.ts';
import type { Timing } from './timing.ts';

const MEBIBYTE = 1_048_576;
const PLACEHOLDER = '{"id": "dep_0123456789ab", "status": "deploying"}';

/** Sends an answer without faults. */
export function sendAnswer(response: ServerResponse, answer: ApiResponse): void {
  response.writeHead(answer.status, headersOf(answer));
  response.end(answer.status === 204 ? undefined : answer.body);
}

/**
 * Sends an answer through a fault. `answer` is the world's own, or an empty one if the world wasn't
 * asked.
 */
export function sendFault(
  response: ServerResponse,
  fault: WireFault,
  answer: ApiResponse,
  timing: Timing,
): void {
  switch (fault.kind) {
    case 'hang':
      timing.hold(response);
      break;
    case 'reset':
      response.socket?.resetAndDestroy();
      break;
    case 'cut':
      cut(response, answer, fault.framing ?? 'length');
      break;
    case 'slow':
      drip(response, answer, fault.delayMs, timing);
      break;
    case 'gzip-bomb':
      sendGzipBomb(response, fault.bytes ?? 64 * MEBIBYTE);
      break;
    case 'big-body':
      streamBigBody(response, fault.bytes);
      break;
    case 'close-idle':
      sendAndClose(response, answer);
      break;
    default:
      if (fault.kind === 'early') sendInterim(response, fault.status);
      sendAnswer(response, replaced(fault, answer));
  }
}

/** The answer that a fault sends instead of the world's own. */
function replaced(
  fault: Extract<WireFault, { kind: 'answer' | 'redirect' | 'header-bomb' | 'early' }>,
  answer: ApiResponse,
): ApiResponse {
  switch (fault.kind) {
    case 'answer':
      return { status: fault.status, headers: fault.headers ?? {}, body: fault.body ?? '' };
    case 'redirect':
      return { status: fault.status ?? 302, headers: { location: fault.location }, body: '' };
    case 'header-bomb':
      return { ...answer, headers: { ...answer.headers, ...bombHeaders(fault.form ?? 'large') } };
    case 'early':
      return answer;
  }
}

function sendInterim(response: ServerResponse, status: 100 | 103): void {
  if (status === 100) response.writeContinue();
  else response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
}

/** Every body has a length, so that clients can detect a truncated one. */
function headersOf(answer: ApiResponse): Record<string, string> {
  if (answer.status === 204) return { ...answer.headers };
  return { ...answer.headers, 'content-length': String(Buffer.byteLength(answer.body)) };
}

function cut(response: ServerResponse, answer: ApiResponse, framing: 'length' | 'chunked'): void {
  const body = bytesOf(answer.body.length < 4 ? PLACEHOLDER : answer.body);
  const { socket } = response;
  response.writeHead(answer.status === 204 ? 200 : answer.status, {
    ...answer.headers,
    ...(framing === 'length'
      ? { 'content-length': String(body.length) }
      : { 'transfer-encoding': 'chunked' }),
  });
  response.write(body.subarray(0, Math.ceil(body.length / 2)), () => socket?.destroySoon());
}

function drip(
  response: ServerResponse,
  answer: ApiResponse,
  delayMs: number,
  timing: Timing,
): void {
  const body = bytesOf(answer.body);
  let sent = 0;
  response.writeHead(answer.status, headersOf(answer));
  response.flushHeaders();
  const stop = timing.every(delayMs, () => {
    if (sent < body.length) response.write(body.subarray(sent, ++sent));
    else response.end();
  });
  timing.hold(response);
  response.once('close', stop);
}

function bytesOf(body: string | Buffer): Buffer {
  return typeof body === 'string' ? Buffer.from(body) : body;
}

function bombHeaders(form: 'large' | 'many'): Record<string, string> {
  if (form === 'large') return { 'x-padding': 'a'.repeat(65_536) };
  return Object.fromEntries(
    Array.from({ length: 10_000 }, (_, index) => [`x-padding-${index}`, 'a']),
  );
}

/** Many gzip members of 1 MiB each are one valid gzip stream, so the bomb is cheap to make. */
function sendGzipBomb(response: ServerResponse, bytes: number): void {
  const member = gzipSync(Buffer.alloc(MEBIBYTE, ' '));
  const body = Buffer.concat(Array.from({ length: Math.ceil(bytes / MEBIBYTE) }, () => member));
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    'content-length': String(body.length),
  });
  response.end(body);
}

function streamBigBody(response: ServerResponse, bytes: number): void {
  const chunk = Buffer.alloc(65_536, 'a');
  let left = bytes - 2;
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('"');
  const pump = (): void => {
    while (left > 0 && !response.destroyed) {
      const part = chunk.subarray(0, Math.min(left, chunk.length));
      left -= part.length;
      if (!response.write(part)) {
        response.once('drain', pump);
        return;
      }
    }
    if (!response.destroyed) response.end('"');
  };
  pump();
}

function sendAndClose(response: ServerResponse, answer: ApiResponse): void {
  const { socket } = response;
  response.once('finish', () => socket?.destroySoon());
  sendAnswer(response, {
    ...answer,
    headers: { ...answer.headers, connection: 'keep-alive', 'keep-alive': 'timeout=60' },
  });
}
