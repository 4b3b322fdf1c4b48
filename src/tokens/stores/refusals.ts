import { Failure } from '../../lib/failure.ts';
import { describeReply } from '../../outpost/errors.ts';
import type { ErrorReply, Reply } from '../../outpost/reply.ts';

/** The words that differ between stores. */
export interface StoreWords {
  readonly product: 'GitHub' | 'GitLab' | 'Forgejo';
  /** As in `the secret OUTPOST_TOKEN of the repository acme/web`. */
  readonly place: string;
  /** The kind of token that is needed, as a sentence. */
  readonly rights: string;
  /** What a 404 means here, as a sentence. */
  readonly notFound: string;
}

/**
 * There is nothing left to delete: another run deleted it, or the answer to an earlier attempt was
 * lost.
 */
export function isGone(reply: Reply<unknown>): boolean {
  return reply.kind === 'refused' && reply.status === 404;
}

/** The failure of a request to the store: refused, or not reachable. */
export function storeFailure(reply: ErrorReply, attempted: string, words: StoreWords): Failure {
  const said = describeReply(reply, words.product);
  if (reply.kind !== 'refused')
    return unavailable(attempted, `${words.product} can't be reached: ${said}`);
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
  if (status === 403) return `The token in OUTPOST_STORE_TOKEN isn't allowed to do this. ${rights}`;
  if (status === 404) return notFound;
  if (status === 409)
    return `Something else is changing ${place}, or there are several with that name. Run the job again, and run only one at a time.`;
  if (status >= 300 && status < 400)
    return 'It was renamed or moved, and redirects are never followed with a token. Set its new name in the inputs.';
  return 'Fix what the message names and run the job again.';
}
