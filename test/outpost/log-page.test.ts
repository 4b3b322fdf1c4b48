import { describe, expect, test } from '@jest/globals';
import { linesIn } from '../../src/outpost/log-lines.ts';
import { readLogPage } from '../../src/outpost/log-page.ts';
import { bodies } from './log-bodies.ts';

function read(
  text: string,
  isCut?: boolean,
): { readonly lines: readonly string[]; isCut: boolean } {
  const page = readLogPage(Buffer.from(text), isCut);
  return { ...page, lines: [...linesIn(page.lines)] };
}

describe('a log', () => {
  test.each([
    ...bodies,
    ['text that starts like JSON', '[a, b\n[info] one\n', ['[a, b', '[info] one']] as const,
    ['JSON behind blanks', ' \n {"data":["one"]}', ['one']] as const,
    ['a page of a proxy behind blanks', ' \n<!doctype html>\n<html>', []] as const,
    ['text behind blanks', ' \n one\n', [' ', ' one']] as const,
    ['an entry without lines is skipped', '[{},"one","",7]', ['one']] as const,
  ])('%s', (_, text, lines) => {
    expect(read(text)).toEqual({ lines, isCut: false });
  });
});

describe('a log that is too long', () => {
  const MEBIBYTE = 1_048_576;

  test.each<[string, string, readonly string[]]>([
    ['a truncated line is dropped', 'one\ntwo\nthr', ['one', 'two']],
    ['an endless line is dropped', 'x'.repeat(100), []],
    ['a line that ends at the cut is complete', 'one\ntwo\n', ['one', 'two']],
    ['a truncated entry is dropped', '{"data":["one","two","thr', ['one', 'two']],
    ['an endless entry is not text', '{\n  "data": [\n    {\n      "mess', []],
    ['lines that start with a bracket', '[info] one\n[info] tw', ['[info] one']],
    ['a proxy page is not a log', '<html>\n<body>\n', []],
    ['nothing', '', []],
  ])('%s', (_, text, lines) => {
    expect(read(text, true)).toEqual({ lines, isCut: true });
  });

  test.each<[string, (lines: readonly string[]) => string]>([
    ['text', (lines) => lines.map((line) => `${line}\n`).join('')],
    ['JSON', (lines) => JSON.stringify({ data: lines }).slice(0, -2)],
  ])('as %s: keeps the last mebibyte in whole lines', (_, bodyOf) => {
    // Each character has two bytes, which shows that bytes are counted, not characters.
    const all = Array.from({ length: 40 }, (_, index) => `${10 + index}${'é'.repeat(32_000)}`);
    const { lines } = read(`${bodyOf(all)},"`, true);
    expect(lines).toEqual(all.slice(-lines.length));
    expect(lines).toHaveLength(Math.floor(MEBIBYTE / 64_003));
  });

  test('keeps a line of one mebibyte including its ending, but not a longer one', () => {
    const line = 'x'.repeat(MEBIBYTE - 1);
    expect(read(`one\n${line}\n`, true).lines).toEqual([line]);
    expect(read(`one\n${line}x\n`, true).lines).toEqual([]);
  });
});
