import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodingsOf } from '../../simulators/runner/leaks.ts';
import { Redactor } from '../../src/output/redact.ts';
import { forms, pick, text, tokens } from './generators.ts';

const TOKEN = 'op_pat_AbCdEf0123456789ZyXwVu';

test('redaction is idempotent', () => {
  fc.assert(
    fc.property(text, forms, text, (before, { token, form }, after) => {
      const redactor = new Redactor();
      redactor.add(token);
      const once = redactor.redact(`${before}${form}${after}${form}`);
      expect(redactor.redact(once)).toBe(once);
    }),
  );
});

test('redaction does not change text without ten characters of a form', () => {
  const pieces = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 0, max: 9 })), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(tokens, text, pieces, (token, words, from) => {
      const redactor = new Redactor();
      redactor.add(token);
      const parts = from.map(([index, at, length]) => {
        const { value } = pick(encodingsOf(token), index);
        const start = at % value.length;
        return value.slice(start, start + length);
      });
      // A character that no form contains.
      const whole = [words, ...parts].join('\u00a7');
      expect(redactor.redact(whole)).toBe(whole);
    }),
  );
});

/** How often a piece of the text is compared with the pieces of the forms. */
function comparisons(redactor: Redactor, whole: string): number {
  const has = Set.prototype.has;
  let count = 0;
  Set.prototype.has = function counted(this: Set<unknown>, value: unknown): boolean {
    count += 1;
    return has.call(this, value);
  };
  try {
    redactor.redact(whole);
  } finally {
    Set.prototype.has = has;
  }
  return count;
}

test.each([
  ['of words', 'GET /healthz 200 in 1.4 ms, replica-0 of 2 is ready\t'],
  ['of the token', `${TOKEN} `],
  ['that is made to look like it', `${TOKEN.slice(7, 16)}~`],
  ['of one character', 'a'],
])('redaction compares twice as often in twice the text: a text %s', (_, unit) => {
  const redactor = new Redactor();
  redactor.add(TOKEN);
  const count = (length: number): number =>
    comparisons(redactor, unit.repeat(Math.ceil(length / unit.length)));
  expect(count(400_000)).toBeLessThanOrEqual(count(200_000) * 2.1 + 10);
  // Even for the worst text, it's no more than one comparison per character.
  expect(count(200_000)).toBeLessThanOrEqual(200_000 * 1.05);
});

test('redaction compares almost nothing in ordinary text, and little in random letters', () => {
  const redactor = new Redactor();
  redactor.add(TOKEN);
  const line =
    'replica-0     at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15) 2026-01-01T00:00:00Z\n';
  // At two of a hundred characters, a single sample is in the table. Two adjacent samples hardly
  // ever are.
  const letters = Array.from({ length: 4_000 }, (_, number) =>
    createHash('sha256').update(`${number}`).digest('base64'),
  ).join('');
  expect(comparisons(redactor, `${TOKEN}\n`)).toBeGreaterThan(0);
  expect(comparisons(redactor, line.repeat(2_000))).toBeLessThan((line.length * 2_000) / 100);
  expect(comparisons(redactor, letters)).toBeLessThan(letters.length / 500);
});
