import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/lib/failure.ts';
import { cancellationOf } from '../../src/lib/signals.ts';

describe('why a signal was aborted', () => {
  const failure = new Failure({ code: 'terminated', attempted: 'a', happened: 'b', hint: 'c' });

  test('is the Failure that it was aborted with', () => {
    expect(cancellationOf(AbortSignal.abort(failure))).toBe(failure);
  });

  test('is a bug of ours where it is none', () => {
    expect(cancellationOf(AbortSignal.abort('x'))).toMatchObject({ code: 'internal' });
  });
});
