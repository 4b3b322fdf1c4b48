import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nearest } from '../../src/lib/suggest.ts';

test.each([
  { rule: 'a letter too few', name: 'we', among: ['web', 'worker-queue'], found: ['web'] },
  { rule: 'two letters swapped', name: 'wbe', among: ['web', 'database'], found: ['web'] },
  {
    rule: 'another case of letters costs nothing',
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
    rule: 'equally near ones come by name, so that a log is the same each time',
    name: 'api-x',
    among: ['api-b', 'api-a'],
    found: ['api-a', 'api-b'],
  },
  {
    rule: 'three are enough',
    name: 'api-1',
    among: ['api-2', 'api-3', 'api-4', 'api-5'],
    found: ['api-2', 'api-3', 'api-4'],
  },
  {
    rule: 'a name that shares nothing is no suggestion',
    name: 'checkout',
    among: ['billing', 'mail'],
    found: [],
  },
  { rule: 'nothing to choose from', name: 'web', among: [], found: [] },
])('$rule', ({ name, among, found }) => {
  expect(nearest(name, among)).toEqual(found);
});

test('only candidates are suggested, at most three, and a name that is there comes first', () => {
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

test('a typo of one character is always recognised', () => {
  const word = fc.string({ minLength: 3, maxLength: 20, unit: fc.constantFrom(...'abcdefg-') });
  fc.assert(
    fc.property(word, fc.nat(), (name, at) => {
      const cut = at % name.length;
      expect(nearest(name.slice(0, cut) + name.slice(cut + 1), [name])).toEqual([name]);
    }),
  );
});
