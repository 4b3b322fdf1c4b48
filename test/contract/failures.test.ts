import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { inputs } from '../../src/inputs/table.ts';
import { inputsOf } from '../../src/inputs/token-table.ts';
import { exitStatusByCode, type FailureCode } from '../../src/lib/failure.ts';
import { failureUrl } from '../../src/lib/version.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/failures.md'), 'utf8');
const codes = Object.keys(exitStatusByCode) as FailureCode[];

/** What stands below each `## heading`. */
const sections: ReadonlyMap<string, string> = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [
      section.slice(0, section.indexOf('\n')),
      section.slice(section.indexOf('\n')),
    ]),
);

test('every code has its section, and every section its code, in the order of the table', () => {
  expect([...sections.keys()]).toEqual(codes);
});

test.each(codes)('%s: its section says what one has to know', (code) => {
  const section = sections.get(code) ?? '';
  expect(section).toMatch(
    new RegExp(`^\\n\\n\\*\\*Exit status ${exitStatusByCode[code]}\\.\\*\\* [A-Z\`]`),
  );
  expect(section).toMatch(/^Likely causes, the likeliest first:\n\n1\. /m);
  const [github = '', gitlab = ''] = section.split(/^\*\*On GitLab:\*\*/m);
  for (const host of [github.split(/^\*\*On GitHub:\*\*/m)[1] ?? '', gitlab]) {
    // The line to write, or the page to open.
    expect(host).toMatch(/```yaml\n|\*\*Settings\s+>/);
  }
  expect(section).toMatch(/^\*\*Run it again\?\*\* [A-Z]/m);
});

test.each(codes)('%s: the link of its message leads to its section', (code) => {
  const [, path = '', anchor] = /\/blob\/v[\d.]+\/([^#]+)#(.+)$/.exec(failureUrl(code)) ?? [];
  expect(path).toBe('docs/failures.md');
  expect(anchorsOf(path)).toContain(anchor);
});

test('an exit status that the page names besides belongs to one of the codes, or to the GitLab template', () => {
  const statuses = new Set<number>([...Object.values(exitStatusByCode), 69]);
  const named = [...page.matchAll(/exit status(?:es)? (\d+)/gi)].map(([, status]) =>
    Number(status),
  );
  expect(named.filter((status) => !statuses.has(status))).toEqual([]);
});

test('an input that the page sets is one', () => {
  const own = ['job-name', 'image', 'environment', 'rules'];
  const known = new Set<string>([
    ...[...inputs, ...inputsOf('rotate')].map(({ name }) => name),
    ...own,
  ]);
  const blocks = [...page.matchAll(/^(?:with|inputs):\n((?: {2,}.*\n)+)/gm)].map(
    ([, block = '']) => block,
  );
  const set = blocks.flatMap((block) =>
    [...block.matchAll(/^ {2}([a-z-]+):/gm)].map(([, name = '']) => name),
  );
  expect(set.length).toBeGreaterThan(20);
  expect(set.filter((name) => !known.has(name))).toEqual([]);
});

const documents = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'gitlab/README.md',
  ...['docs', 'docs/decisions', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  ),
].filter((path) => path.endsWith('.md'));

test.each(documents)('relative links of %s lead to files and headings that exist', (document) => {
  const links = [
    ...readFileSync(join(root, document), 'utf8')
      .replace(/^```.*?^```/gms, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ];
  const local = links
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:|\$\{/.test(target));
  const lost = local.filter((target) => {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? document : relative(root, join(root, dirname(document), path));
    return (
      !existsSync(join(root, file)) || (anchor !== undefined && !anchorsOf(file).includes(anchor))
    );
  });
  expect(lost).toEqual([]);
});

/**
 * The anchors that GitHub and GitLab make of headings: lower case, without punctuation, blanks as
 * hyphens, numbered where they repeat.
 */
function anchorsOf(document: string): readonly string[] {
  const seen = new Map<string, number>();
  return [...proseOf(document, false).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
}

/** A document without its code, where a bracket is no link and a `#` no heading. */
function proseOf(document: string, withoutSpans = true): string {
  const prose = readFileSync(join(root, document), 'utf8').replace(/^```.*?^```/gms, '');
  return withoutSpans ? prose.replace(/(`+)[^`].*?\1/g, '') : prose;
}
