import type { IncomingHttpHeaders } from 'node:http';
import type { ApiResponse } from './errors.ts';
import { ApiError, errorResponse, forbidden, newRequestId } from './errors.ts';

/** Far more than any request to the API needs. Git requests have their own limits. */
export const MAX_BODY_BYTES = 1_048_576;

export const loopbackHosts = ['127.0.0.1', '::1'] as const;
/** Where the emulator can listen. Other machines could reach anything else. */
export type LoopbackHost = (typeof loopbackHosts)[number];

/** The origin of a server at this address. */
export function originOf(host: LoopbackHost, port: number): string {
  return `http://${host === '::1' ? '[::1]' : host}:${port}`;
}

/**
 * Why a request is refused outright. A web page in a browser on this machine can reach a loopback
 * port, and the emulator creates tokens for anyone who asks. `Host` reveals a name that was pointed
 * here (DNS rebinding), and `Origin` reveals a script on a page.
 */
export function strangerRefusal({
  host = '',
  origin,
}: Pick<IncomingHttpHeaders, 'host' | 'origin'>): ApiError | undefined {
  if (!isOwn(host))
    return new ApiError(
      421,
      'misdirected_request',
      'The emulator only answers to 127.0.0.1, localhost and [::1].',
    );
  if (origin !== undefined)
    return forbidden("The emulator doesn't answer requests from web pages.");
  return undefined;
}

/** The refusal of a body that is too long. */
export function tooLarge(): ApiError {
  return new ApiError(413, 'too_large', `A body can be at most ${MAX_BODY_BYTES} bytes.`);
}

/** A refusal that doesn't come from a route. */
export function guardAnswer(error: ApiError): ApiResponse {
  const requestId = newRequestId();
  const answer = errorResponse(error, requestId);
  return { ...answer, headers: { ...answer.headers, 'x-request-id': requestId } };
}

/** There may be a gateway on this machine, so the port can be a different one. */
function isOwn(host: string): boolean {
  return /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i.test(host);
}
