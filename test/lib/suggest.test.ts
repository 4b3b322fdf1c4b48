import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nearest } from '../../src/lib/suggest.ts';

test.each([
  { rule: 'a missing letter', name: 'we', among: ['web', 'worker-queue'], found: ['web'] },
  { rule: 'two letters swapped', name: 'wbe', among: ['web', 'database'], found: ['web'] },
  {
    rule: 'case does not matter',
    name: 'WEB',
    among: ['webs', 'web'],
    found: ['web', 'webs'],
  },
  {
    rule: 'the nearest comes first',
    name: 'worker',
    among: ['walker', 'workers', 'worker'],
    found: ['worker', 'workers', 'walker'],
  },
  {
    rule: 'equally close names are sorted, so that logs are stable',
    name: 'api-x',
    among: ['api-b', 'api-a'],
    found: ['api-a', 'api-b'],
  },
  {
    rule: 'at most three',
    name: 'api-1',
    among: ['api-2', 'api-3', 'api-4', 'api-5'],
    found: ['api-2', 'api-3', 'api-4'],
  },
  {
    rule: 'a name with nothing in common is not suggested',
    name: 'checkout',
    among: ['billing', 'mail'],
    found: [],
  },
  { rule: 'nothing to choose from', name: 'web', among: [], found: [] },
])('$rule', ({ name, among, found }) => {
  expect(nearest(name, among)).toEqual(found);
});

test('suggests only candidates, at most three, and an exact match first', () => {
  const word = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'abcdefg-') });
  fc.assert(
    fc.property(word, fc.uniqueArray(word, { maxLength: 12 }), (name, others) => {
      const candidates = [...new Set([...others, name])];
      const found = nearest(name, candidates);
      expect(found[0]).toBe(name);
      expect(found.length).toBeLessThanOrEqual(3);
      expect(candidates).toEqual(expect.arrayContaining([...found]));
    }),
  );
});

test('a one-character typo is always recognized', () => {
  const word = fc.string({ minLength: 3, maxLength: 20, unit: fc.constantFrom(...'abcdefg-') });
  fc.assert(
    fc.property(word, fc.nat(), (name, at) => {
      const cut = at % name.length;
      expect(nearest(name.slice(0, cut) + name.slice(cut + 1), [name])).toEqual([name]);
    }),
  );
});
