import fc from 'fast-check';
import { encodingsOf } from '../../simulators/runner/leaks.ts';
import { BROKEN, FORMS } from './finer-vectors.ts';

export const tokens = fc.stringMatching(/^op_pat_[0-9A-Za-z]{22,33}$/);
/**
 * Any form that the search knows, or one from the tests. The index wraps around the number of
 * forms.
 */
export const forms = fc.tuple(tokens, fc.nat(), fc.boolean()).map(([token, index, ours]) => ({
  token,
  form: ours
    ? pick([...FORMS, ...BROKEN], index).render(token)
    : pick(encodingsOf(token), index).value,
}));
/**
 * Forms with the whole token in them. If such a form is broken once, one of the two parts is hidden
 * by itself.
 */
export const wholes = forms.filter(({ form }) => form.length >= 20);
/** Text around and between the two: log words, control characters, dangerous characters. */
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
