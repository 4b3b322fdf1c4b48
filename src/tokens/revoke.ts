import { TOKEN_PAGE } from '../auth/assess.ts';
import { isUnknownForm } from '../auth/lookup.ts';
import { Failure } from '../lib/failure.ts';
import { describeReply, failureOf } from '../outpost/errors.ts';
import type { Reply } from '../outpost/reply.ts';
import type { TokenClient } from '../outpost/token-client.ts';
import { type TokenRun, UNCHANGED } from './run.ts';

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

/**
 * `token revoke NAME`.
 *
 * @throws Failure `not-found`, `token-not-revoked`, and what befalls the first look.
 */
export async function revokeToken(name: string, run: TokenRun): Promise<void> {
  const attempted = `Revoking the token "${name}"`;
  const before = await run.tokens.read(name);
  if (before.kind !== 'value' && before.kind !== 'misshapen')
    throw failureOf(before, {
      attempted,
      notFound: `There is no token of that name. Check it with \`token list\`, or in ${TOKEN_PAGE}.`,
      undone: UNCHANGED,
    });
  const revoked = await revokeAndLook(name, run.tokens);
  if (revoked.kind === 'gone') {
    run.host.say(`The token "${name}" is revoked: whatever still uses it gets 401 from now on.`);
    return;
  }
  throw new Failure({
    code: 'token-not-revoked',
    attempted,
    happened: `it ${revoked.kind === 'alive' ? 'is still alive' : 'may still be alive'}: ${revoked.because}`,
    hint: `Revoke it by hand in ${TOKEN_PAGE}.`,
  });
}
