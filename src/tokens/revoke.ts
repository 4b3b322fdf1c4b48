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
 * `alive` = it is still there, for this reason. `unclear` = not known. `wasThere` = Outpost took
 * the request to revoke it.
 */
export type Revoked =
  | { readonly kind: 'gone'; readonly wasThere: boolean }
  | { readonly kind: 'alive' | 'unclear'; readonly because: string };

/**
 * Revokes a token and looks whether it is gone. A 404 alone proves nothing, for the request is
 * inferred: it may be the form that does not exist.
 *
 * @param asking in this order, for the first credential may be the one that is revoked.
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
    // Whoever revoked the token that it asks with is refused from then on.
    if (look.kind === 'refused' && look.status === 401 && wasThere)
      return { kind: 'gone', wasThere };
    if (look.kind === 'value') return { kind: 'alive', because: reasonOf(last) };
  }
  return { kind: 'unclear', because: last === undefined ? 'it was not tried' : reasonOf(last) };
}

function reasonOf(reply: Reply<unknown>): string {
  if (reply.kind === 'value') return 'Outpost took the request, and still shows it';
  if (isUnknownForm(reply))
    return 'Outpost does not know the request by which tokens are revoked, which is inferred and not documented';
  return describeReply(reply);
}

export interface RevokedAll {
  readonly revoked: readonly string[];
  /** Those that are or may be alive. */
  readonly left: readonly string[];
  /** `token-not-revoked` if any is left. */
  readonly failure: Failure | undefined;
}

/** Revokes one after the other, and goes on if one stays. */
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
      run.host.say(`The token "${name}" is revoked: whatever still uses it gets 401 from now on.`);
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
    hint: `Revoke ${left.length === 1 ? 'it' : 'them'} by hand in ${TOKEN_PAGE}.`,
  });
  return { revoked, left, failure };
}

/**
 * `token revoke BASE`: all tokens of that name, those of rotations too; with the date of a rotation
 * in it, that one alone. The token that asks comes last.
 *
 * @returns the names of those that are gone.
 * @throws Failure `token-name-unknown`, `token-not-revoked`, and what happens to the first look.
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
      title: 'The token that asks is among those that are revoked',
      message: `"${asks.name}" seems to be the token in OUTPOST_TOKEN, or a job uses it right now. It is revoked last; whatever runs with it gets 401.`,
    });
  const names = meant.filter((one) => one !== asks).map((one) => one.name);
  const ordered = [...names, ...(asks === undefined ? [] : [asks.name])];
  const { revoked, failure } = await revokeAll(ordered, run);
  if (failure !== undefined) throw failure;
  return revoked;
}
