import { expect } from '@jest/globals';
import { createLogReader } from '../../src/outpost/log-reader.ts';

/** What the reader makes of a body that comes in these pieces. */
export function read(...pieces: readonly string[]): readonly string[] {
  const lines: string[] = [];
  const reader = createLogReader((some) => lines.push(...some));
  for (const piece of pieces) reader.push(piece);
  expect(reader.end()).toBe(lines.length);
  return lines;
}

/** Bodies of every kind, and the lines that are in them. */
export const bodies: readonly [string, string, readonly string[]][] = [
  ['text', 'one\ntwo\n', ['one', 'two']],
  ['text of Windows', 'one\r\ntwo\r\n', ['one', 'two']],
  ['an empty line in the middle is a line', 'one\n\ntwo', ['one', '', 'two']],
  ['an empty line at the begin is a line', '\none', ['', 'one']],
  ['nothing', '', []],
  ['a list of strings', '["one","two\\nthree"]', ['one', 'two', 'three']],
  ['a byte order mark', '\uFEFF["one"]', ['one']],
  [
    'objects under data',
    '{"data":[{"timestamp":"T","message":"one"},{"line":"two"},{"text":"three"}]}',
    ['T one', 'two', 'three'],
  ],
  ['under logs', '{"logs":["one"]}', ['one']],
  [
    'under a key behind other things',
    '{ "page" : {"data": 1, "x": ["y"]}, "data" : [ "one" , "two" ], "more": ["z"] }',
    ['one', 'two'],
  ],
  [
    'what looks like marks in strings',
    '["a]","b\\"]","c\\\\","{,[","\\u005d"]',
    ['a]', 'b"]', 'c\\', '{,[', ']'],
  ],
  ['an empty list', '[]', []],
  ['a page of a proxy is no log', '<html>', []],
  [
    'a page of a proxy is no log, whatever follows',
    `<!DOCTYPE html>\n<body>${'x\n'.repeat(20)}</body>`,
    [],
  ],
  [
    "a line in angle brackets is one of syslog's",
    '<34>1 2026-01-01 su failed\n<35>1 2026-01-01 done\n',
    ['<34>1 2026-01-01 su failed', '<35>1 2026-01-01 done'],
  ],
  ['another object is no log', '{"lines":1}', []],
  ['a list of numbers is no log', '[1,2]', []],
  [
    'an object a line is text',
    '{"level":"info"}\n{"level":"warn"}\n',
    ['{"level":"info"}', '{"level":"warn"}'],
  ],
  ['a word in brackets is text', '[info] one\n[warn] two\n', ['[info] one', '[warn] two']],
  ['a number in brackets is text', '[12] one\n[13] two\n', ['[12] one', '[13] two']],
  ['a word in quotes is text', '"a" was asked for\n', ['"a" was asked for']],
  ['a bracket that never closes is text', '{ begin\nof a block', ['{ begin', 'of a block']],
  ['blanks alone are a line', ' \n', [' ']],
  ['text that holds a list', 'got ["one"]\n', ['got ["one"]']],
  ['of a list with more behind it, the entries', '["one"] x\nmore\n', ['one']],
  ['of a list that breaks off, the entries that came', '["one","two","thr', ['one', 'two']],
];
