import { describe, expect, test } from '@jest/globals';
import { createElementScanner } from '../../src/outpost/json-elements.ts';

/** The elements that were found in these pieces, and whether the text was no JSON. */
function scan(...pieces: readonly string[]): {
  readonly elements: readonly string[];
  readonly failed: boolean;
} {
  const elements: string[] = [];
  const scanner = createElementScanner((element) => elements.push(element));
  for (const piece of pieces) scanner.push(piece);
  return { elements, failed: scanner.failed };
}

describe('the elements of the one list', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'the list that the text is',
      '[1, "a" ,{"b":[2,3]},[4]]',
      ['1', ' "a" ', '{"b":[2,3]}', '[4]'],
    ],
    [
      'strings that are empty, or end in an escape',
      '["","a\\\\","",1]',
      ['""', '"a\\\\"', '""', '1'],
    ],
    ['an element of any length', `["${'x'.repeat(100)}"]`, [`"${'x'.repeat(100)}"`]],
    ['blanks are no element', '[ ]', []],
    ['nor is what stands between commas', '[1, ,2]', ['1', '2']],
    ['the list under data', '{"data":[1,2]}', ['1', '2']],
    ['the list under logs, with blanks around the colon', '{"logs" :\n [1]}', ['1']],
    ['the first of two', '{"data":[1],"logs":[2]}', ['1']],
    ['not the next list of a list that is over', '{"data":[1],"x":{"data":[2]}}', ['1']],
    ['no list under another key', '{"lines":[1],"metadata":[2]}', []],
    ['no list that is deeper', '{"x":{"data":[1]}}', []],
    ['no list in the list of another key', '{"x":["data",[1]]}', []],
    ['a key that is a value is none', '{"data":1,"x":[2]}', []],
    ['a key far before the bracket is none', `{"data":1,"x":"${'y'.repeat(80)}","z":[2]}`, []],
    ['nothing behind the list', '{"data":[1],"more":"a,b"}', ['1']],
  ])('%s', (_, text, elements) => {
    expect(scan(text)).toEqual({ elements, failed: false });
    expect(scan(...text)).toEqual({ elements, failed: false });
  });

  test('of a text that is cut within an escape, the string goes on', () => {
    expect(scan('["a\\', '"b",1', ']')).toEqual({ elements: ['"a\\"b"', '1'], failed: false });
    expect(scan('["a\\"', '",1', ']')).toEqual({ elements: ['"a\\""', '1'], failed: false });
  });
});

describe('what is not one JSON value', () => {
  test.each([['[1] x'], ['{} {'], ['"a" b'], ['[1]\n[2]'], ['}1'], ['"a"\n"b"'], ['[]]']])(
    '%s',
    (text) => {
      expect(scan(text).failed).toBe(true);
      expect(scan(...text).failed).toBe(true);
    },
  );

  test.each([['[1] \n'], ['{}\n'], ['"a"\t'], [''], [' '], ['[1']])('%j may be one', (text) => {
    expect(scan(text).failed).toBe(false);
    expect(scan(...text).failed).toBe(false);
  });

  test('after it nothing is read', () => {
    expect(scan('[1] x', ',[2],', '[3]')).toEqual({ elements: ['1'], failed: true });
  });

  test('the reader may say it of an element, and ends the reading by that', () => {
    const elements: string[] = [];
    const scanner = createElementScanner((element) => {
      elements.push(element);
      scanner.fail();
    });
    scanner.push('[info, 2]');
    expect(elements).toEqual(['info']);
    expect(scanner.failed).toBe(true);
  });
});
