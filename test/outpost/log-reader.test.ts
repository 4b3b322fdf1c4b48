import { describe, expect, test } from '@jest/globals';
import { createLogReader } from '../../src/outpost/log-reader.ts';
import { bodies, read } from './log-bodies.ts';

describe('a log', () => {
  test.each(bodies)('%s', (_, text, lines) => {
    expect(read(text)).toEqual(lines);
    expect(read(...text)).toEqual(lines);
  });
});

test('a line is given when it is complete, not when the body is', () => {
  const given: (readonly string[])[] = [];
  const reader = createLogReader((lines) => given.push(lines));
  reader.push('one\ntw');
  expect(given).toEqual([['one']]);
  reader.push('o\n');
  expect(given).toEqual([['one'], ['two']]);
});

test('an entry is given when it is complete, not when the list is', () => {
  const given: (readonly string[])[] = [];
  const reader = createLogReader((lines) => given.push(lines));
  reader.push('{"data":["one",{"mess');
  expect(given).toEqual([['one']]);
  reader.push('age":"two"}');
  reader.push(']');
  expect(given).toEqual([['one'], ['two']]);
});

test('what begins like JSON or a page and is text is given as soon as that is seen', () => {
  const given: (readonly string[])[] = [];
  for (const text of ['[info] one\n[warn', '[a, b\n', '<34>1 2026 fail\n'])
    createLogReader((lines) => given.push(lines)).push(text);
  expect(given).toEqual([['[info] one'], ['[a, b'], ['<34>1 2026 fail']]);
});

test('an entry without lines is not given', () => {
  const given: (readonly string[])[] = [];
  createLogReader((lines) => given.push(lines)).push('[{},"one","",7]');
  expect(given).toEqual([['one']]);
});
