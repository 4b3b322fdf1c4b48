import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { linesIn } from '../../src/outpost/log-lines.ts';
import { readLogPage } from '../../src/outpost/log-page.ts';
import { bodies } from './log-bodies.ts';

const read = (text: string, isCut = false): readonly string[] => [
  ...linesIn(readLogPage(Buffer.from(text), isCut).lines),
];

test('no line contains a line break, and a truncated body gives a prefix of the lines', () => {
  const json = fc.letrec((tie) => ({
    entry: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.dictionary(fc.constantFrom('message', 'line', 'text', 'x'), tie('entry'), { maxKeys: 2 }),
      fc.jsonValue(),
    ),
    list: fc.array(tie('entry'), { maxLength: 5 }),
    page: fc.oneof(
      tie('list'),
      fc.dictionary(fc.constantFrom('data', 'logs', 'page'), tie('list'), { maxKeys: 3 }),
    ),
  }));
  const texts = fc.oneof(
    fc.constantFrom(...bodies.map(([, text]) => text)),
    fc
      .array(
        fc.constantFrom(
          'a',
          '\n',
          '\r\n',
          '[',
          ']',
          '{',
          '}',
          '"',
          ',',
          '\\',
          '<html>',
          ' ',
          '1',
          ':',
          '"data"',
        ),
        { maxLength: 30 },
      )
      .map((parts) => parts.join('')),
    json['page']?.map((value) => JSON.stringify(value)) ?? fc.constant(''),
    json['page']?.map((value) => JSON.stringify(value, null, 2)) ?? fc.constant(''),
  );
  fc.assert(
    fc.property(texts, fc.nat(400), (text, place) => {
      const lines = read(text);
      expect(lines.every((line) => !line.includes('\n'))).toBe(true);
      const head = text.slice(0, place % (text.length + 1));
      // The format isn't known yet after only whitespace or a `<`.
      if (/^\s*(?:<|$)/.test(head)) return;
      const before = read(head, true);
      expect(before).toEqual(lines.slice(0, before.length));
    }),
    { numRuns: 2_000 },
  );
});

test('reads every entry of a JSON list, no matter how it is formatted', () => {
  const entries = fc.array(
    fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !/[\r\n]/.test(text)),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(entries, fc.nat(3), fc.constantFrom('', 'data', 'logs'), (texts, indent, key) => {
      expect(
        read(JSON.stringify(key === '' ? texts : { page: 1, [key]: texts }, null, indent)),
      ).toEqual(texts);
    }),
    { numRuns: 500 },
  );
});
