import { TOKEN_PAGE } from '../auth/assess.ts';
import { unknownName } from '../auth/check.ts';
import { isUnknownForm, lookUpToken } from '../auth/lookup.ts';
import { isDated, isOwnLook } from '../auth/names.ts';
import { Failure } from '../lib/failure.ts';
import { describeReply } from '../outpost/errors.ts';
import type { Reply } from '../outpost/reply.ts';
import type { TokenClient } from '../outpost/token-client.ts';
import { unreadFailure } from './family.ts';
import type { TokenRun } from './run.ts';

/**
 * `alive` = it's still there, for this reason. `unclear` = unknown. `wasThere` = Outpost accepted
 * the request to revoke it.
 */
export type Revoked =
  | { readonly kind: 'gone'; readonly wasThere: boolean }
  | { readonly kind: 'alive' | 'unclear'; readonly because: string };

/**
 * Revokes a token and checks that it is gone. A 404 alone proves nothing: the request is inferred,
 * so the route itself may not exist.
 *
 * @param asking tried in this order, since the first credential may be the one that is revoked.
 */
export async function revokeAndLook(
  name: string,
  ...asking: readonly TokenClient[]
): Promise<Revoked> {
  let last: Reply<unknown> | undefined;
  for (const tokens of asking) {
    last = await tokens.revoke(name);
    if (last.kind === 'refused' && last.status === 401) continue;
    const look = await tokens.read(name);
    const wasThere = last.kind === 'value';
    if (look.kind === 'refused' && look.status === 404) return { kind: 'gone', wasThere };
    // It revoked the token that it asks with, and so is refused from now on.
    if (look.kind === 'refused' && look.status === 401 && wasThere)
      return { kind: 'gone', wasThere };
    if (look.kind === 'value') return { kind: 'alive', because: reasonOf(last) };
  }
  return { kind: 'unclear', because: last === undefined ? 'nothing was sent' : reasonOf(last) };
}

function reasonOf(reply: Reply<unknown>): string {
  if (reply.kind === 'value') return 'Outpost accepted the request, but still shows the token';
  if (isUnknownForm(reply))
    return "this Outpost doesn't have the request that revokes tokens, which its documentation doesn't describe";
  return describeReply(reply);
}

export interface RevokedAll {
  readonly revoked: readonly string[];
  /** Those that are or may be alive. */
  readonly left: readonly string[];
  /** `token-not-revoked` if any is left. */
  readonly failure: Failure | undefined;
}

/** Revokes them one after the other, and goes on if one fails. */
export async function revokeAll(
  names: readonly string[],
  run: TokenRun,
  ...more: readonly TokenClient[]
): Promise<RevokedAll> {
  const revoked: string[] = [];
  const left: string[] = [];
  let because = '';
  for (const name of names) {
    const outcome = await revokeAndLook(name, run.tokens, ...more);
    if (outcome.kind === 'gone') {
      run.host.say(`Revoked the token "${name}": anything that still uses it now gets 401.`);
      revoked.push(name);
    } else {
      left.push(name);
      because ||= `it ${outcome.kind === 'alive' ? 'is still alive' : 'may still be alive'}: ${outcome.because}`;
    }
  }
  if (left.length === 0) return { revoked, left, failure: undefined };
  const quoted = left.map((name) => `"${name}"`).join(', ');
  const failure = new Failure({
    code: 'token-not-revoked',
    attempted: `Revoking ${quoted}`,
    happened: because,
    hint: `Revoke ${left.length === 1 ? 'it' : 'them'} yourself in ${TOKEN_PAGE}.`,
  });
  return { revoked, left, failure };
}

/**
 * `token revoke BASE`: revokes all tokens of that name, including those that rotations made. If the
 * name has the date of a rotation, revokes only that one. The token in use comes last.
 *
 * @returns the names of the revoked tokens.
 * @throws Failure `token-name-unknown`, `token-not-revoked`, and any failure of the first lookup.
 */
export async function revokeToken(name: string, run: TokenRun): Promise<readonly string[]> {
  const lookup = await lookUpToken(name, run.tokens, run.clock);
  const attempted = `Revoking the token "${name}"`;
  if (lookup.kind === 'unknown') throw unknownName(lookup, attempted);
  if (lookup.kind === 'unread') throw unreadFailure(lookup, attempted);
  const { living, expired, nowMs } = lookup;
  const all = [...living, ...expired];
  const meant = isDated(name) ? all.filter((one) => one.name === name) : all;
  if (meant.length === 0)
    throw unknownName({ kind: 'unknown', base: name, near: all.map((one) => one.name) }, attempted);
  const asks = meant.find((one) => isOwnLook(one, nowMs));
  if (asks !== undefined)
    run.host.warn({
      title: 'You are revoking a token that is in use',
      message: `"${asks.name}" seems to be the token in OUTPOST_TOKEN, or a job is using it right now. It is revoked last, and jobs that use it then get 401.`,
    });
  const names = meant.filter((one) => one !== asks).map((one) => one.name);
  const ordered = [...names, ...(asks === undefined ? [] : [asks.name])];
  const { revoked, failure } = await revokeAll(ordered, run);
  if (failure !== undefined) throw failure;
  return revoked;
}
