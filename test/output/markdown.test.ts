import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { codeBlock, codeSpan } from '../../src/output/markdown.ts';

/** The runs of backticks in a text, by length. */
function runs(text: string): readonly number[] {
  return (text.match(/`+/g) ?? []).map((run) => run.length);
}

const hostile = fc.string({
  maxLength: 40,
  unit: fc.constantFrom('`', '`', '|', '\\', ' ', '\n', '\r', '\u2028', '<', '[', '@', 'a'),
});

describe('codeSpan', () => {
  test.each([
    ['main', '`main`', 'plain text'],
    ['a`b', '``a`b``', 'a backtick inside: a longer fence'],
    ['`a`', '`` `a` ``', 'a backtick at an end: a blank keeps it from the fence'],
    ['``', '``` `` ```', 'nothing but backticks'],
    ['a\r\nb\nc', '`a b c`', 'line breaks become blanks'],
    ['a|b', '`a\\|b`', 'a bar would end the cell of a table'],
    ['<img src=x>', '`<img src=x>`', 'HTML is no HTML inside'],
    ['[x](https://evil.example)', '`[x](https://evil.example)`', 'a link is no link inside'],
    ['\u001b[31mred\u001b[0m', '`red`', 'colours'],
    ['', '', 'nothing is no span'],
    [' \n\t', '', 'nothing but white space is no span'],
  ])('%j is %j: %s', (text, span) => {
    expect(codeSpan(text)).toBe(span);
  });

  test('a long text is cut, and shows it', () => {
    expect(codeSpan('x'.repeat(301))).toBe(`\`${'x'.repeat(300)}...\``);
    expect(codeSpan('x'.repeat(300))).toBe(`\`${'x'.repeat(300)}\``);
    expect(codeSpan('abcdef', 3)).toBe('`abc...`');
  });

  test('the fence is the only run of its length, so the span ends at its end and has no line break', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 40 }), (text, maxLength) => {
        const span = codeSpan(text, maxLength);
        fc.pre(span !== '');
        const lengths = runs(span);
        const [fence] = lengths;
        expect(span.startsWith('`') && span.endsWith('`')).toBe(true);
        expect(lengths.filter((length) => length === fence)).toHaveLength(2);
        expect(lengths.at(-1)).toBe(fence);
        expect(span).not.toMatch(/[\r\n\u2028\u2029]/);
        expect(span).not.toMatch(/(?<!\\)\|/);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('codeBlock', () => {
  test.each([
    [['one', 'two'], '```text\none\ntwo\n```', 'lines stay lines'],
    [[], '```text\n```', 'no lines'],
    [
      ['```', '# not a title'],
      '````text\n```\n# not a title\n````',
      'a fence inside: a longer one around',
    ],
    [
      ['a\u001b[31mb', 'c\rd'],
      '```text\nab\ncd\n```',
      'controls are taken out, so that one line stays one line',
    ],
  ])('%j is %j: %s', (lines, block) => {
    expect(codeBlock(lines)).toBe(block);
  });

  test('a long line is cut', () => {
    expect(codeBlock(['abcdef'], 3)).toBe('```text\nabc...\n```');
  });

  test('no line ends the block early, and no line is added or lost', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 6 }), (lines) => {
        const [opening = '', ...rest] = codeBlock(lines).split('\n');
        const fence = opening.replace('text', '');
        expect(fence).toMatch(/^`{3,}$/);
        expect(rest).toHaveLength(lines.length + 1);
        expect(rest.pop()).toBe(fence);
        expect(Math.max(0, ...rest.flatMap(runs))).toBeLessThan(fence.length);
      }),
      { numRuns: 1_000 },
    );
  });
});
