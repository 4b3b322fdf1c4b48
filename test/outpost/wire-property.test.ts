import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseTokenRecord, parseTokenRecords } from '../../src/outpost/record-wire.ts';
import { logEntryLines, parseJson, parseRefusal } from '../../src/outpost/wire.ts';

describe('no answer makes a parser throw', () => {
  const parsers: readonly ((text: string) => unknown)[] = [
    parseJson,
    (text) => logEntryLines(parseJson(text)),
    parseRefusal,
    parseTokenRecord,
    parseTokenRecords,
  ];
  const names = fc.constantFrom(
    'data',
    'error',
    'errors',
    'name',
    'scopes',
    'expires_at',
    'message',
    'code',
    'request_id',
    'logs',
    '__proto__',
  );
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { depthSize: 'small' },
      fc.jsonValue(),
      fc.constantFrom('ci', 'service', '0001-01-01T00:00:00Z'),
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('json'), { maxLength: 3 }),
    object: fc.dictionary(names, tie('json'), { maxKeys: 5 }),
  }));

  test.each<[string, fc.Arbitrary<string>]>([
    ['arbitrary text', fc.string({ unit: 'binary' })],
    ['arbitrary JSON', fc.json()],
    ['JSON with the names that we look for', json.map((value) => JSON.stringify(value))],
    [
      'the start of JSON',
      fc.tuple(fc.json(), fc.nat(40)).map(([text, length]) => text.slice(0, length)),
    ],
  ])('%s', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const parse of parsers) expect(() => parse(text)).not.toThrow();
        expect(
          logEntryLines(parseJson(text)).every(
            (line) => typeof line === 'string' && !line.includes('\n'),
          ),
        ).toBe(true);
        expect(parseRefusal(text).message?.length ?? 0).toBeLessThanOrEqual(500);
      }),
      { numRuns: 200 },
    );
  });
});
