import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fillPlaceholders } from '../../src/inputs/placeholders.ts';

const facts = { commit: 'c0ffee0123456789', branch: 'Feature/New_UI', tag: 'v1.2.3' };

function fill(text: string, given: Partial<typeof facts> = facts): [string, readonly string[]] {
  const problems: string[] = [];
  const all = { commit: undefined, branch: undefined, tag: undefined, ...given };
  return [fillPlaceholders(text, all, problems), problems];
}

test.each([
  ['{commit}', 'c0ffee0123456789'],
  ['"commit":"{commit:7}"', '"commit":"c0ffee0"'],
  ['{commit:40}', 'c0ffee0123456789'],
  ['{branch} {branch-slug} {tag}', 'Feature/New_UI feature-new-ui v1.2.3'],
  ['{commit:7}{commit:8}', 'c0ffee0c0ffee01'],
  [
    '{"commit": 1} { commit } {Commit} {} {{commit:7}}',
    '{"commit": 1} { commit } {Commit} {} {c0ffee0}',
  ],
])('%s is %s', (text, value) => {
  expect(fill(text)).toStrictEqual([value, []]);
});

test.each([
  [
    '{comit}',
    facts,
    'is no placeholder: there are `{commit}`, `{branch}`, `{branch-slug}`, `{tag}`',
  ],
  ['{commit:6}', facts, 'too short to tell commits apart: write `{commit:7}`'],
  ['{branch:7}', facts, 'only {commit} can be shortened'],
  ['{branch-slug}', { branch: '___' }, 'stands for nothing here'],
])('%s of %j: %s', (text, given, problem) => {
  expect(fill(text, given)[1]).toEqual([expect.stringContaining(problem)]);
});

test.each([
  [
    '{constructor}',
    'is no placeholder: there are `{commit}`, `{branch}`, `{branch-slug}`, `{tag}`',
  ],
  ['{tag}', 'stands for nothing here: this run has no tag'],
  ['{branch-slug}', 'stands for nothing here: this run has no branch'],
])('%s of a run that has none is nothing, and one problem', (text, problem) => {
  expect(fill(text, {})).toEqual(['', [`\`${text}\` ${problem}`]]);
});

test.each([
  ['x'.repeat(64), 'x'.repeat(63)],
  [`${'x'.repeat(62)}/y`, 'x'.repeat(62)],
])('of the branch %s the slug is %s', (branch, slug) => {
  expect(fill('{branch-slug}', { branch })[0]).toBe(slug);
});

test('a slug is what GitLab makes of a branch', () => {
  fc.assert(
    fc.property(fc.string(), (branch) => {
      const [slug] = fill('{branch-slug}', { branch });
      expect(slug).toMatch(/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)?$/);
      expect(slug.length).toBeLessThanOrEqual(63);
    }),
  );
});
