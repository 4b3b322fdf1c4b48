import type { IncomingHttpHeaders } from 'node:http';
import type { ApiResponse } from './errors.ts';
import { ApiError, errorResponse, forbidden, newRequestId } from './errors.ts';

/** Far more than any request of the API needs. What git sends has limits of its own. */
export const MAX_BODY_BYTES = 1_048_576;

export const loopbackHosts = ['127.0.0.1', '::1'] as const;
/** Where the emulator may listen. Anything else could be reached from other machines. */
export type LoopbackHost = (typeof loopbackHosts)[number];

/** The origin of a server at this address. */
export function originOf(host: LoopbackHost, port: number): string {
  return `http://${host === '::1' ? '[::1]' : host}:${port}`;
}

/**
 * Why a request isn't served at all. A web page in a browser on this machine can reach a loopback
 * port, and the emulator makes tokens for anyone who asks. `Host` gives away a name that was made
 * to point here (DNS rebinding), `Origin` a script on a page.
 */
export function strangerRefusal({
  host = '',
  origin,
}: Pick<IncomingHttpHeaders, 'host' | 'origin'>): ApiError | undefined {
  if (!isOwn(host))
    return new ApiError(
      421,
      'misdirected_request',
      'The emulator answers to 127.0.0.1, localhost and [::1] only.',
    );
  if (origin !== undefined) return forbidden('The emulator answers no requests of web pages.');
  return undefined;
}

/** The refusal of a body that is too long. */
export function tooLarge(): ApiError {
  return new ApiError(413, 'too_large', `A body can have ${MAX_BODY_BYTES} bytes at most.`);
}

/** A refusal that no route gave. */
export function guardAnswer(error: ApiError): ApiResponse {
  const requestId = newRequestId();
  const answer = errorResponse(error, requestId);
  return { ...answer, headers: { ...answer.headers, 'x-request-id': requestId } };
}

/** A gateway on this machine may stand before it, so that the port can be another one. */
function isOwn(host: string): boolean {
  return /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i.test(host);
}
