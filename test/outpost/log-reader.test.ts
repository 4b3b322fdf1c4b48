import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLogReader } from '../../src/outpost/log-reader.ts';

/** What the reader makes of a body that comes in these pieces. */
function read(...pieces: readonly string[]): readonly string[] {
  const lines: string[] = [];
  const reader = createLogReader((some) => lines.push(...some));
  for (const piece of pieces) reader.push(piece);
  expect(reader.end()).toBe(lines.length);
  return lines;
}

/** A text in pieces, cut at these places. */
function cutAt(text: string, places: readonly number[]): readonly string[] {
  const borders = [0, ...places.map((place) => place % (text.length + 1)).sort((left, right) => left - right), text.length];
  return borders.slice(1).map((end, index) => text.slice(borders[index], end));
}

const bodies: readonly [string, string, readonly string[]][] = [
  ['text', 'one\ntwo\n', ['one', 'two']],
  ['text of Windows', 'one\r\ntwo\r\n', ['one', 'two']],
  ['an empty line in the middle is a line', 'one\n\ntwo', ['one', '', 'two']],
  ['an empty line at the begin is a line', '\none', ['', 'one']],
  ['nothing', '', []],
  ['a list of strings', '["one","two\\nthree"]', ['one', 'two', 'three']],
  ['a byte order mark', '\uFEFF["one"]', ['one']],
  ['objects under data', '{"data":[{"timestamp":"T","message":"one"},{"line":"two"},{"text":"three"}]}', ['T one', 'two', 'three']],
  ['under logs', '{"logs":["one"]}', ['one']],
  ['under a key behind other things', '{ "page" : {"data": 1, "x": ["y"]}, "data" : [ "one" , "two" ], "more": ["z"] }', ['one', 'two']],
  ['what looks like marks in strings', '["a]","b\\"]","c\\\\","{,[","\\u005d"]', ['a]', 'b"]', 'c\\', '{,[', ']']],
  ['an empty list', '[]', []],
  ['a page of a proxy is no log', '<html>', []],
  ['a page of a proxy is no log, whatever follows', `<!DOCTYPE html>\n<body>${'x\n'.repeat(20)}</body>`, []],
  [
    "a line in angle brackets is one of syslog's",
    '<34>1 2026-01-01 su failed\n<35>1 2026-01-01 done\n',
    ['<34>1 2026-01-01 su failed', '<35>1 2026-01-01 done'],
  ],
  ['another object is no log', '{"lines":1}', []],
  ['a list of numbers is no log', '[1,2]', []],
  ['an object a line is text', '{"level":"info"}\n{"level":"warn"}\n', ['{"level":"info"}', '{"level":"warn"}']],
  ['a word in brackets is text', '[info] one\n[warn] two\n', ['[info] one', '[warn] two']],
  ['a number in brackets is text', '[12] one\n[13] two\n', ['[12] one', '[13] two']],
  ['a word in quotes is text', '"a" was asked for\n', ['"a" was asked for']],
  ['a bracket that never closes is text', '{ begin\nof a block', ['{ begin', 'of a block']],
  ['blanks alone are a line', ' \n', [' ']],
  ['text that holds a list', 'got ["one"]\n', ['got ["one"]']],
  ['of a list with more behind it, the entries', '["one"] x\nmore\n', ['one']],
  ['of a list that breaks off, the entries that came', '["one","two","thr', ['one', 'two']],
];

describe('a log', () => {
  test.each(bodies)('%s', (_, text, lines) => {
    expect(read(text)).toEqual(lines);
    expect(read(...text)).toEqual(lines);
  });
});

test('however a body is cut into pieces, the lines are the same', () => {
  const json = fc.letrec((tie) => ({
    entry: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.dictionary(fc.constantFrom('message', 'line', 'text', 'x'), tie('entry'), { maxKeys: 2 }),
      fc.jsonValue(),
    ),
    list: fc.array(tie('entry'), { maxLength: 5 }),
    page: fc.oneof(tie('list'), fc.dictionary(fc.constantFrom('data', 'logs', 'page'), tie('list'), { maxKeys: 3 })),
  }));
  const texts = fc.oneof(
    fc.constantFrom(...bodies.map(([, text]) => text)),
    fc
      .array(fc.constantFrom('a', '\n', '\r\n', '[', ']', '{', '}', '"', ',', '\\', '<html>', ' ', '1', ':', '"data"'), { maxLength: 30 })
      .map((parts) => parts.join('')),
    json['page']?.map((value) => JSON.stringify(value)) ?? fc.constant(''),
    json['page']?.map((value) => JSON.stringify(value, null, 2)) ?? fc.constant(''),
  );
  fc.assert(
    fc.property(texts, fc.array(fc.nat(400), { maxLength: 8 }), (text, places) => {
      const lines = read(text);
      expect(read(...cutAt(text, places))).toEqual(lines);
      expect(lines.every((line) => !line.includes('\n'))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('every entry of a list that JSON knows is read, however it is written', () => {
  const entries = fc.array(
    fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !/[\r\n]/.test(text)),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(entries, fc.nat(3), fc.constantFrom('', 'data', 'logs'), (texts, indent, key) => {
      expect(read(JSON.stringify(key === '' ? texts : { page: 1, [key]: texts }, null, indent))).toEqual(texts);
    }),
    { numRuns: 500 },
  );
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
  for (const text of ['[info] one\n[warn', '<34>1 2026 fail\n']) createLogReader((lines) => given.push(lines)).push(text);
  expect(given).toEqual([['[info] one'], ['<34>1 2026 fail']]);
});

test('an entry without lines is not given', () => {
  const given: (readonly string[])[] = [];
  createLogReader((lines) => given.push(lines)).push('[{},"one","",7]');
  expect(given).toEqual([['one']]);
});
