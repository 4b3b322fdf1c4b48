import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bodies, read } from './log-bodies.ts';

/** A text in pieces, cut at these places. */
function cutAt(text: string, places: readonly number[]): readonly string[] {
  const borders = [
    0,
    ...places.map((place) => place % (text.length + 1)).sort((left, right) => left - right),
    text.length,
  ];
  return borders.slice(1).map((end, index) => text.slice(borders[index], end));
}

test('however a body is cut into pieces, the lines are the same', () => {
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
    fc.property(texts, fc.array(fc.nat(400), { maxLength: 8 }), (text, places) => {
      const lines = read(text);
      expect(read(...cutAt(text, places))).toEqual(lines);
      expect(lines.every((line) => !line.includes('\n'))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('every entry of a list that JSON knows is read, however it is written', () => {
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
