import { describe, expect, test } from '@jest/globals';
import { keysOf, parseJson, parseRefusal, unwrap } from '../../src/outpost/wire.ts';

describe('JSON', () => {
  test.each<[string, unknown]>([
    ['{"a":1}', { a: 1 }],
    ['\uFEFF{"a":1}', { a: 1 }],
    [' [1] ', [1]],
    ['null', null],
    ['', undefined],
    ['<html>', undefined],
    ['{"a":', undefined],
  ])('%j is %j', (text, json) => {
    expect(parseJson(text)).toEqual(json);
  });

  test.each<[unknown, unknown]>([
    [{ data: { a: 1 } }, { a: 1 }],
    [{ data: { data: { a: 1 } } }, { data: { a: 1 } }],
    [{ a: 1 }, { a: 1 }],
    [{ data: [1] }, { data: [1] }],
    [{ data: null }, { data: null }],
    [[1], [1]],
    [undefined, undefined],
  ])('%j contains %j', (json, inner) => {
    expect(unwrap(json)).toEqual(inner);
  });
});

describe('the names of its fields', () => {
  const long = 'k'.repeat(40);

  test.each<[string, unknown, readonly string[]]>([
    [
      'and of the fields one level below',
      { data: { items: [], x: { y: 1 } }, ok: 1 },
      ['data.items', 'data.x', 'ok'],
    ],
    ['an object without fields', { data: {} }, ['data']],
    ['letters, digits, - and _', { 'aZ-0_': 1, '-': 2 }, ['aZ-0_', '-']],
    ['no other characters', { ' a': 1, 'a ': 2, 'a.b': 3, '': 4, data: { 'x y': 1 } }, ['data']],
    ['of at most 40 characters', { [long]: 1, [`${long}k`]: 2 }, [long]],
    ['a list has none', [{ a: 1 }], []],
    ['text has none', 'abc', []],
  ])('%s', (_, json, names) => {
    expect(keysOf(JSON.stringify(json))).toEqual(names);
  });

  test('at most twelve names', () => {
    const fields = Object.fromEntries(Array.from({ length: 13 }, (_, index) => [`k${index}`, 1]));
    expect(keysOf(JSON.stringify(fields))).toEqual(Object.keys(fields).slice(0, 12));
    expect(keysOf('<html>')).toEqual([]);
  });
});

describe('an error', () => {
  const none = { message: undefined, code: undefined, requestId: undefined };

  test.each<[string, string, Partial<ReturnType<typeof parseRefusal>>]>([
    [
      'documented',
      '{"error":{"code":"not_found","message":"no","request_id":"req_1"}}',
      { message: 'no', code: 'not_found', requestId: 'req_1' },
    ],
    ['a numeric code', '{"error":{"code":404,"message":"no"}}', { message: 'no', code: '404' }],
    ['a string', '{"error":"no"}', { message: 'no' }],
    [
      'the first of several',
      '{"errors":[{"message":"no","code":"x","request_id":"req_1"},{"message":"nor this"}]}',
      { message: 'no', code: 'x', requestId: 'req_1' },
    ],
    ['the first of several strings', '{"errors":["no","nor this"]}', { message: 'no' }],
    ['an empty list', '{"errors":[]}', {}],
    ['a list of an unexpected shape', '{"errors":[7]}', {}],
    [
      'error takes precedence over errors',
      '{"error":"no","errors":["nor this"]}',
      { message: 'no' },
    ],
    ['a flag next to the message', '{"error":true,"message":"no"}', { message: 'no' }],
    ['success: false', '{"success":false,"message":"no"}', { message: 'no' }],
    ['flat', '{"message":"no","code":"x"}', { message: 'no', code: 'x' }],
    [
      'field by field, as GitLab writes it',
      '{"message":{"name":["is too long","is taken"],"scopes":"are empty"}}',
      { message: 'name is too long, is taken; scopes are empty' },
    ],
    ['fields of an unexpected shape', '{"message":{"name":7}}', {}],
    ['lines with any line ending', 'one\rtwo\r\nthree\nfour', { message: 'one\ntwo\nthree\nfour' }],
    ['a JSON string', '"no"', { message: 'no' }],
    ['text', ' rate limited\n', { message: 'rate limited' }],
    ['text with an angle bracket', 'needs a limit < 10', { message: 'needs a limit < 10' }],
    ['HTML gives no message', '<html><body>nginx</body></html>', {}],
    ['HTML after blanks', '\n  <!doctype html>', {}],
    ['nothing', '', {}],
    ['nulls', '{"error":{"message":null,"code":null}}', {}],
    ['an unexpected shape', '[1]', {}],
  ])('%s', (_, text, refusal) => {
    expect(parseRefusal(text)).toEqual({ ...none, ...refusal });
  });

  test('a long message is truncated', () => {
    expect(
      [
        parseRefusal('x'.repeat(501)),
        parseRefusal(JSON.stringify({ message: 'x'.repeat(501) })),
      ].map(({ message }) => message?.length),
    ).toEqual([500, 500]);
  });

  test('keeps ten of many lines', () => {
    const lines = Array.from({ length: 12 }, (_, index) => `line ${index}`);
    expect(parseRefusal(lines.join('\r')).message).toBe(lines.slice(0, 10).join('\n'));
  });
});
