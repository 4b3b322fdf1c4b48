import type { Annotation } from '../host.ts';
import { formatDistance } from '../lib/duration.ts';
import { Failure } from '../lib/failure.ts';
import { assessToken, TOKEN_PAGE, type TokenAssessment, type TokenExpectations } from './assess.ts';
import type { TokenLookup } from './lookup.ts';

/**
 * What a lookup means for a run whose token Outpost accepts. The report has the token's current
 * name.
 *
 * @param lookup undefined = the token's name was not given.
 * @param nowMs milliseconds since 1970, by Outpost's clock if the two differ.
 */
export function checkToken(
  config: TokenExpectations,
  needed: readonly string[],
  lookup: TokenLookup | undefined,
  nowMs: number,
): TokenAssessment {
  switch (lookup?.kind) {
    case undefined:
      return assessToken(config, needed, undefined, nowMs);
    case 'found': {
      const { record, expired } = lookup;
      const assessment = assessToken({ ...config, tokenName: record.name }, needed, record, nowMs);
      return assessment.stop === undefined
        ? withWarnings(
            assessment,
            expired.map((one) => leftover(one.name, one.expiresMs ?? nowMs, nowMs)),
          )
        : assessment;
    }
    case 'expired': {
      // A record never overrules what Outpost does: it has just accepted the token.
      const { name, expiresMs } = lookup.record;
      const since = formatDistance(nowMs, expiresMs ?? nowMs);
      const because = `the token "${name}" expired ${since}, but Outpost accepts the token of this run, so \`token-name\` is the name of a different token`;
      return assessToken(config, needed, undefined, nowMs, because);
    }
    case 'unread':
      return assessToken(config, needed, undefined, nowMs, lookup.because);
    case 'unknown': {
      if (config.tokenNameIsHint === true) {
        const because = `the variable OUTPOST_TOKEN_NAME is set to "${lookup.base}", but this Outpost account has no token with that name`;
        const nameless = { ...config, tokenName: undefined };
        return assessToken(nameless, needed, undefined, nowMs, because);
      }
      return {
        ...assessToken(config, needed, undefined, nowMs, ''),
        warnings: [],
        stop: unknownName(lookup),
      };
    }
  }
}

function withWarnings(assessment: TokenAssessment, more: readonly Annotation[]): TokenAssessment {
  return { ...assessment, warnings: [...assessment.warnings, ...more] };
}

function leftover(name: string, expiresMs: number, nowMs: number): Annotation {
  return {
    title: 'An expired Outpost token is still listed',
    message: `The token "${name}" expired ${formatDistance(nowMs, expiresMs)}. This run uses another one. The next rotation removes it, or you can revoke it in ${TOKEN_PAGE}.`,
  };
}

/** The failure for a token name that does not exist. */
export function unknownName(
  { base, near }: Extract<TokenLookup, { kind: 'unknown' }>,
  attempted = 'Checking the token',
): Failure {
  const names = near.map((name) => `\`${name}\``).join(' or ');
  return new Failure({
    code: 'token-name-unknown',
    attempted,
    happened: `there is no token named "${base}" in this Outpost account`,
    hint:
      names === ''
        ? `Set \`token-name\` to a name from ${TOKEN_PAGE}, or create a token with that name there.`
        : `Did you mean ${names}? Change \`token-name\`.`,
  });
}
