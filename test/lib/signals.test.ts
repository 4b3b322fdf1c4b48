import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/lib/failure.ts';
import { cancellationOf } from '../../src/lib/signals.ts';

describe('the reason a signal was aborted', () => {
  const failure = new Failure({ code: 'terminated', attempted: 'a', happened: 'b', hint: 'c' });

  test('is the Failure that it was aborted with', () => {
    expect(cancellationOf(AbortSignal.abort(failure))).toBe(failure);
  });

  test('is an internal error if it is not a Failure', () => {
    expect(cancellationOf(AbortSignal.abort('x'))).toMatchObject({ code: 'internal' });
  });
});
