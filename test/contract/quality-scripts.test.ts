import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { codeLines, countsOf, placesOf } from '../../scripts/coverage/counts.ts';
import {
  problemsOf,
  type Reason,
  survivorTables,
  tableOf,
} from '../../scripts/mutation/document.ts';
import { reasons } from '../../scripts/mutation/reasons.ts';
import type { Mutant } from '../../scripts/mutation/run.ts';
import { subjects } from '../../scripts/mutation/subjects.ts';
import { textBetween } from '../../scripts/mutation/text.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const killed: Mutant = { line: 1, original: 'a', replacement: 'b', fate: 'killed' };
const timeout: Mutant = { ...killed, fate: 'timeout' };
const survived: Mutant = { line: 7, original: 'x ||\n  y', replacement: 'x', fate: 'survived' };
const reason: Reason = { file: 'a.ts', original: 'x || y', replacement: 'x', why: 'y never holds' };
const enough = [...Array<Mutant>(19).fill(killed), timeout];

describe('the score of mutants', () => {
  test('the files and the tests of the table are there, and every reason is for one of them', () => {
    const paths = subjects.flatMap(({ file, tests }) => [file, ...tests]);
    expect(paths.filter((path) => !existsSync(`${root}/${path}`))).toEqual([]);
    expect(
      reasons.filter(
        ({ file, why }) => why.length < 20 || !subjects.some((subject) => subject.file === file),
      ),
    ).toEqual([]);
  });

  test.each<[string, readonly Mutant[], readonly Reason[], readonly string[]]>([
    ['all are noticed', enough, [], []],
    ['one is not, for a reason', [...enough, survived], [reason], []],
    [
      'one is not, and nobody knows why',
      [...enough, survived],
      [],
      ['a.ts:7: no test notices x || y -> x'],
    ],
    [
      'a reason for what a test notices by now',
      enough,
      [reason],
      ['a.ts: a test notices x || y -> x: its reason can go'],
    ],
    ['too few', [killed, survived], [reason], ['a.ts: 50.0 % is less than 90 %']],
    [
      'a reason for the same change of another file',
      [...enough, survived],
      [{ ...reason, file: 'b.ts' }],
      ['a.ts:7: no test notices x || y -> x'],
    ],
  ])('%s', (_, mutants, given, problems) => {
    expect(problemsOf([{ file: 'a.ts', mutants }], given)).toEqual(problems);
  });

  test('what is written of it', () => {
    const outcomes = [{ file: 'a.ts', mutants: [...enough, survived] }];
    expect(tableOf(outcomes).split('\n').slice(2)).toEqual([
      '| `a.ts` | 21 | 20 | 1 | 1 | 95.2 % |',
      '| all | 21 | 20 | 1 | 1 | 95.2 % |',
    ]);
    expect(survivorTables(outcomes, [reason])).toContain(
      '| 7 | `` x \\|\\| y `` | `` x `` | y never holds |',
    );
  });

  test('what a mutant replaces is read from the source, over lines too', () => {
    expect(textBetween('one two\nthree', { line: 1, column: 5 }, { line: 1, column: 8 })).toBe(
      'two',
    );
    expect(textBetween('one two\nthree', { line: 1, column: 5 }, { line: 2, column: 3 })).toBe(
      'two\nth',
    );
  });
});

describe('coverage', () => {
  const source = [
    '/** A type',
    ' * alone. */',
    'interface A {',
    '  a: 1;',
    '}',
    '',
    '// x',
    'const a = (b) => {',
    '  return b; // x',
    '};',
    'a();',
  ].join('\n');

  test('lines are those with code', () => {
    expect([...codeLines(source)]).toEqual([8, 9, 11]);
  });

  test('counts leave out what cannot run', () => {
    const lines = source.split('\n').map((_, index) => index + 1);
    const statementMap = Object.fromEntries(lines.map((line) => [`${line}`, { start: { line } }]));
    const s = Object.fromEntries(lines.map((line) => [`${line}`, line === 9 ? 0 : 1]));
    expect(
      countsOf({ path: 'a.ts', statementMap, s, b: { 0: [1], 1: [0] } }, source),
    ).toMatchObject({
      lines: [2, 3],
      branches: [1, 2],
      missed: [9],
    });
  });

  test('numbers of lines are told as ranges', () => {
    expect(placesOf([1, 2, 3, 7, 9, 10])).toBe('1-3, 7, 9-10');
    expect(placesOf([])).toBe('');
  });
});
