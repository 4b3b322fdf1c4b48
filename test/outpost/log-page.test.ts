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
    ['what begins like JSON and is text', '[a, b\n[info] one\n', ['[a, b', '[info] one']] as const,
    ['an entry without lines gives none', '[{},"one","",7]', ['one']] as const,
  ])('%s', (_, text, lines) => {
    expect(read(text)).toEqual({ lines, isCut: false });
  });
});

describe('a log that was too long', () => {
  const MEBIBYTE = 1_048_576;

  test.each<[string, string, readonly string[]]>([
    ['the line that breaks off is left out', 'one\ntwo\nthr', ['one', 'two']],
    ['of a line that has no end, there is none', 'x'.repeat(100), []],
    ['a line that ends with the cut is whole', 'one\ntwo\n', ['one', 'two']],
    ['the entry that breaks off is left out', '{"data":["one","two","thr', ['one', 'two']],
    ['an entry that has no end is no text', '{\n  "data": [\n    {\n      "mess', []],
    ['lines that begin with a bracket', '[info] one\n[info] tw', ['[info] one']],
    ['a page of a proxy is no log', '<html>\n<body>\n', []],
    ['nothing', '', []],
  ])('%s', (_, text, lines) => {
    expect(read(text, true)).toEqual({ lines, isCut: true });
  });

  test.each<[string, (lines: readonly string[]) => string]>([
    ['text', (lines) => lines.map((line) => `${line}\n`).join('')],
    ['JSON', (lines) => JSON.stringify({ data: lines }).slice(0, -2)],
  ])('as %s: the last mebibyte is kept, in whole lines', (_, bodyOf) => {
    // Two bytes each, so that bytes count, and not characters.
    const all = Array.from({ length: 40 }, (_, index) => `${10 + index}${'é'.repeat(32_000)}`);
    const { lines } = read(`${bodyOf(all)},"`, true);
    expect(lines).toEqual(all.slice(-lines.length));
    expect(lines).toHaveLength(Math.floor(MEBIBYTE / 64_003));
  });

  test('a line of a mebibyte with its end is kept, a longer one is not', () => {
    const line = 'x'.repeat(MEBIBYTE - 1);
    expect(read(`one\n${line}\n`, true).lines).toEqual([line]);
    expect(read(`one\n${line}x\n`, true).lines).toEqual([]);
  });
});
