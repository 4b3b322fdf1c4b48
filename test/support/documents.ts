import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** All files that git tracks or would add, with `/` as the separator, without the bundles. */
export function repositoryFiles(): readonly string[] {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  return execFileSync('git', [...list, '--', '.', ':!dist'], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter((path) => path !== '');
}

/**
 * The anchors that GitHub and GitLab make of headings: lower case, without punctuation, spaces as
 * hyphens, numbered if they repeat.
 */
export function anchorsOf(document: string): readonly string[] {
  const seen = new Map<string, number>();
  return [...proseOf(document).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
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

/** The targets of a document's links, as written. */
export function linksOf(document: string): readonly string[] {
  const prose = proseOf(document).replace(/(`+)[^`].*?\1/g, '');
  const patterns = [/\]\(([^)\s]+)\)/g, /<(?:img|a)\b[^>]*\b(?:src|href)="([^"]+)"/g];
  return patterns.flatMap((pattern) =>
    [...prose.matchAll(pattern)].map(([, target = '']) => target),
  );
}

/** A document without its code blocks: in code, a bracket isn't a link and `#` isn't a heading. */
function proseOf(document: string): string {
  return readFileSync(join(root, document), 'utf8').replace(/^ *```.*?^ *```/gms, '');
}
