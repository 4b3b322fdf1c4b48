import { Failure } from '../../lib/failure.ts';
import { describeReply } from '../../outpost/errors.ts';
import type { ErrorReply, Reply } from '../../outpost/reply.ts';

/** What one store says differently from the other. */
export interface StoreWords {
  readonly product: 'GitHub' | 'GitLab' | 'Forgejo';
  /** As in `the secret OUTPOST_TOKEN of the repository acme/web`. */
  readonly place: string;
  /** Which token is needed, as a sentence. */
  readonly rights: string;
  /** What a 404 means here, as a sentence. */
  readonly notFound: string;
}

/**
 * What was to be deleted is not there: an answer was lost and the request sent again, or another
 * run deleted it.
 */
export function isGone(reply: Reply<unknown>): boolean {
  return reply.kind === 'refused' && reply.status === 404;
}

/**
 * What a request to the store failed with: it said no, or it could not be asked.
 */
export function storeFailure(reply: ErrorReply, attempted: string, words: StoreWords): Failure {
  const said = describeReply(reply, words.product);
  if (reply.kind !== 'refused')
    return unavailable(attempted, `${words.product} cannot be reached: ${said}`);
  const { status, refusal, retryAfterMs } = reply;
  const limited =
    status === 429 ||
    (status === 403 &&
      (retryAfterMs !== undefined || /rate limit|abuse/i.test(refusal.message ?? '')));
  if (limited || status === 408 || status >= 500) return unavailable(attempted, said);
  return new Failure({
    code: 'store-refused',
    attempted,
    happened: said,
    hint: hintOf(status, words),
  });
}

function unavailable(attempted: string, happened: string): Failure {
  return new Failure({
    code: 'store-unavailable',
    attempted,
    happened,
    hint: 'Run the job again later.',
  });
}

function hintOf(status: number, { rights, notFound, place }: StoreWords): string {
  if (status === 401)
    return `The value in OUTPOST_STORE_TOKEN is revoked, expired or mistyped. ${rights}`;
  if (status === 403) return `The token in OUTPOST_STORE_TOKEN may not do this. ${rights}`;
  if (status === 404) return notFound;
  if (status === 409)
    return `Something else is changing ${place}, or there are several of that name. Run the job again, one at a time.`;
  if (status >= 300 && status < 400)
    return 'It was renamed or moved: a redirect is never followed with a token. Write its new name into the inputs.';
  return 'Change what the message names and run the job again.';
}
