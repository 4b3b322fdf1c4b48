import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import { exitStatusByCode } from '../../src/lib/failure.ts';
import type { PlainFailure } from '../../src/report/report.ts';

const path = fileURLToPath(new URL('failure-texts.md', import.meta.url));
const isWriting = process.env['WRITE_TEXTS'] === 'true';

const HEAD = `# What each failure says

The texts of every failure, from the reports of the runs in \`codes.test.ts\`. Review a change of wording here.
\`WRITE_TEXTS=true npm test -- test/bundle/codes.test.ts\` writes this file. Where \`<...>\` stands, runs differ.
\`internal\` is missing: it is for bugs that nobody knows.
`;

/** What differs from run to run, and its placeholder. A token's name contains a date. */
const placeholders: readonly (readonly [RegExp, string])[] = [
  [/-\d{4}-\d\d-\d\d-\d{6}-\w{4}\b/g, '-<suffix>'],
  [/\b\d{4}-\d\d-\d\d(?:T[\d:.]+Z| \d\d:\d\d UTC)?/g, '<date>'],
  [/\b\d+ [smh]\b(?: \d\d [sm]\b)?/g, '<duration>'],
  [/\b127\.0\.0\.1:\d+/g, '<host>'],
  [/\bdep_\w+/g, '<deployment id>'],
  [/(?<=git failed: ).*/g, "<git's words>"],
];

/** The page's sections by code, as `sectionOf` writes them. */
const sections = new Map(
  readFileSync(path, 'utf8')
    .split(/^(?=## )/m)
    .slice(1)
    .map((section) => [/^## (.+)$/m.exec(section)?.[1] ?? '', section.trim()]),
);

/** Compares a failure's texts with its section, or keeps them for rewriting the page. */
export function expectTexts(failure: PlainFailure | undefined): void {
  if (failure === undefined) throw new Error('the run did not report a failure');
  const section = sectionOf(failure);
  if (isWriting) sections.set(failure.code, section);
  expect(section).toBe(sections.get(failure.code));
}

/** Compares the rest of the page. Rewrites it first if that was requested. */
export function expectPage(): void {
  const codes = Object.keys(exitStatusByCode).filter((code) => code !== 'internal');
  expect(codes.filter((code) => !sections.has(code))).toEqual([]);
  const page = [HEAD, ...codes.map((code) => `${sections.get(code)}\n`)].join('\n');
  if (isWriting) writeFileSync(path, page);
  expect(readFileSync(path, 'utf8')).toBe(page);
}

function sectionOf({ code, attempted, happened, hint }: PlainFailure): string {
  const texts = { attempted, happened, hint };
  const lines = Object.entries(texts).map(([name, text]) => `- **${name}:** ${stable(text)}`);
  return `## ${code}\n\n${lines.join('\n')}`;
}

function stable(text: string): string {
  return placeholders.reduce((so, [varies, name]) => so.replaceAll(varies, name), text);
}
