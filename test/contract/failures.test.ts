import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { inputs } from '../../src/inputs/table.ts';
import { inputsOf } from '../../src/inputs/token-table.ts';
import { exitStatusByCode, type FailureCode } from '../../src/lib/failure.ts';
import { failureUrl } from '../../src/lib/version.ts';
import { anchorsOf, root } from '../support/documents.ts';

const page = readFileSync(join(root, 'docs/failures.md'), 'utf8');
const codes = Object.keys(exitStatusByCode) as FailureCode[];

/** The text below each `## heading`. */
const sections: ReadonlyMap<string, string> = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [
      section.slice(0, section.indexOf('\n')),
      section.slice(section.indexOf('\n')),
    ]),
);

test('every code has a section, and every section a code, in the order of the table', () => {
  expect([...sections.keys()]).toEqual(codes);
});

test.each(codes)('%s: the section has all required parts', (code) => {
  const section = sections.get(code) ?? '';
  expect(section).toMatch(
    new RegExp(`^\\n\\n\\*\\*Exit status ${exitStatusByCode[code]}\\.\\*\\* [A-Z\`]`),
  );
  expect(section).toMatch(/^Likely causes, the likeliest first:\n\n1\. /m);
  const [github = '', gitlab = ''] = section.split(/^\*\*On GitLab:\*\*/m);
  for (const host of [github.split(/^\*\*On GitHub:\*\*/m)[1] ?? '', gitlab]) {
    // The YAML to write, or the settings page to open.
    expect(host).toMatch(/```yaml\n|\*\*Settings\s+>/);
  }
  expect(section).toMatch(/^\*\*Run it again\?\*\* [A-Z]/m);
});

test.each(codes)('%s: the link in the message leads to the section', (code) => {
  const [, path = '', anchor] = /\/blob\/v[\d.]+\/([^#]+)#(.+)$/.exec(failureUrl(code)) ?? [];
  expect(path).toBe('docs/failures.md');
  expect(anchorsOf(path)).toContain(anchor);
});

test('every exit status on the page belongs to a code or to the GitLab template', () => {
  const statuses = new Set<number>([...Object.values(exitStatusByCode), 69]);
  const named = [...page.matchAll(/exit status(?:es)? (\d+)/gi)].map(([, status]) =>
    Number(status),
  );
  expect(named.filter((status) => !statuses.has(status))).toEqual([]);
});

test('every input that the page sets exists', () => {
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
