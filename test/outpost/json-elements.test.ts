import { describe, expect, test } from '@jest/globals';
import { listElements } from '../../src/outpost/json-elements.ts';

function read(text: string): { readonly values: readonly unknown[]; readonly failed: boolean } {
  const values: unknown[] = [];
  try {
    for (const value of listElements(Buffer.from(text))) values.push(value);
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxError);
    return { values, failed: true };
  }
  return { values, failed: false };
}

describe('the elements of the only list', () => {
  test.each<[string, string, readonly unknown[]]>([
    ['a top-level list', '[1, "a" ,{"b":[2,3]},[4]]', [1, 'a', { b: [2, 3] }, [4]]],
    ['strings that are empty, or end in an escape', '["","a\\\\","",1]', ['', 'a\\', '', 1]],
    ['an element of any length', `["${'x'.repeat(100)}"]`, ['x'.repeat(100)]],
    ['blanks are not an element', '[ ]', []],
    ['neither is a blank between commas', '[1, ,2]', [1, 2]],
    ['the list under data', '{"data":[1,2]}', [1, 2]],
    ['the list under logs, with blanks around the colon', '{"logs" :\n [1]}', [1]],
    ['the first of two', '{"data":[1],"logs":[2]}', [1]],
    ['no other list after the first one', '{"data":[1],"x":{"data":[2]}}', [1]],
    ['no list under another key', '{"lines":[1],"metadata":[2]}', []],
    ['no nested list', '{"x":{"data":[1]}}', []],
    ['no list inside the list of another key', '{"x":["data",[1]]}', []],
    ['a string value is not a key', '{"data":1,"x":[2]}', []],
    [
      'a string far before the bracket is not a key',
      `{"data":1,"x":"${'y'.repeat(80)}","z":[2]}`,
      [],
    ],
    ['a brace does not end an element', '[1}', []],
    ['blanks after the JSON', '[1] \t\r\n', [1]],
    ['blanks of each kind around an element', '[ \t\r\n1 \t\r\n, \t\r\n]', [1]],
    ['nothing after the list', '{"data":[1],"more":"a,b"}', [1]],
  ])('%s', (_, text, values) => {
    expect(read(text)).toEqual({ values, failed: false });
  });

  test.each<[string, readonly unknown[]]>([
    ['["a\\"b",1]', ['a"b', 1]],
    ['["a\\"",1]', ['a"', 1]],
    ['["a",1', ['a']],
    ['["a\\', []],
  ])('an escape, or a list that breaks off: %s', (text, values) => {
    expect(read(text)).toEqual({ values, failed: false });
  });
});

describe('text that is not a single JSON value', () => {
  test.each([['[1] x'], ['{} {'], ['"a" b'], ['[1]\n[2]'], ['}1'], ['"a"\n"b"'], ['[]]']])(
    '%s',
    (text) => {
      expect(read(text).failed).toBe(true);
    },
  );

  test.each([['[1] \n'], ['{}\n'], ['"a"\t'], [''], [' '], ['[1']])(
    '%j may be a single value',
    (text) => {
      expect(read(text).failed).toBe(false);
    },
  );

  test.each<[string, string, readonly unknown[]]>([
    ['nothing is read after it', '[1] x,[2],[3]', [1]],
    ['nothing is read after an invalid element', '[1, info, 2]', [1]],
    ['even if it is the first element', '[info, 2]', []],
  ])('%s', (_, text, values) => {
    expect(read(text)).toEqual({ values, failed: true });
  });
});
