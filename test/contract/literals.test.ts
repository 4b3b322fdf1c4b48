import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { literalsOf, type Quoted } from '../../scripts/literals.ts';

const catalogue = fileURLToPath(new URL('../../docs/messages.md', import.meta.url));

/** A literal that holds no others. */
const plain = (text: string): Quoted => ({ text, inner: [] });

describe('the text literals of a source', () => {
  test.each<[string, string, readonly Quoted[]]>([
    ['quotes of both kinds', `a('one', "two")`, [plain('one'), plain('two')]],
    ['a quote within the other', `a("it's", 'say "no"')`, [plain("it's"), plain('say "no"')]],
    [
      'an escaped quote, backslash and line',
      String.raw`a('it\'s', 'c:\\', 'x\ny')`,
      [plain("it's"), plain(String.raw`c:\\`), plain('x / y')],
    ],
    ['a template over lines', 'a(`one\n  two`)', [plain('one   two')]],
    ['names that are filled in', 'a(`one ${b.c(d)} two`)', [plain('one ${b.c(d)} two')]],
    ['a separator, which is no text', "a(`one ${b.join(', ')}`)", [plain("one ${b.join(', ')}")]],
    [
      'texts that are filled in',
      "a(`x ${b ? 'one' : \"two\"} y`, 'z')",
      [{ text: 'x ${...} y', inner: [plain('one'), plain('two')] }, plain('z')],
    ],
    [
      'templates in templates',
      'a(`x ${b ? `one ${c ? `two` : d}` : e}`)',
      [{ text: 'x ${...}', inner: [{ text: 'one ${...}', inner: [plain('two')] }] }],
    ],
    ['a piece of program that is filled in', 'a(`x ${b.map((c) => `- ${c}`)} y`)', [{ text: 'x ${...} y', inner: [plain('- ${c}')] }]],
    [
      'braces in what is filled in',
      "a(`x ${b({ c: '}' }).map((d) => { return d; })} y`, 'z')",
      [{ text: 'x ${...} y', inner: [plain('}')] }, plain('z')],
    ],
    ['an escaped template sign', 'a(`\\${{ b }} \\` c`)', [plain('\\${{ b }} ` c')]],
    ['quotes in comments', "// don't\na('one'); /* it's\n * `not` */ b('two')", [plain('one'), plain('two')]],
    ['what only looks like a comment', "a('https://x'); b(/[/*]/, 'one')", [plain('https://x'), plain('one')]],
    ['quotes in regular expressions', String.raw`a.match(/['"${'`'}]/g) ?? b.test(/\/'/) && 'one'`, [plain('one')]],
    ['a regular expression after a word', "function a() { return /'/.test(b) ? 'one' : 'two'; }", [plain('one'), plain('two')]],
    ['divisions', "a(b / 2, (c) / d, e[0] / f, 'one / two')", [plain('one / two')]],
  ])('%s', (_, source, expected) => {
    expect(literalsOf(source)).toEqual(expected);
  });

  test.each([
    ['a template that does not end', 'a(`x'],
    ['a quote that does not end', "a('x"],
    ['a brace too few', 'a(`x ${ {b} `)'],
    ['a brace too many', 'a() }'],
  ])('%s is an error, for all that follows would be misread', (_, source) => {
    expect(() => literalsOf(source)).toThrow(/^line 1:/);
  });
});

test('the catalogue of sentences holds no program', () => {
  const lines = readFileSync(catalogue, 'utf8').split('\n');
  const withProgram = /=>|\breturn\b.*;|\bfunction \w+\(|\b(?:const|let) \w+ ?[:=]|===|\$\{[^}]* \? /;
  expect(lines.filter((line) => withProgram.test(line))).toEqual([]);
});
