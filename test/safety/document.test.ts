import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { VECTOR_TOKENS, VECTORS, type Vector } from '../../simulators/runner/vectors.ts';
import { hazardsOf } from '../../src/hosts/hazards.ts';

const DOCUMENT = new URL('../../docs/security.md', import.meta.url);
const document = readFileSync(DOCUMENT, 'utf8');

/**
 * vectors.test.ts shows that we hide each form ourselves on every host. This row tells who else
 * hides it.
 */
function rowOf({ name, githubHides, gitlabHides }: Vector): string {
  const byGithub = VECTOR_TOKENS.filter(githubHides).map(({ length }) => length);
  const onGithub =
    byGithub.length === VECTOR_TOKENS.length
      ? 'both'
      : byGithub.length === 0
        ? 'we'
        : `we; both at ${byGithub.join(' and ')} characters`;
  return `| ${name.replaceAll('\\', '\\\\')} | ${onGithub} | ${VECTOR_TOKENS.every(gitlabHides) ? 'both' : 'we'} | we |`;
}

test('the table of forms matches the vectors', () => {
  const table = /<!-- forms:begin -->\n([\s\S]*)\n<!-- forms:end -->/.exec(document)?.[1];
  const rows = [
    '| Form | GitHub | GitLab | shell |',
    '| --- | --- | --- | --- |',
    ...VECTORS.map(rowOf),
  ];
  expect(table?.split('\n')).toEqual(rows);
});

test('every refused setting is in the document', () => {
  const hazards = hazardsOf({
    CI_DEBUG_TRACE: 'true',
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    NODE_DEBUG: 'http',
  });
  expect(
    hazards.map(({ name }) => name).filter((name) => !document.includes(`| \`${name}\``)),
  ).toEqual([]);
});

describe.each(['docs/security.md', 'SECURITY.md'])('%s', (name) => {
  test('links to existing files', () => {
    const url = new URL(`../../${name}`, import.meta.url);
    const links = [...readFileSync(url, 'utf8').matchAll(/\]\((?!https?:|#)([^)\s]+)\)/g)].map(
      ([, link = '']) => link,
    );
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((link) => !existsSync(new URL(link, url)))).toEqual([]);
  });
});

// Other values of these two settings that have the same effect.
describe('the same settings, written in another way', () => {
  // GitLab's runner parses the value as a Go boolean: 1, t, T, TRUE, true, True.
  test.each(['1', 't', 'T', 'TRUE', 'True'])('CI_DEBUG_TRACE=%s', (value) => {
    expect(hazardsOf({ CI_DEBUG_TRACE: value })).toHaveLength(1);
  });

  // Node accepts a star anywhere in a name.
  test.each(['h*', 'timer,ht*', '_x,n*t'])('NODE_DEBUG=%s', (value) => {
    expect(hazardsOf({ NODE_DEBUG: value })).toHaveLength(1);
  });
});
