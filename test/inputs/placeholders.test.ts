import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fillPlaceholders, fillServices } from '../../src/inputs/placeholders.ts';

const facts = {
  commit: 'c0ffee0123456789',
  branch: 'Feature/New_UI',
  tag: 'v1.2.3',
  runId: '4711',
};

function fill(text: string, given: Partial<typeof facts> = facts): [string, readonly string[]] {
  const problems: string[] = [];
  const all = { commit: undefined, branch: undefined, tag: undefined, runId: undefined, ...given };
  return [fillPlaceholders(text, all, problems), problems];
}

test.each([
  ['{commit}', 'c0ffee0123456789'],
  ['"commit":"{commit:7}"', '"commit":"c0ffee0"'],
  ['{commit:40}', 'c0ffee0123456789'],
  ['{branch} {branch-slug} {tag} {run}', 'Feature/New_UI feature-new-ui v1.2.3 4711'],
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
    'is not a placeholder: use one of `{commit}`, `{branch}`, `{branch-slug}`, `{tag}`, `{run}`',
  ],
  ['{commit:6}', facts, 'too short to tell commits apart: write `{commit:7}`'],
  ['{branch:7}', facts, 'only {commit} can be shortened'],
  ['{branch-slug}', { branch: '___' }, 'has no value here'],
])('%s of %j: %s', (text, given, problem) => {
  expect(fill(text, given)[1]).toEqual([expect.stringContaining(problem)]);
});

test.each([
  [
    '{constructor}',
    'is not a placeholder: use one of `{commit}`, `{branch}`, `{branch-slug}`, `{tag}`, `{run}`',
  ],
  ['{tag}', 'has no value here: this run has no tag'],
  ['{branch-slug}', 'has no value here: this run has no branch'],
])('%s is empty and one problem in a run without a value', (text, problem) => {
  expect(fill(text, {})).toEqual(['', [`\`${text}\` ${problem}`]]);
});

test.each([
  ['x'.repeat(64), 'x'.repeat(63)],
  [`${'x'.repeat(62)}/y`, 'x'.repeat(62)],
])('the branch %s has the slug %s', (branch, slug) => {
  expect(fill('{branch-slug}', { branch })[0]).toBe(slug);
});

test('a slug follows the rules of GitLab', () => {
  fc.assert(
    fc.property(fc.string(), (branch) => {
      const [slug] = fill('{branch-slug}', { branch });
      expect(slug).toMatch(/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)?$/);
      expect(slug.length).toBeLessThanOrEqual(63);
    }),
  );
});

test.each<[string, string, readonly string[]]>([
  ['acme/web-{branch-slug}', 'acme/web-feature-new-ui', []],
  [
    'acme/web@{branch}, acme/api@{branch-slug}',
    'acme/web@Feature/New_UI, acme/api@feature-new-ui',
    [],
  ],
  ['acme/{branch}', 'acme/{branch}', ['`{branch}` is not allowed there']],
  ['acme/web@{commit}', 'acme/web@{commit}', ['`{commit}` is not allowed there']],
  ['acme/{tag}-{run}', 'acme/{tag}-{run}', ['`{tag}` is not allowed', '`{run}` is not allowed']],
])('in a list of services, %s is %s', (text, filled, problems) => {
  const found: string[] = [];
  expect(fillServices(text, facts, found)).toBe(filled);
  expect(found).toEqual(problems.map((problem) => expect.stringContaining(problem)));
});
