import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { cases, inputOf } from '../../scripts/screenshots/cases.ts';

const folder = new URL('../../docs/screenshots/', import.meta.url);

test('the screenshots are current (if not, run scripts/screenshots.ts)', () => {
  expect(JSON.parse(readFileSync(new URL('inputs.json', folder), 'utf8'))).toEqual(
    Object.fromEntries(Object.entries(cases).map(([name, one]) => [`${name}.png`, inputOf(one)])),
  );
});

test('each case has a screenshot, and there are no others', () => {
  expect(readdirSync(folder).sort()).toEqual(
    [...Object.keys(cases).map((name) => `${name}.png`), 'inputs.json'].sort(),
  );
});
