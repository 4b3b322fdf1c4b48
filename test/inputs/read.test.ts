import { expect, test } from '@jest/globals';
import { type ReadableRow, readRows, refuseProblems } from '../../src/inputs/read.ts';

/** The problems with one input. If `text` is undefined, the input is missing. */
function problemsOf(row: Partial<ReadableRow>, text?: string): readonly string[] {
  const problems: string[] = [];
  const rows: readonly ReadableRow[] = [{ name: 'file', kind: 'file', description: '', ...row }];
  const readers = { file: (value: string) => ({ value }) };
  readRows(rows, { file: text }, readers, problems);
  return problems;
}

test.each([
  ['Which file. It is read once.', '`file` is missing. Which file'],
  ['Which file, of outpost.run.', '`file` is missing. Which file, of outpost.run'],
  ['Which file', '`file` is missing. Which file'],
])(
  'a missing value is told with the first sentence of what it is for: %s',
  (description, problem) => {
    expect(problemsOf({ required: true, description })).toEqual([problem]);
  },
);

test('a value that may be missing, and one that is there, are no problems', () => {
  expect(problemsOf({})).toEqual([]);
  expect(problemsOf({ required: true }, 'a')).toEqual([]);
});

test('an input of a kind that has no reader is a bug of the table', () => {
  expect(() => problemsOf({ kind: 'moment' }, 'a')).toThrow(
    'no reader for inputs of the kind moment',
  );
});

test('problems are refused all at once, and none is no failure', () => {
  expect(() => refuseProblems(['`a` is wrong', '`b` is wrong'])).toThrow(
    '2 problems with the inputs:\n- `a` is wrong\n- `b` is wrong',
  );
  expect(() => refuseProblems([])).not.toThrow();
  expect(() => refuseProblems()).not.toThrow();
});
