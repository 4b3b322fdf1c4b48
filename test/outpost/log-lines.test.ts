import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  copyOver,
  dropFirst,
  linesIn,
  piecesOf,
  takeFirst,
  takeLast,
  takeLastBytes,
  toLogLines,
} from '../../src/outpost/log-lines.ts';

const read = (bytes: Buffer): readonly string[] => [...linesIn(bytes)];

test.each<[string, readonly string[]]>([
  ['', []],
  ['\n', ['']],
  ['a', ['a']],
  ['a\n\nb', ['a', '', 'b']],
  ['a\r\n\r\nb\r', ['a', '', 'b\r']],
  ['größe\n', ['größe']],
])('the lines in %j', (text, lines) => {
  expect(read(Buffer.from(text))).toEqual(lines);
});

describe('for any lines', () => {
  const texts = fc.array(fc.constantFrom('', 'a', 'größe', 'a longer one'), { maxLength: 8 });

  test('they are unchanged and slice like an array, even without a final line ending', () => {
    fc.assert(
      fc.property(texts, fc.nat(9), fc.boolean(), (lines, count, isEnded) => {
        const whole = toLogLines(lines);
        const hasOpenEnd = !isEnded && (lines.at(-1) ?? '') !== '';
        const bytes = hasOpenEnd ? whole.subarray(0, -1) : whole;
        expect(read(bytes)).toEqual(lines);
        expect(read(takeFirst(bytes, count))).toEqual(lines.slice(0, count));
        expect(read(dropFirst(bytes, count))).toEqual(lines.slice(count));
        expect(read(takeLast(bytes, count))).toEqual(
          lines.slice(Math.max(0, lines.length - count)),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('the last bytes contain as many whole lines as fit', () => {
    fc.assert(
      fc.property(texts, fc.nat(60), (lines, most) => {
        const last = takeLastBytes(toLogLines(lines), most);
        expect(last.length).toBeLessThanOrEqual(most);
        const { length } = read(last);
        expect(read(last)).toEqual(lines.slice(lines.length - length));
        if (length < lines.length)
          expect(toLogLines(lines.slice(-length - 1)).length).toBeGreaterThan(most);
      }),
      { numRuns: 500 },
    );
  });
});

test('pieces contain whole lines and are as short as possible', () => {
  const pieces = [...piecesOf(Buffer.from('a\nbc\n\nlonger\nd'), 2)].map(String);
  expect(pieces).toEqual(['a\nbc\n', '\nlonger\n', 'd']);
});

test('a copy reuses the buffer of the previous one if it fits', () => {
  const first = copyOver(Buffer.alloc(0), Buffer.from('one\ntwo\n'));
  const second = copyOver(first, Buffer.from('three\n'));
  const third = copyOver(second, Buffer.from('1\n2\n3\n4\n'));
  const fourth = copyOver(third, Buffer.from('longer than that\n'));
  expect([third, fourth].map(read)).toEqual([['1', '2', '3', '4'], ['longer than that']]);
  expect(second.buffer).toBe(first.buffer);
  expect(third.buffer).toBe(first.buffer);
});

test('many lines are unchanged', () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}`);
  expect(read(toLogLines(lines))).toEqual(lines);
});
