import { describe, expect, test } from '@jest/globals';
import { exitStatusByCode, Failure, type FailureCode, toFailure } from '../../src/lib/failure.ts';

const facts = {
  attempted: 'Deploying acme/web',
  happened: 'Outpost answered 404',
  hint: 'Check the name.',
};

describe('exit statuses are a contract with users', () => {
  test.each<[number, string, readonly FailureCode[]]>([
    [1, 'an internal error', ['internal']],
    [2, 'the configuration', ['config-invalid', 'unsafe-environment', 'unsafe-trigger']],
    [
      3,
      'the token',
      [
        'token-missing',
        'token-malformed',
        'token-rejected',
        'token-expired',
        'token-expires-during-run',
        'token-scope-missing',
        'token-scope-excess',
        'token-name-unknown',
        'token-unchecked',
        'token-in-repository',
        'token-needs-attention',
        'token-value-lost',
      ],
    ],
    [
      4,
      'Outpost or a store refused',
      [
        'forbidden',
        'not-found',
        'conflict',
        'refused',
        'redirected',
        'unexpected-answer',
        'service-unreadable',
        'store-refused',
      ],
    ],
    [
      5,
      'the deploy failed',
      [
        'rollout-failed',
        'pre-deploy-failed',
        'service-stopped',
        'health-check-failed',
        'superseded',
        'wrong-service',
        'commit-mismatch',
        'rolled-back',
      ],
    ],
    [6, 'the run timed out', ['timed-out']],
    [7, 'the outcome is unknown', ['outcome-unknown', 'rollout-unproven']],
    [
      8,
      'nothing was deployed, and a retry is safe',
      ['unavailable', 'rate-limited', 'store-unavailable'],
    ],
    [9, 'the push failed', ['push-not-possible', 'push-refused', 'push-rejected', 'push-lost']],
    [10, 'a token was replaced, but an old one is still active', ['token-not-revoked']],
    [130, 'Ctrl-C', ['interrupted']],
    [143, 'the job was cancelled', ['terminated']],
  ])('%d: %s', (status, _, codes) => {
    expect(codes.map((code) => new Failure({ ...facts, code }).exitStatus)).toEqual(
      codes.map(() => status),
    );
    expect(
      Object.entries(exitStatusByCode)
        .filter(([, value]) => value === status)
        .map(([code]) => code)
        .sort(),
    ).toEqual([...codes].sort());
  });

  test('no failure ends with 0', () => {
    expect(Object.values(exitStatusByCode)).not.toContain(0);
  });
});

describe('Failure', () => {
  test('says what was attempted and what happened, and keeps the rest as facts', () => {
    const cause = new Error('socket');
    const failure = new Failure({ ...facts, code: 'not-found', requestId: 'req_1', cause });
    expect(failure).toMatchObject({
      name: 'Failure',
      message: 'Deploying acme/web: Outpost answered 404',
      code: 'not-found',
      hint: 'Check the name.',
      requestId: 'req_1',
      cause,
    });
  });
});

describe('toFailure', () => {
  test('returns a Failure unchanged', () => {
    const failure = new Failure({ ...facts, code: 'conflict' });
    expect(toFailure(failure)).toBe(failure);
  });

  test.each([
    ['an error', new TypeError('x is undefined'), 'an internal error: TypeError: x is undefined'],
    ['a string', 'boom', 'an internal error: something other than an error was thrown'],
    ['nothing', undefined, 'an internal error: something other than an error was thrown'],
  ])(
    'calls %s our bug, asks for a report, and warns to check before running again',
    (_, thrown, happened) => {
      const failure = toFailure(thrown);
      expect(failure).toMatchObject({ code: 'internal', exitStatus: 1, happened, cause: thrown });
      expect(failure.hint).toMatch(
        /bug in outpost\/deploy-action.*check the service in the dashboard before you run the job again/,
      );
    },
  );
});
