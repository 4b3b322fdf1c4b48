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

describe('the elements of the one list', () => {
  test.each<[string, string, readonly unknown[]]>([
    ['the list that the text is', '[1, "a" ,{"b":[2,3]},[4]]', [1, 'a', { b: [2, 3] }, [4]]],
    ['strings that are empty, or end in an escape', '["","a\\\\","",1]', ['', 'a\\', '', 1]],
    ['an element of any length', `["${'x'.repeat(100)}"]`, ['x'.repeat(100)]],
    ['blanks are no element', '[ ]', []],
    ['nor is what stands between commas', '[1, ,2]', [1, 2]],
    ['the list under data', '{"data":[1,2]}', [1, 2]],
    ['the list under logs, with blanks around the colon', '{"logs" :\n [1]}', [1]],
    ['the first of two', '{"data":[1],"logs":[2]}', [1]],
    ['not the next list of a list that is over', '{"data":[1],"x":{"data":[2]}}', [1]],
    ['no list under another key', '{"lines":[1],"metadata":[2]}', []],
    ['no list that is deeper', '{"x":{"data":[1]}}', []],
    ['no list in the list of another key', '{"x":["data",[1]]}', []],
    ['a key that is a value is none', '{"data":1,"x":[2]}', []],
    ['a key far before the bracket is none', `{"data":1,"x":"${'y'.repeat(80)}","z":[2]}`, []],
    ['a brace ends no element', '[1}', []],
    ['nothing behind the list', '{"data":[1],"more":"a,b"}', [1]],
  ])('%s', (_, text, values) => {
    expect(read(text)).toEqual({ values, failed: false });
  });

  test.each<[string, readonly unknown[]]>([
    ['["a\\"b",1]', ['a"b', 1]],
    ['["a\\"",1]', ['a"', 1]],
    ['["a",1', ['a']],
    ['["a\\', []],
  ])('an escape, and a list that breaks off: %s', (text, values) => {
    expect(read(text)).toEqual({ values, failed: false });
  });
});

describe('what is not one JSON value', () => {
  test.each([['[1] x'], ['{} {'], ['"a" b'], ['[1]\n[2]'], ['}1'], ['"a"\n"b"'], ['[]]']])(
    '%s',
    (text) => {
      expect(read(text).failed).toBe(true);
    },
  );

  test.each([['[1] \n'], ['{}\n'], ['"a"\t'], [''], [' '], ['[1']])('%j may be one', (text) => {
    expect(read(text).failed).toBe(false);
  });

  test.each<[string, string, readonly unknown[]]>([
    ['after it nothing is read', '[1] x,[2],[3]', [1]],
    ['nor after an element that is none', '[1, info, 2]', [1]],
    ['also if it is the first', '[info, 2]', []],
  ])('%s', (_, text, values) => {
    expect(read(text)).toEqual({ values, failed: true });
  });
});
