import type { StoreAnswer } from './http.ts';
import { Refusal } from './http.ts';

// The bodies are from https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api
// and https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api.

const DOCS = 'https://docs.github.com/rest/actions/secrets';
const LIMIT_DOCS = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api';

/** GitHub's usual body: a message, a link to the documentation, and the status as text. */
export function githubAnswer(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  docs = DOCS,
): StoreAnswer {
  return { status, headers, body: { message, documentation_url: docs, status: String(status) } };
}

export function refused(
  status: number,
  message: string,
  headers?: Readonly<Record<string, string>>,
): Refusal {
  return new Refusal(githubAnswer(status, message, headers));
}

/** A required field is missing. */
export function notSupplied(field: string): Refusal {
  return refused(422, `Invalid request.\n\n"${field}" wasn't supplied.`);
}

/** The hour's requests are used up: `status` may be 403 or 429. */
export function primaryLimit(resetInSeconds = 30, status: 403 | 429 = 403): StoreAnswer {
  const headers = {
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-used': '5000',
    'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + resetInSeconds),
    'x-ratelimit-resource': 'core',
  };
  return githubAnswer(status, 'API rate limit exceeded for user ID 1.', headers, LIMIT_DOCS);
}

/**
 * Too many requests at once. GitHub may leave out `retry-after`, which then means at least a
 * minute.
 */
export function secondaryLimit(retryAfterSeconds?: number, status: 403 | 429 = 403): StoreAnswer {
  const headers: Record<string, string> = {
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '4987',
  };
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
  const message =
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
  return githubAnswer(status, message, headers, `${LIMIT_DOCS}#about-secondary-rate-limits`);
}

const MESSAGES: Readonly<Record<number, string>> = {
  401: 'Bad credentials',
  403: 'Resource not accessible by personal access token',
  404: 'Not Found',
  409: 'Conflict',
  422: 'Bad request - validation failed due to an improperly encrypted secret',
  500: 'Server Error',
  502: 'Server Error',
  503: 'Service unavailable',
};

/** GitHub's usual answer for a status. */
export function githubDocumented(status: number): StoreAnswer {
  if (status === 429) return secondaryLimit(1, 429);
  if (status < 300) return { status };
  return githubAnswer(status, MESSAGES[status] ?? 'Unknown');
}
