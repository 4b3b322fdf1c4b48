import fc from 'fast-check';
import type { Subject } from './subject.ts';

/** The parts of git's and git servers' output that a pattern looks for. */
const WORDS = [
  ...["repository '", "' not found", 'error: 404', 'error: 30', 'fatal: ', 'error: ', 'remote: '],
  ...['[rejected]', '[remote rejected]', '(fetch first)', '(stale info)', '(', ')', '!', '\t'],
  ...['pack', 'size limit', 'unable to read ', '0123456789abcdef', 'certificate', 'SSL', "'"],
  ...['unable to access ', ': ', 'missing blob', 'shallow update not allowed', 'protected branch'],
];
const REPOSITORY = { namespace: 'acme', name: 'web' };

/**
 * git's output, much of it on one line, is understood in time that grows only with its length.
 *
 * @param maxLength of a line, in characters.
 */
export function gitProperty(subject: Subject, maxLength: number): fc.IProperty<unknown> {
  const word = fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 4, unit: 'binary' }));
  const line = fc
    .tuple(
      fc.array(word, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      fc.array(word, { maxLength: 3 }),
    )
    .map(([unit, isLong, end]) => {
      const start = unit.join('');
      const count = isLong && start !== '' ? Math.ceil(maxLength / start.length) : 1;
      return `${start.repeat(count)}${end.join('')}`;
    });
  const output = fc.array(line, { maxLength: 3 }).map((lines) => lines.join('\n'));
  const { pushFailure } = subject['deploy/push/push-failure.ts'];
  return fc.property(output, output, fc.boolean(), (stdout, stderr, isShallow) => {
    const end = { status: 1, stdout, stderr, trouble: undefined };
    const { happened, hint } = pushFailure(end, 'Pushing', REPOSITORY, isShallow);
    for (const text of [happened, hint])
      if (text.length > 1_000) throw new Error(`a text of ${text.length} characters`);
  });
}
