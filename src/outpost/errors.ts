import { Failure, type FailureCode } from '../lib/failure.ts';
import type { Challenge, ErrorReply } from './reply.ts';
import { MAX_RETRY_AFTER_MS } from './retry.ts';

type Refused = Extract<ErrorReply, { kind: 'refused' }>;

interface Meaning {
  readonly code: FailureCode;
  readonly hint: string;
}

const CHECK_ORIGIN = 'Check the input `origin`.';
const REGENERATE =
  'Regenerate it in Settings > Access Tokens and store the new value as OUTPOST_TOKEN.';
const SCOPE_HINT =
  'In Settings > Access Tokens, create a token with the scope `service` and store it as OUTPOST_TOKEN.';

/**
 * Names of HTTP statuses; only those that Outpost or a proxy in front of it is known to send.
 */
const statusNames: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  407: 'Proxy Authentication Required',
  409: 'Conflict',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** What the caller knows about a failed request. */
export interface FailureContext {
  /** What was being done, as `Reading acme/web`. */
  readonly attempted: string;
  /** What to change after a 404; a sentence. Only the caller knows what may be misspelled. */
  readonly notFound?: string;
  /** What to change after a redirect to another path of the same host; a sentence. */
  readonly moved?: string;
  /** What certainly didn't happen if Outpost was not there to do it; a sentence. */
  readonly undone?: string;
}

/**
 * The failure of a run that can't go on with this reply.
 * https://outpost.run/docs/api-reference/machines, Errors, has the one documented shape; the
 * meanings of 401 and 403 follow from https://outpost.run/docs/teams/access-tokens.
 */
export function failureOf(reply: ErrorReply, context: FailureContext): Failure {
  const { attempted, undone = 'Nothing was deployed.' } = context;
  const happened = describeReply(reply);
  switch (reply.kind) {
    case 'refused':
      return new Failure({
        ...meaningOf(reply, context, undone),
        attempted,
        happened,
        requestId: reply.refusal.requestId,
      });
    case 'misshapen':
      return new Failure({
        code: 'unexpected-answer',
        attempted,
        happened: `${happened}, not the expected JSON`,
        hint: 'Check the input `origin`, and check for a proxy or login page between this runner and Outpost.',
        requestId: reply.requestId,
      });
    case 'unsent':
    case 'lost':
    case 'cut':
      return new Failure({
        code: 'unavailable',
        attempted,
        happened: `Outpost cannot be reached: ${happened}`,
        hint: `${undone} Check the input \`origin\`, the network of this runner and the status of Outpost, then run the job again.`,
      });
  }
}

/**
 * What happened, in the middle of a sentence: `Outpost answered 404 Not Found: "no such service"
 * (not_found)`. Quotes untrusted text.
 *
 * @param product who was asked.
 */
export function describeReply(reply: ErrorReply, product = 'Outpost'): string {
  switch (reply.kind) {
    case 'refused':
      return `${product} answered ${replyInBrief(reply)}`;
    case 'misshapen': {
      const keys = reply.keys.length === 0 ? '' : ` (its fields: ${reply.keys.join(', ')})`;
      return `the ${reply.status} response is ${reply.html ? 'an HTML page' : `not what ${product} documents${keys}`}`;
    }
    case 'unsent':
    case 'lost':
    case 'cut':
      return reply.reason;
  }
}

/** The same as a row of a table: `404 Not Found with an HTML page`. */
export function replyInBrief(reply: ErrorReply): string {
  switch (reply.kind) {
    case 'refused': {
      const { status, refusal, html, location } = reply;
      const page = html
        ? ' with an HTML page'
        : location === undefined
          ? ''
          : ` to ${placeOf(location)}`;
      const said = refusal.message === undefined ? page : `: "${refusal.message}"`;
      const code = refusal.code === undefined ? '' : ` (${refusal.code})`;
      return `${[status, statusNames[status]].filter(Boolean).join(' ')}${said}${code}`;
    }
    case 'misshapen':
      return `${reply.status} with ${reply.html ? 'an HTML page' : reply.keys.length === 0 ? 'another body' : `the fields ${reply.keys.join(', ')}`}`;
    case 'unsent':
    case 'lost':
    case 'cut':
      return reply.reason;
  }
}

/** A path of the same host, or another origin without its path, which may hold anything. */
function placeOf(location: string): string {
  return location.startsWith('/') ? location.slice(0, 100) : new URL(location).origin;
}

/**
 * An error in the shape that Outpost documents: an API answered, and no page for people.
 * https://outpost.run/docs/api-reference/machines, Errors
 */
export function isApiError({ refusal, html }: Refused): boolean {
  return !html && refusal.code !== undefined && refusal.message !== undefined;
}

function meaningOf(reply: Refused, context: FailureContext, undone: string): Meaning {
  const { status, refusal, html } = reply;
  const words = `${refusal.code ?? ''} ${refusal.message ?? ''}`;
  if (status >= 300 && status < 400) return redirected(reply, context.moved);
  if (status === 401) {
    if (/expired/i.test(words))
      return { code: 'token-expired', hint: `The token has expired. ${REGENERATE}` };
    return {
      code: 'token-rejected',
      hint: `The token is revoked, expired or mistyped. If a rotation replaced it after this job started, run the job again. Otherwise regenerate it in Settings > Access Tokens and store the new value as OUTPOST_TOKEN.`,
    };
  }
  if (reply.challenge !== undefined) return challenged(reply.challenge, undone);
  if (status === 403) return forbidden(html, words);
  if (status === 404) return { code: 'not-found', hint: context.notFound ?? CHECK_ORIGIN };
  if (status === 409)
    return {
      code: 'conflict',
      hint: 'Another change to the service is in progress. Run the job again when it has finished.',
    };
  if (status === 429) return rateLimited(reply, undone);
  if (status === 407 || status === 408 || status === 425 || status >= 500) {
    return {
      code: 'unavailable',
      hint: `${undone} Check the status of Outpost, then run the job again.`,
    };
  }
  return { code: 'refused', hint: 'Fix what the message describes and run the job again.' };
}

/** Not Outpost's answer, and not an outage: a retry from the same machine gets the same result. */
function challenged({ ray }: Challenge, undone: string): Meaning {
  return {
    code: 'forbidden',
    hint: `${undone} A firewall in front of Outpost blocks this runner (a Cloudflare challenge${ray === undefined ? '' : `, ray ${ray}`}). Ask Outpost's support to allow API requests and send them the ray ID, or use another runner.`,
  };
}

function forbidden(html: boolean, words: string): Meaning {
  if (html) {
    return {
      code: 'forbidden',
      hint: 'The response is an HTML page, so it comes from a firewall or proxy in front of Outpost. Check if it blocks this runner.',
    };
  }
  if (/scope/i.test(words))
    return { code: 'token-scope-missing', hint: `The token is missing a scope. ${SCOPE_HINT}` };
  return {
    code: 'forbidden',
    hint: "The token's owner is not allowed to do this in that namespace. A deploy needs the role Maintainer or above, and a token with the scope `service`.",
  };
}

function redirected({ location }: Refused, moved = CHECK_ORIGIN): Meaning {
  // For an address on the same host, reply.ts keeps only the path.
  if (location?.startsWith('/') === true)
    return {
      code: 'redirected',
      hint: `The address redirects to ${placeOf(location)} on the same host. That may be a login page, or the new address. Redirects are never followed with a token. ${moved}`,
    };
  const target = location === undefined ? '' : ` to ${new URL(location).origin}`;
  return {
    code: 'redirected',
    hint: `Outpost's address redirects${target}. Redirects are never followed with a token. Set the input \`origin\` to the real address of Outpost.`,
  };
}

function rateLimited({ retryAfterMs }: Refused, undone: string): Meaning {
  const wait =
    retryAfterMs !== undefined && retryAfterMs > MAX_RETRY_AFTER_MS
      ? ` Outpost asks you to wait ${Math.ceil(retryAfterMs / 60_000)} minutes.`
      : '';
  return {
    code: 'rate-limited',
    hint: `${undone}${wait} Run the job again later, use this token in fewer jobs, or get a higher rate limit.`,
  };
}
