import type { StoreAnswer } from './http.ts';
import { Refusal } from './http.ts';

// The bodies are from https://docs.gitlab.com/api/rest/troubleshooting/ and
// https://docs.gitlab.com/security/rate_limits/.

/** Most refusals: the status in words. */
export function refused(status: number, message: unknown): Refusal {
  return new Refusal({ status, body: { message } });
}

/** A value that a model rejects: the problems of each field. */
export function invalid(field: string, problem: string): Refusal {
  return refused(400, { [field]: [problem] });
}

/** A missing or mistyped parameter, refused before validation. */
export function badParameter(error: string): Refusal {
  return new Refusal({ status: 400, body: { error } });
}

/** OAuth's form of refusal, https://datatracker.ietf.org/doc/html/rfc6750#section-3.1. */
export function oauthRefusal(
  status: 401 | 403,
  error: string,
  description: string,
  scope?: string,
): Refusal {
  const challenge = `Bearer realm="Protected by OAuth 2.0", error="${error}", error_description="${description}"`;
  const body = { error, error_description: description, ...(scope === undefined ? {} : { scope }) };
  return new Refusal({ status, headers: { 'www-authenticate': challenge }, body });
}

const WORDS: Readonly<Record<number, string>> = {
  400: '400 Bad request',
  401: '401 Unauthorized',
  403: '403 Forbidden',
  404: '404 Not Found',
  409: '409 Conflict',
  500: '500 Internal Server Error',
};

/** GitLab's usual answer for a status. 502 and 503 come from the proxy in front of it. */
export function gitlabDocumented(status: number): StoreAnswer {
  if (status === 429) return tooManyRequests(1);
  if (status < 300) return { status };
  return status in WORDS
    ? { status, body: { message: WORDS[status] } }
    : { status, body: `${status}\n` };
}

/**
 * The application's rate limit. Without a number, there's no `retry-after`, as in GitLab before
 * 18.5.
 */
export function tooManyRequests(retryAfterSeconds?: number): StoreAnswer {
  const body = {
    message: { error: 'This endpoint has been requested too many times. Try again later.' },
  };
  return {
    status: 429,
    ...(retryAfterSeconds === undefined
      ? {}
      : { headers: { 'retry-after': String(retryAfterSeconds) } }),
    body,
  };
}

/** The rate limit in front of the application: a text that an administrator can set. */
export function throttled(retryAfterSeconds: number): StoreAnswer {
  const headers = { 'retry-after': String(retryAfterSeconds), 'ratelimit-remaining': '0' };
  return { status: 429, headers, body: 'Retry later\n' };
}
