import { randomBytes } from 'node:crypto';

/** A plain answer, before any transport. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes only for answers of git. */
  readonly body: string | Buffer;
}

/**
 * A refusal that becomes the documented error shape.
 *
 * Only the code `invalid_request` is documented (page "Machines"); every other code is an
 * assumption.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** A malformed request. */
export function invalid(message: string): ApiError {
  return new ApiError(400, 'invalid_request', message);
}

/** A missing, unknown, revoked or expired credential. */
export function unauthorized(message: string): ApiError {
  return new ApiError(401, 'unauthorized', message, {
    'www-authenticate': 'Bearer realm="outpost"',
  });
}

/** A missing scope or a role that is too low. */
export function forbidden(message: string): ApiError {
  return new ApiError(403, 'forbidden', message);
}

/** Something that doesn't exist, or that the caller must not know about. */
export function notFound(message: string): ApiError {
  return new ApiError(404, 'not_found', message);
}

/** A conflicting state or name. */
export function conflict(message: string): ApiError {
  return new ApiError(409, 'conflict', message);
}

/** A well-formed request for something impossible. This answer is an assumption. */
export function unprocessable(message: string): ApiError {
  return new ApiError(422, 'unprocessable', message);
}

/** A request ID like in the documented error sample: `req_` and twelve hex digits. */
export function newRequestId(): string {
  return `req_${randomBytes(6).toString('hex')}`;
}

/** A JSON answer. */
export function json(status: number, value: unknown): ApiResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(value),
  };
}

/** The documented error shape (page "Machines"): `{"error": {code, message, request_id}}`. */
export function errorResponse(error: ApiError, requestId: string): ApiResponse {
  const answer = json(error.status, {
    error: { code: error.code, message: error.message, request_id: requestId },
  });
  return { ...answer, headers: { ...answer.headers, ...error.headers } };
}
