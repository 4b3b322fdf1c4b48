import { describe, expect, test } from '@jest/globals';
import { isHtmlPage, logEntryLines, parseRepositoryNames } from '../../src/outpost/wire.ts';

describe('the names of repositories', () => {
  test('on a page', () => {
    expect(
      parseRepositoryNames('{"data":[{"name":"shop","id":1},{"name":"web"}],"pagination":{}}'),
    ).toEqual(['shop', 'web']);
    expect(parseRepositoryNames('{"data":[]}')).toEqual([]);
  });

  test.each([['[]'], ['{}'], ['{"data":[{}]}'], ['{"data":["shop"]}'], ['<html>'], ['']])(
    '%s is not a page',
    (text) => {
      expect(parseRepositoryNames(text)).toBeUndefined();
    },
  );
});

describe('the lines of a log entry', () => {
  test.each<[unknown, readonly string[]]>([
    ['one\r\ntwo\n', ['one', 'two']],
    ['one\n\n', ['one', '']],
    ['', []],
    ['\n', []],
    ['a\r', ['a\r']],
    [{ message: 'm', line: 'l', text: 't' }, ['m']],
    [{ line: 'l', text: 't' }, ['l']],
    [{ timestamp: null, text: 't' }, ['t']],
    [{ timestamp: '2026-01-01T00:00:00Z', message: 'm\nn' }, ['2026-01-01T00:00:00Z m', 'n']],
    [{ timestamp: '2026-01-01T00:00:00Z' }, ['2026-01-01T00:00:00Z ']],
    [{ timestamp: 1_795_000_000, message: 'm' }, ['2026-11-18T11:06:40.000Z m']],
    [{ timestamp: 946_684_800, message: 'm' }, ['2000-01-01T00:00:00.000Z m']],
    // Too early to be a timestamp, or not a time at all.
    [{ timestamp: 946_684_799, message: 'm' }, ['m']],
    [{ timestamp: '2026-01-01T00:00:00Z or so', message: 'm' }, ['m']],
    [{ timestamp: 'T', message: 'm' }, ['m']],
    [{ timestamp: 1e300, message: 'm' }, ['m']],
    [{ timestamp: 7, message: 7, text: 't' }, ['t']],
    [{}, []],
    [7, []],
    [null, []],
  ])('%j', (entry, lines) => {
    expect(logEntryLines(entry)).toEqual(lines);
  });
});

test.each([
  ['<!doctype html>', true],
  [' \n<HTML lang="en">', true],
  ['<head>', true],
  ['<body class="x">', true],
  ['x <html>', false],
  ['<htmlx>', false],
  ['<34>1 su failed', false],
])('%j is a page: %s', (text, isPage) => {
  expect(isHtmlPage(text)).toBe(isPage);
});
