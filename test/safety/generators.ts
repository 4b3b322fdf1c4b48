import fc from 'fast-check';
import { encodingsOf } from '../../simulators/runner/leaks.ts';
import { BROKEN, FORMS } from './finer-vectors.ts';

export const tokens = fc.stringMatching(/^op_pat_[0-9A-Za-z]{22,33}$/);
/**
 * Any form that the search knows, and those of the tests: the index is taken of as many as there
 * are.
 */
export const forms = fc.tuple(tokens, fc.nat(), fc.boolean()).map(([token, index, ours]) => ({
  token,
  form: ours
    ? pick([...FORMS, ...BROKEN], index).render(token)
    : pick(encodingsOf(token), index).value,
}));
/**
 * Those in which the whole token stands, so that where it is broken once, one of the parts is
 * hidden by itself.
 */
export const wholes = forms.filter(({ form }) => form.length >= 20);
/** Text around, and between the two: words of a log, controls, what is dangerous. */
export const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'klmq :=|\t\u001b[m\u200b\r'),
    fc.string({ minLength: 1, maxLength: 1 }),
  ),
  maxLength: 20,
});
export const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 6 });

export function pick<Value>(values: readonly Value[], index: number): Value {
  const value = values[index % values.length];
  if (value === undefined) throw new Error('there is nothing to pick from');
  return value;
}
